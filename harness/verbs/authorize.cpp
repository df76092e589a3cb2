// The authorization endpoint, with the resource owner at the other end (RFC 6749 §4.1.1, §4.1.2).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "oauth/json_document.hpp"
#include "oauth/metadata.hpp"
#include "oauth/pkce.hpp"
#include "oauth/url.hpp"
#include "verbs/verb.hpp"

namespace oauthentic::verbs {

using nlohmann::json;
using session::Disposition;
using session::Draft;
using session::PlacedIn;
using session::StepResult;

namespace {

std::string join(const std::vector<std::string>& scopes) {
  std::string text;
  for (const auto& scope : scopes) text += (text.empty() ? "" : " ") + scope;
  return text;
}

bool has_scope(const std::string& scope, std::string_view wanted) {
  const auto all = split(scope, ' ');
  return std::ranges::find(all, wanted) != all.end();
}

/// The honest request; what belongs to it later goes into `grant`.
Draft honest_request(session::Session& session, const Call& call, session::Grant& grant) {
  const auto& client = client_of(session, call);
  const auto& target = session.target();
  auto& random = session.random();
  grant.scope = call.has("scope") ? call.text("scope") : join(client.scopes);
  grant.redirect_uri = client.redirect_uri;
  grant.code_verifier = random.base64url(32);
  grant.code.clear();
  grant.access_token.clear();
  grant.refresh_token.clear();
  const auto methods = oauth::metadata_list(session.discovery().metadata, "code_challenge_methods_supported");
  const bool only_plain = methods && !methods->empty() && std::ranges::find(*methods, "S256") == methods->end();
  const auto method = only_plain ? oauth::ChallengeMethod::plain : oauth::ChallengeMethod::s256;

  Draft draft;
  draft.method = "GET";
  draft.url = session.discovery().endpoint("authorization_endpoint");
  const auto add = [&](std::string name, std::string value) {
    draft.add(std::move(name), std::move(value), PlacedIn::query);
  };
  add("response_type", "code");
  add("client_id", client.client_id);
  add("redirect_uri", grant.redirect_uri);
  if (!grant.scope.empty()) add("scope", grant.scope);
  add("state", random.base64url(16));
  add("code_challenge", oauth::code_challenge(grant.code_verifier, method));
  add("code_challenge_method", std::string(oauth::to_string(method)));
  if (has_scope(grant.scope, "openid")) add("nonce", random.base64url(16));
  // OpenID Connect Core 1.0 §11: offline access is granted only where consent is asked for.
  if (has_scope(grant.scope, "offline_access")) add("prompt", "consent");
  for (const auto& [name, value] : target.authorization_parameters) add(name, value);
  return draft;
}

agent::Journey journey_of(session::Session& session, const Call& call, const session::Grant& grant) {
  agent::Journey journey;
  const auto& target = session.target();
  const auto user = target.users.find(call.has("user") ? call.text("user") : grant.user);
  if (user == target.users.end()) throw session::HarnessError(fmt::format("the target file names no user \"{}\"", grant.user));
  journey.account = {user->second.username, user->second.password};
  journey.consent = call.text("consent") == "refuse" ? agent::Consent::refuse : agent::Consent::grant;
  journey.stop_at_sign_in = call.text("until") == "sign_in";
  journey.origins = target.origins;
  for (const auto& url : {target.issuer, session.discovery().endpoint("authorization_endpoint")}) {
    if (const auto parsed = oauth::parse_url(url)) journey.origins.insert(parsed->origin());
  }
  return journey;
}

json page_facts(const Response& page, const std::string& url) {
  auto facts = session::facts_of(page);
  facts.erase("text");
  json foreign = json::array();
  if (const auto parsed = oauth::parse_html(page.body, url)) {
    const auto own = oauth::parse_url(url);
    for (const auto& resource : parsed->subresources) {
      const auto other = oauth::parse_url(resource);
      if (own && other && other->origin() != own->origin()) foreign.push_back(resource);
    }
  }
  facts["foreign_resources"] = foreign;
  return facts;
}

/// What the journey showed, as facts.
json facts_of(const agent::Arrival& arrival, const std::string& wanted) {
  json facts = session::facts_of(arrival.last);
  facts["parameters"] = session::to_json(arrival.parameters);
  std::set<std::string> repeated;
  for (const auto& parameter : arrival.parameters) {
    if (oauth::count(arrival.parameters, parameter.name) > 1) repeated.insert(parameter.name);
  }
  facts["repeated"] = repeated;
  for (const auto* name : {"code", "state", "iss", "error", "error_description", "error_uri"}) {
    if (const auto* value = oauth::find(arrival.parameters, name)) facts[name] = *value;
  }
  const bool away = arrival.end == agent::Arrival::End::delivered;
  const bool delivered = away && oauth::without_query(arrival.url) == oauth::without_query(wanted);
  facts["delivered"] = delivered;
  if (away) {
    facts["delivered_to"] = oauth::without_query(arrival.url);
    facts["location"] = arrival.url;
    facts["response_mode"] = arrival.response_mode;
    facts["redirect_status"] = arrival.status;
  }
  if (arrival.status_after_credentials != 0) facts["credentials_status"] = arrival.status_after_credentials;
  facts["signed_in"] = arrival.signed_in;
  facts["consented"] = arrival.consented;
  facts["before_sign_in"] = arrival.redirected_before_sign_in;
  facts["page_title"] = arrival.page_title;
  facts["page_text"] = "";
  if (!away) {
    if (const auto page = oauth::parse_html(arrival.last.body, arrival.last_url)) facts["page_text"] = page->text;
  }
  facts["pages"] = arrival.pages.size();
  facts["last_url"] = arrival.last_url;
  if (!arrival.pages.empty()) {
    facts["sign_in_page"] = page_facts(arrival.pages.front(), arrival.last_url);
    facts["consent_page"] = page_facts(arrival.pages.back(), arrival.last_url);
  }
  return facts;
}

StepResult judge(const agent::Arrival& arrival, const std::string& wanted) {
  using End = agent::Arrival::End;
  StepResult result;
  result.facts = facts_of(arrival, wanted);
  result.delivered = result.facts.at("delivered").get<bool>();
  const auto code = oauth::value(arrival.parameters, "code");
  const auto error = oauth::value(arrival.parameters, "error");
  switch (arrival.end) {
    case End::delivered:
      if (!code.empty()) {
        result.disposition = Disposition::accepted;
        result.observed = fmt::format("accepted: a code was delivered to {}", oauth::without_query(arrival.url));
      } else if (!error.empty()) {
        result.disposition = Disposition::refused;
        result.place = "redirect";
        result.observed = fmt::format("refused: {} was delivered to {}", error, oauth::without_query(arrival.url));
      } else {
        result.observed = fmt::format("unclear: the user agent was sent to {} with neither code nor error", arrival.url);
      }
      break;
    case End::error_page:
      result.disposition = Disposition::refused;
      result.place = "page";
      result.observed = fmt::format("refused: an error page, status {}: {}", arrival.status, arrival.page_title);
      break;
    case End::sign_in:
      result.disposition = Disposition::accepted;
      result.observed = "the sign-in page was shown";
      break;
    case End::no_answer:
      result.disposition = Disposition::no_answer;
      result.observed = "no answer: " + arrival.reason;
      break;
    case End::lost: result.observed = "unclear: " + arrival.reason; break;
  }
  result.facts["accepted"] = result.disposition == Disposition::accepted ? 1 : 0;
  return result;
}

}  // namespace

StepResult authorize(session::Session& session, const Call& call) {
  auto& grant = session.grant(call.step->instance);
  agent::Journey journey;
  json request;
  const bool fresh = call.text("user_agent") == "fresh";
  bool without_cookies = false;
  if (call.has("resume")) {
    const auto& earlier = oauth::member(session.facts(), call.text("resume"));
    const auto url = oauth::string_member(earlier, "last_url");
    if (url.empty()) return impossible(fmt::format("there is no page of \"{}\" to go on from", call.text("resume")));
    journey = journey_of(session, call, grant);
    journey.first.url = url;
    request = oauth::member(earlier, "request");
  } else {
    const auto draft = honest_request(session, call, grant);
    if (draft.url.empty()) return impossible("the provider has no authorization endpoint");
    journey = journey_of(session, call, grant);
    const auto composed = session::compose(session, draft, call.deviation);
    journey.first = composed.request;
    without_cookies = composed.without_cookies;
    request = session::to_json(composed.parameters);
    grant.redirect_uri = request.value("redirect_uri", std::string());
    session.secret("code_verifier", grant.code_verifier);
    // By the method plain, and where none is named, the challenge is the verifier (RFC 7636 §4.2, §4.3).
    if (request.value("code_challenge_method", std::string()) != "S256") {
      session.secret("code_verifier", request.value("code_challenge", std::string()));
    }
  }
  const auto wanted = request.value("redirect_uri", session.grant(call.step->instance).client->redirect_uri);
  journey.redirect_uris = {wanted, client_of(session, call).redirect_uri};
  for (const auto& uri : session.target().redirect_uris) journey.redirect_uris.push_back(uri);

  const auto user = call.has("user") ? call.text("user") : grant.user;
  const bool other_user = !fresh && user != grant.user;
  oauth::CookieJar empty;
  auto other = other_user ? session.world().sign_ins.take(user) : oauth::CookieJar();
  agent::UserAgent user_agent;
  user_agent.cookies = fresh || without_cookies ? &empty : other_user ? &other : &grant.cookies;
  user_agent.send = [&](const Request& r) { return session.send(call.step->name, r); };
  user_agent.now = [&] { return session.now(); };
  session.secret("password", journey.account.password);
  const auto arrival = session.world().agent->travel(journey, user_agent);

  auto result = judge(arrival, wanted);
  request["code_verifier"] = grant.code_verifier;
  result.facts["request"] = std::move(request);
  grant.code = oauth::value(arrival.parameters, "code");
  session.secret("code", grant.code);
  if (other_user) session.world().sign_ins.give_back(user, std::move(other));
  return result;
}

}  // namespace oauthentic::verbs

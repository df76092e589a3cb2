// The authorization endpoint, with the resource owner at the other end (RFC 6749 §4.1.1, §4.1.2).
#include <fmt/format.h>

#include <algorithm>
#include <expected>

#include "oauth/json_document.hpp"
#include "oauth/metadata.hpp"
#include "oauth/pkce.hpp"
#include "oauth/url.hpp"
#include "verbs/arrival_facts.hpp"
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
  for (const auto& scope : scopes)
    text += (text.empty() ? "" : " ") + scope;
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
  if (call.has("prompt")) {
    add("prompt", call.text("prompt"));
  } else if (has_scope(grant.scope, "offline_access")) {
    add("prompt", "consent");
  }
  for (const auto& [name, value] : target.authorization_parameters)
    add(name, value);
  return draft;
}

agent::Journey journey_of(session::Session& session, const Call& call, const session::Grant& grant) {
  agent::Journey journey;
  const auto& target = session.target();
  const auto user = target.users.find(call.has("user") ? call.text("user") : grant.user);
  if (user == target.users.end())
    throw session::HarnessError(fmt::format("the target file names no user \"{}\"", grant.user));
  journey.account = {user->second.username,
                     call.has("password") ? call.text("password") : user->second.password, user->second.totp};
  journey.steps = user->second.steps;
  journey.consent = call.text("consent") == "refuse" ? agent::Consent::refuse : agent::Consent::grant;
  const auto until = call.text("until");
  if (until == "sign_in") journey.until = agent::Until::sign_in;
  if (until == "consent") journey.until = agent::Until::consent;
  journey.origins = target.origins;
  journey.callback_certificate = target.callback_certificate;
  journey.callback_key = target.callback_key;
  for (const auto& url : {target.issuer, session.discovery().endpoint("authorization_endpoint")}) {
    if (const auto parsed = oauth::parse_url(url)) journey.origins.insert(parsed->origin());
  }
  return journey;
}

/// A <script> of the page holds this text: no browser runs it here, and it might lead there.
bool scripts_name(std::string_view page, std::string_view text) {
  if (text.empty()) return false;
  for (auto at = page.find("<script"); at != std::string_view::npos; at = page.find("<script", at + 1)) {
    const auto script = page.substr(at, page.find("</script", at) - at);
    if (script.find(text) != std::string_view::npos) return true;
  }
  return false;
}

/// What an authorization response brings, for a person; "" if it brings nothing.
std::string_view issued_in(const oauth::Parameters& answer) {
  if (!oauth::value(answer, "code").empty()) return "a code";
  if (!oauth::value(answer, "access_token").empty()) return "an access token";
  if (!oauth::value(answer, "id_token").empty()) return "an ID token";
  return {};
}

StepResult judge(const agent::Arrival& arrival, const std::string& wanted, const Call& call) {
  using End = agent::Arrival::End;
  StepResult result;
  result.facts = facts_of_arrival(arrival, wanted);
  result.delivered = result.facts.at("delivered").get<bool>();
  result.credentials_refused = arrival.credentials_refused;
  const auto issued = issued_in(arrival.answer);
  const auto error = oauth::value(arrival.answer, "error");
  switch (arrival.end) {
    case End::delivered:
      if (!issued.empty()) {
        result.disposition = Disposition::accepted;
        result.observed =
            fmt::format("accepted: {} was delivered to {}", issued, oauth::without_query(arrival.url));
      } else if (!error.empty()) {
        result.disposition = Disposition::refused;
        result.place = "redirect";
        result.observed =
            fmt::format("refused: {} was delivered to {}", error, oauth::without_query(arrival.url));
      } else {
        // A response in a JWT (JARM) may hold either.
        result.understood = !oauth::find(arrival.answer, "response");
        result.observed =
            fmt::format("unclear: the user agent was sent to {} with neither code nor error", arrival.url);
      }
      break;
    case End::error_page:
      if (scripts_name(arrival.last.body, wanted)) {
        result.observed = "unclear: an error page with a script that names the redirect URI and may lead there";
        break;
      }
      result.disposition = Disposition::refused;
      result.place = "page";
      result.observed =
          fmt::format("refused: an error page, status {}: {}", arrival.status, arrival.page_title);
      break;
    case End::stopped:
      result.disposition = Disposition::accepted;
      result.facts["stopped_at"] = call.text("until");
      result.observed = fmt::format("the page that asks for {} was shown",
                                    call.text("until") == "consent" ? "consent" : "the password");
      break;
    case End::no_answer:
      result.disposition = Disposition::no_answer;
      result.observed = "no answer: " + arrival.reason;
      break;
    case End::lost:
      result.understood = false;
      result.observed = "unclear: " + arrival.reason;
      // A password that was made wrong on purpose, and the provider asks for it again.
      if (arrival.credentials_refused && call.has("password")) {
        result.disposition = Disposition::refused;
        result.place = "page";
        result.observed = "refused: " + arrival.reason;
      }
      break;
  }
  result.facts["accepted"] = result.disposition == Disposition::accepted ? 1 : 0;
  return result;
}

/// How a step begins: with the honest request and its deviation, or with what an earlier step left.
struct Beginning {
  agent::Journey journey;
  json request;  ///< the parameters, by name
  bool without_cookies = false;
};

std::expected<Beginning, std::string> begin_anew(session::Session& session, const Call& call,
                                                 session::Grant& grant) {
  Beginning begin;
  const auto draft = honest_request(session, call, grant);
  if (draft.url.empty()) return std::unexpected("the provider has no authorization endpoint");
  begin.journey = journey_of(session, call, grant);
  const auto composed = session::compose(session, draft, call.deviation);
  begin.journey.first = composed.request;
  begin.without_cookies = composed.without_cookies;
  begin.request = session::to_json(composed.parameters);
  grant.redirect_uri = begin.request.value("redirect_uri", std::string());
  session.secret("code_verifier", grant.code_verifier);
  // By the method plain, and where none is named, the challenge is the verifier (RFC 7636 §4.2, §4.3).
  if (begin.request.value("code_challenge_method", std::string()) != "S256") {
    session.secret("code_verifier", begin.request.value("code_challenge", std::string()));
  }
  return begin;
}

std::expected<Beginning, std::string> begin_again(session::Session& session, const Call& call,
                                                  const session::Grant& grant) {
  const auto name = call.text(call.has("answer") ? "answer" : "resume");
  const auto page = session.stopped_at().find(name);
  if (page == session.stopped_at().end())
    return std::unexpected(fmt::format("step {} was not stopped at a page", name));
  Beginning begin;
  begin.journey = journey_of(session, call, grant);
  begin.request = oauth::member(oauth::member(session.facts(), name), "request");
  if (call.has("answer")) {
    begin.journey.from = page->second;
    begin.journey.until = agent::Until::next_page;
  } else {
    begin.journey.first.url = page->second.url;
  }
  return begin;
}

/// What a person would want to see: a page that was not understood, or a picture.
void keep_page(session::Session& session, const Call& call, const agent::Arrival& arrival, StepResult& result) {
  const auto& keep = session.world().keep_page;
  const bool lost = arrival.end == agent::Arrival::End::lost;
  if (!keep || (!lost && arrival.screenshot.empty())) return;
  const auto kept = keep({fmt::format("{}/{}", session.id(), call.step->name), session.redact(arrival.last_url),
                          session.redact(arrival.last.body), arrival.screenshot});
  if (!kept.empty()) result.observed += fmt::format(" (the page is in {})", kept);
}

}  // namespace

StepResult authorize(session::Session& session, const Call& call) {
  auto& grant = session.grant(call.step->instance);
  auto begun = call.has("resume") || call.has("answer") ? begin_again(session, call, grant)
                                                        : begin_anew(session, call, grant);
  if (!begun) return impossible(begun.error());
  auto& begin = *begun;
  auto& journey = begin.journey;
  const auto wanted = begin.request.value("redirect_uri", grant.client->redirect_uri);
  journey.redirect_uris = {wanted, client_of(session, call).redirect_uri};
  for (const auto& uri : session.target().redirect_uris)
    journey.redirect_uris.push_back(uri);

  const bool fresh = call.text("user_agent") == "fresh";
  const auto user = call.has("user") ? call.text("user") : grant.user;
  const bool other_user = !fresh && user != grant.user;
  oauth::CookieJar empty;
  auto other = other_user ? session.world().sign_ins.take(user) : oauth::CookieJar();
  ResponseWatch watch(begin.request);
  agent::UserAgent user_agent;
  user_agent.cookies = fresh || begin.without_cookies ? &empty : other_user ? &other : &grant.cookies;
  user_agent.send = [&](const Request& r) {
    auto answer = session.send(call.step->name, r);
    watch.see(answer);
    return answer;
  };
  user_agent.now = [&] { return session.now(); };
  user_agent.typed = [&](const std::string& kind, const std::string& field, const std::string& text) {
    session.typed_secret(kind, field, text);
  };
  session.secret("password", journey.account.password);
  auto& turns = session.world().sign_ins.turns(user);
  user_agent.consent_turn = &turns.consent;
  std::unique_lock<std::mutex> turn;
  if (user_agent.cookies->cookies().empty()) {
    turn = std::unique_lock(turns.sign_in);
  } else {
    // The provider may have forgotten whom its cookies stand for, and ask again.
    user_agent.sign_in_turn = &turns.sign_in;
  }
  const auto arrival = session.world().agent_of(user).travel(journey, user_agent);

  auto result = judge(arrival, wanted, call);
  watch.tell(result.facts);
  begin.request["code_verifier"] = grant.code_verifier;
  result.facts["request"] = std::move(begin.request);
  if (arrival.end == agent::Arrival::End::stopped) session.stopped_at()[call.step->name] = arrival.pages.back();
  grant.code = oauth::value(arrival.answer, "code");
  session.secret("code", grant.code);
  keep_page(session, call, arrival, result);
  if (other_user) session.world().sign_ins.give_back(user, std::move(other));
  return result;
}

}  // namespace oauthentic::verbs

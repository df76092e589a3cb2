// The token endpoint: redeem, refresh, request_token.
#include <fmt/format.h>

#include <algorithm>

#include "oauth/json_document.hpp"
#include "verbs/id_token.hpp"
#include "verbs/verb.hpp"

namespace oauthentic::verbs {

using nlohmann::json;
using session::Disposition;
using session::Draft;
using session::StepResult;

namespace {

/// One answer of the token endpoint (RFC 6749 §5.1, §5.2).
StepResult judge_answer(session::Session& session, const http::Answer& answer) {
  StepResult result;
  if (session::no_answer(answer, result)) return result;
  const auto& response = std::get<Response>(answer);
  result.facts = session::facts_of(response);
  auto& facts = result.facts;
  const auto& body = oauth::member(facts, "body");
  const auto error = body.is_object() ? oauth::string_member(body, "error") : std::string();
  if (body.is_object()) {
    for (const auto* name :
         {"access_token", "token_type", "expires_in", "refresh_token", "id_token", "scope"}) {
      if (const auto at = body.find(name); at != body.end()) facts[name] = *at;
    }
    for (const auto* name : {"access_token", "refresh_token", "id_token"}) {
      session.secret(name, oauth::string_member(body, name));
    }
  }
  const bool success = response.status >= 200 && response.status < 300;
  if (success && !oauth::string_member(body, "access_token").empty()) {
    result.disposition = Disposition::accepted;
    result.observed = fmt::format("accepted: status {}, an access token was issued", response.status);
    if (oauth::member(facts, "id_token").is_string()) read_id_token(session, facts);
  } else if (success && (facts.contains("token_type") || facts.contains("expires_in"))) {
    // It is meant as a token response; that the token is missing is for the expectations to say.
    result.disposition = Disposition::accepted;
    result.observed = fmt::format("accepted: status {}, but there is no access token", response.status);
  } else if (response.status >= 400 || (success && !error.empty())) {
    refuse_by_json(result);
  } else {
    result.observed = fmt::format("unclear: status {} without an access token or an error", response.status);
  }
  return result;
}

/// A token that was issued against expectation: does anything take it? Its absence of effect is told, not
/// decided.
void check_effect(session::Session& session, const Call& call, StepResult& result) {
  if (oauth::string_member(result.facts, "access_token").empty()) {
    result.disposition = Disposition::unclear;
    return;
  }
  script::Step step;
  Call probe;
  probe.step = &step;
  step.instance = call.step->instance;
  probe.arguments["access_token"] = result.facts.at("access_token");
  const auto& capabilities = session.discovery().capabilities;
  StepResult effect;
  if (capabilities.contains("api") || capabilities.contains("userinfo")) {
    step.verb = capabilities.contains("api") ? "call_api" : "userinfo";
    step.name = call.step->name + ": is the token taken?";
    effect = capabilities.contains("api") ? call_api(session, probe) : userinfo(session, probe);
    // 403 says that the token is good but of too little scope (RFC 6750 §3.1).
    const bool live =
        effect.disposition == Disposition::accepted || oauth::member(effect.facts, "status") == 403;
    if (live || effect.disposition == Disposition::no_answer) {
      result.facts["works"] = live;
      if (live) result.observed += ", and it is taken by the API";
      return;
    }
    result.facts["works"] = false;
    result.disposition = Disposition::unclear;
    result.observed += ", but the API does not take it";
  }
}

StepResult run(session::Session& session, const Call& call, Draft draft) {
  draft.url = session.discovery().endpoint("token_endpoint");
  draft.headers.set("Accept", "application/json");
  if (draft.url.empty()) return impossible("the provider has no token endpoint");
  const auto sent = send(session, call, draft);
  StepResult result;
  int accepted = 0;
  bool first = true;
  for (const auto& answer : sent.answers) {
    auto one = judge_answer(session, answer);
    const bool taken = one.disposition == Disposition::accepted;
    accepted += taken;
    if (first || (taken && accepted == 1)) result = std::move(one);
    first = false;
  }
  if (sent.answers.size() > 1) {
    result.observed =
        fmt::format("{} of {} were accepted; the first: {}", accepted, sent.answers.size(), result.observed);
  }
  result.facts["accepted"] = accepted;
  note_request(session, call, draft, sent, result.facts);
  if (result.disposition != Disposition::accepted) return result;

  const auto asked = sent.parameters.value("scope", session.grant(call.step->instance).scope);
  const auto told = oauth::string_member(result.facts, "scope");
  result.facts["granted_scope"] = told.empty() ? asked : told;
  if (call.check_effect) check_effect(session, call, result);
  return result;
}

/// What a flow has in its hands after an honest token response.
void keep(session::Session& session, const Call& call, const StepResult& result) {
  if (result.disposition != Disposition::accepted) return;
  auto& grant = session.grant(call.step->instance);
  grant.access_token = oauth::string_member(result.facts, "access_token");
  const auto refresh = oauth::string_member(result.facts, "refresh_token");
  if (!refresh.empty()) grant.refresh_token = refresh;
}

}  // namespace

StepResult redeem(session::Session& session, const Call& call) {
  const auto& grant = session.grant(call.step->instance);
  const auto code = call.has("code") ? call.text("code") : grant.code;
  if (code.empty()) return impossible("there is no authorization code to redeem");
  Draft draft;
  draft.client = &client_of(session, call);
  draft.add("grant_type", "authorization_code");
  draft.add("code", code);
  const auto redirect_uri = call.has("redirect_uri") ? call.text("redirect_uri") : grant.redirect_uri;
  if (!redirect_uri.empty()) draft.add("redirect_uri", redirect_uri);
  const auto verifier = call.has("code_verifier") ? call.text("code_verifier") : grant.code_verifier;
  if (!verifier.empty()) draft.add("code_verifier", verifier);
  auto result = run(session, call, std::move(draft));
  keep(session, call, result);
  return result;
}

StepResult refresh(session::Session& session, const Call& call) {
  const auto& grant = session.grant(call.step->instance);
  const auto token = call.has("refresh_token") ? call.text("refresh_token") : grant.refresh_token;
  if (token.empty()) return impossible("the provider issued no refresh token");
  Draft draft;
  draft.client = &client_of(session, call);
  draft.add("grant_type", "refresh_token");
  draft.add("refresh_token", token);
  if (call.has("scope")) draft.add("scope", call.text("scope"));
  auto result = run(session, call, std::move(draft));
  keep(session, call, result);
  return result;
}

StepResult request_token(session::Session& session, const Call& call) {
  Draft draft;
  draft.client = &client_of(session, call);
  draft.add("grant_type", call.has("grant_type") ? call.text("grant_type") : "client_credentials");
  if (call.has("scope") && !call.text("scope").empty()) draft.add("scope", call.text("scope"));
  auto result = run(session, call, std::move(draft));
  keep(session, call, result);
  return result;
}

}  // namespace oauthentic::verbs

// Endpoints about tokens: introspect (RFC 7662), revoke (RFC 7009).
#include <fmt/format.h>

#include "oauth/json_document.hpp"
#include "verbs/verb.hpp"

namespace oauthentic::verbs {

using nlohmann::json;
using session::Disposition;
using session::Draft;
using session::StepResult;

namespace {

/// Sends `token` and an optional hint as `client`; the rest is for the caller to judge.
std::optional<StepResult> ask(session::Session& session, const Call& call, const std::string& endpoint,
                              const script::Client& client, StepResult& result) {
  const auto url = session.discovery().endpoint(endpoint);
  if (url.empty()) return impossible(fmt::format("the provider publishes no {}", endpoint));
  const auto token = call.has("token") ? call.text("token") : session.grant(call.step->instance).access_token;
  if (token.empty()) return impossible("there is no token to ask about");
  Draft draft;
  draft.url = url;
  draft.client = &client;
  draft.headers.set("Accept", "application/json");
  draft.add("token", token);
  if (call.has("token_type_hint")) draft.add("token_type_hint", call.text("token_type_hint"));
  const auto sent = send(session, call, draft);
  if (session::no_answer(sent.answers.front(), result)) {
    note_request(session, call, draft, sent, result.facts);
    return result;
  }
  const auto& response = std::get<Response>(sent.answers.front());
  result.facts = session::facts_of(response);
  note_request(session, call, draft, sent, result.facts);
  if (response.status >= 400) {
    refuse_by_json(result);
    return result;
  }
  return std::nullopt;
}

/// RFC 7662 §2.2: whole seconds.
void note_times(const json& body, json& facts) {
  json mistyped = json::array();
  bool any = false;
  for (const auto* name : {"exp", "iat", "nbf"}) {
    const auto at = body.find(name);
    if (at == body.end()) continue;
    any = true;
    if (!at->is_number_integer()) mistyped.push_back(name);
  }
  if (any) facts["mistyped_times"] = std::move(mistyped);
}

}  // namespace

StepResult introspect(session::Session& session, const Call& call) {
  const auto* server = session.world().client("resource_server");
  const auto& client = call.has("client") || !server ? client_of(session, call) : *server;
  StepResult result;
  if (auto ended = ask(session, call, "introspection_endpoint", client, result)) return std::move(*ended);
  const auto& body = oauth::member(result.facts, "body");
  if (body.is_object() && body.contains("active")) {
    result.facts["active"] = body.at("active");
    json members = json::array();
    for (const auto& [name, unused] : body.items())
      members.push_back(name);
    result.facts["members"] = members;
    note_times(body, result.facts);
    result.facts["accepted"] = 1;
    result.disposition = Disposition::accepted;
    result.observed = fmt::format("answered: active is {}", oauth::dump(body.at("active")));
  } else {
    result.observed =
        fmt::format("unclear: status {} without a member \"active\"", oauth::dump(result.facts["status"]));
  }
  return result;
}

StepResult revoke(session::Session& session, const Call& call) {
  StepResult result;
  if (auto ended = ask(session, call, "revocation_endpoint", client_of(session, call), result))
    return std::move(*ended);
  const auto status = result.facts.value("status", 0);
  const bool success = status >= 200 && status < 300;
  result.facts["accepted"] = success ? 1 : 0;
  result.disposition = success ? Disposition::accepted : Disposition::unclear;
  result.observed = fmt::format("{}: status {}", success ? "accepted" : "unclear", status);
  return result;
}

}  // namespace oauthentic::verbs

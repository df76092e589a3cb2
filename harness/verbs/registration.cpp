// Clients that register themselves: register (RFC 7591 §3), read_registration and unregister (RFC 7592 §2).
#include "session/registration.hpp"

#include <fmt/format.h>

#include "oauth/json_document.hpp"
#include "verbs/verb.hpp"

namespace oauthentic::verbs {

using nlohmann::json;
using session::Disposition;
using session::Draft;
using session::StepResult;

namespace {

bool is_success(const json& facts) {
  const auto status = facts.value("status", 0);
  return status >= 200 && status < 300;
}

void note_secrets(session::Session& session, const json& body) {
  for (const auto* name : {"client_secret", "registration_access_token"})
    session.secret(name, oauth::string_member(body, name));
}

/// A request about one registered client, with its registration access token.
StepResult manage(session::Session& session, const Call& call, const char* method) {
  const auto url = call.text("registration_client_uri");
  if (url.empty())
    return impossible("there is no registration_client_uri: the provider does not let clients be managed");
  Draft draft;
  draft.method = method;
  draft.url = url;
  draft.headers.set("Accept", "application/json");
  const auto token = call.text("registration_access_token");
  session.secret("registration_access_token", token);
  if (!token.empty()) draft.headers.set("Authorization", "Bearer " + token);
  const auto sent = send(session, call, draft);
  StepResult result;
  if (session::no_answer(sent.answers.front(), result)) return result;
  const auto& response = std::get<Response>(sent.answers.front());
  result.facts = session::facts_of(response);
  note_secrets(session, oauth::member(result.facts, "body"));
  if (is_success(result.facts)) {
    result.facts["accepted"] = 1;
    result.disposition = Disposition::accepted;
    result.observed = fmt::format("accepted: status {}", response.status);
  } else if (response.status >= 400) {
    refuse_by_json(result);
  }
  return result;
}

}  // namespace

StepResult register_client(session::Session& session, const Call& call) {
  const auto& world = session.world();
  const auto request = session::registration_request(
      world, session::registration_document(world, *session.grant(call.step->instance).client));
  if (request.url.empty()) return impossible("the provider publishes no registration_endpoint");
  Draft draft;
  draft.url = request.url;
  draft.headers = request.headers;
  draft.document = json::parse(request.body);
  session.secret("initial_access_token", world.target->registration.initial_access_token);
  const auto sent = send(session, call, draft);
  StepResult result;
  if (session::no_answer(sent.answers.front(), result)) return result;
  const auto& response = std::get<Response>(sent.answers.front());
  result.facts = session::facts_of(response);
  const auto& body = oauth::member(result.facts, "body");
  const auto registered =
      is_success(result.facts) && body.is_object() ? session::read_registered(body) : std::nullopt;
  note_secrets(session, body);
  if (registered) {
    for (const auto* name :
         {"client_id", "client_secret", "registration_client_uri", "registration_access_token"}) {
      if (const auto text = oauth::string_member(body, name); !text.empty()) result.facts[name] = text;
    }
    result.facts["requested"] = *draft.document;
    result.facts["accepted"] = 1;
    result.disposition = Disposition::accepted;
    result.observed = fmt::format("registered: status {}", response.status);
  } else if ((response.status == 401 || response.status == 403) &&
             world.target->registration.initial_access_token.empty()) {
    result.observed = fmt::format(
        "status {}: does the provider want an initial access token (clients: {{ register: {{ "
        "initial_access_token: ... }} }})?",
        response.status);
  } else if (response.status >= 400) {
    refuse_by_json(result);
  }
  return result;
}

StepResult read_registration(session::Session& session, const Call& call) {
  return manage(session, call, "GET");
}

StepResult unregister(session::Session& session, const Call& call) {
  return manage(session, call, "DELETE");
}

}  // namespace oauthentic::verbs

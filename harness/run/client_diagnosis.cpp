#include "run/client_diagnosis.hpp"

#include <fmt/format.h>

#include "oauth/html_text.hpp"
#include "oauth/json_document.hpp"
#include "run/step_diagnosis.hpp"
#include "verbs/verb.hpp"

namespace oauthentic::run {

using nlohmann::json;
using oauth::AuthenticationMethod;
using session::Disposition;
using session::StepResult;

namespace {

StepResult perform(session::Session& session, const char* verb, json arguments, json deviation = json()) {
  script::Step step;
  step.verb = step.name = verb;
  verbs::Call call;
  call.step = &step;
  call.arguments = std::move(arguments);
  call.deviation = std::move(deviation);
  auto result = verbs::find(verb)(session, call);
  session.flush();
  result.observed = session.redact(result.observed);
  return result;
}

StepResult ask_to_authorize(session::Session& session, json deviation = json()) {
  return perform(session, "authorize", {{"until", "sign_in"}, {"user_agent", "fresh"}}, std::move(deviation));
}

/// Roles whose clients may not use the code grant, or have no redirect URI of their own.
bool is_without_code_grant(const script::Client& client) {
  return client.name == "limited" || client.name == "resource_server";
}

bool has_secret(const script::Client& client) {
  return client.authentication != AuthenticationMethod::none &&
         client.authentication != AuthenticationMethod::private_key_jwt;
}

std::string error_of(const StepResult& result) {
  return oauth::string_member(result.facts, "error");
}

/// An error page before anybody signed in: client or redirect URI were not taken.
bool is_error_page(const ClientProbe& probe) {
  return probe.asked_to_authorize && probe.authorize.place == "page";
}

std::string page_of(const StepResult& result) {
  return fmt::format("{}: {}", result.observed,
                     oauth::fold_space(oauth::string_member(result.facts, "page_text"), 300));
}

Finding refused_client(const std::string& step, const script::Client& client, const ClientProbe& probe) {
  const auto description = oauth::string_member(probe.right.facts, "error_description");
  const auto seen = probe.right.observed +
                    (description.empty() ? "" : fmt::format(" ({})", oauth::fold_space(description, 300)));
  const auto method = to_string(client.authentication);
  if (is_error_page(probe))
    return failed(step, Culprit::configuration, seen + "; the authorization endpoint does not know it either",
                  fmt::format("There is no client with client_id \"{}\": correct it, or register the client.",
                              client.client_id));
  if (client.authentication == AuthenticationMethod::none)
    return failed(
        step, Culprit::configuration, seen,
        "The provider wants it to authenticate: add client_secret to the target file, or register it as "
        "a public client.");
  const auto* known = probe.asked_to_authorize ? "The client_id is known, so it is its credentials: correct "
                                               : "Correct client_id, ";
  return failed(step, Culprit::configuration, seen,
                fmt::format("{}{}, or authentication (now {}) to what the client is registered for.", known,
                            has_secret(client) ? "client_secret" : "private_key", method));
}

}  // namespace

bool is_client_refusal(const StepResult& result) {
  if (result.disposition != Disposition::refused) return false;
  const auto error = error_of(result);
  return error == "invalid_client" ||
         (oauth::member(result.facts, "status") == 401 && error != "invalid_grant");
}

ClientProbe probe_client(session::World& world, const script::Client& client, bool authorize) {
  ClientProbe probe;
  session::Session session(world, "doctor/client/" + client.name, client, "user", true);
  auto& grant = session.grant("");
  probe.asked_to_authorize = authorize && !is_without_code_grant(client);
  if (probe.asked_to_authorize) probe.authorize = ask_to_authorize(session);
  grant.redirect_uri = client.redirect_uri;
  grant.code_verifier = session.random().base64url(32);
  const json made_up = {{"code", session.random().base64url(24)}};
  probe.right = perform(session, "redeem", made_up);
  const bool limited = probe.right.disposition == Disposition::no_answer;
  if (has_secret(client) && !is_client_refusal(probe.right) && !limited) {
    probe.tried_wrong = true;
    probe.wrong = perform(session, "redeem", made_up,
                          {{"authentication", {{"client_secret", "wrong-" + session.random().base64url(24)}}}});
  }
  probe.requests = session.requests_sent();
  return probe;
}

Finding client_finding(const script::Client& client, const ClientProbe& probe) {
  const auto step = "client " + client.name;
  const auto error = error_of(probe.right);
  if (is_client_refusal(probe.right)) return refused_client(step, client, probe);
  if (probe.right.disposition == Disposition::no_answer) return no_answer_finding(step, probe.right.observed);
  if (probe.right.disposition == Disposition::accepted)
    return warning(step, Culprit::provider, "a made-up code was answered with a token",
                   "A run says more (RFC 6749 §4.1.3).");
  if (error == "unauthorized_client" && !is_without_code_grant(client))
    return failed(step, Culprit::configuration, probe.right.observed,
                  fmt::format("Permit client {} the authorization code grant at the provider.", client.name));
  const auto seen = fmt::format("a made-up code: {}", error.empty() ? probe.right.observed : error);
  if (!probe.tried_wrong) {
    const bool expected = error == "invalid_grant" || is_without_code_grant(client);
    return expected ? well(step, seen)
                    : warning(step, Culprit::provider, seen,
                              "RFC 6749 §5.2: a code that is not valid is answered with invalid_grant.");
  }
  if (is_client_refusal(probe.wrong))
    return well(step, fmt::format("{}; a wrong secret: {}", seen,
                                  error_of(probe.wrong).empty() ? "401" : error_of(probe.wrong)));
  return warning(
      step, Culprit::provider, fmt::format("{}; the same with a wrong secret: {}", seen, probe.wrong.observed),
      "It cannot be told whether the credentials are right: the provider does not look at them first.");
}

Finding redirect_uri_finding(const script::Client& client, const ClientProbe& probe) {
  const auto step = "redirect_uri of " + client.name;
  const auto& result = probe.authorize;
  if (!probe.asked_to_authorize) return not_tried(step, "it has no sign-in of its own");
  if (result.disposition == Disposition::no_answer) return no_answer_finding(step, result.observed);
  if (is_error_page(probe) && is_client_refusal(probe.right)) return not_tried(step, "the client is not known");
  if (is_error_page(probe))
    return failed(step, Culprit::configuration, page_of(result),
                  fmt::format("Register {} for this client, exactly so, or correct redirect_uri in the target "
                              "file.",
                              client.redirect_uri));
  if (result.place == "redirect")
    return well(step, fmt::format("{}: {} was delivered to it", client.redirect_uri, error_of(result)));
  return well(step, client.redirect_uri);
}

Finding further_uris_finding(session::World& world, const script::Client& client, std::size_t& requests) {
  constexpr const char* kStep = "redirect_uris";
  const auto& uris = world.target->redirect_uris;
  session::Session session(world, "doctor/redirect_uris", client, "user", true);
  Finding finding = well(kStep, fmt::format("{} more", uris.size()));
  for (const auto& uri : uris) {
    if (uri == client.redirect_uri) continue;
    const auto result = ask_to_authorize(session, {{"set", {{"redirect_uri", uri}}}});
    if (result.disposition == Disposition::no_answer) finding = no_answer_finding(kStep, result.observed);
    if (result.place == "page")
      finding = failed(
          kStep, Culprit::configuration, fmt::format("{}: {}", uri, page_of(result)),
          fmt::format("Register {} for client {}, or take it out of the target file.", uri, client.name));
    if (finding.health == Health::failed) break;
  }
  requests += session.requests_sent();
  return finding;
}

}  // namespace oauthentic::run

// How the API says no (RFC 6750 §3, RFC 9728 §5.1), and what it says of itself (RFC 9728 §2).
#include <fmt/format.h>

#include "mock_servers/answers.hpp"
#include "mock_servers/resource_server/resource_server.hpp"

namespace oauthentic::mock {

namespace {

/// The error under the name of another, where a fault says so.
std::string told_error(const Deployment& deployment, std::string_view error) {
  const auto broken = [&](Fault fault) { return deployment.broken(fault); };
  // FAULT: api_invalid_request_misnamed, api_invalid_token_misnamed, api_insufficient_scope_misnamed
  if (error == "invalid_request" && broken(Fault::api_invalid_request_misnamed)) return "access_denied";
  if (error == "invalid_token" && broken(Fault::api_invalid_token_misnamed)) return "access_denied";
  if (error == "insufficient_scope" && broken(Fault::api_insufficient_scope_misnamed)) return "access_denied";
  // FAULT: challenge_error_charset
  return std::string(error) + (broken(Fault::challenge_error_charset) && !error.empty() ? "\xC3\xA9" : "");
}

int told_status(const Deployment& deployment, int status) {
  const auto broken = [&](Fault fault) { return deployment.broken(fault); };
  // FAULT: api_invalid_request_status, api_invalid_token_status, api_insufficient_scope_status
  if (status == 400 && broken(Fault::api_invalid_request_status)) return 401;
  if (status == 401 && broken(Fault::api_invalid_token_status)) return 403;
  if (status == 403 && broken(Fault::api_insufficient_scope_status)) return 401;
  return status;
}

}  // namespace

Response ResourceServer::refuse(const Refusal& refusal, std::string_view scope) const {
  const bool had_token = !refusal.error.empty();
  auto error = told_error(deployment_, refusal.error);
  // FAULT: challenge_error_without_token, challenge_without_error
  if (!had_token && broken(Fault::challenge_error_without_token)) error = "invalid_token";
  if (broken(Fault::challenge_without_error)) error.clear();
  // FAULT: challenge_scheme_wrong
  std::string challenge = broken(Fault::challenge_scheme_wrong) ? "Token" : "Bearer";
  challenge += fmt::format(" realm=\"api\", resource_metadata=\"{}/.well-known/oauth-protected-resource\"",
                           deployment_.options.api);
  // FAULT: challenge_realm_repeated, challenge_scope_repeated, challenge_scope_charset
  if (broken(Fault::challenge_realm_repeated) || broken(Fault::several_token_methods_misnamed))
    challenge += ", realm=\"api\"";
  // FAULT: challenge_scope_missing
  const bool names_scope = (!had_token || refusal.status == 403) && !broken(Fault::challenge_scope_missing);
  if (names_scope) {
    challenge +=
        fmt::format(", scope=\"{}{}\"", broken(Fault::challenge_scope_charset) ? "\xC3\xA9" : "", scope);
    if (broken(Fault::challenge_scope_repeated)) challenge += fmt::format(", scope=\"{}\"", scope);
  }
  if (!error.empty()) {
    challenge += fmt::format(", error=\"{}\"", error);
    if (!refusal.description.empty())
      challenge += fmt::format(", error_description=\"{}\"", refusal.description);
    // FAULT: challenge_error_repeated, challenge_error_uri_malformed
    if (broken(Fault::challenge_error_repeated)) challenge += fmt::format(", error=\"{}\"", error);
    if (broken(Fault::challenge_error_uri_malformed)) challenge += ", error_uri=\"see <our help>\"";
  }
  // FAULT: challenge_without_parameter
  if (broken(Fault::challenge_without_parameter)) challenge = "Bearer";

  auto response = json_answer(had_token ? told_status(deployment_, refusal.status) : 401,
                              error.empty() ? "{}" : fmt::format("{{\"error\":{}}}", json_text(error)));
  // FAULT: challenge_missing_without_token, challenge_missing_for_bad_token
  if (!broken(had_token ? Fault::challenge_missing_for_bad_token : Fault::challenge_missing_without_token)) {
    response.headers.add("WWW-Authenticate", std::move(challenge));
  }
  response.headers.add("Cache-Control", "no-store");
  return response;
}

Response ResourceServer::metadata() const {
  const auto methods = fmt::format("\"header\"{}{}", deployment_.stance.token_in_body ? ",\"body\"" : "",
                                   deployment_.stance.token_in_query ? ",\"query\"" : "");
  return json_answer(
      200, fmt::format("{{\"resource\":{},\"authorization_servers\":[{}],\"scopes_supported\":[\"profile\","
                       "\"admin\"],\"bearer_methods_supported\":[{}]}}",
                       json_text(deployment_.options.api), json_text(deployment_.options.issuer), methods));
}

}  // namespace oauthentic::mock

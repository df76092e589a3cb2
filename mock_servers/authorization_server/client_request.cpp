// What the token, revocation and introspection endpoints have in common: the form of a request and the form of
// an error (RFC 6749 §3.2 and §5.2).
#include <array>

#include "mock_servers/answers.hpp"
#include "mock_servers/authorization_server/authorization_server.hpp"

namespace oauthentic::mock {

namespace {

constexpr std::array<std::string_view, 15> kKnown = {"grant_type",
                                                     "code",
                                                     "redirect_uri",
                                                     "code_verifier",
                                                     "client_id",
                                                     "client_secret",
                                                     "client_assertion",
                                                     "refresh_token",
                                                     "scope",
                                                     "resource",
                                                     "token",
                                                     "token_type_hint",
                                                     "client_assertion_type",
                                                     "username",
                                                     "password"};

constexpr std::array<std::string_view, 5> kSecrets = {"code", "refresh_token", "code_verifier", "client_secret",
                                                      "token"};

/// The error under the name of another, where a fault says so.
std::string told_error(const Deployment& deployment, std::string_view code) {
  const auto broken = [&](Fault fault) { return deployment.broken(fault); };
  // FAULT: token_invalid_request_misnamed, token_invalid_client_misnamed, token_invalid_grant_misnamed
  if (code == "invalid_request" && broken(Fault::token_invalid_request_misnamed)) return "invalid_scope";
  if (code == "invalid_client" && broken(Fault::token_invalid_client_misnamed)) return "invalid_scope";
  if (code == "invalid_grant" && broken(Fault::token_invalid_grant_misnamed)) return "invalid_scope";
  // FAULT: token_unauthorized_client_misnamed, unsupported_grant_type_misnamed, token_invalid_scope_misnamed
  if (code == "unauthorized_client" && broken(Fault::token_unauthorized_client_misnamed))
    return "invalid_scope";
  if (code == "unsupported_grant_type" && broken(Fault::unsupported_grant_type_misnamed))
    return "invalid_scope";
  if (code == "invalid_scope" && broken(Fault::token_invalid_scope_misnamed)) return "invalid_grant";
  // FAULT: token_error_invented, token_error_charset
  if (broken(Fault::token_error_invented)) return "bad_token_request";
  if (broken(Fault::token_error_charset)) return "invalid\\request";
  return std::string(code);
}

}  // namespace

std::span<const std::string_view> client_request_parameters() {
  return kKnown;
}

std::expected<Form, OAuthError> AuthorizationServer::client_form(const Incoming& in,
                                                                 const Reading& reading) const {
  if (in.is("GET") && reading.takes_get) return Form(in.query);
  if (!in.is("POST"))
    return std::unexpected(OAuthError{"invalid_request", "The request has to be a POST.", 405});
  if (!in.has_form()) {
    return std::unexpected(
        OAuthError{"invalid_request", "The body has to be application/x-www-form-urlencoded."});
  }
  const Form query(in.query);
  // FAULT: query_credentials_accepted
  const bool query_counts = broken(Fault::query_credentials_accepted);
  if (!query_counts &&
      (query.has("client_id") || query.has("client_secret") || query.has("client_assertion"))) {
    return std::unexpected(OAuthError{"invalid_request", "Client credentials do not belong in the URL."});
  }
  Form form(query_counts ? in.request.body + "&" + std::string(in.query) : in.request.body,
            {.empty_counts = reading.empty_counts});
  // FAULT: values_compared_loosely
  if (broken(Fault::values_compared_loosely)) {
    read_loosely(form);
  } else if (form.malformed() || form.unclean(kKnown)) {
    // FAULT: server_error_on_bad_input
    return std::unexpected(OAuthError{"invalid_request", "A parameter is not well-formed.",
                                      broken(Fault::server_error_on_bad_input) ? 500 : 400});
  }
  if (form.repeats() && !reading.repeatable) {
    return std::unexpected(OAuthError{"invalid_request", "A parameter is included more than once."});
  }
  return form;
}

Response AuthorizationServer::error_answer(const Incoming& in, const OAuthError& error) const {
  // FAULT: error_code_member_missing
  auto body = broken(Fault::error_code_member_missing)
                  ? std::string("{\"failure\":true")
                  : "{\"error\":" + json_text(told_error(deployment_, error.code));
  auto description = std::string(error.description);
  // FAULT: token_description_charset
  if (broken(Fault::token_description_charset)) description = "\"" + description + "\"";
  // FAULT: internals_disclosed
  if (broken(Fault::internals_disclosed))
    description += " at handle(/srv/provider/src/token.js:41:7) SELECT * FROM grants";
  // FAULT: secrets_echoed
  if (broken(Fault::secrets_echoed)) {
    const Form form(in.request.body);
    for (const auto name : kSecrets) {
      if (form.has(name) && is_clean(form.value(name))) description += " " + std::string(form.value(name));
    }
  }
  if (!description.empty()) body += ",\"error_description\":" + json_text(description);
  // FAULT: token_error_uri_malformed
  if (broken(Fault::token_error_uri_malformed)) body += ",\"error_uri\":\"see <our help>\"";
  body += "}";

  auto status = error.status;
  // FAULT: token_error_status, invalid_client_status
  if (status == 400 && broken(Fault::token_error_status)) status = 403;
  if (status == 401 && !in.request.headers.has("Authorization") && broken(Fault::invalid_client_status))
    status = 403;
  // FAULT: invalid_client_status_after_header
  if (status == 401 && in.request.headers.has("Authorization") &&
      broken(Fault::invalid_client_status_after_header))
    status = 400;
  auto response = json_answer(status, std::move(body));
  response.headers.add("Cache-Control", "no-store");
  if (stance().pragma) response.headers.add("Pragma", "no-cache");
  // FAULT: token_error_media_type
  if (broken(Fault::token_error_media_type)) response.headers.set("Content-Type", "text/html");
  if (status == 405) response.headers.add("Allow", "POST");
  // FAULT: invalid_client_without_challenge
  if (status == 401 && !broken(Fault::invalid_client_without_challenge)) {
    response.headers.add("WWW-Authenticate", "Basic realm=\"token endpoint\", charset=\"UTF-8\"");
  }
  return response;
}

}  // namespace oauthentic::mock

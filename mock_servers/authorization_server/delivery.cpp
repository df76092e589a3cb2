// The authorization response (RFC 6749 §4.1.2 and §4.1.2.1, RFC 9207 §2).
#include "mock_servers/answers.hpp"
#include "mock_servers/authorization_server/authorization_server.hpp"
#include "oauth/url.hpp"

namespace oauthentic::mock {

namespace {

/// The error under the name of another, where a fault says so.
std::string_view told_error(const Deployment& deployment, std::string_view code) {
  const auto broken = [&](Fault fault) { return deployment.broken(fault); };
  // FAULT: authorization_invalid_request_misnamed, authorization_invalid_scope_misnamed
  if (code == "invalid_request" && broken(Fault::authorization_invalid_request_misnamed))
    return "access_denied";
  if (code == "invalid_scope" && broken(Fault::authorization_invalid_scope_misnamed)) return "access_denied";
  // FAULT: authorization_unauthorized_client_misnamed, authorization_access_denied_misnamed
  if (code == "unauthorized_client" && broken(Fault::authorization_unauthorized_client_misnamed))
    return "access_denied";
  if (code == "access_denied" && broken(Fault::authorization_access_denied_misnamed)) return "invalid_request";
  // FAULT: unsupported_response_type_misnamed, authorization_error_invented
  if (code == "unsupported_response_type" && broken(Fault::unsupported_response_type_misnamed))
    return "access_denied";
  if (broken(Fault::authorization_error_invented)) return "user_error";
  // FAULT: authorization_error_charset
  if (broken(Fault::authorization_error_charset)) return "invalid\"request";
  return code;
}

std::string told_issuer(const Deployment& deployment) {
  const auto& issuer = deployment.options.issuer;
  // FAULT: iss_with_slash, iss_with_query
  if (deployment.broken(Fault::iss_with_slash)) return issuer + "/";
  if (deployment.broken(Fault::iss_with_query)) return issuer + "?server=1";
  return issuer;
}

}  // namespace

Response AuthorizationServer::deliver_code(const AuthorizationRequest& request, const Session& session,
                                           Time now, int status) {
  auto grant = std::make_shared<Grant>();
  grant->client = request.client;
  grant->user = session.user;
  grant->scopes = request.scopes;
  grant->resource = request.resource;
  grant->nonce = request.nonce;
  grant->authenticated = session.authenticated;
  grant->openid = request.openid;

  auto code = std::make_shared<Code>();
  code->grant = std::move(grant);
  code->redirect_uri = request.redirect_uri;
  code->redirect_uri_sent = request.redirect_uri_sent;
  code->challenge = request.challenge;
  code->method = request.method;
  code->expires = now + kCodeLife;
  const auto name = deployment_.random.base64url(32);
  // FAULT: challenge_not_bound_to_code
  if (broken(Fault::challenge_not_bound_to_code)) store_.note_challenge(request.client->id, request.challenge);
  store_.put(name, std::move(code));
  // FAULT: code_missing
  oauth::Parameters result;
  if (!broken(Fault::code_missing)) result.push_back({"code", name});
  // FAULT: challenge_exposed
  if (broken(Fault::challenge_exposed)) result.push_back({"code_challenge", request.challenge});
  return deliver(request, std::move(result), status, false);
}

Response AuthorizationServer::deliver_error(const AuthorizationRequest& request, const OAuthError& error,
                                            int status) const {
  // FAULT: authorization_errors_on_page
  if (broken(Fault::authorization_errors_on_page)) return pages_.error(400, error.description);
  oauth::Parameters result{{"error", std::string(told_error(deployment_, error.code))}};
  if (!error.description.empty()) {
    // FAULT: authorization_description_charset
    result.push_back({"error_description", broken(Fault::authorization_description_charset)
                                               ? "\"" + std::string(error.description) + "\""
                                               : std::string(error.description)});
  }
  // FAULT: authorization_error_uri_malformed
  if (broken(Fault::authorization_error_uri_malformed)) result.push_back({"error_uri", "see <our help>"});
  // FAULT: error_with_extra_parameter
  if (broken(Fault::error_with_extra_parameter)) result.push_back({"reason", "17"});
  return deliver(request, std::move(result), status, true);
}

Response AuthorizationServer::deliver(const AuthorizationRequest& request, oauth::Parameters result, int status,
                                      bool is_error) const {
  // FAULT: state_dropped, state_dropped_from_errors
  if (request.state && !broken(is_error ? Fault::state_dropped_from_errors : Fault::state_dropped)) {
    // FAULT: state_cut, state_lowered
    auto state = broken(Fault::state_cut) ? request.state->substr(0, 16) : *request.state;
    if (broken(Fault::state_lowered)) state = to_lower(state);
    result.push_back({"state", std::move(state)});
  }
  // FAULT: state_invented
  if (!request.state && broken(Fault::state_invented)) result.push_back({"state", "none"});
  // FAULT: iss_dropped, iss_dropped_from_errors
  if (!broken(is_error ? Fault::iss_dropped_from_errors : Fault::iss_dropped))
    result.push_back({"iss", told_issuer(deployment_)});
  // FAULT: response_parameter_repeated
  if (broken(Fault::response_parameter_repeated) && !result.empty()) result.push_back(result.front());

  if (request.response_mode == "form_post") return pages_.form_post(request.redirect_uri, result);
  // FAULT: redirect_uri_query_dropped
  const auto target = broken(Fault::redirect_uri_query_dropped) ? oauth::without_query(request.redirect_uri)
                                                                : request.redirect_uri;
  // FAULT: code_in_fragment
  auto url = !is_error && broken(Fault::code_in_fragment) ? target + "#" + oauth::form_encode(result)
                                                          : oauth::with_query(target, result);
  auto response = redirect_answer(status, std::move(url));
  response.headers.add("Referrer-Policy", "no-referrer");
  return response;
}

}  // namespace oauthentic::mock

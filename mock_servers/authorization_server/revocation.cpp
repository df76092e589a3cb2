// Token revocation (RFC 7009).
#include "mock_servers/answers.hpp"
#include "mock_servers/authorization_server/authorization_server.hpp"

namespace oauthentic::mock {

namespace {

Response revoked_answer(int status) {
  Response response;
  response.status = status;
  response.reason = status == 200 ? "OK" : "";
  response.headers.add("Cache-Control", "no-store");
  return response;
}

}  // namespace

Response AuthorizationServer::revoke(const Incoming& in) {
  auto answer = revocation_request(in);
  if (answer) return std::move(*answer);
  // FAULT: revocation_error_as_text
  if (broken(Fault::revocation_error_as_text))
    return text_answer(answer.error().status, "The token could not be revoked.");
  return error_answer(in, answer.error());
}

AuthorizationServer::Outcome AuthorizationServer::revocation_request(const Incoming& in) {
  // FAULT: revocation_by_get
  const auto form = client_form(in, {.takes_get = broken(Fault::revocation_by_get)});
  if (!form) return std::unexpected(form.error());
  // FAULT: revocation_without_authentication
  auto client = authenticate(in, *form);
  const bool open = broken(Fault::revocation_without_authentication);
  if (!client && !open) return std::unexpected(client.error());
  if (!form->has("token")) {
    // FAULT: revocation_token_not_required
    if (broken(Fault::revocation_token_not_required)) return revoked_answer(200);
    return std::unexpected(OAuthError{"invalid_request", "The parameter token is missing."});
  }
  const auto name = form->value("token");
  const auto hint = form->value("token_type_hint");
  // FAULT: revocation_unknown_hint_refused
  if (!hint.empty() && hint != "access_token" && hint != "refresh_token" &&
      broken(Fault::revocation_unknown_hint_refused)) {
    return std::unexpected(OAuthError{"unsupported_token_type", "The hint is not known."});
  }
  // FAULT: revocation_trusts_hint
  const bool trusting = broken(Fault::revocation_trusts_hint);
  const auto access = trusting && hint == "refresh_token" ? nullptr : store_.access_token(name, Lookup::exact);
  const auto refresh = trusting && hint == "access_token" ? nullptr : store_.refresh_token(name, Lookup::exact);
  // FAULT: revocation_status, unknown_token_revocation_refused
  const int success = broken(Fault::revocation_status) ? 204 : 200;
  if (!access && !refresh) {
    if (broken(Fault::unknown_token_revocation_refused)) {
      return std::unexpected(OAuthError{"invalid_request", "The token is not known."});
    }
    return revoked_answer(success);
  }
  const auto& grant = access ? access->grant : refresh->grant;
  // FAULT: foreign_token_revoked
  if (!open && grant->client != *client && !broken(Fault::foreign_token_revoked)) {
    return std::unexpected(OAuthError{"invalid_grant", "The token was issued to another client."});
  }
  // FAULT: access_token_revocation_misrefused
  if (access && broken(Fault::access_token_revocation_misrefused)) {
    return std::unexpected(OAuthError{"invalid_request", "Access tokens are not revoked here."});
  }
  // FAULT: access_token_revocation_ineffective, revocation_effective_later
  const bool later = broken(Fault::revocation_effective_later);
  if (access && !later && !broken(Fault::access_token_revocation_ineffective)) access->revoked = true;
  // FAULT: refresh_token_revocation_ineffective, refresh_revocation_spares_access_tokens
  if (refresh && !later && !broken(Fault::refresh_token_revocation_ineffective)) {
    refresh->revoked = true;
    if (!broken(Fault::refresh_revocation_spares_access_tokens)) refresh->grant->access_revoked = true;
  }
  return revoked_answer(success);
}

}  // namespace oauthentic::mock

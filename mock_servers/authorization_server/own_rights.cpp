// Grants without a user who is asked: client_credentials (RFC 6749 §4.4) and, for a fault, password (§4.3).
#include "mock_servers/authorization_server/authorization_server.hpp"

namespace oauthentic::mock {

namespace {

/// The scope asked for, within what the client may have; a default if it asks for none.
std::expected<Scopes, OAuthError> read_scopes(const Client& client, const Form& form) {
  const std::string text(form.has("scope") ? form.value("scope") : "profile");
  if (!oauth::is_scope(text)) return std::unexpected(OAuthError{"invalid_scope", "The scope is malformed."});
  auto scopes = split_scopes(text);
  if (!covers(client.scopes, scopes) || contains(scopes, "openid")) {
    return std::unexpected(OAuthError{"invalid_scope", "The scope is not known or not open to this client."});
  }
  return scopes;
}

}  // namespace

AuthorizationServer::Outcome AuthorizationServer::client_credentials(const Client& client, const Form& form,
                                                                     Time now) {
  // FAULT: client_credentials_for_public_clients, grant_not_bound_to_client
  const auto guard =
      client.is_public() ? Fault::client_credentials_for_public_clients : Fault::grant_not_bound_to_client;
  if (!client.may_use_own_rights && !broken(guard)) {
    return std::unexpected(OAuthError{"unauthorized_client", "The client may not use this grant type."});
  }
  const auto scopes = read_scopes(client, form);
  if (!scopes) return std::unexpected(scopes.error());
  auto grant = std::make_shared<Grant>();
  grant->client = &client;
  grant->scopes = *scopes;
  const auto resource = check_resource(*grant, form);
  if (!resource) return std::unexpected(resource.error());
  // FAULT: client_credentials_with_refresh_token
  return issue(grant,
               {.scopes = *scopes,
                .resource = *resource,
                .with_refresh_token = broken(Fault::client_credentials_with_refresh_token),
                .refresh_scopes = *scopes},
               now);
}

AuthorizationServer::Outcome AuthorizationServer::password(const Client& client, const Form& form, Time now) {
  const auto* user = deployment_.registry.user(form.value("username"));
  if (!user || form.value("password") != user->password) {
    return std::unexpected(OAuthError{"invalid_grant", "The username or the password is wrong."});
  }
  const auto scopes = read_scopes(client, form);
  if (!scopes) return std::unexpected(scopes.error());
  auto grant = std::make_shared<Grant>();
  grant->client = &client;
  grant->user = user;
  grant->scopes = *scopes;
  return issue(grant, {.scopes = *scopes, .resource = {}}, now);
}

}  // namespace oauthentic::mock

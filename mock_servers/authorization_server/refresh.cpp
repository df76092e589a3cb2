// The refresh token grant (RFC 6749 §6, RFC 9700 §4.14.2).
#include "mock_servers/authorization_server/authorization_server.hpp"

namespace oauthentic::mock {

namespace {

OAuthError refused(std::string_view why) {
  return {"invalid_grant", why};
}

}  // namespace

AuthorizationServer::Outcome AuthorizationServer::refresh(const Client& client, const Form& form, Time now) {
  const auto found = find_refresh_token(client, form, now);
  if (!found) return std::unexpected(found.error());
  auto& token = **found;
  // FAULT: public_refresh_token_reusable, refresh_replay_spares_family
  const auto replayed = [&] {
    if (!broken(Fault::refresh_replay_spares_family)) {
      token.grant->refresh_revoked = true;
      token.grant->access_revoked = true;
    }
    return std::unexpected(refused("The refresh token was replaced by another."));
  };
  const bool reusable = broken(Fault::public_refresh_token_reusable);
  if (token.used && !reusable) return replayed();
  const auto scopes = refreshed_scopes(token, form);
  if (!scopes) return std::unexpected(scopes.error());
  const auto resource = check_resource(*token.grant, form);
  if (!resource) return std::unexpected(resource.error());
  // FAULT: public_refresh_token_not_rotated, refresh_token_always_rotated
  const bool rotates = (client.is_public() && stance().rotates_for_public_clients &&
                        !broken(Fault::public_refresh_token_not_rotated)) ||
                       broken(Fault::refresh_token_always_rotated);
  if (rotates && token.used.exchange(true) && !reusable) return replayed();
  // FAULT: new_refresh_token_narrowed
  return issue(token.grant,
               {.scopes = *scopes,
                .resource = *resource,
                .with_refresh_token = rotates,
                .refresh_scopes = broken(Fault::new_refresh_token_narrowed) ? *scopes : token.scopes,
                .with_id_token = contains(token.grant->scopes, "openid") && token.grant->user != nullptr,
                .refreshed = true},
               now);
}

std::expected<std::shared_ptr<RefreshToken>, OAuthError> AuthorizationServer::find_refresh_token(
    const Client& client, const Form& form, Time now) const {
  const auto made_up = [&] {
    auto token = std::make_shared<RefreshToken>();
    token->grant = std::make_shared<Grant>();
    token->grant->client = &client;
    token->grant->user = &deployment_.registry.users().front();
    token->grant->scopes = token->scopes = {"profile"};
    token->expires = now + kRefreshTokenLife;
    return token;
  };
  if (!form.has("refresh_token")) {
    // FAULT: refresh_token_not_required
    if (broken(Fault::refresh_token_not_required)) return made_up();
    return std::unexpected(OAuthError{"invalid_request", "The parameter refresh_token is missing."});
  }
  // FAULT: refresh_token_compared_by_half
  auto token =
      store_.refresh_token(form.value("refresh_token"),
                           broken(Fault::refresh_token_compared_by_half) ? Lookup::by_half : Lookup::exact);
  // FAULT: unknown_refresh_token_accepted
  if (!token && broken(Fault::unknown_refresh_token_accepted)) return made_up();
  if (!token) return std::unexpected(refused("The refresh token is not known."));
  // FAULT: refresh_token_not_bound_to_client
  if (token->grant->client != &client && !broken(Fault::refresh_token_not_bound_to_client)) {
    return std::unexpected(refused("The refresh token was issued to another client."));
  }
  if (now >= token->expires) return std::unexpected(refused("The refresh token has expired."));
  // FAULT: revoked_refresh_token_accepted
  if (token->revoked) {
    if (!broken(Fault::revoked_refresh_token_accepted)) {
      return std::unexpected(refused("The refresh token was revoked."));
    }
    token->grant->access_revoked = false;  // what is issued now works
  }
  if (token->grant->refresh_revoked) return std::unexpected(refused("The grant was revoked."));
  return token;
}

std::expected<Scopes, OAuthError> AuthorizationServer::refreshed_scopes(const RefreshToken& token,
                                                                        const Form& form) const {
  if (!form.has("scope")) {
    // FAULT: omitted_refresh_scope_narrows
    return broken(Fault::omitted_refresh_scope_narrows) ? Scopes{token.scopes.back()} : token.scopes;
  }
  const std::string text(form.value("scope"));
  if (!oauth::is_scope(text)) return std::unexpected(OAuthError{"invalid_scope", "The scope is malformed."});
  auto scopes = split_scopes(text);
  // FAULT: refresh_widens_scope
  if (!covers(token.scopes, scopes) &&
      !(broken(Fault::refresh_widens_scope) && covers(token.grant->client->scopes, scopes))) {
    return std::unexpected(OAuthError{"invalid_scope", "The scope was not granted."});
  }
  return scopes;
}

}  // namespace oauthentic::mock

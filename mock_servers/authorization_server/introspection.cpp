// Token introspection (RFC 7662).
#include <fmt/format.h>

#include "mock_servers/answers.hpp"
#include "mock_servers/authorization_server/authorization_server.hpp"

namespace oauthentic::mock {

namespace {

/// RFC 7662 §4: a protected resource asks about everything, a client about its own tokens, a public client
/// about nothing.
bool may_ask(const Deployment& deployment, const Client& caller, const Grant& grant) {
  // FAULT: introspection_open_to_all_clients
  return caller.may_introspect_all || grant.client == &caller ||
         deployment.broken(Fault::introspection_open_to_all_clients);
}

std::string member(std::string_view name, std::string_view value) {
  return fmt::format(",\"{}\":{}", name, value);
}

}  // namespace

Response AuthorizationServer::introspect(const Incoming& in) {
  const auto form = client_form(in, {});
  if (!form) return error_answer(in, form.error());
  const auto authorization = in.request.headers.value("Authorization");
  const Client* caller = nullptr;
  if (const auto bearer = oauth::parse_bearer(authorization)) {
    // FAULT: introspection_by_any_bearer_token
    const auto token = store_.access_token(*bearer, Lookup::exact);
    if (!token || !broken(Fault::introspection_by_any_bearer_token)) {
      auto response = json_answer(
          401, R"({"error":"invalid_token","error_description":"The token gives no right to ask."})");
      response.headers.add("WWW-Authenticate", "Bearer realm=\"introspection\", error=\"invalid_token\"");
      response.headers.add("Cache-Control", "no-store");
      return response;
    }
    caller = &deployment_.registry.client_of_role("resource_server");
  } else {
    const auto client = authenticate(in, *form);
    // FAULT: introspection_without_credentials
    const bool anonymous =
        authorization.empty() && !form->has("client_secret") && !form->has("client_assertion");
    if (anonymous && broken(Fault::introspection_without_credentials)) {
      caller = &deployment_.registry.client_of_role("resource_server");
    } else if (!client || (*client)->is_public()) {
      // FAULT: introspection_bad_credentials_status
      auto error =
          client ? OAuthError{"invalid_client", "The client may not introspect tokens.", 401} : client.error();
      if (error.status == 401 && broken(Fault::introspection_bad_credentials_status)) error.status = 400;
      return error_answer(in, error);
    } else {
      caller = *client;
    }
  }
  // FAULT: introspection_token_not_required
  if (!form->has("token")) {
    if (broken(Fault::introspection_token_not_required)) return inactive();
    return error_answer(in, {"invalid_request", "The parameter token is missing."});
  }
  const auto name = form->value("token");
  const auto hint = form->value("token_type_hint");
  // FAULT: introspection_compares_by_half, introspection_trusts_hint, introspection_knows_every_token
  const auto lookup = broken(Fault::introspection_compares_by_half) ? Lookup::by_half : Lookup::exact;
  const bool trusting = broken(Fault::introspection_trusts_hint);
  if (!trusting || hint != "refresh_token") {
    if (const auto token = store_.access_token(name, lookup))
      return introspection_of_access_token(*token, *caller, in.now);
  }
  if (!trusting || hint != "access_token") {
    if (const auto token = store_.refresh_token(name, lookup))
      return introspection_of_refresh_token(*token, *caller, in.now);
  }
  // FAULT: inactive_token_described
  if (broken(Fault::inactive_token_described))
    return introspection_answer(200, R"({"active":false,"reason":"never issued"})");
  if (broken(Fault::introspection_knows_every_token)) return introspection_answer(200, R"({"active":true})");
  return inactive();
}

Response AuthorizationServer::introspection_of_access_token(const AccessToken& token, const Client& caller,
                                                            Time now) const {
  // FAULT: expired_token_introspected_active, revoked_token_introspected_active
  const bool expired = now >= token.expires && !broken(Fault::expired_token_introspected_active);
  const bool revoked = token.is_revoked() && !broken(Fault::revoked_token_introspected_active);
  const auto& grant = *token.grant;
  // FAULT: live_token_introspected_inactive
  const bool active = !expired && !revoked && may_ask(deployment_, caller, grant) &&
                      !broken(Fault::live_token_introspected_inactive);
  // FAULT: inactive_token_described
  if (!active && !broken(Fault::inactive_token_described)) return inactive();
  // FAULT: active_as_text, introspected_scope_as_list, introspected_times_as_text
  std::string body = broken(Fault::active_as_text) ? fmt::format("{{\"active\":\"{}\"", active)
                                                   : fmt::format("{{\"active\":{}", active);
  // FAULT: introspected_scope_wider
  auto scope = json_text(oauth::join_scopes(token.scopes) +
                         (broken(Fault::introspected_scope_wider) ? " admin.everything" : ""));
  if (broken(Fault::introspected_scope_as_list)) scope = fmt::format("[{}]", scope);
  body += member("scope", scope);
  body += member("client_id", json_text(grant.client->id));
  if (grant.user) body += member("username", json_text(grant.user->username));
  body += member("token_type", "\"Bearer\"");
  const bool as_text = broken(Fault::introspected_times_as_text);
  const auto time = [&](Time when) {
    return as_text ? fmt::format("\"{}\"", when.time_since_epoch().count())
                   : fmt::format("{}", when.time_since_epoch().count());
  };
  // FAULT: token_lifetime_untold
  if (!broken(Fault::token_lifetime_untold)) body += member("exp", time(token.expires));
  body += member("iat", time(token.issued));
  // FAULT: client_subject_is_a_user
  const auto& stranger = deployment_.registry.users().front().sub;
  body += member("sub", json_text(grant.user                                ? grant.user->sub
                                  : broken(Fault::client_subject_is_a_user) ? stranger
                                                                            : grant.client->id));
  // FAULT: audience_untold
  if (!broken(Fault::audience_untold)) {
    const auto& options = deployment_.options;
    body += member("aud", token.resource.empty()
                              ? fmt::format("[{},{}]", json_text(options.api), json_text(options.issuer))
                              : json_text(token.resource));
  }
  body += member("iss", json_text(deployment_.options.issuer)) + "}";
  return introspection_answer(200, std::move(body));
}

Response AuthorizationServer::introspection_of_refresh_token(const RefreshToken& token, const Client& caller,
                                                             Time now) const {
  // A refresh token can be used at no protected resource: none is told anything but that (RFC 7662 §4).
  const bool active =
      now < token.expires && !token.is_revoked() && !token.used && token.grant->client == &caller;
  if (!active) return inactive();
  return introspection_answer(
      200, fmt::format("{{\"active\":true,\"scope\":{},\"client_id\":{},\"exp\":{},\"iat\":{},\"iss\":{}}}",
                       json_text(oauth::join_scopes(token.scopes)), json_text(token.grant->client->id),
                       token.expires.time_since_epoch().count(), token.issued.time_since_epoch().count(),
                       json_text(deployment_.options.issuer)));
}

Response AuthorizationServer::inactive() const {
  // FAULT: inactive_token_is_an_error
  if (broken(Fault::inactive_token_is_an_error))
    return introspection_answer(404, R"({"error":"invalid_token"})");
  // FAULT: active_as_text
  return introspection_answer(200,
                              broken(Fault::active_as_text) ? R"({"active":"false"})" : R"({"active":false})");
}

Response AuthorizationServer::introspection_answer(int status, std::string body) const {
  auto response = json_answer(status, std::move(body));
  response.headers.add("Cache-Control", "no-store");
  // FAULT: introspection_media_type
  if (broken(Fault::introspection_media_type)) response.headers.set("Content-Type", "text/plain");
  return response;
}

}  // namespace oauthentic::mock

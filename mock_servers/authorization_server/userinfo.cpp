// The UserInfo endpoint (OpenID Connect Core §5.3), a protected resource of the authorization server itself.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "mock_servers/answers.hpp"
#include "mock_servers/authorization_server/authorization_server.hpp"

namespace oauthentic::mock {

namespace {

Response refused(int status, std::string_view error) {
  auto response = json_answer(status, error.empty() ? "{}" : fmt::format("{{\"error\":\"{}\"}}", error));
  response.headers.add("WWW-Authenticate",
                       error.empty()
                           ? "Bearer realm=\"userinfo\""
                           : fmt::format("Bearer realm=\"userinfo\", scope=\"openid\", error=\"{}\"", error));
  response.headers.add("Cache-Control", "no-store");
  return response;
}

/// Pages of other origins may read it (§5.3).
Response for_other_origins(Response response) {
  response.headers.add("Access-Control-Allow-Origin", "*");
  return response;
}

using Json = nlohmann::ordered_json;

/// By scope (§5.4) and by the parameter claims (§5.5).
Json claims_of(const User& user, const AccessToken& token) {
  const auto& asked = token.grant->openid.userinfo;
  Json claims = Json::object();
  claims["sub"] = user.sub;
  const auto add = [&](const char* scope, const char* name, Json value) {
    if (contains(token.scopes, scope) || asked.contains(name)) claims[name] = std::move(value);
  };
  add("profile", "name", user.name);
  add("profile", "preferred_username", user.username);
  add("email", "email", user.username + "@example.com");
  add("email", "email_verified", true);
  add("phone", "phone_number", "+49 (30) 5550100");
  add("phone", "phone_number_verified", true);
  return claims;
}

}  // namespace

Response AuthorizationServer::userinfo(const Incoming& in) const {
  // FAULT: userinfo_cors_missing
  if (broken(Fault::userinfo_cors_missing)) return userinfo_answer(in);
  if (!in.is("OPTIONS")) return for_other_origins(userinfo_answer(in));
  Response preflight;
  preflight.status = 204;
  preflight.headers.add("Access-Control-Allow-Methods", "GET, POST");
  preflight.headers.add("Access-Control-Allow-Headers", "Authorization");
  return for_other_origins(std::move(preflight));
}

Response AuthorizationServer::userinfo_answer(const Incoming& in) const {
  // FAULT: userinfo_get_refused, userinfo_post_refused
  const bool get = in.is("GET") && !broken(Fault::userinfo_get_refused);
  const bool post = in.is("POST") && !broken(Fault::userinfo_post_refused);
  if (!get && !post) return method_not_allowed("GET, POST");
  const auto fields = in.request.headers.all("Authorization");
  // FAULT: userinfo_header_ignored
  if (broken(Fault::userinfo_header_ignored)) return refused(401, "");
  // FAULT: userinfo_error_status
  if (fields.empty()) return refused(broken(Fault::userinfo_error_status) ? 403 : 401, "");
  const auto name = fields.size() == 1 ? oauth::parse_bearer(fields.front()) : std::nullopt;
  if (!name) return refused(400, "invalid_request");
  const auto token = store_.access_token(*name, Lookup::exact);
  // FAULT: userinfo_error_misnamed
  const auto invalid = broken(Fault::userinfo_error_misnamed) ? "invalid_request" : "invalid_token";
  if (!token || token->is_revoked()) return refused(401, invalid);
  // FAULT: userinfo_accepts_expired_tokens
  if (in.now >= token->expires && !broken(Fault::userinfo_accepts_expired_tokens)) return refused(401, invalid);
  if (!token->resource.empty() && token->resource != deployment_.options.issuer) return refused(401, invalid);
  if (!contains(token->scopes, "openid") || !token->grant->user) return refused(403, "insufficient_scope");
  auto claims = claims_of(*token->grant->user, *token);
  // FAULT: userinfo_sub_missing, userinfo_sub_differs, userinfo_null_claim, userinfo_scope_ignored
  if (broken(Fault::userinfo_sub_missing)) claims.erase("sub");
  if (broken(Fault::userinfo_sub_differs)) claims["sub"] = "0" + token->grant->user->sub;
  if (broken(Fault::userinfo_null_claim)) claims["nickname"] = nullptr;
  if (broken(Fault::userinfo_scope_ignored)) claims = Json::object({{"sub", token->grant->user->sub}});
  // FAULT: phone_number_malformed, userinfo_media_type, userinfo_list
  if (broken(Fault::phone_number_malformed) && claims.contains("phone_number"))
    claims["phone_number"] = "030 5550100";
  if (broken(Fault::userinfo_list)) claims = Json::array({claims});
  auto response = json_answer(200, claims.dump());
  if (broken(Fault::userinfo_media_type)) response.headers.set("Content-Type", "text/plain");
  response.headers.add("Cache-Control", "no-store");
  return response;
}

}  // namespace oauthentic::mock

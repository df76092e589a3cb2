// The UserInfo endpoint (OpenID Connect Core §5.3), a protected resource of the authorization server itself.
#include <fmt/format.h>

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

}  // namespace

Response AuthorizationServer::userinfo(const Incoming& in) const {
  if (!in.is("GET") && !in.is("POST")) return method_not_allowed("GET, POST");
  const auto fields = in.request.headers.all("Authorization");
  if (fields.empty()) return refused(401, "");
  const auto name = fields.size() == 1 ? oauth::parse_bearer(fields.front()) : std::nullopt;
  if (!name) return refused(400, "invalid_request");
  const auto token = store_.access_token(*name, Lookup::exact);
  if (!token || token->is_revoked() || in.now >= token->expires) return refused(401, "invalid_token");
  if (!token->resource.empty() && token->resource != deployment_.options.issuer)
    return refused(401, "invalid_token");
  if (!contains(token->scopes, "openid") || !token->grant->user) return refused(403, "insufficient_scope");
  const auto& user = *token->grant->user;
  auto body = fmt::format("{{\"sub\":{}", json_text(user.sub));
  if (contains(token->scopes, "profile")) {
    body +=
        fmt::format(",\"name\":{},\"preferred_username\":{}", json_text(user.name), json_text(user.username));
  }
  auto response = json_answer(200, body + "}");
  response.headers.add("Cache-Control", "no-store");
  return response;
}

}  // namespace oauthentic::mock

// Successful token responses (RFC 6749 §5.1).
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "mock_servers/answers.hpp"
#include "mock_servers/authorization_server/authorization_server.hpp"
#include "oauth/jose.hpp"

namespace oauthentic::mock {

namespace {

constexpr std::chrono::seconds kTwoHours{7200};

Scopes without(Scopes scopes, std::string_view scope) {
  std::erase(scopes, scope);
  return scopes;
}

void add_member(std::string& body, std::string_view name, std::string_view value) {
  body += fmt::format("{}\"{}\":{}", body.size() > 1 ? "," : "", name, value);
}

}  // namespace

Response AuthorizationServer::issue(const std::shared_ptr<Grant>& grant, const Issue& what, Time now) {
  auto scopes = what.scopes;
  // FAULT: scope_narrowed_silently, scope_widened
  const bool narrowed = broken(Fault::scope_narrowed_silently) && contains(scopes, "admin");
  if (narrowed) scopes = without(std::move(scopes), "admin");
  if (broken(Fault::scope_widened) && !contains(scopes, "admin")) scopes.emplace_back("admin");
  // FAULT: access_token_lives_two_hours
  const auto life = broken(Fault::access_token_lives_two_hours) ? kTwoHours : kAccessTokenLife;

  auto token = std::make_shared<AccessToken>();
  token->grant = grant;
  token->scopes = scopes;
  token->resource = what.resource;
  token->issued = now;
  token->expires = now + life;
  // FAULT: access_token_short
  auto access_token = deployment_.random.base64url(broken(Fault::access_token_short) ? 12 : 32);
  if (deployment_.options.manners.has(Manner::jwt_tokens)) {
    access_token = oauth::sign_jwt({{"alg", "ES256"}, {"typ", "at+jwt"}},
                                   {{"jti", access_token}, {"exp", token->expires.time_since_epoch().count()}},
                                   es256_key());
  }
  store_.put(access_token, std::move(token));

  std::string body = "{";
  // FAULT: access_token_missing, token_type_missing, token_member_repeated, token_type_foreign
  if (!broken(Fault::access_token_missing)) add_member(body, "access_token", json_text(access_token));
  if (!broken(Fault::token_type_missing))
    add_member(body, "token_type", broken(Fault::token_type_foreign) ? "\"N_A\"" : "\"Bearer\"");
  if (broken(Fault::token_member_repeated)) add_member(body, "token_type", "\"Bearer\"");
  // FAULT: expires_in_missing, token_lifetime_untold, expires_in_as_text
  if (!broken(Fault::expires_in_missing) && !broken(Fault::token_lifetime_untold)) {
    // FAULT: expires_in_zero
    const auto told = broken(Fault::expires_in_zero) ? 0 : life.count();
    add_member(body, "expires_in",
               fmt::format(fmt::runtime(broken(Fault::expires_in_as_text) ? "\"{}\"" : "{}"), told));
  }
  if (what.with_refresh_token) {
    auto refresh = std::make_shared<RefreshToken>();
    refresh->grant = grant;
    refresh->scopes = what.refresh_scopes;
    if (broken(Fault::scope_widened) && !contains(refresh->scopes, "admin"))
      refresh->scopes.emplace_back("admin");
    refresh->issued = now;
    refresh->expires = now + kRefreshTokenLife;
    // FAULT: refresh_token_short
    const auto name = deployment_.random.base64url(broken(Fault::refresh_token_short) ? 12 : 32);
    store_.put(name, std::move(refresh));
    add_member(body, "refresh_token", json_text(name));
  }
  // FAULT: scope_untold, scope_never_told, scope_with_commas
  if (!narrowed && !broken(Fault::scope_untold) && !broken(Fault::scope_never_told)) {
    auto text = oauth::join_scopes(scopes);
    if (broken(Fault::scope_with_commas)) std::ranges::replace(text, ' ', ',');
    if (broken(Fault::scope_with_commas)) text += "  ";
    add_member(body, "scope", json_text(text));
  }
  if (what.with_id_token)
    add_member(body, "id_token", json_text(id_token(*grant, access_token, what.refreshed, now)));
  body += "}";

  // FAULT: token_status_201, token_media_type, token_cacheable, pragma_missing
  auto response = json_answer(broken(Fault::token_status_201) ? 201 : 200, std::move(body));
  if (broken(Fault::token_media_type)) response.headers.set("Content-Type", "text/plain");
  if (!broken(Fault::token_cacheable)) response.headers.add("Cache-Control", "no-store");
  if (stance().pragma && !broken(Fault::pragma_missing)) response.headers.add("Pragma", "no-cache");
  return response;
}

std::expected<std::string, OAuthError> AuthorizationServer::check_resource(const Grant& grant,
                                                                           const Form& form) const {
  std::string wanted(form.value("resource"));
  if (wanted.empty()) return grant.resource;
  const bool known = wanted == deployment_.options.api || wanted == deployment_.options.issuer;
  if (!known || (!grant.resource.empty() && grant.resource != wanted)) {
    return std::unexpected(OAuthError{"invalid_target", "The resource is not known or was not granted."});
  }
  return wanted;
}

}  // namespace oauthentic::mock

#include "mock_servers/resource_server/resource_server.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "mock_servers/answers.hpp"
#include "oauth/client_authentication.hpp"
#include "oauth/jose.hpp"
#include "oauth/json_document.hpp"

#include <nlohmann/json.hpp>

namespace oauthentic::mock {

Response ResourceServer::handle(const Request& request) const {
  const Incoming in(request, deployment_.now(request));
  if (in.path == "/.well-known/oauth-protected-resource") {
    return in.is("GET") ? metadata() : method_not_allowed("GET");
  }
  const bool profile = in.path == "/profile";
  if (!profile && in.path != "/admin") return not_found();
  const std::string_view scope = profile ? "profile" : "admin";
  if (!in.is("GET") && !in.is("POST")) return method_not_allowed("GET, POST");

  const auto found = presented(in);
  if (!found) return refuse(found.error(), scope);
  const auto who = bearer(found->token, in.now);
  if (!who) return refuse(who.error(), scope);
  // FAULT: api_scope_unchecked
  if (!contains(who->scopes, scope) && !broken(Fault::api_scope_unchecked)) {
    return refuse({403, "insufficient_scope", "The token has too little scope."}, scope);
  }
  auto body = fmt::format("{{\"client_id\":{}", json_text(who->client_id));
  if (who->user)
    body += fmt::format(",\"sub\":{},\"name\":{}", json_text(who->user->sub), json_text(who->user->name));
  if (!profile) body += ",\"administrator\":true";
  auto response = json_answer(200, body + "}");
  // FAULT: query_token_response_cacheable
  if (!found->in_query) {
    response.headers.add("Cache-Control", "no-store");
  } else if (!broken(Fault::query_token_response_cacheable)) {
    response.headers.add("Cache-Control", "private");
  }
  return response;
}

std::expected<ResourceServer::Presented, ResourceServer::Refusal> ResourceServer::presented(
    const Incoming& in) const {
  const Refusal malformed{400, "invalid_request", "The request is malformed or carries its token twice."};
  std::vector<Presented> found;
  // FAULT: api_header_token_refused, bearer_scheme_case_sensitive
  for (const auto field : in.request.headers.all("Authorization")) {
    const auto scheme = field.substr(0, field.find(' '));
    if (!iequals(scheme, "Bearer") || broken(Fault::api_header_token_refused)) continue;
    if (scheme != "Bearer" && broken(Fault::bearer_scheme_case_sensitive)) continue;
    auto token = oauth::parse_bearer(field);
    if (!token) return std::unexpected(malformed);
    found.push_back({std::move(*token), false});
  }
  const Form query(in.query);
  const Form body(in.has_form() && in.is("POST") ? std::string_view(in.request.body) : std::string_view());
  if (query.repeats("access_token") || body.repeats("access_token")) return std::unexpected(malformed);
  // FAULT: api_body_token_refused, api_query_token_refused, api_query_token_accepted
  const bool takes_body = deployment_.stance.token_in_body && !broken(Fault::api_body_token_refused);
  const bool takes_query = (deployment_.stance.token_in_query && !broken(Fault::api_query_token_refused)) ||
                           broken(Fault::api_query_token_accepted);
  const auto ways = found.size() + body.has("access_token") + query.has("access_token");
  // Two ways at once are wrong also where one of them is not taken (RFC 6750 §2).
  // FAULT: several_token_methods_accepted, header_and_query_token_accepted
  const bool lax = broken(Fault::several_token_methods_accepted) ||
                   (broken(Fault::header_and_query_token_accepted) && query.has("access_token"));
  // FAULT: several_token_methods_misnamed
  if (ways > 1 && broken(Fault::several_token_methods_misnamed))
    return std::unexpected(Refusal{401, "invalid_token", malformed.description});
  if (ways > 1 && !lax) return std::unexpected(malformed);
  if (body.has("access_token") && takes_body) found.push_back({std::string(body.value("access_token")), false});
  if (query.has("access_token") && takes_query)
    found.push_back({std::string(query.value("access_token")), true});
  if (found.empty()) return std::unexpected(Refusal{401, "", ""});
  return found.front();
}

std::expected<ResourceServer::Bearer, ResourceServer::Refusal> ResourceServer::bearer(std::string_view token,
                                                                                      Time now) const {
  const auto refused = [](std::string_view why) { return std::unexpected(Refusal{401, "invalid_token", why}); };
  if (auto mistaken = bearer_by_mistake(token)) return *mistaken;
  // FAULT: api_compares_by_half
  const auto lookup = broken(Fault::api_compares_by_half) ? Lookup::by_half : Lookup::exact;
  const auto found = authorization_server_.access_token(token, lookup);
  if (!found) return refused("The token is not known.");
  // FAULT: api_accepts_expired_tokens, api_accepts_revoked_tokens, api_audience_unchecked
  if (now >= found->expires && !broken(Fault::api_accepts_expired_tokens))
    return refused("The token has expired.");
  if (found->is_revoked() && !broken(Fault::api_accepts_revoked_tokens))
    return refused("The token was revoked.");
  if (!found->resource.empty() && found->resource != deployment_.options.api &&
      !broken(Fault::api_audience_unchecked)) {
    return refused("The token is meant for another resource.");
  }
  return Bearer{found->grant->user, found->grant->client->id, found->scopes};
}

std::optional<ResourceServer::Bearer> ResourceServer::bearer_by_mistake(std::string_view token) const {
  const auto& alice = deployment_.registry.users().front();
  // FAULT: api_accepts_refresh_tokens
  if (broken(Fault::api_accepts_refresh_tokens)) {
    if (const auto refresh = authorization_server_.refresh_token(token)) {
      return Bearer{refresh->grant->user, refresh->grant->client->id, refresh->scopes};
    }
  }
  // FAULT: api_accepts_id_tokens
  if (broken(Fault::api_accepts_id_tokens)) {
    const auto jws = oauth::parse_jws(token);
    if (jws && oauth::verify_jws(*jws, es256_key(), {"ES256"})) {
      const auto claims = jws->claims();
      const auto* user = deployment_.registry.user_of_sub(oauth::string_member(claims, "sub"));
      return Bearer{user, oauth::string_member(claims, "aud"), {"profile"}};
    }
  }
  // FAULT: api_accepts_unknown_tokens
  if (broken(Fault::api_accepts_unknown_tokens) && !authorization_server_.access_token(token)) {
    return Bearer{&alice, {}, {"profile"}};
  }
  return std::nullopt;
}

}  // namespace oauthentic::mock

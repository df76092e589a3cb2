#include <fmt/format.h>

#include <algorithm>

#include "oauth/json_document.hpp"
#include "oauth/metadata.hpp"
#include "oauth/url.hpp"
#include "session/redirect_parts.hpp"
#include "session/world.hpp"

namespace oauthentic::session {

using nlohmann::json;

namespace {

/// What stands there in place of metadata. Servers of single pages answer every URL with their page.
std::string not_json(const Response& response, const std::string& what) {
  const auto type = response.media_type();
  const bool page = type.contains("html") || trim(response.body).starts_with('<');
  if (page)
    return fmt::format(
        "an HTML page (status {}), no metadata: the issuer has another path, or something in front "
        "of the provider answers",
        response.status);
  return fmt::format("no JSON object ({}): {}", type.empty() ? "no Content-Type" : type, what);
}

class Discoverer {
 public:
  Discoverer(World& world, std::vector<DiscoveryProblem>& problems) : world_(world), problems_(problems) {}

  Discovery run() {
    Discovery found;
    const auto& target = *world_.target;
    auto oauth = document(oauth::metadata_url_inserted(target.issuer, "oauth-authorization-server"));
    const auto appended = oauth::metadata_url_appended(target.issuer, "openid-configuration");
    auto openid = document(appended);
    // RFC 8414 §5: that name may stand where this specification puts it.
    const auto inserted = oauth::metadata_url_inserted(target.issuer, "openid-configuration");
    if (!oauth && !openid && inserted != appended) openid = document(inserted);
    if (openid) found.openid = *openid;
    if (oauth) {
      found.metadata = *oauth;
      // What only the OpenID document says (userinfo_endpoint, say) counts as well.
      for (const auto& [name, value] : found.openid.items()) {
        if (!found.metadata.contains(name)) found.metadata[name] = value;
      }
    } else if (openid) {
      found.metadata = *openid;
    }
    published_ = oauth || openid;
    for (const auto& [name, value] : target.metadata.items())
      found.metadata[name] = value;
    if (published_ || !target.metadata.empty()) problems_.clear();
    if (!target.api.empty()) read_resource(found);
    if (const auto uri = found.endpoint("jwks_uri"); !uri.empty()) read_keys(uri, found);
    found.capabilities = capabilities_of(target, found);
    if (published_ && !target.capabilities.contains("metadata")) found.capabilities.insert("metadata");
    return found;
  }

 private:
  std::optional<json> document(const std::string& url) {
    if (url.empty() || (unreachable_ && !published_)) return std::nullopt;
    Exchange exchange;
    exchange.id = fmt::format("discovery#{}", ++count_);
    exchange.label = "discovery";
    exchange.request.url = url;
    exchange.request.headers = {{"Accept", "application/json"}, {"User-Agent", "Oauthentic/0.1"}};
    http::SendLimits limits;
    limits.timeout = world_.target->timeout;
    exchange.started = std::chrono::system_clock::now();
    const auto clock = std::chrono::steady_clock::now();
    auto answer = world_.transport->send(exchange.request, limits);
    exchange.duration =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - clock);
    auto parsed = read(url, answer);
    if (world_.record) {
      exchange.answer = std::move(answer);
      world_.record(oauth::Redactor(world_.tags).redact(std::move(exchange)));
    }
    return parsed;
  }

  std::optional<json> read(const std::string& url, const http::Answer& answer) {
    if (const auto* error = std::get_if<TransportError>(&answer)) {
      const bool answered = error->kind == TransportError::Kind::too_large;
      unreachable_ = unreachable_ || !answered;
      problems_.push_back({fmt::format("{}: {}", url, error->message), !answered});
      return std::nullopt;
    }
    const auto& response = std::get<Response>(answer);
    if (response.status >= 300 && response.status < 400) {
      problems_.push_back(
          {fmt::format("{}: answers with a redirect (status {}) to {}; metadata is read where the issuer says",
                       url, response.status, response.headers.value("Location")),
           false, response.status});
      return std::nullopt;
    }
    if (response.status < 200 || response.status > 299) {
      problems_.push_back({fmt::format("{}: status {}", url, response.status), false, response.status});
      return std::nullopt;
    }
    auto parsed = oauth::parse_json(response.body);
    if (!parsed || !parsed->is_object()) {
      problems_.push_back(
          {fmt::format("{}: {}", url, not_json(response, parsed ? "another JSON value" : parsed.error())),
           false, response.status});
      return std::nullopt;
    }
    return std::move(*parsed);
  }

  void read_resource(Discovery& found) {
    const auto before = problems_;
    const auto url = oauth::metadata_url_inserted(world_.target->api.front().url, "oauth-protected-resource");
    auto resource = document(url);
    if (!resource) {
      if (const auto parsed = oauth::parse_url(world_.target->api.front().url)) {
        resource = document(parsed->origin() + "/.well-known/oauth-protected-resource");
      }
    }
    if (resource) found.resource = *resource;
    problems_ = before;  // it is optional
  }

  void read_keys(const std::string& uri, Discovery& found) {
    const auto before = problems_;
    const auto keys = document(uri);
    problems_ = before;  // a key set that cannot be read is a finding of its own, not an obstacle
    if (!keys || !keys->contains("keys") || !keys->at("keys").is_array()) return;
    for (const auto& jwk : keys->at("keys")) {
      if (auto key = oauth::Key::from_jwk(jwk)) found.keys.push_back(std::move(*key));
    }
  }

  World& world_;
  std::vector<DiscoveryProblem>& problems_;
  bool unreachable_ = false;
  bool published_ = false;
  int count_ = 0;
};

}  // namespace

std::set<std::string> capabilities_of(const script::Target& target, const Discovery& discovery) {
  std::set<std::string> all;
  const auto when = [&](bool holds, const char* name) {
    if (holds) all.insert(name);
  };
  const bool token = !discovery.endpoint("token_endpoint").empty();
  const bool has_secret = std::ranges::any_of(target.clients, [](const auto& client) {
    return client.second.authentication != oauth::AuthenticationMethod::none;
  });
  when(token && !discovery.endpoint("authorization_endpoint").empty(), "authorization_code");
  // RFC 8414 §2: where grant_types_supported is missing, refresh tokens may still be issued; the honest flow
  // tells.
  when(token && (oauth::metadata_lists(discovery.metadata, "grant_types_supported", "refresh_token") ||
                 !discovery.metadata.contains("grant_types_supported")),
       "refresh_token");
  when(token && has_secret &&
           oauth::metadata_lists(discovery.metadata, "grant_types_supported", "client_credentials"),
       "client_credentials");
  when(discovery.metadata.contains("code_challenge_methods_supported"), "pkce");
  when(std::ranges::find(target.scopes, "openid") != target.scopes.end(), "openid");
  when(all.contains("openid") && !discovery.endpoint("userinfo_endpoint").empty(), "userinfo");
  when(!discovery.endpoint("jwks_uri").empty(), "jwks");
  when(!discovery.endpoint("introspection_endpoint").empty(), "introspection");
  when(!discovery.endpoint("revocation_endpoint").empty(), "revocation");
  when(discovery.metadata.value("authorization_response_iss_parameter_supported", json()) == true,
       "iss_parameter");
  when(!target.api.empty(), "api");
  when(target.api.size() > 1 && target.api[0].scope != target.api[1].scope, "api_scopes");
  when(!discovery.resource.empty(), "resource_metadata");
  when(target.clients.contains("other"), "second_client");
  when(!target.redirect_uris.empty(), "second_redirect_uri");
  when(!web_redirect_uri(target, {}).empty(), "web_redirect_uri");
  when(target.clients.contains("public") && is_loopback_redirect_uri(target.clients.at("public").redirect_uri),
       "loopback_redirect_uri");
  when(target.users.contains("other_user"), "second_user");
  when(!target.relying_party.empty(), "relying_party");
  when(oauth::metadata_lists(discovery.metadata, "response_modes_supported", "form_post"), "form_post");
  when(!discovery.endpoint("pushed_authorization_request_endpoint").empty(), "pushed_authorization");
  when(!discovery.endpoint("device_authorization_endpoint").empty(), "device_authorization");
  // Clients that nobody asked for are not left at somebody's provider.
  when(!discovery.endpoint("registration_endpoint").empty() && target.registration.wanted, "registration");
  when(discovery.metadata.contains("dpop_signing_alg_values_supported"), "dpop");
  for (const auto& [name, holds] : target.capabilities) {
    if (holds) {
      all.insert(name);
    } else {
      all.erase(name);
    }
  }
  return all;
}

Discovery discover(World& world, std::vector<DiscoveryProblem>& problems) {
  return Discoverer(world, problems).run();
}

}  // namespace oauthentic::session

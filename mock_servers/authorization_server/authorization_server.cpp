#include "mock_servers/authorization_server/authorization_server.hpp"

#include <algorithm>

#include "mock_servers/answers.hpp"

namespace oauthentic::mock {

namespace {

constexpr std::string_view kMetadataPath = "/.well-known/oauth-authorization-server";
constexpr std::string_view kDiscoveryPath = "/.well-known/openid-configuration";
constexpr std::string_view kRegistrationPath = "/register";
constexpr std::string_view kClientPath = "/register/";

/// What a user sends comes back as it is, or ends a header field: for faults.
void reflect(const Deployment& deployment, const Incoming& in, Response& response) {
  // FAULT: markup_reflected, header_injection
  const bool markup = deployment.broken(Fault::markup_reflected);
  const bool headers = deployment.broken(Fault::header_injection);
  if (!markup && !headers) return;
  const Form form(in.is("POST") ? std::string_view(in.request.body) : in.query);
  for (const auto& parameter : form.parameters()) {
    if (markup && response.headers.value("Content-Type").starts_with("text/html"))
      response.body += parameter.value + "\n";
    if (!headers) continue;
    const auto lines = split(parameter.value, '\n');
    for (std::size_t i = 1; i < lines.size(); ++i) {
      const auto colon = lines[i].find(':');
      if (colon == std::string_view::npos || colon == 0) continue;
      response.headers.add(std::string(trim(lines[i].substr(0, colon))),
                           std::string(trim(lines[i].substr(colon + 1))));
    }
  }
}

}  // namespace

Response AuthorizationServer::handle(const Request& request) {
  Incoming in(request, deployment_.now(request));
  // FAULT: metadata_not_at_well_known_path: all stands below the issuer's path, its metadata too.
  if (broken(Fault::metadata_not_at_well_known_path) && in.path.starts_with(kTenant))
    in.path.remove_prefix(kTenant.size());
  auto response = answer(in);
  // FAULT: odd_input_crashes
  if (broken(Fault::odd_input_crashes) && is_odd_request(in, response)) return stack_trace(in);
  // FAULT: published_endpoints_hidden
  const bool published = in.path == "/introspect" || in.path == "/revoke" || in.path == "/userinfo" ||
                         in.path == kRegistrationPath;
  if (broken(Fault::published_endpoints_hidden) && published && response.status >= 400) return not_found();
  return response;
}

Response AuthorizationServer::answer(const Incoming& in) {
  const bool reads = in.is("GET") || in.is("HEAD");
  const auto published = [&](auto&& answer) {
    auto response = reads ? answer() : method_not_allowed("GET, HEAD");
    if (in.is("HEAD")) response.body.clear();
    return response;
  };
  if (in.path == "/authorize") {
    auto response = authorize(in);
    reflect(deployment_, in, response);
    // FAULT: cors_at_authorization_endpoint
    if (broken(Fault::cors_at_authorization_endpoint)) response.headers.add("Access-Control-Allow-Origin", "*");
    return response;
  }
  if (in.path == "/token") return token(in);
  if (in.path == "/sign-in") return sign_in(in);
  if (in.path == "/continue") return resume(in);
  if (in.path == "/consent") return consent(in);
  if (in.path == "/introspect") return introspect(in);
  if (in.path == "/revoke") return revoke(in);
  if (in.path == "/userinfo") return userinfo(in);
  if (in.path == kRegistrationPath) return register_client(in);
  if (in.path.starts_with(kClientPath)) return manage_client(in, in.path.substr(kClientPath.size()));
  // FAULT: keys_not_served
  if (in.path == "/jwks" && broken(Fault::keys_not_served)) return not_found();
  if (in.path == "/jwks") return published([&] { return jwks(); });
  if (in.path == kDiscoveryPath) return published([&] { return metadata(); });
  if (in.path == kMetadataPath) return published([&] { return metadata(); });
  return not_found();
}

std::shared_ptr<const AccessToken> AuthorizationServer::access_token(std::string_view name,
                                                                     Lookup lookup) const {
  return store_.access_token(name, lookup);
}

std::shared_ptr<const RefreshToken> AuthorizationServer::refresh_token(std::string_view name) const {
  return store_.refresh_token(name, Lookup::exact);
}

const oauth::Key& es256_key() {
  static const auto key = oauth::Key::generate_p256();
  return key;
}

const oauth::Key& rs256_key() {
  static const auto key = oauth::Key::generate_rsa();
  return key;
}

Scopes split_scopes(std::string_view text) {
  Scopes scopes;
  for (const auto part : split(text, ' ')) {
    if (!part.empty() && !contains(scopes, part)) scopes.emplace_back(part);
  }
  return scopes;
}

bool contains(const Scopes& scopes, std::string_view scope) {
  return std::ranges::find(scopes, scope) != scopes.end();
}

bool covers(const Scopes& granted, const Scopes& wanted) {
  return std::ranges::all_of(wanted, [&](const auto& scope) { return contains(granted, scope); });
}

}  // namespace oauthentic::mock

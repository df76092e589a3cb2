#include "mock_servers/provider.hpp"

#include "mock_servers/authorization_server/authorization_server.hpp"
#include "mock_servers/relying_party/relying_party.hpp"
#include "mock_servers/resource_server/resource_server.hpp"
#include "mock_servers/target_file.hpp"
#include "oauth/url.hpp"

namespace oauthentic::mock {

namespace {

/// "https://as.test" → "http://as.test": where the faults that publish an endpoint without TLS point to.
std::string without_tls(const std::string& origin) {
  return origin.starts_with("https://") ? "http" + origin.substr(5) : origin;
}

std::string origin_of(const std::string& issuer) {
  const auto url = oauth::parse_url(issuer);
  return url ? url->origin() : issuer;
}

}  // namespace

struct Provider::Impl {
  explicit Impl(ProviderOptions options)
      : deployment(std::move(options)),
        authorization_server(deployment),
        resource_server(deployment, authorization_server),
        relying_party(deployment, [this](const Request& request) { return send(request); }) {
    const auto mannered = [this](const Request& request, Response response) {
      const auto& manners = deployment.options.manners;
      return manners.empty() ? response : in_manner(manners, request, std::move(response));
    };
    const http::Handler authorization = [this, mannered](const Request& request) {
      return mannered(request, authorization_server.handle(request));
    };
    const auto origin = origin_of(deployment.options.issuer);
    handlers[without_tls(origin)] = authorization;
    handlers[origin] = authorization;
    handlers[deployment.options.api] = [this, mannered](const Request& request) {
      return mannered(request, resource_server.handle(request));
    };
    handlers[deployment.options.relying_party] = [this](const Request& request) {
      return relying_party.handle(request);
    };
  }

  /// The relying party's way to its peers, without sockets.
  http::Answer send(const Request& request) const {
    for (const auto& [origin, handler] : handlers) {
      if (request.url.starts_with(origin + "/")) return handler(request);
    }
    return TransportError{TransportError::Kind::connect, "nothing listens at this origin"};
  }

  Deployment deployment;
  AuthorizationServer authorization_server;
  ResourceServer resource_server;
  RelyingParty relying_party;
  std::map<std::string, http::Handler> handlers;
};

Provider::Provider(ProviderOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Provider::~Provider() = default;

const std::map<std::string, http::Handler>& Provider::handlers() const {
  return impl_->handlers;
}
std::string Provider::target_yaml() const {
  return target_file(impl_->deployment);
}
const std::vector<std::string>& Provider::stances() {
  return stance_names();
}

}  // namespace oauthentic::mock

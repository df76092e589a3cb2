#include "cli/open_world.hpp"

#include <cstdlib>
#include <stdexcept>

#include "cli/agents.hpp"
#include "core/clock.hpp"
#include "http/beast_client.hpp"

namespace oauthentic::cli {

http::Proxies environment_proxies() {
  auto proxies = http::Proxies::from_environment([](const char* name) { return std::getenv(name); });
  if (!proxies) throw std::runtime_error(proxies.error());
  return std::move(*proxies);
}

namespace {

/// proxy: of the target file, or what the environment says.
http::Proxies proxies_of(const script::Target& target) {
  if (target.proxy == "none") return {};
  if (!target.proxy.empty()) {
    auto proxy = http::parse_proxy(target.proxy);
    if (!proxy) throw std::runtime_error("proxy: " + proxy.error());
    return {std::move(*proxy), http::NoProxy(target.no_proxy)};
  }
  return environment_proxies();
}

http::TlsOptions tls_of(const script::Target& target) {
  return {.ca_file = target.ca_file,
          .insecure = target.insecure,
          .certificate_file = target.certificate_file,
          .key_file = target.key_file};
}

}  // namespace

std::unique_ptr<http::Transport> open_world(session::World& world, script::Target& target,
                                            const std::string& seed, std::size_t idle_connections) {
  choose_callback_ports(target);
  std::unique_ptr<http::Transport> transport;
  const auto proxies = proxies_of(target);
  try {
    transport = http::make_client({tls_of(target), idle_connections, proxies, target.gzip});
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(std::string("tls: ") + error.what());
  }
  world.target = &target;
  world.transport = transport.get();
  choose_agents(world);
  world.limiter = std::make_unique<session::RateLimiter>(target.requests_per_second);
  world.tags = std::make_shared<oauth::TagRegistry>();
  world.seed = seed.empty() ? SystemRandom().hex(8) : seed;
  return transport;
}

run::Probe probe_of(const script::Target& target) {
  return [&target](const std::string& url) {
    return http::reach(url, {tls_of(target), 1, proxies_of(target)}, target.timeout);
  };
}

}  // namespace oauthentic::cli

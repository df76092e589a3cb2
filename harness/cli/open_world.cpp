#include "cli/open_world.hpp"

#include "cli/agents.hpp"
#include "core/clock.hpp"
#include "http/beast_client.hpp"

namespace oauthentic::cli {

std::unique_ptr<http::Transport> open_world(session::World& world, const script::Target& target,
                                            const std::string& seed, std::size_t idle_connections) {
  auto transport = http::make_client({{target.ca_file, target.insecure}, idle_connections});
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
    return http::reach(url, {target.ca_file, target.insecure}, target.timeout);
  };
}

}  // namespace oauthentic::cli

#include "cli/open_world.hpp"

#include "cli/streams.hpp"
#include "core/clock.hpp"
#include "http/beast_client.hpp"

namespace oauthentic::cli {

std::unique_ptr<http::Transport> open_world(session::World& world, const script::Target& target,
                                            const std::string& seed, std::size_t idle_connections) {
  auto transport = http::make_client({{target.ca_file, target.insecure}, idle_connections});
  world.target = &target;
  world.transport = transport.get();
  constexpr std::chrono::minutes kPatience{5};
  const auto print = [](const std::string& text) { say("{}\n", text); };
  world.agent =
      signs_in_by_hand(target) ? agent::make_manual_agent(print, kPatience) : agent::make_form_agent();
  world.limiter = std::make_unique<session::RateLimiter>(target.requests_per_second);
  world.tags = std::make_shared<oauth::TagRegistry>();
  world.seed = seed.empty() ? SystemRandom().hex(8) : seed;
  return transport;
}

bool signs_in_by_hand(const script::Target& target) {
  return !target.users.empty() && target.users.begin()->second.agent == "manual";
}

run::Probe probe_of(const script::Target& target) {
  return [&target](const std::string& url) {
    return http::reach(url, {target.ca_file, target.insecure}, target.timeout);
  };
}

}  // namespace oauthentic::cli

#pragma once
// The mock provider in this process, as a target of the network fuzzer: no sockets.
#include <memory>
#include <stdexcept>

#include "agent/agent.hpp"
#include "fuzz/network/investigation.hpp"
#include "fuzz/network/planted/planted.hpp"
#include "http/loopback_transport.hpp"
#include "mock_servers/provider.hpp"

namespace oauthentic::fuzz {

class MockWorld {
 public:
  explicit MockWorld(mock::FaultSet faults = {}, bool with_plants = false) : provider_(options(faults)) {
    script::Diagnostics diagnostics;
    auto target = script::parse_target(provider_.target_yaml(), "mock", diagnostics);
    if (!target) throw std::logic_error(diagnostics.to_string());
    target_ = *std::move(target);
    auto handlers = provider_.handlers();
    if (with_plants) {
      std::map<std::string, std::string> secrets;
      for (const auto& [name, client] : target_.clients)
        secrets[client.client_id] = client.client_secret;
      auto& front = handlers.at(target_.issuer);
      front = planted(front, secrets);
    }
    transport_ = std::make_unique<http::LoopbackTransport>(handlers);
    world.target = &target_;
    world.transport = transport_.get();
    world.agent = agent::make_form_agent();
    world.limiter = std::make_unique<session::RateLimiter>(0);
    world.tags = std::make_shared<oauth::TagRegistry>();
    world.seed = "test";
    std::vector<session::DiscoveryProblem> problems;
    world.discovery = session::discover(world, problems);
    honest = std::make_unique<Honest>(target_, world.discovery, std::set<Surface>());
    executor = std::make_unique<Executor>(world, *honest, ExecutorOptions{.seed = "test"});
    if (const auto why = executor->learn(); !why.empty()) throw std::logic_error(why);
    investigator = std::make_unique<Investigator>(world, *executor, *honest);
  }

  const script::Target& target() const { return target_; }

 private:
  static mock::ProviderOptions options(mock::FaultSet faults) {
    mock::ProviderOptions out;
    out.faults = faults;
    return out;
  }
  mock::Provider provider_;
  script::Target target_;
  std::unique_ptr<http::Transport> transport_;

 public:
  session::World world;
  std::unique_ptr<Honest> honest;
  std::unique_ptr<Executor> executor;
  std::unique_ptr<Investigator> investigator;
};

}  // namespace oauthentic::fuzz

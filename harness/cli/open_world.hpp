#pragma once
// A world with a real wire, for the commands that talk to a provider.
#include <functional>
#include <memory>
#include <string>

#include "http/transport.hpp"
#include "run/reach_diagnosis.hpp"
#include "session/world.hpp"

namespace oauthentic::cli {

/// Puts target, transport, agent, rate limit and seed (empty: a random one) into `world`; what is returned has
/// to outlive it, as has `target`. Throws std::runtime_error if tls: ca_file cannot be read.
std::unique_ptr<http::Transport> open_world(session::World& world, const script::Target& target,
                                            const std::string& seed, std::size_t idle_connections);

/// Reaches out with the target's TLS options and timeout.
run::Probe probe_of(const script::Target& target);

}  // namespace oauthentic::cli

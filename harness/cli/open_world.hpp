#pragma once
// A world with a real wire, for the commands that talk to a provider.
#include <functional>
#include <memory>
#include <string>

#include "http/transport.hpp"
#include "run/reach_diagnosis.hpp"
#include "session/world.hpp"

namespace oauthentic::cli {

/// Chooses callback ports where the target file leaves them open (choose_callback_ports), and puts target,
/// transport, agent, rate limit and seed (empty: a random one) into `world`; what is returned has to outlive
/// it, as has `target`. Throws std::runtime_error, with the member of the target file, if a certificate, key or
/// proxy cannot be used.
std::unique_ptr<http::Transport> open_world(session::World& world, script::Target& target,
                                            const std::string& seed, std::size_t idle_connections);

/// As HTTPS_PROXY and its kin say. Throws std::runtime_error for one that is none.
http::Proxies environment_proxies();

/// Reaches out with the target's TLS options, proxy and timeout.
run::Probe probe_of(const script::Target& target);

}  // namespace oauthentic::cli

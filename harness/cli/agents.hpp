#pragma once
// Which agent sits at the sign-in pages of each user of the target file.
#include "session/world.hpp"

namespace oauthentic::cli {

/// Needs the world's target and transport.
void choose_agents(session::World& world);

/// Gives redirect URIs on loopback whose port is written as 0 a free one, the same for the same URI (RFC 8252
/// §7.3). Throws std::runtime_error if there is none.
void choose_callback_ports(script::Target& target);

/// A person, a browser or a program of the user's goes through one journey at a time.
bool needs_one_job(const script::Target& target);

}  // namespace oauthentic::cli

#pragma once
// Which agent sits at the sign-in pages of each user of the target file.
#include "session/world.hpp"

namespace oauthentic::cli {

/// Needs the world's target and transport.
void choose_agents(session::World& world);

/// A person, a browser or a program of the user's goes through one journey at a time.
bool needs_one_job(const script::Target& target);

}  // namespace oauthentic::cli

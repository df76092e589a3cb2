#pragma once
// The examination of a target before a run: the journey, step by step, and where it goes wrong.
#include <optional>
#include <string>

#include "run/finding.hpp"
#include "run/reach_diagnosis.hpp"
#include "session/world.hpp"

namespace oauthentic::run {

/// The page at which the agent did not know what to do.
struct LostPage {
  std::string url;
  std::string body;        ///< as it was, without secrets
  std::string screenshot;  ///< PNG, of a browser; may be empty
  std::string outline;     ///< title, forms and fields, one a line
};

struct Diagnosis {
  Findings findings;
  std::optional<LostPage> lost;
  std::size_t requests = 0;
};

/// Goes the way that a run goes, once. `world.discovery` is filled in; `world.tags` and `world.limiter` have to
/// be there. Never more than one wrong secret is sent for a client, and none for a user. A mistake of ours is a
/// finding "harness".
Diagnosis diagnose(session::World& world, const Probe& probe);

/// Why nothing could be read from the provider, for a run that ends there: one connection is made for it.
Findings explain_unreachable(const session::World& world,
                             const std::vector<session::DiscoveryProblem>& problems, const Probe& probe);

}  // namespace oauthentic::run

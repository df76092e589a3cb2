#pragma once
// Values that a provider issues, from honest flows one after the other, so that they stand in the order of
// issue.
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "run/finding.hpp"
#include "session/world.hpp"

namespace oauthentic::run {

struct Issued {
  std::vector<std::string> values;
  std::size_t again = 0;  ///< times that the value before was given out once more: a token that is still good
};

struct Collection {
  std::map<std::string, Issued> kinds;  ///< "code", "access_token", "client_secret", ...
  std::int64_t from = 0, until = 0;     ///< seconds since 1970
  /// Why there are no more values than there are; nothing if all went well.
  std::optional<Finding> failure;
};

struct CollectionOptions {
  std::set<std::string> kinds;
  std::size_t count = 200;
  std::function<void(std::size_t done)> tick;  ///< after each flow; may be empty
};

/// Signs in once and goes the way of an honest client `count` times, as the primary client. Ends at the first
/// flow that fails, and when `world.interrupted` says so.
Collection collect_from_flows(session::World& world, const CollectionOptions& options);

/// Registers `count` clients like the primary one, and removes them again. Where the provider does not let them
/// be removed (RFC 7592) it ends after the first.
Collection collect_from_registrations(session::World& world, const CollectionOptions& options);

}  // namespace oauthentic::run

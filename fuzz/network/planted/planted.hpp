#pragma once
// The mock provider with mistakes of parsing in front of it, such as real providers had: what the network
// fuzzer is measured by. Each mistake is a condition, or several that have to come together, and a symptom.
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/network/finding.hpp"
#include "http/transport.hpp"
#include "mock_servers/faults.hpp"

namespace oauthentic::fuzz {

struct Plant {
  std::string name;     ///< "nul_in_code"
  std::string trigger;  ///< what brings it about, for a person
  unsigned conditions;  ///< that have to come together
  /// Whether that finding is of this mistake.
  std::function<bool(const Finding& finding)> is_found;
};
const std::vector<Plant>& plants();

/// The mock's own faults that make up some of the plants.
mock::FaultSet planted_faults();

/// `honest` with the others in front. `secrets`: by client_id, for plants that take a wrong one for right.
http::Handler planted(http::Handler honest, std::map<std::string, std::string> secrets);

}  // namespace oauthentic::fuzz

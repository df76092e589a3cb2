#pragma once
// Two faults at once: a real provider has more than one, and one must not hide the other.
#include <functional>
#include <string>
#include <vector>

#include "selftest/trial.hpp"

namespace oauthentic::selftest {

struct PairProof {
  std::size_t pairs = 0;
  std::size_t found = 0;   ///< requirements of both faults that were found violated
  std::size_t masked = 0;  ///< that were not, and that the other fault is declared to mask
  std::vector<Complaint> missed;
};

struct PairOptions {
  std::size_t count = 100;  ///< different pairs, each of two faults of one stance
  unsigned seed = 1;        ///< decides which
  std::size_t threads = 1;
  /// After each run, from any thread; may be empty.
  std::function<void(const std::string& name)> tick = {};
};

/// Each requirement that either fault trips alone has to be found violated with both, unless the other one
/// masks it.
PairProof prove_pairs(const script::Library& library, const PairOptions& options);

}  // namespace oauthentic::selftest

#pragma once
// Who watches the expectations: each is inverted once, and the matrix has to notice.
#include <functional>
#include <string>
#include <vector>

#include "selftest/trial.hpp"

namespace oauthentic::selftest {

struct Survivor {
  std::string scenario;
  std::string requirement;
  std::string question;  ///< what is expected of which step
  std::string place;     ///< file:line
};

struct InversionProof {
  std::size_t questions = 0;
  std::vector<Survivor> survivors;
};

struct InversionOptions {
  std::size_t threads = 1;
  std::size_t every = 1;  ///< only each such scenario, for machines that are slow
  /// After each scenario, from any thread; may be empty.
  std::function<void(const std::string& name)> tick = {};
};

/// Answers each question of each scenario with its opposite, one at a time. That has to show as a clean mock
/// that is found at fault, or as a fault that is not found any more; a question of which neither is true
/// decides nothing.
InversionProof invert_expectations(const script::Library& library, const InversionOptions& options);

}  // namespace oauthentic::selftest

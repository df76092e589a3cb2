#pragma once
// The kill matrix: every check is proven by a fault that trips it, and trips nothing else.
#include <functional>
#include <string>
#include <vector>

#include "selftest/trial.hpp"

namespace oauthentic::selftest {

struct Kill {
  std::string fault;
  std::string requirement;
  std::string scenario;  ///< with the row in brackets
  std::string step;
  std::string observed;
};

struct KillMatrix {
  std::size_t requirements = 0;  ///< covered: by a scenario, and not excluded
  std::size_t faults = 0;
  std::vector<Kill> killed;
  std::vector<Complaint> missed;
  std::vector<Complaint> false_alarms;
  /// What each scenario decides, row by row, and a clean mock satisfies. One that none of all faults violates
  /// is missed.
  std::size_t checks = 0;
  bool proven() const { return missed.empty() && false_alarms.empty() && !killed.empty(); }
};

struct MatrixOptions {
  std::vector<mock::Fault> faults;
  std::size_t threads = 1;
  /// Each fault against every row of every table, not only against the tables of what it trips.
  bool full = false;
  /// After each run, from any thread; may be empty.
  std::function<void(const std::string& name)> tick = {};
};

/// What a mock of these manners, which break no rule, is found at fault of, or undecided in, and is not as it
/// usually is.
std::vector<Complaint> compare_manners(const script::Library& library, const std::string& stance,
                                       const mock::MannerSet& manners, const Findings& usual);

/// Runs the scenarios against the mock: clean in each stance, the same with every manner, then with each of the
/// faults.
KillMatrix make_kill_matrix(const script::Library& library, const MatrixOptions& options);

}  // namespace oauthentic::selftest

#pragma once
// One run of the scenarios against one mock provider in this process, without sockets: what every proof is made
// of.
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/outcome.hpp"
#include "mock_servers/faults.hpp"
#include "mock_servers/manners.hpp"
#include "script/library.hpp"

namespace oauthentic::selftest {

/// The worst of each requirement's class, by the class's representative, and what showed it.
using Findings = std::map<std::string, Outcome>;

struct Trial {
  std::string stance;
  mock::FaultSet faults;
  mock::MannerSet manners = {};
  std::vector<std::string> only;  ///< globs over scenario and requirement ids; empty: all
  /// Tables that decide one of these run whole, all others with their first row only. Nothing: all run whole.
  const std::set<std::string>* whole_tables_of = nullptr;
  /// Told of every outcome, not of each requirement's worst alone; may be empty.
  std::function<void(const Outcome&)> watch = {};
};

/// Throws std::logic_error where the mock's own target file is wrong.
Findings run_trial(const script::Library& library, const Trial& trial);

/// The classes of requirements that the profiles of a stance ask for, by representative.
std::set<std::string> asked_in(const script::Library& library, const std::string& stance);
std::set<std::string> representatives(const script::Library& library, const std::vector<std::string>& ids);

/// The scenario, with its row in brackets.
std::string scenario_and_row(const Outcome& seen);
/// "violated in pkce/verifier-mismatch[row], step redeem: expected refused; accepted".
std::string describe(const Outcome& seen);

/// Calls `function` with 0 to `count` - 1, in any order; the first exception is thrown again once all have
/// ended.
void in_parallel(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& function);

/// What a proof found wrong.
struct Complaint {
  std::string fault;  ///< or "clean" with the stance, or two faults
  std::string requirement;
  std::string reason;
};
void sort(std::vector<Complaint>& complaints);

}  // namespace oauthentic::selftest

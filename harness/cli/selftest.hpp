#pragma once
// The kill matrix: every check is proven by a fault that trips it, and trips nothing else.
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/outcome.hpp"
#include "mock_servers/faults.hpp"
#include "script/library.hpp"

namespace oauthentic::cli {

struct Kill {
  std::string fault;
  std::string requirement;
  std::string scenario;  ///< with the row in brackets
  std::string step;
  std::string observed;
};

struct Complaint {
  std::string fault;  ///< or "clean", with the stance
  std::string requirement;
  std::string reason;
};

struct KillMatrix {
  std::size_t requirements = 0;  ///< covered: by a scenario, and not excluded
  std::size_t faults = 0;
  std::vector<Kill> killed;
  std::vector<Complaint> missed;
  std::vector<Complaint> false_alarms;
  bool proven() const { return missed.empty() && false_alarms.empty() && !killed.empty(); }
};

/// Runs the scenarios in process against the mock: clean in each stance, then with each of `chosen` faults.
/// Without sockets.
KillMatrix make_kill_matrix(const script::Library& library, const std::vector<mock::Fault>& chosen,
                            std::size_t threads, const std::function<void(const std::string&)>& tick);

}  // namespace oauthentic::cli

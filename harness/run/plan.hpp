#pragma once
// Which rows are run against this target, and why anything is left out. Pure: nothing is sent.
#include <chrono>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include "run/scenario_run.hpp"
#include "script/library.hpp"
#include "session/world.hpp"

namespace oauthentic::run {

struct Selection {
  std::vector<const Profile*> profiles;  ///< scenarios that prove nothing for any of them are left out
  std::vector<std::string> only;         ///< globs over scenario and requirement ids; empty: all
  std::set<std::string> allowed;         ///< classes that are off by default: "lockout", "flood"
  std::chrono::seconds max_wait{0};      ///< longest real wait
};

/// A row that is not run.
struct LeftOut {
  const script::Scenario* scenario = nullptr;
  const script::Row* row = nullptr;  ///< nothing: all of its rows
  std::string reason;
  /// not_applicable: the target does not claim the capability; inconclusive: it was not allowed (a long wait,
  /// say). Neither: it says nothing of the requirement (not selected).
  std::optional<Result> result;
};

/// Rows that share a control: run one after the other in one job, with the honest flow after the last.
struct Block {
  std::vector<Job> jobs;
  bool table = false;
  bool waits = false;  ///< starts early, so that its waits overlap with the rest
  bool alone = false;  ///< disturbs a user or a client: runs after all others, alone
};

struct Plan {
  std::vector<Block> blocks;
  std::vector<LeftOut> left_out;
  std::deque<script::Row> made_rows;  ///< rows of tables that come from the metadata; stable addresses
  std::size_t jobs() const;
  std::chrono::seconds longest_wait{0};
  std::size_t expected_requests = 0;  ///< a rough count, for --dry-run
};

Plan make_plan(const script::Library& library, const session::World& world, const Selection& selection);

}  // namespace oauthentic::run

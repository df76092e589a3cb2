#pragma once
// A fuzzing run as a whole: its workers, their progress, a target that dies, and what was found.
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "fuzz/network/finding.hpp"
#include "fuzz/network/shared_state.hpp"

namespace oauthentic::fuzz {

struct CampaignOptions {
  std::filesystem::path out;
  std::size_t jobs = 1;
  std::chrono::seconds max_time{60};
  std::string restart_command;  ///< for a shell: starts the target again; empty: the run ends when it dies
  std::function<bool()> interrupted = [] { return false; };
  std::function<void(const std::string& line)> progress = {};  ///< once a second
};

struct CampaignResult {
  std::uint64_t requests = 0, executions = 0, features = 0, put_off = 0, sign_ins = 0;
  std::chrono::milliseconds duration{0};
  std::vector<Finding> findings;      ///< all of the folder, gravest first
  std::vector<std::string> failures;  ///< why workers could not begin or ended
  std::vector<std::string> crashes;   ///< of ours: workers that died
  std::size_t deaths = 0;             ///< of the target
  bool interrupted = false;
};

/// Forks the workers; `child` runs in each of them and does not return. Call it before there are threads.
CampaignResult run_campaign(const CampaignOptions& options,
                            const std::function<void(std::size_t number, SharedState& shared)>& child);

/// Reads the findings of a folder; what cannot be read is told in `problems`.
std::vector<Finding> read_findings(const std::filesystem::path& folder, std::vector<std::string>& problems);

}  // namespace oauthentic::fuzz

// oauthentic selftest
#include "cli/selftest.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "cli/command.hpp"
#include "cli/streams.hpp"
#include "core/suggest.hpp"

namespace oauthentic::cli {

namespace {

using nlohmann::json;

std::string to_json_text(const KillMatrix& matrix) {
  json killed = json::array();
  for (const auto& kill : matrix.killed) {
    killed.push_back({{"fault", kill.fault},
                      {"requirement", kill.requirement},
                      {"scenario", kill.scenario},
                      {"step", kill.step},
                      {"observed", kill.observed}});
  }
  const auto complaints = [](const std::vector<Complaint>& list) {
    json all = json::array();
    for (const auto& one : list) {
      all.push_back({{"fault", one.fault}, {"requirement", one.requirement}, {"reason", one.reason}});
    }
    return all;
  };
  const json all = {{"requirements", matrix.requirements},
                    {"faults", matrix.faults},
                    {"killed", killed},
                    {"missed", complaints(matrix.missed)},
                    {"false_alarms", complaints(matrix.false_alarms)}};
  return all.dump(2, ' ', false, json::error_handler_t::replace);
}

void print(const KillMatrix& matrix, bool verbose) {
  if (verbose) {
    for (const auto& kill : matrix.killed) {
      fmt::print("killed       {}\n             {}\n             by {}, step {}: {}\n", kill.fault,
                 kill.requirement, kill.scenario, kill.step, kill.observed);
    }
  }
  for (const auto& one : matrix.missed) {
    fmt::print("missed       {} {}\n             {}\n", one.fault.empty() ? "-" : one.fault, one.requirement,
               one.reason);
  }
  for (const auto& one : matrix.false_alarms) {
    fmt::print("false alarm  {} {}\n             {}\n", one.fault, one.requirement, one.reason);
  }
  fmt::print("{} requirements, {} faults: {} kills, {} missed, {} false alarms\n", matrix.requirements,
             matrix.faults, matrix.killed.size(), matrix.missed.size(), matrix.false_alarms.size());
}

}  // namespace

int selftest(const SelftestOptions& options) {
  const auto library = load_library_or_tell(options.profiles_dir, "");
  if (!library) return kWrongInput;
  std::vector<mock::Fault> chosen;
  for (const auto& info : mock::faults()) {
    bool wanted = options.faults.empty();
    for (const auto& glob : options.faults)
      wanted = wanted || glob_matches(glob, info.name);
    if (wanted) chosen.push_back(info.fault);
  }
  if (chosen.empty()) {
    say("no fault of that name (oauthentic list faults)\n");
    return kWrongInput;
  }
  const auto threads = options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  std::size_t done = 0;
  const bool terminal = isatty(STDERR_FILENO) == 1;
  const auto matrix = make_kill_matrix(*library, chosen, threads, [&](const std::string& name) {
    ++done;
    if (terminal) say("\r{:>4}/{} {:60}", done, chosen.size() + 3, name);
  });
  if (terminal) say("\r{:79}\r", "");
  if (options.json) {
    fmt::print("{}\n", to_json_text(matrix));
  } else {
    print(matrix, options.verbose);
  }
  return matrix.proven() ? kDone : kViolations;
}

}  // namespace oauthentic::cli

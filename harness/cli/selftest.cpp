// oauthentic selftest
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "cli/command.hpp"
#include "cli/streams.hpp"
#include "core/suggest.hpp"
#include "selftest/fault_pairs.hpp"
#include "selftest/inversion.hpp"
#include "selftest/kill_matrix.hpp"

namespace oauthentic::cli {

namespace {

using nlohmann::json;
using selftest::Complaint;

struct Proof {
  selftest::KillMatrix matrix;
  std::optional<selftest::PairProof> pairs;
  std::optional<selftest::InversionProof> inversions;
  bool holds() const {
    return matrix.proven() && (!pairs || pairs->missed.empty()) &&
           (!inversions || inversions->survivors.empty());
  }
};

json to_json(const std::vector<Complaint>& complaints) {
  json all = json::array();
  for (const auto& one : complaints)
    all.push_back({{"fault", one.fault}, {"requirement", one.requirement}, {"reason", one.reason}});
  return all;
}

json to_json(const Proof& proof) {
  json killed = json::array();
  for (const auto& kill : proof.matrix.killed) {
    killed.push_back({{"fault", kill.fault},
                      {"requirement", kill.requirement},
                      {"scenario", kill.scenario},
                      {"step", kill.step},
                      {"observed", kill.observed}});
  }
  json all = {{"requirements", proof.matrix.requirements},
              {"checks", proof.matrix.checks},
              {"faults", proof.matrix.faults},
              {"killed", killed},
              {"missed", to_json(proof.matrix.missed)},
              {"false_alarms", to_json(proof.matrix.false_alarms)}};
  if (proof.pairs) {
    all["pairs"] = {{"pairs", proof.pairs->pairs},
                    {"found", proof.pairs->found},
                    {"masked", proof.pairs->masked},
                    {"missed", to_json(proof.pairs->missed)}};
  }
  if (proof.inversions) {
    json survivors = json::array();
    for (const auto& one : proof.inversions->survivors) {
      survivors.push_back({{"scenario", one.scenario},
                           {"requirement", one.requirement},
                           {"question", one.question},
                           {"place", one.place}});
    }
    all["inverted"] = {{"questions", proof.inversions->questions}, {"survivors", survivors}};
  }
  return all;
}

void print(std::string_view word, const std::vector<Complaint>& complaints) {
  for (const auto& one : complaints)
    fmt::print("{:12} {} {}\n             {}\n", word, one.fault.empty() ? "-" : one.fault, one.requirement,
               one.reason);
}

void print(const Proof& proof, bool verbose) {
  const auto& matrix = proof.matrix;
  if (verbose) {
    for (const auto& kill : matrix.killed) {
      fmt::print("killed       {}\n             {}\n             by {}, step {}: {}\n", kill.fault,
                 kill.requirement, kill.scenario, kill.step, kill.observed);
    }
  }
  print("missed", matrix.missed);
  print("false alarm", matrix.false_alarms);
  if (proof.pairs) print("missed", proof.pairs->missed);
  if (proof.inversions) {
    for (const auto& one : proof.inversions->survivors) {
      fmt::print("unnoticed    {} {}\n             {}: {}\n", one.scenario, one.requirement, one.place,
                 one.question);
    }
  }
  fmt::print("{} requirements in {} checks, {} faults: {} kills, {} missed, {} false alarms\n",
             matrix.requirements, matrix.checks, matrix.faults, matrix.killed.size(), matrix.missed.size(),
             matrix.false_alarms.size());
  if (proof.pairs) {
    fmt::print("{} pairs of faults: {} violations found, {} masked as declared, {} missed\n",
               proof.pairs->pairs, proof.pairs->found, proof.pairs->masked, proof.pairs->missed.size());
  }
  if (proof.inversions) {
    fmt::print("{} expectations inverted: {} unnoticed\n", proof.inversions->questions,
               proof.inversions->survivors.size());
  }
}

/// The faults that match, or this shard's part of them.
std::vector<mock::Fault> chosen(const SelftestOptions& options) {
  std::vector<mock::Fault> faults;
  std::size_t number = 0;
  for (const auto& info : mock::faults()) {
    const bool wanted = options.faults.empty() || std::ranges::any_of(options.faults, [&](const auto& glob) {
                          return glob_matches(glob, info.name);
                        });
    if (wanted && number++ % options.shards == options.shard - 1) faults.push_back(info.fault);
  }
  return faults;
}

/// Rewrites one line on a terminal; silent elsewhere.
class Ticker {
 public:
  void operator()(const std::string& name) {
    if (!terminal_) return;
    const std::lock_guard lock(mutex_);
    say("\r{:>5} {:70.70}", ++done_, name);
  }
  void end() const {
    if (terminal_) say("\r{:79}\r", "");
  }

 private:
  const bool terminal_ = isatty(STDERR_FILENO) == 1;
  std::mutex mutex_;
  std::size_t done_ = 0;
};

}  // namespace

int selftest(const SelftestOptions& options) {
  const auto library = load_library_or_tell(options.profiles_dir, "");
  if (!library) return kWrongInput;
  const auto faults = chosen(options);
  if (faults.empty()) {
    say("no fault of that name, or none in this shard (oauthentic list faults)\n");
    return kWrongInput;
  }
  const auto threads = options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
  Ticker ticker;
  const auto tick = [&](const std::string& name) { ticker(name); };
  Proof proof;
  proof.matrix = selftest::make_kill_matrix(*library, {faults, threads, options.full, tick});
  if (options.pairs > 0)
    proof.pairs = selftest::prove_pairs(*library, {options.pairs, options.seed, threads, tick});
  if (options.inverted)
    proof.inversions = selftest::invert_expectations(*library, {.threads = threads, .tick = tick});
  ticker.end();
  if (options.json) {
    fmt::print("{}\n", to_json(proof).dump(2, ' ', false, json::error_handler_t::replace));
  } else {
    print(proof, options.verbose);
  }
  return proof.holds() ? kDone : kViolations;
}

}  // namespace oauthentic::cli

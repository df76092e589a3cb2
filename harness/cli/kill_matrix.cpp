#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "cli/selftest.hpp"
#include "http/loopback_transport.hpp"
#include "mock_servers/provider.hpp"
#include "run/runner.hpp"
#include "script/target.hpp"

namespace oauthentic::cli {

namespace {

/// The worst of each requirement's class in one run against one mock, and what showed it.
using Findings = std::map<std::string, Outcome>;

Findings run_against_mock(const script::Library& library, const std::string& stance,
                          const mock::FaultSet& faults) {
  mock::ProviderOptions options;
  options.stance = stance;
  options.faults = faults;
  const mock::Provider provider(options);
  script::Diagnostics diagnostics;
  const auto target = script::parse_target(provider.target_yaml(), "mock", diagnostics);
  if (!target) throw std::logic_error("the mock's target file: " + diagnostics.to_string());

  http::LoopbackTransport transport(provider.handlers());
  session::World world;
  world.target = &*target;
  world.transport = &transport;
  world.agent = agent::make_form_agent();
  world.tags = std::make_shared<oauth::TagRegistry>();
  world.seed = "selftest";
  std::vector<session::DiscoveryProblem> problems;
  world.discovery = session::discover(world, problems);

  run::Selection selection;
  for (const auto& profile : library.profiles) {
    if (profile.stance == stance) selection.profiles.push_back(&profile);
  }
  selection.allowed = {"lockout", "flood"};  // nobody else uses this provider
  const auto plan = run::make_plan(library, world, selection);
  run::RunnerOptions runner;
  runner.jobs = 1;
  runner.without_sign_in = true;
  runner.in_this_thread = true;
  Findings worst;
  std::mutex mutex;
  run::Sink sink;
  sink.outcome = [&](const Outcome& outcome) {
    const std::lock_guard lock(mutex);
    const auto [at, fresh] = worst.try_emplace(library.representative(outcome.requirement), outcome);
    if (!fresh && outcome.result > at->second.result) at->second = outcome;
  };
  sink.scenario = [](const ScenarioRun&) {};
  std::map<std::string, std::string> downgraded;
  sink.downgrade = [&](const run::Job& job, const std::string& reason) {
    const std::lock_guard lock(mutex);
    downgraded[job.scenario->id] = reason;
  };
  run::Progress progress;
  run::run_plan(world, library, plan, runner, sink, progress);
  for (auto& [unused, outcome] : worst) {
    const auto at = downgraded.find(outcome.scenario);
    if (at == downgraded.end() || outcome.result > Result::violated || outcome.result < Result::satisfied)
      continue;
    outcome.result = Result::inconclusive;
    outcome.observed += " (not counted: " + at->second + ")";
  }
  return worst;
}

class Matrix {
 public:
  Matrix(const script::Library& library, const std::vector<mock::Fault>& chosen, std::size_t threads,
         const std::function<void(const std::string&)>& tick)
      : library_(library), chosen_(chosen), threads_(threads), tick_(tick) {}

  KillMatrix run() {
    for (const auto& stance : mock::Provider::stances())
      clean_.try_emplace(stance);
    std::vector<std::string> stances;
    for (const auto& [stance, unused] : clean_)
      stances.push_back(stance);
    in_parallel(stances.size(),
                [&](std::size_t i) { clean_.at(stances[i]) = run_against_mock(library_, stances[i], {}); });
    for (const auto& stance : stances)
      check_clean(stance);
    in_parallel(chosen_.size(), [&](std::size_t i) { check_fault(mock::info(chosen_[i])); });
    matrix_.faults = chosen_.size();
    check_coverage();
    sort();
    return std::move(matrix_);
  }

 private:
  template <typename Function>
  void in_parallel(std::size_t count, Function function) {
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> threads;
    std::exception_ptr failure;
    for (std::size_t t = 0; t < std::max<std::size_t>(1, threads_); ++t) {
      threads.emplace_back([&] {
        for (std::size_t i = next++; i < count; i = next++) {
          try {
            function(i);
          } catch (...) {
            const std::lock_guard lock(mutex_);
            failure = std::current_exception();
          }
        }
      });
    }
    threads.clear();
    if (failure) std::rethrow_exception(failure);
  }

  /// A clean mock satisfies its own profiles: not violated, and not merely undecided.
  void check_clean(const std::string& stance) {
    if (tick_) tick_("clean " + stance);
    std::set<std::string> asked;
    for (const auto& profile : library_.profiles) {
      if (profile.stance != stance) continue;
      for (const auto& [id, unused] : profile.levels)
        asked.insert(library_.representative(id));
    }
    const auto& findings = clean_.at(stance);
    for (const auto& id : asked) {
      const auto at = findings.find(id);
      if (at == findings.end() || at->second.result == Result::satisfied) continue;
      matrix_.false_alarms.push_back(
          {"clean " + stance, id,
           fmt::format("{} in {}[{}], step {}: expected {}; {}", to_string(at->second.result),
                       at->second.scenario, at->second.row, at->second.step, at->second.expected,
                       at->second.observed)});
    }
  }

  void check_fault(const mock::FaultInfo& fault) {
    const auto findings = run_against_mock(library_, fault.stance, mock::FaultSet(fault.fault));
    const auto& clean = clean_.at(fault.stance);
    std::set<std::string> trips, masks;
    for (const auto& id : fault.trips)
      trips.insert(library_.representative(id));
    for (const auto& id : fault.masks)
      masks.insert(id == "*" ? id : library_.representative(id));
    const std::lock_guard lock(mutex_);
    if (tick_) tick_(fault.name);
    for (const auto& id : trips) {
      const auto at = findings.find(id);
      if (at != findings.end() && at->second.result == Result::violated) {
        const auto& seen = at->second;
        const auto scenario = seen.row.empty() ? seen.scenario : fmt::format("{}[{}]", seen.scenario, seen.row);
        matrix_.killed.push_back({fault.name, id, scenario, seen.step, seen.observed});
      } else {
        matrix_.missed.push_back(
            {fault.name, id, at == findings.end() ? "no scenario decided it" : describe(at->second)});
      }
    }
    for (const auto& [id, seen] : findings) {
      const auto before = clean.find(id);
      const auto usual = before == clean.end() ? Result::satisfied : before->second.result;
      if (trips.contains(id) || seen.result == usual || seen.result <= Result::satisfied) continue;
      const bool masked = masks.contains("*") || masks.contains(id);
      if (seen.result == Result::inconclusive) {
        if (!masked) matrix_.missed.push_back({fault.name, id, "undeclared mask: " + describe(seen)});
      } else {
        matrix_.false_alarms.push_back({fault.name, id, describe(seen)});
      }
    }
  }

  static std::string describe(const Outcome& seen) {
    return fmt::format("{} in {}[{}], step {}: expected {}; {}", to_string(seen.result), seen.scenario,
                       seen.row, seen.step, seen.expected, seen.observed);
  }

  /// Every requirement has a scenario and a fault, or a reason why not.
  void check_coverage() {
    std::set<std::string> covered, tripped, later;
    for (const auto& scenario : library_.scenarios) {
      auto& ids = scenario.not_yet().empty() ? covered : later;
      for (const auto& id : scenario.requirements())
        ids.insert(library_.representative(id));
    }
    for (const auto& fault : mock::faults()) {
      for (const auto& id : fault.trips)
        tripped.insert(library_.representative(id));
    }
    for (const auto& requirement : library_.requirements) {
      const auto& id = library_.representative(requirement.id);
      if (!requirement.excluded.empty() || id != requirement.id) continue;
      if (later.contains(id) && !covered.contains(id))
        continue;  // `list requirements` calls it open, with the reason
      if (!covered.contains(id)) {
        matrix_.missed.push_back({"", id, "no scenario"});
      } else if (!tripped.contains(id)) {
        matrix_.missed.push_back({"", id, "no fault"});
      } else {
        ++matrix_.requirements;
      }
    }
  }

  void sort() {
    std::ranges::sort(matrix_.killed, {}, [](const Kill& k) { return std::tie(k.fault, k.requirement); });
    for (auto* list : {&matrix_.missed, &matrix_.false_alarms}) {
      std::ranges::sort(*list, {}, [](const Complaint& c) { return std::tie(c.fault, c.requirement); });
    }
  }

  const script::Library& library_;
  const std::vector<mock::Fault>& chosen_;
  std::size_t threads_;
  const std::function<void(const std::string&)>& tick_;
  std::map<std::string, Findings> clean_;
  std::mutex mutex_;
  KillMatrix matrix_;
};

}  // namespace

KillMatrix make_kill_matrix(const script::Library& library, const std::vector<mock::Fault>& chosen,
                            std::size_t threads, const std::function<void(const std::string&)>& tick) {
  return Matrix(library, chosen, threads, tick).run();
}

}  // namespace oauthentic::cli

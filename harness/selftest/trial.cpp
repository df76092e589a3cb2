#include "selftest/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <tuple>

#include "http/loopback_transport.hpp"
#include "mock_servers/provider.hpp"
#include "run/runner.hpp"
#include "script/target.hpp"

namespace oauthentic::selftest {

namespace {

/// Of a table that has nothing to do with what is looked for, one row tells whether it still holds.
void shorten_tables(run::Plan& plan, const script::Library& library, const std::set<std::string>& wanted) {
  for (auto& block : plan.blocks) {
    if (!block.table || block.jobs.size() < 2) continue;
    const auto ids = representatives(library, block.jobs.front().scenario->requirements());
    const bool whole = std::ranges::any_of(ids, [&](const auto& id) { return wanted.contains(id); });
    if (whole) continue;
    block.jobs.resize(1);
    block.table = false;  // one row is looked after as any scenario is
  }
}

Findings run(const script::Library& library, session::World& world, const Trial& trial) {
  run::Selection selection;
  for (const auto& profile : library.profiles) {
    if (profile.stance == trial.stance) selection.profiles.push_back(&profile);
  }
  selection.only = trial.only;
  selection.allowed = {"lockout", "flood"};  // nobody else uses this provider
  auto plan = run::make_plan(library, world, selection);
  if (trial.whole_tables_of) shorten_tables(plan, library, *trial.whole_tables_of);

  run::RunnerOptions runner;
  runner.jobs = 1;
  runner.without_sign_in = true;
  runner.in_this_thread = true;
  Findings worst;
  std::map<std::string, std::string> downgraded;
  run::Sink sink;
  sink.outcome = [&](const Outcome& outcome) {
    if (trial.watch) trial.watch(outcome);
    const auto [at, fresh] = worst.try_emplace(library.representative(outcome.requirement), outcome);
    if (!fresh && outcome.result > at->second.result) at->second = outcome;
  };
  sink.scenario = [](const ScenarioRun&) {};
  sink.downgrade = [&](const run::Job& job, const std::string& reason) {
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

}  // namespace

Findings run_trial(const script::Library& library, const Trial& trial) {
  mock::ProviderOptions options;
  options.stance = trial.stance;
  options.faults = trial.faults;
  options.manners = trial.manners;
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
  return run(library, world, trial);
}

std::set<std::string> asked_in(const script::Library& library, const std::string& stance) {
  std::set<std::string> asked;
  for (const auto& profile : library.profiles) {
    if (profile.stance != stance) continue;
    for (const auto& [id, unused] : profile.levels)
      asked.insert(library.representative(id));
  }
  return asked;
}

std::set<std::string> representatives(const script::Library& library, const std::vector<std::string>& ids) {
  std::set<std::string> all;
  for (const auto& id : ids)
    all.insert(library.representative(id));
  return all;
}

std::string scenario_and_row(const Outcome& seen) {
  return seen.row.empty() ? seen.scenario : fmt::format("{}[{}]", seen.scenario, seen.row);
}

std::string describe(const Outcome& seen) {
  return fmt::format("{} in {}, step {}: expected {}; {}", to_string(seen.result), scenario_and_row(seen),
                     seen.step, seen.expected, seen.observed);
}

void in_parallel(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& function) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex mutex;
  {
    std::vector<std::jthread> workers;
    for (std::size_t t = 0; t < std::max<std::size_t>(1, threads); ++t) {
      workers.emplace_back([&] {
        for (std::size_t i = next++; i < count; i = next++) {
          try {
            function(i);
          } catch (...) {
            const std::lock_guard lock(mutex);
            if (!failure) failure = std::current_exception();
          }
        }
      });
    }
  }
  if (failure) std::rethrow_exception(failure);
}

void sort(std::vector<Complaint>& complaints) {
  std::ranges::sort(complaints, {},
                    [](const Complaint& c) { return std::tie(c.fault, c.requirement, c.reason); });
}

}  // namespace oauthentic::selftest

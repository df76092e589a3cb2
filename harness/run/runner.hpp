#pragma once
// Runs a plan: honest flows first, then blocks in parallel; what disturbs others last. Results go out as they
// occur.
#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "run/finding.hpp"
#include "run/plan.hpp"

namespace oauthentic::run {

/// Where results go. Called from several threads at once.
struct Sink {
  std::function<void(const Outcome&)> outcome;
  std::function<void(const ScenarioRun&)> scenario;
  std::function<void(const Job&, const std::string& reason)> downgrade;
};

struct Progress {
  std::atomic<std::size_t> done{0};
  std::atomic<std::size_t> total{0};
  std::atomic<std::size_t> violated{0};
  std::atomic<std::size_t> inconclusive{0};
  std::atomic<std::size_t> requests{0};
};

struct RunnerOptions {
  std::size_t jobs = 8;
  /// Goes on where no honest flow with a sign-in could be completed: for faults that break just that.
  bool without_sign_in = false;
  bool in_this_thread = false;  ///< one job after the other, without threads: a wait holds up all
  std::function<bool()> interrupted = [] { return false; };
  std::function<void(const std::string& now_running)> tick;  ///< after each job; may be empty
};

struct RunResult {
  bool reached = true;             ///< an honest flow with a sign-in went through, or none was needed
  std::string why;                 ///< what went wrong with the first honest flow
  std::optional<Finding> finding;  ///< at which of its steps, and whose fault that probably is
  bool interrupted = false;
  std::string death;  ///< how the target died in the middle of it; empty: it did not
};

/// `world.wait` is replaced while it runs: a wait gives its place to another job.
RunResult run_plan(session::World& world, const script::Library& library, const Plan& plan,
                   const RunnerOptions& options, const Sink& sink, Progress& progress);

}  // namespace oauthentic::run

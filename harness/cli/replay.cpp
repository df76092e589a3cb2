// oauthentic replay
#include <fmt/format.h>

#include <algorithm>

#include "cli/command.hpp"
#include "cli/fuzz.hpp"
#include "cli/open_world.hpp"
#include "cli/streams.hpp"
#include "fuzz/network/investigation.hpp"
#include "script/target.hpp"

namespace oauthentic::cli {

namespace {

using fuzz::Finding;

/// Tries each again; the worst of the statuses.
int try_all(session::World& world, const std::vector<Finding>& findings, const ReplayOptions& options) {
  const fuzz::Honest honest(*world.target, world.discovery, {});
  fuzz::Executor executor(world, honest, {std::chrono::milliseconds(options.timeout), world.seed});
  if (const auto why = executor.learn(); !why.empty()) {
    say("{}\noauthentic doctor --target {} looks closer.\n", why, options.target);
    return kUnreachable;
  }
  fuzz::Investigator investigator(world, executor, honest);
  int status = kDone;
  for (const auto& finding : findings) {
    const auto trial = investigator.attempt(finding.input, finding.symptom, finding.surface, options.times,
                                            fuzz::Executor::State::alone);
    const bool could_tell = trial.answered == options.times;
    const auto* word = trial.seen > 0 ? "STILL THERE" : could_tell ? "FIXED" : "COULD NOT TELL";
    print_results(fmt::format("{:<14} {}  ({} of {})  {}\n", word, finding.id, trial.seen, options.times,
                              info(finding.symptom.oracle).title));
    if (trial.seen > 0) status = kViolations;
    if (trial.seen == 0 && !could_tell && status == kDone) status = kUnreachable;
    if (interrupted()) return kInterrupted;
  }
  return status;
}

}  // namespace

int replay(const ReplayOptions& options) {
  catch_interrupts();
  std::vector<Finding> findings;
  for (const auto& path : options.findings) {
    std::string error;
    auto finding = fuzz::read_finding(path, error);
    if (!finding) {
      say("{}\n", error);
      return kWrongInput;
    }
    findings.push_back(std::move(*finding));
  }
  script::Diagnostics diagnostics;
  auto target = script::load_target(options.target, diagnostics);
  if (!target) {
    say("{}", diagnostics.to_string());
    return kWrongInput;
  }
  session::World world;
  std::unique_ptr<http::Transport> transport;
  try {
    transport = open_world(world, *target, "", 4);
  } catch (const std::runtime_error& error) {
    say("{}: {}\n", options.target, error.what());
    return kWrongInput;
  }
  world.interrupted = interrupted;
  std::vector<session::DiscoveryProblem> problems;
  world.discovery = session::discover(world, problems);
  if (const auto host = fuzz::foreign_host(world); !host.empty() && !options.authorized_target) {
    say("{} is no address of this machine: only with --authorized-target, by somebody who may\n", host);
    return kWrongInput;
  }
  return try_all(world, findings, options);
}

}  // namespace oauthentic::cli

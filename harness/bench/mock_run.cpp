#include "bench/mock_run.hpp"

#include <stdexcept>

#include "http/loopback_transport.hpp"

namespace oauthentic::bench {

namespace {

script::Target target_of(const mock::Provider& provider) {
  script::Diagnostics diagnostics;
  auto target = script::parse_target(provider.target_yaml(), "mock", diagnostics);
  if (!target) throw std::logic_error("the mock's target file: " + diagnostics.to_string());
  return *std::move(target);
}

mock::ProviderOptions clean(const std::string& stance) {
  mock::ProviderOptions options;
  options.stance = stance;
  return options;
}

}  // namespace

const script::Library& library() {
  static const script::Library loaded = [] {
    script::Diagnostics diagnostics;
    auto read = script::load_library({}, diagnostics);
    if (!read) throw std::logic_error(diagnostics.to_string());
    return *std::move(read);
  }();
  return loaded;
}

MockRun::MockRun(const std::string& stance)
    : stance_(stance),
      provider_(clean(stance)),
      target_(target_of(provider_)),
      transport_(std::make_unique<http::LoopbackTransport>(provider_.handlers())) {
  world_.target = &target_;
  world_.transport = transport_.get();
  world_.agent = agent::make_form_agent();
  world_.tags = std::make_shared<oauth::TagRegistry>();
  world_.seed = "bench";
  std::vector<session::DiscoveryProblem> problems;
  world_.discovery = session::discover(world_, problems);
}

run::Plan MockRun::plan(const std::string& only) const {
  run::Selection selection;
  for (const auto& profile : library().profiles) {
    if (profile.stance == stance_) selection.profiles.push_back(&profile);
  }
  if (!only.empty()) selection.only = {only};
  return run::make_plan(library(), world_, selection);
}

std::size_t MockRun::run(const run::Plan& plan) {
  run::RunnerOptions options;
  options.jobs = 1;
  std::string wrong;
  run::Sink sink;
  // A stance may well break a requirement of other profiles.
  sink.outcome = [&](const Outcome& outcome) {
    if (outcome.result == Result::harness_error) wrong = outcome.scenario + ": " + outcome.observed;
  };
  sink.scenario = [](const ScenarioRun&) {};
  sink.downgrade = [&](const run::Job& job, const std::string& reason) { wrong = job.id() + ": " + reason; };
  run::Progress progress;
  const auto result = run::run_plan(world_, library(), plan, options, sink, progress);
  if (!result.reached) wrong = result.why;
  if (!wrong.empty()) throw std::runtime_error("the clean mock failed: " + wrong);
  return progress.requests;
}

}  // namespace oauthentic::bench

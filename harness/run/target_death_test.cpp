// A target that dies in the middle of a run, and one that never had all of its parts.
#include <gmock/gmock.h>

#include <atomic>

#include "run/run_test_support.hpp"

namespace oauthentic::run {
namespace {

using ::testing::HasSubstr;

class TargetDeath : public ::testing::Test {
 protected:
  RunResult run(const std::string& scenarios, std::size_t jobs = 1) {
    library_ = library_of(scenarios);
    const auto plan = make_plan(library_, world_.world, world_.all_of(library_));
    planned_ = plan.jobs();
    RunnerOptions options;
    options.jobs = jobs;
    options.in_this_thread = jobs == 1;
    Sink sink;
    sink.outcome = [this](const Outcome& outcome) {
      const std::lock_guard lock(mutex_);
      outcomes_.push_back(outcome);
    };
    sink.scenario = [this](const ScenarioRun&) { ++scenarios_; };
    sink.downgrade = [](const Job&, const std::string&) {};
    Progress progress;
    return run_plan(world_.world, library_, plan, options, sink, progress);
  }
  static std::string many(int count) {
    std::string all;
    for (int i = 0; i < count; ++i)
      all += "- { id: s" + std::to_string(i) +
             ", title: T, proves: must-1, flow: token, expect: { request_token: accepted } }\n";
    return all;
  }
  void answer_only(int first) {
    world_.transport.answer = [this, first](const Request&) -> http::Answer {
      if (++requests_ <= first) return issued();
      return TransportError{TransportError::Kind::connect, "cannot connect to as.test:443"};
    };
  }

  TestWorld world_;
  script::Library library_;
  std::mutex mutex_;
  std::vector<Outcome> outcomes_;
  std::atomic<int> scenarios_ = 0;
  std::atomic<int> requests_ = 0;
  std::size_t planned_ = 0;
};

TEST_F(TargetDeath, StopsTheRunAndKeepsWhatWasSeen) {
  answer_only(10);
  const auto result = run(many(60));
  EXPECT_THAT(result.death, HasSubstr("https://as.test/token answers no more"));
  EXPECT_FALSE(result.interrupted);
  EXPECT_TRUE(result.reached);
  EXPECT_LT(requests_, 25);
  const auto satisfied = std::ranges::count(outcomes_, Result::satisfied, &Outcome::result);
  EXPECT_EQ(satisfied, 9);  // the honest flow came first
  for (const auto& outcome : outcomes_)
    EXPECT_NE(outcome.result, Result::violated);
}

TEST_F(TargetDeath, IsNoticedWithManyJobsAtOnce) {
  answer_only(10);
  const auto result = run(many(200), 8);
  EXPECT_NE(result.death, "");
  EXPECT_LT(requests_, 80);
}

TEST_F(TargetDeath, OneRequestThatTheServerCannotBearIsNone) {
  world_.transport.answer = [](const Request& request) -> http::Answer {
    if (request.body.contains("killer")) return TransportError{TransportError::Kind::reset, "it hung up"};
    return issued();
  };
  const auto result = run("- id: s\n  title: T\n  proves: must-1\n  flow: token\n" + table_of(20) +
                          "  deviate: { request_token: { set: { killer: \"{{each.n}}\" } } }\n"
                          "  expect: { request_token: refused }\n" +
                          many(5));
  EXPECT_EQ(result.death, "");
  EXPECT_EQ(std::ranges::count(outcomes_, Result::satisfied, &Outcome::result), 5);
}

}  // namespace
}  // namespace oauthentic::run

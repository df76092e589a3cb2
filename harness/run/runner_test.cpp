// A whole run: what is told, in which order, by how many at once, and when something ends early.
#include "run/runner.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <set>
#include <thread>

#include "run/run_test_support.hpp"

namespace oauthentic::run {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string scenario(const std::string& id, const std::string& more = "", const std::string& flow = "token") {
  const auto step = flow == "token" ? "request_token" : "redeem";
  return "- id: " + id + "\n  title: T\n  flow: " + flow + "\n  proves: must-1\n  expect: { " + step +
         ": refused }\n  deviate: { " + step + ": { set: { x: " + id + " } } }\n" + more;
}
const std::string kControlRow = "  control: { deviate: { request_token: { set: { x: control } } } }\n";

/// Whether a request of this kind was ever under way together with another: of its kind, or any if `alone`.
class Overlap {
 public:
  Overlap(StubTransport& transport, std::function<bool(const std::string& body)> watched, bool alone) {
    transport.answer = [this, watched = std::move(watched), alone,
                        answer = transport.answer](const Request& request) {
      const bool its_kind = watched(request.body);
      if (its_kind || alone) ++under_way_;
      for (int i = 0; i < 500; ++i) {
        std::this_thread::yield();  // lets the others in, if they may come
        if (its_kind && under_way_ > 1) seen_ = true;
      }
      if (its_kind || alone) --under_way_;
      return answer(request);
    };
  }
  bool seen() const { return seen_; }

 private:
  std::atomic<int> under_way_ = 0;
  std::atomic<bool> seen_ = false;
};

TEST_F(RunnerTest, TheHonestFlowComesFirstAndOnceForAll) {
  const auto result = run(scenario("a") + scenario("b"));
  EXPECT_TRUE(result.reached);
  EXPECT_EQ(result.why, "");
  EXPECT_FALSE(result.interrupted);
  EXPECT_THAT(told(), ElementsAre("flow/token", "t/a", "t/b"));
  EXPECT_THAT(results(), ElementsAre(Result::satisfied, Result::satisfied));
  EXPECT_THAT(asked_, SizeIs(3));
}

TEST_F(RunnerTest, EachClientAndUserHasItsOwnHonestFlow) {
  world_.target.users["other_user"] = {"bob", "builder", "forms"};
  run(scenario("a") + scenario("b", "  client: public\n") + scenario("c", "  user: other_user\n"));
  EXPECT_EQ(std::ranges::count(told(), "flow/token"), 3);
}

TEST_F(RunnerTest, WhatIsLeftOutIsToldWithItsReason) {
  run(scenario("a", "  needs: [revocation]\n") + scenario("b", "  then:\n  - wait: { for: 60 }\n") +
      scenario("c", "  only_when_asked: flood\n"));
  EXPECT_THAT(told(), ElementsAre("t/a", "t/b", "t/c"));
  EXPECT_EQ(scenarios_.at(0).note, "left out: the target does not offer revocation");
  EXPECT_THAT(results(), ElementsAre(Result::not_applicable, Result::inconclusive));
  EXPECT_THAT(observed(), ElementsAre("the target does not offer revocation",
                                      "it waits 60 s; allow that with --max-wait 60"));
  EXPECT_EQ(outcomes_.at(0).requirement, "must-1");
  EXPECT_THAT(asked_, IsEmpty());
}

TEST_F(RunnerTest, WhatIsNotSelectedIsNotTold) {
  run("- { id: a, title: T, flow: token, proves: unasked-1, expect: { request_token: accepted } }\n");
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_THAT(outcomes_, IsEmpty());
}

TEST_F(RunnerTest, AnInterruptionKeepsWhatWasTold) {
  options_.interrupted = [this] { return asked("x=") >= 3; };
  const auto result = run(scenario("a", table_of(5)) + scenario("b"));
  EXPECT_TRUE(result.interrupted);
  EXPECT_EQ(asked("x="), 3);
  EXPECT_THAT(results(), ElementsAre(Result::satisfied, Result::satisfied));  // the third was cut short
  EXPECT_THAT(told(), ElementsAre("flow/token", "t/a[n=0]", "t/a[n=1]"));
  // Whether the honest flow still worked after them is not known.
  EXPECT_THAT(downgraded_, testing::SizeIs(2));
}

TEST_F(RunnerTest, AnInterruptionOfTheHonestFlowAfterATableLeavesItOpen) {
  std::atomic<int> sign_ins = 0;
  agent_->arrive = [&](const agent::Journey&) {
    ++sign_ins;
    return sent_back("code", "a-code");
  };
  options_.interrupted = [&] { return sign_ins >= 3; };  // the flow, the row, and the flow again
  EXPECT_TRUE(run(scenario("a", table_of(1), "code")).interrupted);
  EXPECT_THAT(results(), ElementsAre(Result::satisfied));
  EXPECT_THAT(downgraded_,
              ElementsAre(testing::HasSubstr("interrupted before the honest flow was tried again")));
}

TEST_F(RunnerTest, AnInterruptionBeforeTheFirstStepSendsNothing) {
  options_.interrupted = [] { return true; };
  const auto result = run(scenario("a", "", "code") + scenario("b", "  disturbs: client\n"));
  EXPECT_TRUE(result.interrupted);
  EXPECT_FALSE(result.reached);
  EXPECT_THAT(asked_, IsEmpty());
  EXPECT_THAT(outcomes_, IsEmpty());
}

TEST_F(RunnerTest, AnInterruptionEndsWhatRunsAlone) {
  options_.interrupted = [this] { return asked("x=") >= 1; };
  run(scenario("a", "  disturbs: user\n") + scenario("b", "  disturbs: user\n"));
  EXPECT_EQ(asked("x="), 1);
  EXPECT_THAT(outcomes_, IsEmpty());
}

TEST_F(RunnerTest, ManyAtOnceTellEachOutcomeOnce) {
  options_.jobs = 8;
  std::string all;
  for (int i = 0; i < 20; ++i)
    all += scenario("s" + std::to_string(i), table_of(30) + (i % 2 == 0 ? kControlRow : ""));
  run(all);
  std::set<std::string> seen;
  for (const auto& outcome : outcomes_) {
    EXPECT_EQ(outcome.result, Result::satisfied) << outcome.observed;
    EXPECT_TRUE(seen.insert(outcome.scenario + outcome.row).second) << outcome.scenario << outcome.row;
  }
  EXPECT_THAT(seen, SizeIs(600));
  EXPECT_EQ(progress_.done, progress_.total);
  EXPECT_EQ(progress_.requests, asked_.size());
}

TEST_F(RunnerTest, WhatDisturbsOthersRunsAfterThemAllAndAlone) {
  options_.jobs = 8;
  const auto disturbs = [](const std::string& body) { return body.find("x=alone") != std::string::npos; };
  const Overlap overlap(world_.transport, disturbs, true);
  std::string all = scenario("alone1", "  disturbs: user\n") + scenario("alone2", "  disturbs: client\n");
  for (int i = 0; i < 20; ++i)
    all += scenario("s" + std::to_string(i));
  run(all);
  ASSERT_THAT(asked_, SizeIs(23));
  EXPECT_THAT(asked_[21], HasSubstr("x=alone1"));
  EXPECT_THAT(asked_[22], HasSubstr("x=alone2"));
  EXPECT_FALSE(overlap.seen());
}

TEST_F(RunnerTest, SeveralRunAtOnce) {
  options_.jobs = 2;
  std::mutex mutex;
  std::condition_variable changed;
  int arrived = 0;
  bool met = true;
  world_.transport.answer = [&, answer = world_.transport.answer](const Request& request) {
    if (!honest(request.body)) {
      std::unique_lock lock(mutex);
      ++arrived;
      changed.notify_all();
      met = changed.wait_for(lock, std::chrono::seconds(5), [&] { return arrived == 2; }) && met;
    }
    return answer(request);
  };
  run(scenario("a") + scenario("b"));
  EXPECT_TRUE(met);
}

TEST_F(RunnerTest, AWaitGivesItsPlaceToAnotherJob) {
  library_ = library_of(
      "- { id: slow, title: T, flow: token, proves: must-1, steps: [{ wait: { for: 5 } }, { request_token: { "
      "scope: late } }], expect: { request_token: accepted } }\n" +
      scenario("b"));
  auto selection = world_.all_of(library_);
  selection.max_wait = std::chrono::seconds(5);
  plan_ = make_plan(library_, world_.world, selection);
  options_.interrupted = [this] { return asked("x=b") > 0; };  // which ends the wait as well
  run_plan(world_.world, library_, plan_, options_, sink_, progress_);
  EXPECT_EQ(asked("x=b"), 1);
  EXPECT_EQ(asked("late"), 0);
}

TEST_F(RunnerTest, TheHonestFlowsOfAClientRunOneAfterTheOther) {
  options_.jobs = 8;
  const auto its_flow = [](const std::string& body) {
    return honest(body) && body.find("public-id") != std::string::npos;
  };
  const Overlap overlap(world_.transport, its_flow, false);
  run(scenario("a") + scenario("b", "  client: public\n") + scenario("c", "  client: public\n", "code"));
  EXPECT_EQ(std::ranges::count_if(asked_, honest), 3);
  EXPECT_FALSE(overlap.seen());
}

TEST_F(RunnerTest, NoJobsAtOnceIsOneAtATime) {
  options_.jobs = 0;
  run(scenario("a"));
  EXPECT_THAT(results(), ElementsAre(Result::satisfied));
}

TEST_F(RunnerTest, ProgressCountsJobsResultsAndRequests) {
  std::vector<std::string> ticks;
  options_.tick = [&](const std::string& now) { ticks.push_back(now); };
  fail = [](const std::string& body) { return body.find("x=open") != std::string::npos; };
  run(scenario("good") + scenario("open") +
      "- { id: bad, title: T, flow: token, proves: must-1, expect: { request_token: refused } }\n");
  EXPECT_EQ(progress_.total, 4);
  EXPECT_EQ(progress_.done, 4);
  EXPECT_EQ(progress_.violated, 1);
  EXPECT_EQ(progress_.inconclusive, 1);
  EXPECT_EQ(progress_.requests, 4);
  EXPECT_THAT(ticks, ElementsAre("flow/token", "t/good", "t/open", "t/bad"));
}

TEST_F(RunnerTest, WhatIsGivenUpIsDoneAsWell) {
  fail = honest;
  run(scenario("a", table_of(3) + kControlRow));
  EXPECT_EQ(progress_.done, progress_.total);
  EXPECT_EQ(progress_.inconclusive, 3);
}

TEST_F(RunnerTest, AMistakeOfOursIsAnOutcomeAndTheRunGoesOn) {
  run("- { id: a, title: T, flow: token, proves: must-1, deviate: { request_token: { remove: scope } }, "
      "expect: { "
      "request_token: refused } }\n" +
      scenario("b"));
  EXPECT_THAT(results(), ElementsAre(Result::harness_error, Result::satisfied));
}

}  // namespace
}  // namespace oauthentic::run

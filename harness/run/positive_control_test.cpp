// A refusal counts only where the honest flow works: before, in the same table, and after it.
#include <gmock/gmock.h>

#include <algorithm>
#include <utility>

#include "run/run_test_support.hpp"
#include "run/runner.hpp"

namespace oauthentic::run {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

std::string scenario(const std::string& id, const std::string& more = "", const std::string& flow = "token") {
  const auto step = flow == "token" ? "request_token" : "redeem";
  return "- id: " + id + "\n  title: T\n  flow: " + flow + "\n  proves: must-1\n  expect: { " + step +
         ": refused }\n  deviate: { " + step + ": { set: { x: " + id + " } } }\n" + more;
}
const std::string kControlRow = "  control: { deviate: { request_token: { set: { x: control } } } }\n";

class PositiveControlTest : public RunnerTest {};

TEST_F(PositiveControlTest, WithoutTheHonestFlowNoRefusalCounts) {
  fail = honest;
  const auto result = run(scenario("a", table_of(2)) + scenario("b", "  client: public\n"));
  EXPECT_TRUE(result.reached);  // no sign-in is needed
  EXPECT_THAT(results(), ElementsAre(Result::inconclusive, Result::inconclusive, Result::inconclusive));
  EXPECT_THAT(observed(), Each(AllOf(StartsWith("the honest flow failed with client "),
                                     EndsWith(": request_token: no answer: the server failed (status 503)"))));
  EXPECT_EQ(asked("x="), 0);
  EXPECT_THAT(downgraded_, IsEmpty());
  const auto& outcome = outcomes_.at(0);
  EXPECT_EQ(outcome.requirement, "must-1");
  EXPECT_EQ(outcome.scenario, "t/a");
  EXPECT_EQ(outcome.row, "n=0");
  EXPECT_EQ(outcome.variant, "confidential");
  EXPECT_EQ(outcome.step, "request_token");
  EXPECT_EQ(outcome.expected, "refused");
  EXPECT_THAT(outcome.place, HasSubstr("s.yaml:"));
}

TEST_F(PositiveControlTest, AnHonestFlowThatFailsTakesOnlyItsOwnClientAlong) {
  fail = [](const std::string& body) { return honest(body) && body.find("public-id") != std::string::npos; };
  run(scenario("a") + scenario("b", "  client: public\n"));
  EXPECT_THAT(results(), ElementsAre(Result::satisfied, Result::inconclusive));
}

TEST_F(PositiveControlTest, WhatARowAsksForItselfIsGivenUpAsWell) {
  fail = honest;
  run(scenario("a", "  each:\n  - { row: r, expect: { request_token: accepted }, proves: may-1 }\n"));
  ASSERT_THAT(outcomes_, SizeIs(1));
  EXPECT_EQ(outcomes_.at(0).requirement, "may-1");
  EXPECT_EQ(outcomes_.at(0).expected, "accepted");
}

TEST_F(PositiveControlTest, WithoutASignInTheTargetIsNotReached) {
  agent_->arrive = [](const agent::Journey&) { return agent::Arrival{}; };
  const auto result = run(scenario("a", "", "code") + scenario("b"));
  EXPECT_FALSE(result.reached);
  EXPECT_THAT(result.why, StartsWith("flow code with client confidential: authorize: "));
  EXPECT_THAT(outcomes_, IsEmpty());
}

TEST_F(PositiveControlTest, OneSignInIsEnough) {
  fail = [](const std::string& body) { return honest(body) && body.find("public-id") != std::string::npos; };
  const auto result = run(scenario("a", "", "code") + scenario("b", "  client: public\n", "code"));
  EXPECT_TRUE(result.reached);
  EXPECT_THAT(result.why, StartsWith("flow code with client public: redeem: "));
  EXPECT_THAT(results(), ElementsAre(Result::satisfied, Result::inconclusive));
}

TEST_F(PositiveControlTest, WithoutSignInGoesOnAllTheSame) {
  agent_->arrive = [](const agent::Journey&) { return agent::Arrival{}; };
  options_.without_sign_in = true;
  const auto result = run(scenario("a", "", "code") + scenario("b"));
  EXPECT_TRUE(result.reached);
  EXPECT_THAT(results(), ElementsAre(Result::inconclusive, Result::satisfied));
  EXPECT_THAT(observed(), Contains(StartsWith("the honest flow failed with client confidential: authorize: ")));
}

TEST_F(PositiveControlTest, AQuestionAboutTheHonestFlowItselfNeedsNoControl) {
  fail = honest;
  run("- { id: a, title: T, flow: token, proves: must-1, control: { flow: none }, expect: { request_token: { "
      "is: "
      "answered, status: 200 } } }\n");
  EXPECT_THAT(results(), ElementsAre(Result::violated));
}

TEST_F(PositiveControlTest, TheHonestFlowOfAnotherClientMayBeTheControl) {
  fail = [](const std::string& body) { return honest(body) && body.find("public-id") != std::string::npos; };
  run(scenario("a", "  client: public\n  control: { client: confidential }\n"));
  EXPECT_THAT(results(), ElementsAre(Result::satisfied));
}

TEST_F(PositiveControlTest, AControlClientThatIsNotThereProvesNothing) {
  run(scenario("a", "  control: { client: nobody }\n"));
  EXPECT_THAT(results(), ElementsAre(Result::inconclusive));
  EXPECT_THAT(
      observed(),
      ElementsAre("the honest flow failed with client nobody: the target file names no client \"nobody\""));
  EXPECT_THAT(asked_, IsEmpty());
}

TEST_F(PositiveControlTest, AControlRowThatFailsTakesTheRestOfItsBlockAlong) {
  bool failed = false;
  fail = [&](const std::string& body) {
    return body.find("x=control") != std::string::npos && !std::exchange(failed, true);
  };
  run(scenario("a", table_of(13) + kControlRow));
  ASSERT_THAT(outcomes_, SizeIs(13));
  for (std::size_t i = 0; i < 13; ++i)
    EXPECT_EQ(outcomes_[i].result, i < 11 ? Result::inconclusive : Result::satisfied) << i;
  EXPECT_THAT(observed().at(0), StartsWith("the control row failed: request_token: no answer"));
  EXPECT_EQ(asked("x=a"), 2);
  EXPECT_EQ(asked("x=control"), 2);
}

TEST_F(PositiveControlTest, AControlRowIsToldAndDecidesNothing) {
  run(scenario("a", table_of(1) + kControlRow));
  EXPECT_THAT(told(), ElementsAre("flow/token", "t/a[control]", "t/a[n=0]"));
  EXPECT_THAT(outcomes_, SizeIs(1));
}

TEST_F(PositiveControlTest, AfterATableTheHonestFlowHasToWorkStill) {
  fail = [this](const std::string& body) { return honest(body) && asked("x=") == 2; };
  run(scenario("a", table_of(2)) + scenario("b"));
  EXPECT_THAT(results(), ElementsAre(Result::satisfied, Result::satisfied, Result::satisfied));
  const std::string why =
      "the honest flow failed after this table: request_token: no answer: the server failed (status 503)";
  EXPECT_THAT(downgraded_, ElementsAre("t/a[n=0]: " + why, "t/a[n=1]: " + why));
  EXPECT_THAT(told(), ElementsAre("flow/token", "t/a[n=0]", "t/a[n=1]", "flow/token/after/t/a[n=1]", "t/b"));
}

TEST_F(PositiveControlTest, AnHonestFlowThatWorksAfterATableTakesNothingBack) {
  run(scenario("a", table_of(13)) + scenario("b"));
  EXPECT_THAT(downgraded_, IsEmpty());
  EXPECT_EQ(std::ranges::count_if(asked_, honest), 3);  // at first, and after each of two blocks
}

TEST_F(PositiveControlTest, OnlyTheBlockBeforeIsTakenBackAndNotItsControlRow) {
  fail = [this](const std::string& body) { return honest(body) && asked("x=a") == 12; };
  run(scenario("a", table_of(12) + kControlRow));
  ASSERT_THAT(downgraded_, SizeIs(1));
  EXPECT_THAT(downgraded_[0], StartsWith("t/a[n=11]: "));
}

}  // namespace
}  // namespace oauthentic::run

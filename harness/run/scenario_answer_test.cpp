// What a scenario makes of what its steps showed: whether it applies, and what is told whatever it asks.
#include <gmock/gmock.h>

#include "run/run_test_support.hpp"
#include "run/scenario_run.hpp"

namespace oauthentic::run {
namespace {

using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kNoServerError = "house-no-server-error";

/// Scenario t/a: two token requests, with `more` as its further lines.
std::string scenario(const std::string& more) {
  return "- id: a\n  title: T\n  flow: token\n  proves: must-1\n  then:\n  - request_token: { as: second }\n" +
         more;
}
const std::string kDeviates = "  deviate: { request_token: { set: { x: y } } }\n";

/// Some providers want to know the API of every token, and deviations still have the last word.
TEST_F(ScenarioTest, ParametersOfTheTargetFileGoWithEveryTokenRequest) {
  world_.target.token_parameters = {{"audience", "https://api.test"}};
  run("- id: a\n  title: T\n  flow: token\n  proves: must-1\n  expect: { request_token: accepted }\n");
  run("- id: a\n  title: T\n  flow: token\n  proves: must-1\n  expect: { request_token: accepted }\n"
      "  deviate: { request_token: { remove: audience } }\n");
  ASSERT_EQ(bodies_.size(), 2U);
  EXPECT_NE(bodies_[0].find("audience=https%3A%2F%2Fapi.test"), std::string::npos) << bodies_[0];
  EXPECT_EQ(bodies_[1].find("audience"), std::string::npos) << bodies_[1];
}

class AnswerTest : public ScenarioTest {
 protected:
  AnswerTest() {
    world_.world.tags = std::make_shared<oauth::TagRegistry>();
    world_.world.record = [](const Exchange&) {};
  }

  /// With the house rule in the catalogue: its outcomes alone.
  std::vector<Outcome> server_errors(const std::string& more) {
    bodies_.clear();
    library_ = library_of(scenario(more), kNoServerError);
    auto outcomes = run_row(0).outcomes;
    std::erase_if(outcomes, [](const Outcome& outcome) { return outcome.requirement != kNoServerError; });
    return outcomes;
  }
};

TEST_F(AnswerTest, WhatIsNotGivenIsNotApplicable) {
  const auto job =
      run(scenario("  given: { request_token: { scope: { present: true } } }\n"
                   "  expect: { second: refused, request_token: accepted }\n"));
  ASSERT_THAT(job.outcomes, SizeIs(2));
  for (const auto& outcome : job.outcomes) {
    EXPECT_EQ(outcome.result, Result::not_applicable);
    EXPECT_EQ(outcome.observed, "given that request_token is scope is present; scope: it is absent");
    EXPECT_THAT(outcome.exchanges, testing::ElementsAre("t/a#1"));
  }
}

TEST_F(AnswerTest, WhatMayBeGivenIsInconclusive) {
  answers_ = {json_answer(503, "")};
  const auto job = run(scenario("  given: { request_token: accepted }\n  expect: { second: accepted }\n"));
  EXPECT_EQ(result_of(job), Result::inconclusive);
  EXPECT_EQ(job.outcomes.at(0).observed,
            "given that request_token is accepted; no answer: the server failed (status 503)");
}

TEST_F(AnswerTest, WhatDoesNotApplyOutweighsWhatIsNotKnown) {
  answers_ = {json_answer(503, "")};
  const auto job = run(
      scenario("  given: { request_token: accepted, second: { scope: x } }\n  expect: { second: accepted }\n"));
  EXPECT_EQ(result_of(job), Result::not_applicable);
  EXPECT_THAT(job.outcomes.at(0).observed, HasSubstr("given that second is "));
}

TEST_F(AnswerTest, WhatIsGivenLetsTheQuestionsDecide) {
  EXPECT_EQ(result_of(run(scenario("  given: { request_token: { token_type: Bearer }, second: accepted }\n"
                                   "  expect: { second: refused }\n"))),
            Result::violated);
}

TEST_F(AnswerTest, WhatNeedsAStepThatWasRefusedDoesNotArise) {
  const auto text = scenario(
      "  - request_token: { as: third, scope: \"{{request_token.scope}}\" }\n"
      "  expect: { request_token: refused, third: { if: accepted, status: 200 } }\n");
  answers_ = {refused("invalid_scope")};
  EXPECT_EQ(run(text).outcomes.at(1).result, Result::not_applicable);
  for (const auto& answer : {json_answer(503, ""), issued()}) {
    bodies_.clear();
    answers_ = {answer};
    const auto job = run(text);
    EXPECT_EQ(job.outcomes.at(1).result, Result::inconclusive);
    EXPECT_EQ(job.outcomes.at(1).observed, "step third was not reached: there is no request_token.scope");
  }
}

TEST_F(AnswerTest, NothingSecretIsTold) {
  const std::string body = R"({"access_token":"a-very-secret-token","token_type":"Bearer"})";
  answers_ = {json_answer(200, body), json_answer(200, body)};
  for (const auto* more : {"  given: { request_token: { access_token: { present: false } } }\n",
                           "  error: { request_token: { is: x, proves: may-1 } }\n"}) {
    bodies_.clear();
    const auto job = run(
        scenario("  expect: { request_token: { access_token: { present: false } } }\n" + std::string(more)));
    ASSERT_THAT(job.outcomes, Not(IsEmpty()));
    EXPECT_THAT(job.outcomes, Each(Field(&Outcome::observed, Not(HasSubstr("a-very-secret-token")))));
    EXPECT_THAT(job.outcomes.at(0).observed, HasSubstr("access_token: it is there: \u2039access_token#"));
  }
}

TEST_F(AnswerTest, AServerErrorIsAFindingOfItsOwn) {
  answers_ = {json_answer(503, "")};
  const auto told = server_errors(kDeviates + "  expect: { request_token: refused }\n");
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].result, Result::violated);
  EXPECT_EQ(told[0].step, "request_token");
  EXPECT_EQ(told[0].scenario, "t/a");
  EXPECT_EQ(told[0].expected, "status below 500");
  EXPECT_EQ(told[0].observed, "status 503");
  EXPECT_THAT(told[0].exchanges, testing::ElementsAre("t/a#1"));
}

TEST_F(AnswerTest, AServerErrorLeavesTheQuestionOpen) {
  answers_ = {json_answer(500, "")};
  EXPECT_EQ(result_of(run(scenario(kDeviates + "  expect: { request_token: refused }\n"))),
            Result::inconclusive);
}

TEST_F(AnswerTest, OnlyServerErrorsAreFindings) {
  const auto more = kDeviates + "  expect: { request_token: refused }\n";
  for (const int status : {200, 400, 429, 499}) {
    answers_ = {json_answer(status, ""), json_answer(status, ""), json_answer(status, "")};
    EXPECT_THAT(server_errors(more), IsEmpty()) << status;
  }
  answers_ = {TransportError{TransportError::Kind::timeout, "late"}};
  EXPECT_THAT(server_errors(more), IsEmpty());
}

TEST_F(AnswerTest, AServerErrorOfAnHonestRequestIsNoFindingOfThisKind) {
  answers_ = {json_answer(500, "")};
  EXPECT_THAT(server_errors("  expect: { request_token: accepted }\n"), IsEmpty());
}

TEST_F(AnswerTest, AServerErrorThatIsAskedAboutIsToldOnce) {
  answers_ = {json_answer(500, "")};
  const auto told = server_errors(
      kDeviates + "  expect: { request_token: refused }\n  error: { request_token: { is: x, proves: " +
      kNoServerError + " } }\n");
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].result, Result::inconclusive);
}

}  // namespace
}  // namespace oauthentic::run

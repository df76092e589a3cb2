// One scenario in one session: which steps are sent, what ends it early, and what comes of it.
#include "run/scenario_run.hpp"

#include <gmock/gmock.h>

#include "run/run_test_support.hpp"

namespace oauthentic::run {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Scenario t/a of flow token, with `more` as its further lines.
std::string scenario(const std::string& more) {
  return "- id: a\n  title: T\n  flow: token\n  proves: must-1\n" + more;
}
const std::string kRefused = "  expect: { request_token: refused }\n";
const std::string kScopeBad = "  deviate: { request_token: { set: { scope: bad } } }\n";

/// The token endpoint refuses scope "bad" and fails at scope "fail"; the scopes that were asked for are kept.
class ScenarioRunTest : public ScenarioTest {
 protected:
  ScenarioRunTest() {
    world_.transport.answer = [this](const Request& request) {
      const auto at = request.body.find("scope=");
      const auto scope = at == std::string::npos ? std::string("-") : request.body.substr(at + 6);
      asked_.push_back(scope);
      if (scope == "bad") return refused("invalid_scope");
      return scope == "fail" ? json_answer(503, "") : issued();
    };
  }

  std::vector<std::string> asked_;
};

TEST_F(ScenarioRunTest, AnOutcomeSaysWhatWasAskedAndWhatWasSeen) {
  std::vector<std::string> recorded;
  world_.world.tags = std::make_shared<oauth::TagRegistry>();
  world_.world.record = [&](const Exchange& exchange) { recorded.push_back(exchange.id); };
  const auto job = run(scenario(kRefused + kScopeBad));
  ASSERT_THAT(job.outcomes, SizeIs(1));
  const auto& outcome = job.outcomes.front();
  EXPECT_EQ(outcome.result, Result::satisfied);
  EXPECT_EQ(outcome.requirement, "must-1");
  EXPECT_EQ(outcome.scenario, "t/a");
  EXPECT_EQ(outcome.row, "");
  EXPECT_EQ(outcome.variant, "confidential");
  EXPECT_EQ(outcome.step, "request_token");
  EXPECT_EQ(outcome.expected, "refused");
  EXPECT_EQ(outcome.observed, "refused: status 400, invalid_scope");
  EXPECT_THAT(outcome.exchanges, ElementsAre("t/a#1"));
  EXPECT_THAT(outcome.place, HasSubstr("s.yaml:7"));
  EXPECT_EQ(job.run.id, "t/a");
  EXPECT_EQ(job.run.title, "T");
  EXPECT_EQ(job.run.variant, "confidential");
  EXPECT_EQ(job.run.deviation, "request_token: set scope");
  EXPECT_THAT(job.run.steps, ElementsAre("request_token"));
  EXPECT_THAT(job.run.exchanges, ElementsAre("t/a#1"));
  EXPECT_EQ(job.run.note, "");
  EXPECT_EQ(job.requests, 1);
  EXPECT_EQ(recorded, job.run.exchanges);
}

TEST_F(ScenarioRunTest, EachRequirementGetsItsOwnOutcome) {
  const auto job =
      run("- id: a\n  title: T\n  flow: token\n  proves: { must-1: { request_token: refused }, may-1: { "
          "request_token: accepted } }\n" +
          kScopeBad + "  error: { request_token: { is: invalid_grant, proves: must-2 } }\n");
  std::map<std::string, Result> results;
  for (const auto& outcome : job.outcomes)
    results[outcome.requirement] = outcome.result;
  EXPECT_EQ(results,
            (std::map<std::string, Result>{
                {"must-1", Result::satisfied}, {"may-1", Result::violated}, {"must-2", Result::violated}}));
}

TEST_F(ScenarioRunTest, AServerErrorIsNoRefusal) {
  EXPECT_EQ(result_of(run(scenario(kRefused + "  deviate: { request_token: { set: { scope: fail } } }\n"))),
            Result::inconclusive);
}

TEST_F(ScenarioRunTest, ADeviationThatChangesNothingIsOurMistake) {
  for (const auto* deviation : {"{ remove: scope }", "{ set: { grant_type: client_credentials } }",
                                "{ client: nobody }", "{ repeat: code }"}) {
    asked_.clear();
    const auto job = run(scenario(kRefused + "  deviate: { request_token: " + std::string(deviation) + " }\n"));
    EXPECT_EQ(result_of(job), Result::harness_error) << deviation;
    EXPECT_THAT(asked_, IsEmpty()) << deviation;
  }
  const auto job = run(scenario(kRefused + "  deviate: { request_token: { remove: scope } }\n"));
  EXPECT_EQ(job.outcomes.at(0).observed, "the deviation (remove scope) leaves the request as it was");
  EXPECT_EQ(job.outcomes.at(0).step, "request_token");
  EXPECT_EQ(job.outcomes.at(0).expected, "refused");
}

TEST_F(ScenarioRunTest, ThenComesAfterTheFlow) {
  const auto job =
      run(scenario("  then:\n  - request_token: { as: second, scope: two }\n"
                   "    expect: accepted\n"));
  EXPECT_EQ(result_of(job), Result::satisfied);
  EXPECT_THAT(job.run.steps, ElementsAre("request_token", "second"));
  EXPECT_THAT(asked_, ElementsAre("-", "two"));
}

TEST_F(ScenarioRunTest, WhatIsBehindTheLastQuestionIsNotSent) {
  const std::string then = "  then:\n  - request_token: { as: second, scope: two }\n";
  run(scenario("  expect: { request_token: accepted }\n" + then));
  EXPECT_THAT(asked_, ElementsAre("-"));
  asked_.clear();
  run(scenario("  expect: { request_token: accepted }\n  given: { second: accepted }\n" + then));
  EXPECT_THAT(asked_, ElementsAre("-", "two"));
}

TEST_F(ScenarioRunTest, AStepThatGoesWrongUnaskedEndsIt) {
  const auto job =
      run(scenario("  then:\n  - request_token: { as: second }\n    expect: refused\n" + kScopeBad));
  EXPECT_EQ(result_of(job), Result::inconclusive);
  EXPECT_EQ(job.outcomes.at(0).observed,
            "step second was not reached: request_token: refused: status 400, invalid_scope");
  EXPECT_THAT(asked_, ElementsAre("bad"));
}

TEST_F(ScenarioRunTest, AStepThatIsAskedAboutDoesNotEndIt) {
  const auto job = run(scenario("  expect: { request_token: refused, second: accepted }\n" + kScopeBad +
                                "  then:\n  - request_token: { as: second }\n"));
  ASSERT_THAT(job.outcomes, SizeIs(2));
  EXPECT_EQ(job.outcomes[0].result, Result::satisfied);
  EXPECT_EQ(job.outcomes[1].result, Result::satisfied);
}

TEST_F(ScenarioRunTest, AStepMaySayThatItIsRefused) {
  const auto job =
      run(scenario("  steps:\n  - request_token: { scope: bad }\n    expect: refused\n    proves: may-1\n"
                   "  - request_token: { as: second }\n    expect: accepted\n"));
  EXPECT_THAT(job.outcomes, SizeIs(2));
  EXPECT_THAT(asked_, ElementsAre("bad", "-"));
}

TEST_F(ScenarioRunTest, AValueThatIsMissingEndsIt) {
  const auto job =
      run(scenario("  then:\n  - request_token: { as: second, scope: \"{{request_token.id_token}}\" }\n"
                   "    expect: refused\n"));
  EXPECT_EQ(result_of(job), Result::inconclusive);
  EXPECT_EQ(job.outcomes.at(0).observed, "step second was not reached: there is no request_token.id_token");
  EXPECT_THAT(asked_, ElementsAre("-"));
}

TEST_F(ScenarioRunTest, AStepWhoseCapabilityIsLackingIsLeftOut) {
  const auto text = scenario(
      "  steps:\n  - request_token: { as: first, scope: one }\n    needs: [api]\n"
      "  - request_token: {}\n    expect: accepted\n");
  EXPECT_EQ(result_of(run(text)), Result::satisfied);
  world_.world.discovery.capabilities = {"api"};
  EXPECT_EQ(result_of(run(text)), Result::satisfied);
  EXPECT_THAT(asked_, ElementsAre("-", "one", "-"));
}

TEST_F(ScenarioRunTest, FinallyRunsHoweverItEnded) {
  const std::string finally = "  finally:\n  - request_token: { as: last, scope: last }\n";
  const auto last_after = [&](const std::string& more) {
    asked_.clear();
    const auto job = run(scenario(more + finally));
    EXPECT_THAT(asked_, Contains("last")) << more;
    EXPECT_EQ(job.run.note, "") << more;
    return result_of(job);
  };
  const std::string second = "  then:\n  - request_token: { as: second }\n    expect: refused\n";
  EXPECT_EQ(last_after(kRefused + kScopeBad), Result::satisfied);
  EXPECT_EQ(last_after(kRefused), Result::violated);
  EXPECT_EQ(last_after(second + kScopeBad), Result::inconclusive);
  EXPECT_EQ(last_after(kRefused + "  given: { request_token: { scope: x } }\n"), Result::not_applicable);
  EXPECT_EQ(last_after(kRefused + "  deviate: { request_token: { remove: scope } }\n"), Result::harness_error);
}

TEST_F(ScenarioRunTest, FinallyRunsAfterAControlRowAndInEachRound) {
  const std::string finally = "  finally:\n  - request_token: { as: last, scope: last }\n";
  run(scenario(kRefused + finally + "  control: { deviate: { request_token: { set: { scope: fine } } } }\n"),
      true);
  EXPECT_THAT(asked_, ElementsAre("fine", "last"));
  asked_.clear();
  run(scenario(kRefused + kScopeBad + finally + "  rounds: 2\n"));
  EXPECT_THAT(asked_, ElementsAre("bad", "last", "bad", "last"));
}

TEST_F(ScenarioRunTest, FinallyDecidesNothing) {
  const auto job = run(scenario(kRefused + kScopeBad +
                                "  finally:\n  - request_token: { as: last, client: nobody }\n"
                                "  - request_token: { as: end, scope: end }\n"));
  EXPECT_EQ(result_of(job), Result::satisfied);
  EXPECT_EQ(job.run.note, "clean-up step last failed: the target file names no client \"nobody\"");
  EXPECT_THAT(asked_, ElementsAre("bad", "end"));
}

TEST_F(ScenarioRunTest, ARowBringsItsOwnValuesDeviationsAndQuestions) {
  library_ =
      library_of(scenario(kRefused + kScopeBad +
                          "  each:\n  - { row: one, scope: x }\n"
                          "  - { row: two, scope: y, deviate: { request_token: { set: { scope: "
                          "\"{{each.scope}}\" } } }, expect: { request_token: accepted }, proves: may-1 }\n"));
  const auto one = run_row(0), two = run_row(1);
  EXPECT_THAT(asked_, ElementsAre("bad", "y"));
  EXPECT_EQ(one.outcomes.at(0).requirement, "must-1");
  EXPECT_EQ(one.outcomes.at(0).row, "one");
  EXPECT_EQ(one.run.row, "one");
  EXPECT_EQ(two.outcomes.at(0).requirement, "may-1");
  EXPECT_EQ(two.outcomes.at(0).result, Result::satisfied);
}

TEST_F(ScenarioRunTest, AControlRowTakesItsOwnDeviationUpToThatStep) {
  const auto text = [](const char* scope) {
    return scenario(kScopeBad + "  control: { deviate: { request_token: { set: { scope: " + scope +
                    " } } } }\n  then:\n  - request_token: { as: second }\n    expect: refused\n");
  };
  const auto good = run(text("fine"), true);
  EXPECT_TRUE(good.accepted);
  EXPECT_EQ(good.run.row, "control");
  EXPECT_THAT(good.outcomes, IsEmpty());
  EXPECT_THAT(asked_, ElementsAre("fine"));
  for (const auto* scope : {"bad", "fail"}) {
    const auto broken = run(text(scope), true);
    EXPECT_FALSE(broken.accepted) << scope;
    EXPECT_THAT(broken.why, HasSubstr("request_token: ")) << scope;
  }
}

TEST_F(ScenarioRunTest, AControlRowWithAMistakeOfOursIsNotAccepted) {
  const auto job =
      run(scenario(kRefused + "  control: { deviate: { request_token: { remove: scope } } }\n"), true);
  EXPECT_FALSE(job.accepted);
  EXPECT_THAT(job.why, HasSubstr("leaves the request as it was"));
}

TEST_F(ScenarioRunTest, IdsNameTheRowAndTheVariant) {
  script::Scenario s;
  s.id = "t/a";
  script::Row row;
  const auto& client = world_.world.primary_client();
  EXPECT_EQ((Job{&s, &row, &client, false}).id(), "t/a");
  row.name = std::string(80, 'x');
  EXPECT_EQ((Job{&s, &row, &client, false}).id(), "t/a[" + std::string(60, 'x') + "]");
  EXPECT_EQ((Job{&s, &row, &client, true}).id(), "t/a[control]");
  s.varies_with = {"client_authentication"};
  row.name = "r";
  EXPECT_EQ((Job{&s, &row, &client, false}).id(), "t/a[r]@confidential");
  EXPECT_EQ((Job{&s, &row, nullptr, false}).variant(), "");
}

}  // namespace
}  // namespace oauthentic::run

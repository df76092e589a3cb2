// What a scenario runs more than once, or beside itself: rounds, instances, copies; and the honest flow.
#include <gmock/gmock.h>

#include "run/run_test_support.hpp"
#include "run/scenario_run.hpp"

namespace oauthentic::run {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string scenario(const std::string& more, const std::string& flow = "token") {
  return "- id: a\n  title: T\n  flow: " + flow + "\n  proves: must-1\n" + more;
}
const std::string kAccepted = "  expect: { request_token: accepted }\n";

script::Step step(const std::string& name, const std::string& scope = "") {
  script::Step step;
  step.verb = "request_token";
  step.name = name;
  step.arguments = nlohmann::json::object();
  if (!scope.empty()) step.arguments["scope"] = scope;
  return step;
}

class RepetitionTest : public ScenarioTest {
 protected:
  JobResult flow_of(std::vector<script::Step> steps) {
    script::Flow flow;
    flow.title = "F";
    flow.steps = std::move(steps);
    return run_flow(world_.world, flow, world_.world.primary_client(), "user", "flow/x");
  }
};

TEST_F(RepetitionTest, EachRoundIsRunWhileNothingIsViolated) {
  const auto job = run(scenario(kAccepted + "  rounds: 3\n"));
  EXPECT_THAT(bodies_, SizeIs(3));
  ASSERT_THAT(job.outcomes, SizeIs(1));
  EXPECT_EQ(job.outcomes[0].result, Result::satisfied);
  EXPECT_THAT(job.outcomes[0].observed, EndsWith(" (in each of 3 rounds)"));
  EXPECT_EQ(job.requests, 3);
}

TEST_F(RepetitionTest, RoundsEndAtTheFirstViolation) {
  answers_ = {issued(), refused("invalid_scope"), issued()};
  const auto job = run(scenario(kAccepted + "  rounds: 5\n"));
  EXPECT_THAT(bodies_, SizeIs(2));
  ASSERT_THAT(job.outcomes, SizeIs(1));
  EXPECT_EQ(job.outcomes[0].result, Result::violated);
  EXPECT_EQ(job.outcomes[0].observed, "refused: status 400, invalid_scope (in round 2)");
  EXPECT_EQ(job.requests, 2);
}

TEST_F(RepetitionTest, EachRoundHasASessionOfItsOwn) {
  world_.world.tags = std::make_shared<oauth::TagRegistry>();
  world_.world.record = [](const Exchange&) {};
  const auto job =
      run(scenario("  expect: { request_token: accepted }\n  deviate: { request_token: { set: { x: "
                   "\"{{random.word}}\" } } }\n  rounds: 2\n"));
  EXPECT_THAT(job.run.exchanges, ElementsAre("t/a(1)#1", "t/a(2)#1"));
  ASSERT_THAT(bodies_, SizeIs(2));
  EXPECT_NE(bodies_[0], bodies_[1]);
}

TEST_F(RepetitionTest, AControlRowIsRunOnce) {
  const auto job =
      run(scenario(kAccepted + "  rounds: 5\n  control: { deviate: { request_token: { set: { x: y } } } }\n"),
          true);
  EXPECT_TRUE(job.accepted);
  EXPECT_THAT(bodies_, SizeIs(1));
}

TEST_F(RepetitionTest, AnInterruptionEndsTheRounds) {
  world_.world.interrupted = [this] { return bodies_.size() >= 2; };
  run(scenario(kAccepted + "  rounds: 50\n"));
  EXPECT_THAT(bodies_, SizeIs(2));
}

TEST_F(RepetitionTest, AnInterruptionEndsTheSteps) {
  world_.world.interrupted = [this] { return !bodies_.empty(); };
  const auto job = run(scenario("  then:\n  - request_token: { as: second }\n    expect: refused\n"));
  EXPECT_THAT(bodies_, SizeIs(1));
  ASSERT_THAT(job.outcomes, SizeIs(1));
  EXPECT_EQ(job.outcomes[0].observed, "interrupted");
}

TEST_F(RepetitionTest, CopiesThatLeaveTogetherAreCounted) {
  const auto race = scenario(
      "  deviate: { request_token: { together: 3 } }\n  expect: { request_token: { accepted: "
      "{ at_most: 1 } } }\n");
  answers_ = {refused("invalid_grant"), issued(), refused("invalid_grant")};
  EXPECT_EQ(run(race).outcomes.at(0).result, Result::satisfied);
  bodies_.clear();
  answers_ = {refused("invalid_grant"), issued(), issued()};
  const auto job = run(race);
  EXPECT_EQ(job.outcomes.at(0).result, Result::violated);
  EXPECT_EQ(job.outcomes.at(0).observed, "accepted: it is 2");
}

TEST_F(RepetitionTest, InstancesRunFirstUnderTheirOwnNames) {
  const auto job =
      run(scenario("  instances: { victim: { client: public }, attacker: { until: authorize } }\n"
                   "  steps:\n  - redeem: { as: stolen, of: attacker, code: \"{{victim.authorize.code}}\" }\n"
                   "    expect: accepted\n",
                   "code"));
  ASSERT_THAT(job.outcomes, SizeIs(1));
  EXPECT_EQ(job.outcomes[0].result, Result::satisfied) << job.outcomes[0].observed;
  // In the order of their names: a map.
  EXPECT_THAT(job.run.steps,
              ElementsAre("attacker.authorize", "victim.authorize", "victim.redeem", "attacker.stolen"));
  ASSERT_THAT(bodies_, SizeIs(2));
  EXPECT_THAT(bodies_[0], HasSubstr("client_id=public-id"));
  EXPECT_THAT(bodies_[1], HasSubstr("code=a-code"));
}

TEST_F(RepetitionTest, InstancesTravelAsTheirUsers) {
  world_.target.users["other_user"] = {"bob", "builder", "forms"};
  std::vector<std::string> travellers;
  agent_->arrive = [&](const agent::Journey& journey) {
    travellers.push_back(journey.account.username);
    return sent_back("code", "a-code");
  };
  run(
      scenario("  instances: { one: { user: other_user, until: authorize }, two: { until: authorize } }\n"
               "  steps:\n  - redeem: { as: again, of: one }\n    expect: accepted\n",
               "code"));
  EXPECT_THAT(travellers, ElementsAre("bob", "alice"));
}

TEST_F(RepetitionTest, AnInstanceThatFailsDecidesNothing) {
  agent_->arrive = [](const agent::Journey&) { return sent_back("error", "access_denied"); };
  const auto job =
      run(scenario("  instances: { victim: {} }\n  steps:\n  - redeem: { as: again, of: victim, code: x }\n"
                   "    expect: refused\n",
                   "code"));
  ASSERT_THAT(job.outcomes, SizeIs(1));
  EXPECT_EQ(job.outcomes[0].result, Result::inconclusive);
  EXPECT_THAT(job.outcomes[0].observed,
              HasSubstr("step again was not reached: victim.authorize: refused: access_denied"));
  EXPECT_THAT(bodies_, IsEmpty());
}

TEST_F(RepetitionTest, AnInstanceAnswersNoQuestionOfTheScenario) {
  // Both redeem. The instance succeeds; the scenario's own step is what is asked about, and is not reached.
  const auto job = run(
      scenario("  instances: { victim: {} }\n  steps:\n  - redeem: { code: \"{{victim.redeem.id_token}}\" }\n"
               "    expect: refused\n",
               "code"));
  EXPECT_THAT(bodies_, SizeIs(1));
  EXPECT_EQ(job.outcomes.at(0).result, Result::inconclusive);
  EXPECT_EQ(job.outcomes.at(0).observed, "step redeem was not reached: there is no victim.redeem.id_token");
}

TEST_F(RepetitionTest, AnInstanceOfAClientThatIsNotThereIsOurMistake) {
  const auto job =
      run(scenario("  instances: { victim: { client: nobody } }\n  steps:\n"
                   "  - redeem: { as: again, of: victim, code: x }\n    expect: refused\n",
                   "code"));
  EXPECT_EQ(job.outcomes.at(0).result, Result::harness_error);
  EXPECT_EQ(job.outcomes.at(0).observed, "the target file names no client \"nobody\"");
}

TEST_F(RepetitionTest, ATokenThatWasIssuedAgainstExpectationIsTried) {
  world_.target.api = {{"https://api.test/", "", "GET"}};
  world_.world.discovery.capabilities = {"api"};
  const auto refuse = scenario("  expect: { request_token: refused }\n");
  answers_ = {issued(), json_answer(200, "{}")};
  EXPECT_EQ(run(refuse).outcomes.at(0).result, Result::violated);
  EXPECT_THAT(bodies_, SizeIs(2));
  bodies_.clear();
  answers_ = {issued(), json_answer(401, "{}")};
  EXPECT_EQ(run(refuse).outcomes.at(0).result, Result::inconclusive);
  bodies_.clear();
  EXPECT_EQ(run(scenario(kAccepted)).outcomes.at(0).result, Result::satisfied);
  EXPECT_THAT(bodies_, SizeIs(1));
}

TEST_F(RepetitionTest, AnHonestFlowThatGoesThroughIsAccepted) {
  const auto flow = flow_of({step("one"), step("two")});
  EXPECT_TRUE(flow.accepted);
  EXPECT_EQ(flow.why, "");
  EXPECT_EQ(flow.run.note, "");
  EXPECT_EQ(flow.run.id, "flow/x");
  EXPECT_EQ(flow.run.title, "F");
  EXPECT_EQ(flow.run.variant, "confidential");
  EXPECT_THAT(flow.run.steps, ElementsAre("one", "two"));
  EXPECT_EQ(flow.requests, 2);
}

TEST_F(RepetitionTest, AnHonestFlowEndsAtTheFirstStepThatFails) {
  for (const auto& answer : {refused("invalid_client"), json_answer(500, ""), json_answer(200, "{}")}) {
    bodies_.clear();
    answers_ = {issued(), answer};
    const auto flow = flow_of({step("one"), step("two"), step("three")});
    EXPECT_FALSE(flow.accepted);
    EXPECT_THAT(flow.why, testing::StartsWith("two: "));
    EXPECT_EQ(flow.run.note, flow.why);
    EXPECT_THAT(bodies_, SizeIs(2));
  }
}

TEST_F(RepetitionTest, AnHonestFlowMayContainARefusal) {
  auto challenged = step("challenged");
  challenged.expected = "refused";
  answers_ = {refused("invalid_grant")};
  EXPECT_TRUE(flow_of({challenged, step("two")}).accepted);
  bodies_.clear();
  answers_ = {issued()};
  EXPECT_FALSE(flow_of({challenged, step("two")}).accepted);
  bodies_.clear();
  answers_ = {json_answer(503, "")};
  EXPECT_FALSE(flow_of({challenged, step("two")}).accepted);
}

TEST_F(RepetitionTest, AnHonestFlowLeavesOutWhatTheTargetLacks) {
  auto optional = step("optional");
  optional.needs = {"revocation"};
  EXPECT_THAT(flow_of({optional, step("two")}).run.steps, ElementsAre("two"));
}

TEST_F(RepetitionTest, AnHonestFlowNeverThrows) {
  auto unknown = step("unknown");
  unknown.verb = "serve";
  const auto flow = flow_of({step("one"), unknown});
  EXPECT_FALSE(flow.accepted);
  EXPECT_EQ(flow.why, "the verb \"serve\" cannot be run yet");
  EXPECT_EQ(flow_of({step("one", "{{metadata.x}}")}).why, "one: there is no metadata.x");
}

}  // namespace
}  // namespace oauthentic::run

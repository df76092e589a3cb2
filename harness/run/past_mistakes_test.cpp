// Mistakes that the engine once made, each kept from coming back.
#include <gmock/gmock.h>

#include <algorithm>

#include "run/expectation.hpp"
#include "run/judge.hpp"
#include "run/run_test_support.hpp"
#include "run/walker.hpp"
namespace oauthentic::run {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
struct PastMistake : testing::Test {
  PastMistake() {
    w.world.agent = agent;
    w.transport.answer = [this](const Request& r) {
      bodies.push_back(r.body);
      return bodies.size() <= answers.size() ? answers[bodies.size() - 1] : issued();
    };
  }
  JobResult run(const std::string& more, bool control = false, const std::string& flow = "token") {
    lib = library_of("- id: a\n  title: T\n  flow: " + flow + "\n  proves: must-1\n" + more);
    auto& s = lib.scenarios.front();
    return run_job(w.world, lib, {&s, &s.rows.front(), &w.world.primary_client(), control});
  }
  /// How much stayed undecided.
  std::size_t run_all() {
    const auto plan = make_plan(lib, w.world, w.all_of(lib));
    Progress progress;
    Sink sink;
    sink.outcome = [](auto&) {};
    sink.scenario = [](auto&) {};
    sink.downgrade = [](auto&, auto&) {};
    run_plan(w.world, lib, plan, {}, sink, progress);
    return progress.inconclusive;
  }
  void record() {
    w.world.tags = std::make_shared<oauth::TagRegistry>();
    w.world.record = [](const Exchange&) {};
  }
  TestWorld w;
  script::Library lib;
  std::vector<http::Answer> answers;
  std::vector<std::string> bodies;
  std::shared_ptr<GuidedAgent> agent = std::make_shared<GuidedAgent>();
};
TEST_F(PastMistake, AnUndecidedRoundIsNotForgotten) {
  answers = {json_answer(503, ""), issued(), issued()};
  const auto job = run("  expect: { request_token: accepted }\n  rounds: 3\n");
  EXPECT_EQ(job.outcomes.at(0).result, Result::inconclusive) << job.outcomes.at(0).observed;
}
TEST_F(PastMistake, ConditionsOfTwoStepsAreAMistakeOfTheScript) {
  EXPECT_THROW(run("  expect: { \"authorize or redeem\": { status: 999 } }\n", false, "code"),
               std::logic_error);
}
TEST_F(PastMistake, FinallyRunsWhenAnswerThrows) {
  const auto job =
      run("  expect: { request_token: { status: { type: poem } } }\n  finally:\n  - request_token: { as: last, "
          "scope: last }\n");
  EXPECT_EQ(job.outcomes.at(0).result, Result::harness_error);
  EXPECT_THAT(bodies, SizeIs(2));
}
TEST_F(PastMistake, FinallyHonoursNeeds) {
  run("  expect: { request_token: accepted }\n  finally:\n  - request_token: { as: last, scope: last }\n    "
      "needs: [revocation]\n");
  EXPECT_THAT(bodies, SizeIs(1));
}
TEST_F(PastMistake, HarnessErrorKeepsEvidence) {
  record();
  const auto job =
      run("  then:\n  - request_token: { as: second }\n    deviate: { remove: scope }\n    expect: refused\n");
  EXPECT_EQ(job.outcomes.at(0).result, Result::harness_error);
  EXPECT_EQ(job.requests, 1);
  EXPECT_THAT(job.run.steps, ElementsAre("request_token"));
  EXPECT_THAT(job.run.exchanges, SizeIs(1));
}
TEST_F(PastMistake, GivenIsRedacted) {
  record();
  answers = {json_answer(200, R"({"access_token":"a-very-secret-token","token_type":"Bearer"})")};
  const auto job =
      run("  given: { request_token: { access_token: { present: false } } }\n  expect: { request_token: "
          "accepted }\n");
  EXPECT_THAT(job.outcomes.at(0).observed, Not(HasSubstr("a-very-secret-token")));
}
TEST_F(PastMistake, ConditionObservedIsRedacted) {
  record();
  const std::string token(200, 'q');
  answers = {json_answer(200, R"({"token_type":"Bearer","access_token":")" + token + "\"}")};
  const auto job = run("  expect: { request_token: { access_token: { type: string } } }\n");
  EXPECT_THAT(job.outcomes.at(0).observed, Not(HasSubstr("qqqqqqqq")));
  bodies.clear();
  const auto job2 = run("  expect: { request_token: { access_token: { present: false } } }\n");
  EXPECT_THAT(job2.outcomes.at(0).observed, Not(HasSubstr("qqqqqqqq")));
}
TEST_F(PastMistake, ControlWhyIsRedacted) {
  record();
  w.target.clients["confidential"].client_secret = "a-very-secret-secret";
  w.target.secrets = {{"client_secret", "a-very-secret-secret"}};
  answers = {refused("a-very-secret-secret")};
  const auto job =
      run("  expect: { request_token: refused }\n  control: { deviate: { request_token: { set: { scope: fine } "
          "} } }\n",
          true);
  EXPECT_THAT(job.why, Not(HasSubstr("a-very-secret-secret")));
  bodies.clear();
  script::Flow f = lib.flows.at("token");
  EXPECT_THAT(run_flow(w.world, f, w.world.primary_client(), "user", "x").why,
              Not(HasSubstr("a-very-secret-secret")));
}
TEST_F(PastMistake, InstanceReasonKept) {
  lib = library_of(
      "- { id: b, title: T, flow: token, proves: must-1, instances: { v: {} }, steps: [{ request_token: { as: "
      "own } }], expect: { own: accepted } }\n");
  lib.flows.at("token").steps[0].arguments["scope"] = "{{metadata.nothing}}";
  auto& s = lib.scenarios.front();
  const auto job = run_job(w.world, lib, {&s, &s.rows.front(), &w.world.primary_client(), false});
  EXPECT_THAT(job.outcomes.at(0).observed, HasSubstr("there is no metadata.nothing"));
}
TEST_F(PastMistake, ControlStepExpectedAnswered) {
  const auto job =
      run("  then:\n  - request_token: { as: second }\n    expect: answered\n  - request_token: { as: third "
          "}\n    expect: refused\n  control: { deviate: { third: { set: { scope: fine } } } }\n",
          true);
  EXPECT_THAT(job.why, Not(HasSubstr("second"))) << job.why;
  session::StepResult r;
  r.disposition = session::Disposition::accepted;
  r.facts["status"] = 200;
  EXPECT_TRUE(as_expected("answered", r));
}
TEST_F(PastMistake, WhenWithoutVariesWithCounts) {
  lib = library_of(
      "- { id: a, title: T, flow: token, proves: must-1, when: { client: public }, expect: { request_token: "
      "accepted } }\n");
  const auto plan = make_plan(lib, w.world, w.all_of(lib));
  EXPECT_THAT(plan.blocks, SizeIs(0));
  EXPECT_EQ(plan.left_out.at(0).reason, "the target file names no client with client public");
}
TEST_F(PastMistake, MadeRowsOfSeveralClientsStayWhereTheyAre) {
  auto& list = w.world.discovery.metadata["x"];
  for (int i = 0; i < 60; ++i)
    list.push_back("v" + std::to_string(i));
  lib = library_of(
      "- { id: a, title: T, flow: token, proves: must-1, varies_with: [client_authentication], each: { v: { "
      "from: metadata.x } }, expect: { request_token: accepted } }\n");
  const auto plan = make_plan(lib, w.world, w.all_of(lib));
  EXPECT_EQ(plan.made_rows.size(), 120U);
  for (const auto& block : plan.blocks) {
    for (const auto& job : block.jobs) {
      const auto is_it = [&](const script::Row& row) { return &row == job.row; };
      EXPECT_TRUE(std::ranges::any_of(plan.made_rows, is_it)) << job.id();
    }
  }
}
TEST_F(PastMistake, UnknownWaitIsNotShort) {
  lib = library_of(
      "- { id: a, title: T, flow: token, proves: must-1, then: [{ wait: { for: "
      "\"{{request_token.expires_in}}\" } }], expect: { request_token: accepted } }\n");
  EXPECT_THAT(make_plan(lib, w.world, w.all_of(lib)).blocks, SizeIs(0));
}
TEST_F(PastMistake, WaitInFinally) {
  lib = library_of(
      "- { id: a, title: T, flow: token, proves: must-1, finally: [{ wait: { for: 3600 } }], expect: { "
      "request_token: accepted } }\n");
  EXPECT_THAT(make_plan(lib, w.world, w.all_of(lib)).blocks, SizeIs(0));
}
TEST_F(PastMistake, LongestWaitOfClientMissing) {
  lib = library_of(
      "- { id: a, title: T, flow: token, proves: must-1, client: nobody, then: [{ wait: { for: 60 } }], "
      "expect: { request_token: accepted } }\n");
  auto sel = w.all_of(lib);
  sel.max_wait = std::chrono::seconds(100);
  EXPECT_EQ(make_plan(lib, w.world, sel).longest_wait.count(), 0);
}
TEST_F(PastMistake, MessageOfNoVariant) {
  lib = library_of(
      "- { id: a, title: T, flow: token, proves: must-1, varies_with: [client_authentication], when: { "
      "client_authentication: private_key_jwt }, expect: { request_token: accepted } }\n");
  const auto plan = make_plan(lib, w.world, w.all_of(lib));
  EXPECT_THAT(plan.left_out.at(0).reason, Not(HasSubstr("\"\"")));
}
TEST_F(PastMistake, WaitIsRestored) {
  w.world.wait = nullptr;
  lib = library_of("- { id: a, title: T, flow: token, proves: must-1, expect: { request_token: accepted } }\n");
  run_all();
  EXPECT_FALSE(w.world.wait);
}
TEST_F(PastMistake, EmptyDifference) {
  w.world.discovery.metadata["code_challenge_methods_supported"] = {"S256", "plain"};
  lib = library_of(
      "- { id: a, title: T, flow: token, proves: must-1, each: { v: { from: vocabulary.challenge_methods, "
      "less: metadata.code_challenge_methods_supported } }, expect: { request_token: accepted } }\n");
  const auto plan = make_plan(lib, w.world, w.all_of(lib));
  EXPECT_THAT(plan.left_out.at(0).reason, Not(HasSubstr("the target has no vocabulary")));
}
TEST_F(PastMistake, LeftOutInconclusiveCounted) {
  lib = library_of(
      "- { id: a, title: T, flow: token, proves: must-1, then: [{ wait: { for: 60 } }], expect: { "
      "request_token: accepted } }\n");
  EXPECT_EQ(run_all(), 1U);
}
bool tells_of_server_error(const JobResult& job) {
  return std::ranges::any_of(job.outcomes,
                             [](const Outcome& o) { return o.requirement == "house-no-server-error"; });
}
struct PastMistakeOfAnAnswer : ScenarioTest {};
TEST_F(PastMistakeOfAnAnswer, AServerErrorIsToldThoughTheGivenIsOpen) {
  answers_ = {json_answer(503, "")};
  library_ = library_of(
      "- { id: a, title: T, flow: token, proves: must-1, deviate: { request_token: { set: { x: y } } }, given: "
      "{ request_token: refused }, expect: { request_token: accepted } }\n",
      "house-no-server-error");
  EXPECT_TRUE(tells_of_server_error(run_row(0)));
}
TEST_F(PastMistakeOfAnAnswer, AServerErrorInARowOfArguments) {
  answers_ = {json_answer(503, "")};
  library_ = library_of(
      "- { id: a, title: T, flow: token, proves: must-1, steps: [{ request_token: { grant_type: odd } }], "
      "expect: { request_token: refused } }\n",
      "house-no-server-error");
  EXPECT_TRUE(tells_of_server_error(run_row(0)));
}
TEST_F(PastMistakeOfAnAnswer, AServerErrorOfAnEarlierHonestStepIsNotTheDeviations) {
  answers_ = {json_answer(503, "")};
  library_ = library_of(
      "- { id: a, title: T, flow: token, proves: must-1, then: [{ request_token: { as: second } }], deviate: { "
      "second: { set: { x: y } } }, expect: { request_token: accepted, second: refused } }\n",
      "house-no-server-error");
  const auto job = run_row(0);
  for (auto& o : job.outcomes)
    EXPECT_FALSE(o.requirement == "house-no-server-error" && o.step == "request_token");
}
TEST_F(PastMistakeOfAnAnswer, ALostAgentIsNoRefusal) {
  agent_->arrive = [](const agent::Journey&) {
    agent::Arrival a;
    a.end = agent::Arrival::End::lost;
    a.reason = "a puzzle";
    a.last.status = 200;
    return a;
  };
  const auto job =
      run("- { id: a, title: T, flow: code, proves: must-1, expect: { authorize: nothing_issued } }\n");
  EXPECT_EQ(job.outcomes.at(0).result, Result::inconclusive) << job.outcomes.at(0).observed;
}
}  // namespace
}  // namespace oauthentic::run

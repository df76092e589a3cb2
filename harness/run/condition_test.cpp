// Conditions on the facts of a step, and the words `if:` and `is:` beside them.
#include <gmock/gmock.h>

#include "run/expectation.hpp"
#include "run/run_test_support.hpp"

namespace oauthentic::run {
namespace {

using nlohmann::json;
using session::Disposition;
using session::StepResult;

constexpr auto kSatisfied = Result::satisfied;
constexpr auto kViolated = Result::violated;
constexpr auto kInconclusive = Result::inconclusive;
constexpr auto kNotApplicable = Result::not_applicable;

const script::FactCondition kStatus200 = {"status", "equals", 200};
const script::FactCondition kStatus400 = {"status", "equals", 400};

class ConditionTest : public testing::Test {
 protected:
  Decision answer(const script::Question& question, const StepResult& step) {
    return decide(question, Seen{{{"redeem", step}}, ""}, session_);
  }
  Decision answer(const script::Question& question, const std::string& name) {
    const std::map<std::string, StepResult> shown = {
        {"code delivered", step_of(Disposition::accepted, "", true, {{"status", 302}})},
        {"token issued", step_of(Disposition::accepted, "", false, {{"status", 200}})},
        {"error page", step_of(Disposition::refused, "page", false, {{"status", 400}})},
        {"error delivered", step_of(Disposition::refused, "redirect", true, {{"status", 302}})},
        {"error at the endpoint", step_of(Disposition::refused, "json", false, {{"status", 400}})},
        {"unclear page", step_of(Disposition::unclear, "", false, {{"status", 200}})},
        {"delivered with nothing", step_of(Disposition::unclear, "", true, {{"status", 302}})},
        {"no answer", step_of(Disposition::no_answer, "", false, json::object())},
        {"server error", step_of(Disposition::no_answer, "", false, {{"status", 503}})},
    };
    return answer(question, shown.at(name));
  }

  TestWorld world_;
  session::Session session_{world_.world, "t", world_.world.primary_client(), "user", true};
};

TEST_F(ConditionTest, ConditionsNeedAnAcceptedStep) {
  const auto question = asked("", {kStatus200});
  EXPECT_EQ(answer(question, "token issued").result, kSatisfied);
  EXPECT_EQ(answer(question, "code delivered").result, kViolated);
  for (const auto* name : {"error at the endpoint", "unclear page", "no answer", "server error"})
    EXPECT_EQ(answer(question, name).result, kInconclusive) << name;
}

TEST_F(ConditionTest, EveryConditionHasToHold) {
  const auto step = step_of(Disposition::accepted, "", false, {{"status", 200}, {"scope", "a"}});
  const auto decision = answer(asked("", {kStatus200, {"scope", "equals", "b"}}), step);
  EXPECT_EQ(decision.result, kViolated);
  EXPECT_EQ(decision.observed, "scope: it is a");
  EXPECT_EQ(answer(asked("", {{"scope", "equals", "b"}, kStatus200}), step).result, kViolated);
  EXPECT_EQ(answer(asked("", {kStatus200, {"scope", "equals", "a"}}), step).result, kSatisfied);
}

TEST_F(ConditionTest, ConditionsReachIntoMembersOfFacts) {
  const auto step =
      step_of(Disposition::accepted, "", false,
              {{"status", 200}, {"headers", {{"cache-control", "no-store"}}}, {"text", "secret"}});
  const auto decision = answer(asked("", {{"headers.cache-control", "has_directive", "no-store"},
                                          {"headers.age", "present", false},
                                          {"status", "at_most", 299},
                                          {"text", "contains", "secret"}}),
                               step);
  EXPECT_EQ(decision.result, kSatisfied);
  EXPECT_EQ(decision.observed, "headers.cache-control: no-store; no headers.age; status: 200");
}

TEST_F(ConditionTest, AFactThatIsAbsentDoesNotHold) {
  const auto decision = answer(asked("", {{"expires_in", "at_most", 3600}}), "token issued");
  EXPECT_EQ(decision.result, kViolated);
  EXPECT_EQ(decision.observed, "expires_in: it is absent");
}

TEST_F(ConditionTest, AnOptionalFactThatIsAbsentRaisesNoQuestion) {
  const script::FactCondition most = {"expires_in", "at_most", 3600};
  const auto absent = answer(asked("", {most, {"expires_in", "optional", true}}), "token issued");
  EXPECT_EQ(absent.result, kNotApplicable);
  EXPECT_EQ(absent.observed, "there is no expires_in");
  EXPECT_EQ(answer(asked("", {most, {"expires_in", "optional", false}}), "token issued").result, kViolated);

  const auto step = step_of(Disposition::accepted, "", false, {{"expires_in", 7200}});
  EXPECT_EQ(answer(asked("", {most, {"expires_in", "optional", true}}), step).result, kViolated);
  const auto brief = step_of(Disposition::accepted, "", false, {{"expires_in", 60}});
  for (const bool optional : {true, false})
    EXPECT_EQ(answer(asked("", {{"expires_in", "optional", optional}, most}), brief).result, kSatisfied);
  const auto other = asked("", {most, {"scope", "optional", true}, {"expires_in", "optional", true}});
  EXPECT_EQ(answer(other, step).result, kNotApplicable);
}

TEST_F(ConditionTest, AnOptionalFactDoesNotExcuseAStepThatFailed) {
  const auto question = asked("", {{"expires_in", "at_most", 3600}, {"expires_in", "optional", true}});
  for (const auto* name : {"error at the endpoint", "unclear page", "no answer"})
    EXPECT_EQ(answer(question, name).result, kInconclusive) << name;
}

TEST_F(ConditionTest, IfAsksOnlyWhereItHolds) {
  const auto question = asked("", {kStatus400}, "refused");
  EXPECT_EQ(answer(question, "error at the endpoint").result, kSatisfied);
  EXPECT_EQ(answer(question, "error delivered").result, kViolated);  // its status is 302
  EXPECT_EQ(answer(question, "token issued").result, kNotApplicable);
  for (const auto* name : {"unclear page", "delivered with nothing", "no answer", "server error"})
    EXPECT_EQ(answer(question, name).result, kInconclusive) << name;
  EXPECT_EQ(answer(question, "error page").expected, "if refused, status is 400");
}

TEST_F(ConditionTest, IfAcceptedRaisesNoQuestionWhereWhatItNeedsWasRefused) {
  const auto unreached = [&](const script::Question& question, bool by_refusal) {
    return decide(question, Seen{{}, "there is no authorize.code", by_refusal}, session_);
  };
  const auto question = asked("", {kStatus200}, "accepted");
  EXPECT_EQ(unreached(question, true).result, kNotApplicable);
  EXPECT_EQ(unreached(question, false).result, kInconclusive);
  EXPECT_EQ(unreached(asked("", {kStatus400}, "refused"), true).result, kInconclusive);
  EXPECT_EQ(unreached(asked("refused"), true).result, kInconclusive);
  EXPECT_EQ(unreached(asked("accepted"), true).result, kInconclusive);
}

TEST_F(ConditionTest, IfMayStandBeforeAWord) {
  const auto question = asked("refused_at_page", {}, "refused");
  EXPECT_EQ(answer(question, "error page").result, kSatisfied);
  EXPECT_EQ(answer(question, "error delivered").result, kViolated);
  EXPECT_EQ(answer(question, "code delivered").result, kNotApplicable);
  EXPECT_EQ(answer(question, "unclear page").result, kInconclusive);
}

TEST_F(ConditionTest, IsDemandsTheWordAndTheConditions) {
  const auto question = asked("refused", {kStatus400});
  EXPECT_EQ(answer(question, "error at the endpoint").result, kSatisfied);
  EXPECT_EQ(answer(question, "error delivered").result, kViolated);
  EXPECT_EQ(answer(question, "token issued").result, kViolated);
  EXPECT_EQ(answer(question, "token issued").observed, "accepted as seen");
  EXPECT_EQ(answer(question, "server error").result, kInconclusive);
}

TEST_F(ConditionTest, AServerErrorIsAnAnswerWhoseStatusCounts) {
  const auto question = asked("answered", {{"status", "at_most", 499}});
  EXPECT_EQ(answer(question, "server error").result, kViolated);
  EXPECT_EQ(answer(question, "error at the endpoint").result, kSatisfied);
  EXPECT_EQ(answer(question, "unclear page").result, kSatisfied);
  EXPECT_EQ(answer(question, "no answer").result, kInconclusive);
}

TEST_F(ConditionTest, PlaceholdersAreFilledBeforeComparing) {
  session_.facts()["authorize"] = {{"state", 200}};
  const auto of = [](const char* path) { return asked("", {{"status", "equals", path}}); };
  EXPECT_EQ(answer(of("{{authorize.state}}"), "token issued").result, kSatisfied);
  EXPECT_EQ(answer(of("{{authorize.state}}"), "code delivered").result, kViolated);
}

TEST_F(ConditionTest, APlaceholderWithoutAValueDecidesNothing) {
  for (const auto* matcher : {"equals", "differs_from", "lacks"}) {
    const auto decision = answer(asked("", {{"status", matcher, "{{authorize.iss}}"}}), "token issued");
    EXPECT_EQ(decision.result, kInconclusive) << matcher;
    EXPECT_EQ(decision.observed, "there is no authorize.iss to compare status with");
  }
}

}  // namespace
}  // namespace oauthentic::run

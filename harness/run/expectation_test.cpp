// What each expectation makes of what a step showed. What merely failed (no answer, a server error, a page that
// nobody understands) never answers a question.
#include "run/expectation.hpp"

#include <gmock/gmock.h>

#include <set>

#include "run/run_test_support.hpp"
#include "script/vocabulary.hpp"

namespace oauthentic::run {
namespace {

using nlohmann::json;
using session::Disposition;
using session::StepResult;
using testing::Each;
using testing::HasSubstr;

constexpr auto kSatisfied = Result::satisfied;
constexpr auto kViolated = Result::violated;
constexpr auto kInconclusive = Result::inconclusive;
constexpr auto kNotApplicable = Result::not_applicable;

const json kSent = {{"status", 302}, {"delivered_to", "https://client.test/cb"}};
const json kSentElsewhere = {{"status", 302}, {"delivered_to", "https://other.test/cb"}};

/// Everything that a step can show, by name.
std::map<std::string, StepResult> shown() {
  return {
      {"code delivered", step_of(Disposition::accepted, "", true, kSent)},
      {"token issued", step_of(Disposition::accepted, "", false, {{"status", 200}})},
      {"error page", step_of(Disposition::refused, "page", false, {{"status", 400}})},
      {"error delivered", step_of(Disposition::refused, "redirect", true, kSent)},
      {"error delivered elsewhere", step_of(Disposition::refused, "redirect", false, kSentElsewhere)},
      {"error at the endpoint", step_of(Disposition::refused, "json", false, {{"status", 400}})},
      {"unclear page", step_of(Disposition::unclear, "", false, {{"status", 200}})},
      {"delivered with nothing", step_of(Disposition::unclear, "", true, kSent)},
      {"sent elsewhere", step_of(Disposition::unclear, "", false, kSentElsewhere)},
      {"no answer", step_of(Disposition::no_answer, "", false, json::object())},
      {"server error", step_of(Disposition::no_answer, "", false, {{"status", 503}})},
  };
}

/// What is satisfied and what is violated by each word; anything else is inconclusive.
struct Meaning {
  std::set<std::string> satisfied, violated;
};
const std::map<std::string, Meaning> kMeanings = {
    {"accepted",
     {{"code delivered", "token issued"},
      {"error page", "error delivered", "error delivered elsewhere", "error at the endpoint"}}},
    {"refused",
     {{"error page", "error delivered", "error delivered elsewhere", "error at the endpoint"},
      {"code delivered", "token issued"}}},
    {"refused_at_page",
     {{"error page"},
      {"code delivered", "token issued", "error delivered", "error delivered elsewhere",
       "error at the endpoint"}}},
    {"refused_by_redirect",
     {{"error delivered"},
      {"code delivered", "token issued", "error page", "error delivered elsewhere", "error at the endpoint"}}},
    {"answered",
     {{"code delivered", "token issued", "error page", "error delivered", "error delivered elsewhere",
       "error at the endpoint", "unclear page", "delivered with nothing", "sent elsewhere", "server error"},
      {}}},
    {"delivered",
     {{"code delivered", "error delivered", "delivered with nothing"},
      {"token issued", "error page", "error delivered elsewhere", "error at the endpoint", "sent elsewhere"}}},
    {"nothing_issued",
     {{"error page", "error delivered", "error delivered elsewhere", "error at the endpoint", "unclear page",
       "delivered with nothing", "sent elsewhere"},
      {"code delivered", "token issued"}}},
    {"not_delivered",
     {{"token issued", "error page", "error delivered elsewhere", "error at the endpoint", "sent elsewhere"},
      {"code delivered", "error delivered", "delivered with nothing"}}},
};

class ExpectationTest : public testing::Test {
 protected:
  static script::Question error_asked(std::vector<std::string> errors) {
    auto question = asked("");
    question.about_error = true;
    question.errors = std::move(errors);
    return question;
  }

  Decision answer(const script::Question& question, const StepResult& step) {
    return decide(question, Seen{{{"redeem", step}}, ""}, session_);
  }
  Decision answer(const script::Question& question, const std::string& name) {
    return answer(question, shown().at(name));
  }
  Decision answer_either(const std::string& word, const std::map<std::string, std::string>& names) {
    auto question = asked(word);
    question.steps = {"authorize", "redeem"};
    Seen seen;
    for (const auto& [step, name] : names)
      seen.steps[step] = shown().at(name);
    return decide(question, seen, session_);
  }

  TestWorld world_;
  session::Session session_{world_.world, "t", world_.world.primary_client(), "user", true};
};

const script::FactCondition kStatus200 = {"status", "equals", 200};
const script::FactCondition kStatus400 = {"status", "equals", 400};

TEST_F(ExpectationTest, EachWordOfEachStep) {
  for (const auto& [word, meaning] : kMeanings) {
    for (const auto& [name, step] : shown()) {
      const auto expected = meaning.satisfied.contains(name)  ? kSatisfied
                            : meaning.violated.contains(name) ? kViolated
                                                              : kInconclusive;
      const auto decision = answer(asked(word), step);
      EXPECT_EQ(decision.result, expected) << word << " of: " << name;
      EXPECT_EQ(decision.expected, word);
      EXPECT_EQ(decision.observed, step.observed);
      EXPECT_EQ(decision.step, "redeem");
    }
  }
}

TEST_F(ExpectationTest, EveryWordIsTried) {
  for (const auto& word : script::expectation_words())
    EXPECT_TRUE(kMeanings.contains(std::string(word.name))) << word.name;
}

TEST_F(ExpectationTest, WhatFailsIsNeverARefusal) {
  std::vector<http::Answer> failures;
  for (const int status : {429, 500, 502, 503, 504, 599})
    failures.push_back(json_answer(status, R"({"error":"invalid_grant"})"));
  using Kind = TransportError::Kind;
  for (const auto kind : {Kind::resolve, Kind::connect, Kind::tls, Kind::timeout, Kind::reset, Kind::malformed,
                          Kind::too_large, Kind::refused})
    failures.push_back(TransportError{kind, "gone"});
  for (const auto& failure : failures) {
    StepResult step;
    ASSERT_TRUE(session::no_answer(failure, step));
    std::vector<Result> results;
    for (const auto* word : {"accepted", "refused", "refused_at_page", "refused_by_redirect", "delivered",
                             "not_delivered", "nothing_issued"})
      results.push_back(answer(asked(word), step).result);
    results.push_back(answer(error_asked({"invalid_grant"}), step).result);
    results.push_back(answer(asked("", {kStatus200}), step).result);
    results.push_back(answer(asked("refused", {kStatus400}), step).result);
    results.push_back(answer(asked("", {kStatus400}, "refused"), step).result);
    EXPECT_THAT(results, Each(kInconclusive)) << step.observed;
  }
}

TEST_F(ExpectationTest, AStepThatWasNotReachedSaysWhy) {
  for (const auto& question : {asked("refused"), asked("", {kStatus200}), error_asked({"invalid_grant"})}) {
    const auto decision = decide(question, Seen{{}, "authorize: an error page"}, session_);
    EXPECT_EQ(decision.result, kInconclusive);
    EXPECT_EQ(decision.observed, "step redeem was not reached: authorize: an error page");
    EXPECT_EQ(decision.step, "redeem");
  }
  EXPECT_EQ(decide(asked("refused"), {}, session_).observed, "step redeem was not reached");
}

TEST_F(ExpectationTest, WhatTheAgentCannotSeeIsNoViolation) {
  const auto step =
      step_of(Disposition::accepted, "", true, {{"status", 302}, {"unseen", {"page", "headers"}}});
  for (const auto& condition :
       {script::FactCondition{"page.framing", "equals", "deny"},
        script::FactCondition{"headers.x", "present", false}, script::FactCondition{"page", "lacks", "x"}}) {
    EXPECT_EQ(answer(asked("", {condition}), step).result, kInconclusive) << condition.path;
    EXPECT_THAT(answer(asked("", {condition}), step).observed, HasSubstr("does not see " + condition.path));
  }
  EXPECT_EQ(answer(asked("", {{"pages", "equals", 1}}), step).result, kViolated) << "it could have been seen";
}

TEST_F(ExpectationTest, OfTwoStepsOneRefusalIsEnough) {
  const auto both = [&](const char* first, const char* second) {
    return answer_either("refused", {{"authorize", first}, {"redeem", second}});
  };
  EXPECT_EQ(both("error page", "token issued").result, kSatisfied);
  EXPECT_EQ(both("error page", "token issued").step, "authorize");
  EXPECT_EQ(both("code delivered", "error at the endpoint").result, kSatisfied);
  EXPECT_EQ(both("code delivered", "error at the endpoint").step, "redeem");
  EXPECT_EQ(both("code delivered", "token issued").result, kViolated);
  EXPECT_EQ(both("code delivered", "token issued").observed, "accepted as seen");
}

TEST_F(ExpectationTest, OfTwoStepsOneThatFailedLeavesItOpen) {
  for (const auto* name : {"unclear page", "no answer", "server error"}) {
    const auto first = answer_either("refused", {{"authorize", name}, {"redeem", "error at the endpoint"}});
    EXPECT_EQ(first.result, kInconclusive) << name;
    EXPECT_EQ(first.step, "authorize");
    const auto second = answer_either("refused", {{"authorize", "code delivered"}, {"redeem", name}});
    EXPECT_EQ(second.result, kInconclusive) << name;
    EXPECT_EQ(second.step, "redeem");
  }
}

TEST_F(ExpectationTest, OfTwoStepsTheSecondIsNeededOnlyIfTheFirstAccepts) {
  EXPECT_EQ(answer_either("refused", {{"authorize", "error page"}}).result, kSatisfied);
  const auto decision = answer_either("refused", {{"authorize", "code delivered"}});
  EXPECT_EQ(decision.result, kInconclusive);
  EXPECT_THAT(decision.observed, HasSubstr("step redeem was not reached"));
}

TEST_F(ExpectationTest, AnErrorIsAskedOfARefusalAlone) {
  const auto question = error_asked({"invalid_grant", "invalid_request"});
  const auto refused_with = [](const json& facts) {
    return step_of(Disposition::refused, "json", false, facts);
  };
  EXPECT_EQ(answer(question, refused_with({{"error", "invalid_grant"}})).result, kSatisfied);
  EXPECT_EQ(answer(question, refused_with({{"error", "invalid_request"}})).result, kSatisfied);
  for (const auto& wrong : {json{{"error", "invalid_client"}}, json{{"error", 1}}, json{{"error", ""}},
                            json{{"error", "INVALID_GRANT"}}, json::object()})
    EXPECT_EQ(answer(question, refused_with(wrong)).result, kViolated) << wrong;

  const auto accepted = step_of(Disposition::accepted, "", false, {{"error", "invalid_grant"}});
  EXPECT_EQ(answer(question, accepted).result, kNotApplicable);
  EXPECT_EQ(answer(question, accepted).observed, "it was not refused: accepted as seen");
  EXPECT_EQ(answer(question, "unclear page").result, kInconclusive);
  EXPECT_EQ(answer(question, "no answer").expected, "error invalid_grant or invalid_request");
}

TEST_F(ExpectationTest, AGivenConditionIsDecidedLikeAnyOther) {
  EXPECT_EQ(decide_given(asked("refused"), Seen{{{"redeem", shown().at("no answer")}}, ""}, session_).result,
            kInconclusive);
  EXPECT_EQ(
      decide_given(asked("accepted"), Seen{{{"redeem", shown().at("token issued")}}, ""}, session_).result,
      kSatisfied);
}

}  // namespace
}  // namespace oauthentic::run

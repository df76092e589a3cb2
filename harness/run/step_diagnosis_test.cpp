// From what an honest step showed to whose fault it is.
#include <gmock/gmock.h>

#include "run/run_test_support.hpp"
#include "run/step_diagnosis.hpp"

namespace oauthentic::run {
namespace {

using nlohmann::json;
using session::Disposition;
using session::StepResult;
using testing::HasSubstr;

class StepDiagnosis : public testing::Test {
 protected:
  const script::Client& client() const { return world_.world.primary_client(); }
  Findings findings(const StepResult& result) const {
    return authorize_findings(result, world_.target, client());
  }
  /// "step: culprit" of the first failure.
  std::string blamed(const StepResult& result) const {
    const auto all = findings(result);
    EXPECT_EQ(all.size(), 5U);
    const auto* failure = first_failure(all);
    return failure ? failure->step + ": " + std::string(to_string(failure->culprit)) : "nobody";
  }
  static StepResult shown(Disposition disposition, std::string place, json facts) {
    return step_of(disposition, std::move(place), false, std::move(facts));
  }

  TestWorld world_;
};

TEST_F(StepDiagnosis, ACodeThatIsDelivered) {
  const json request = {{"state", "s"}, {"redirect_uri", "https://client.test/cb"}};
  auto result = step_of(Disposition::accepted, "", true,
                        {{"pages", 1}, {"signed_in", true}, {"state", "s"}, {"request", request}});
  EXPECT_EQ(blamed(result), "nobody");
  EXPECT_EQ(findings(result)[2].health, Health::ok);
  EXPECT_EQ(findings(result)[3].health, Health::not_tried) << "no consent was asked for";
  EXPECT_EQ(findings(result)[4].health, Health::ok);
  result.facts["state"] = "another";
  EXPECT_EQ(findings(result)[4].health, Health::warning);
  result.facts["state"] = "s";
  result.delivered = false;
  result.facts["delivered"] = false;
  EXPECT_EQ(findings(result)[4].health, Health::warning) << "delivered elsewhere";
}

TEST_F(StepDiagnosis, AnErrorPageInPlaceOfTheSignIn) {
  const auto result =
      shown(Disposition::refused, "page", {{"pages", 1}, {"page_text", "no such redirect_uri"}});
  EXPECT_EQ(blamed(result), "authorization request: configuration");
  EXPECT_THAT(findings(result)[0].seen, HasSubstr("no such redirect_uri"));
  EXPECT_THAT(findings(result)[0].advice, HasSubstr("https://client.test/cb"));
  EXPECT_EQ(findings(result)[1].health, Health::not_tried);
}

TEST_F(StepDiagnosis, AnErrorThatIsDelivered) {
  const auto of = [this](const char* error, bool signed_in) {
    return blamed(
        shown(Disposition::refused, "redirect", {{"pages", 0}, {"error", error}, {"signed_in", signed_in}}));
  };
  EXPECT_EQ(of("invalid_scope", false), "authorization request: configuration");
  EXPECT_EQ(of("unauthorized_client", false), "authorization request: configuration");
  EXPECT_EQ(of("server_error", false), "authorization request: provider");
  EXPECT_EQ(of("access_denied", true), "consent: configuration");
}

TEST_F(StepDiagnosis, CredentialsThatAreAskedForAgain) {
  auto result = shown(Disposition::unclear, "", {{"pages", 2}, {"credentials_status", 200}});
  result.credentials_refused = true;
  EXPECT_EQ(blamed(result), "credentials: configuration");
  EXPECT_EQ(findings(result)[1].health, Health::ok);
  EXPECT_THAT(findings(result)[2].advice, HasSubstr("alice"));
}

TEST_F(StepDiagnosis, PagesThatAreNotUnderstood) {
  EXPECT_EQ(blamed(shown(Disposition::unclear, "", {{"pages", 1}})), "sign-in page: harness");
  EXPECT_EQ(
      blamed(shown(Disposition::unclear, "", {{"pages", 2}, {"credentials_status", 302}, {"signed_in", true}})),
      "consent: harness");
  EXPECT_EQ(blamed(shown(Disposition::unclear, "", {{"pages", 0}})), "authorization request: provider")
      << "no page was shown";
}

TEST_F(StepDiagnosis, NoAnswer) {
  EXPECT_EQ(blamed(shown(Disposition::no_answer, "", {{"pages", 0}})), "authorization request: provider");
  EXPECT_EQ(blamed(shown(Disposition::no_answer, "", {{"pages", 1}, {"credentials_status", 500}})),
            "credentials: provider");
}

TEST_F(StepDiagnosis, LedToAnotherHost) {
  const auto result =
      shown(Disposition::unclear, "", {{"pages", 0}, {"delivered_to", "https://sso.test/login"}});
  EXPECT_EQ(blamed(result), "authorization request: configuration");
  EXPECT_THAT(findings(result)[0].advice, HasSubstr("origins: [\"https://sso.test\"]"));
  const auto home = shown(Disposition::unclear, "", {{"pages", 0}, {"delivered_to", "https://client.test/cb"}});
  EXPECT_EQ(blamed(home), "authorization request: provider");
}

TEST_F(StepDiagnosis, APersonSignsIn) {
  EXPECT_EQ(blamed(shown(Disposition::unclear, "", json::object())), "sign-in page: configuration");
}

TEST_F(StepDiagnosis, Tokens) {
  const auto of = [this](Disposition disposition, json facts) {
    return token_finding(shown(disposition, "", std::move(facts)), client());
  };
  EXPECT_EQ(of(Disposition::accepted, {{"access_token", "x"}}).health, Health::ok);
  EXPECT_EQ(of(Disposition::accepted, json::object()).culprit, Culprit::provider);
  EXPECT_EQ(of(Disposition::refused, {{"error", "invalid_client"}, {"status", 401}}).culprit,
            Culprit::configuration);
  EXPECT_EQ(of(Disposition::refused, {{"status", 401}}).culprit, Culprit::configuration);
  EXPECT_EQ(of(Disposition::refused, {{"error", "unauthorized_client"}}).culprit, Culprit::configuration);
  EXPECT_EQ(of(Disposition::refused, {{"error", "invalid_grant"}, {"status", 400}}).culprit, Culprit::provider);
  EXPECT_EQ(of(Disposition::refused, {{"error", "invalid_request"}}).culprit, Culprit::provider);
  EXPECT_EQ(of(Disposition::no_answer, {{"status", 500}}).culprit, Culprit::provider);
}

TEST_F(StepDiagnosis, Apis) {
  const auto of = [](Disposition disposition, json facts, const char* scope = "profile",
                     const char* granted = "openid profile") {
    return api_finding(kApiStep, shown(disposition, "", std::move(facts)), scope, granted);
  };
  EXPECT_EQ(of(Disposition::accepted, json::object()).health, Health::ok);
  const auto lacking = of(Disposition::refused, {{"status", 403}}, "profile", "openid profiles");
  EXPECT_EQ(lacking.culprit, Culprit::configuration);
  EXPECT_THAT(lacking.advice, HasSubstr("Add profile to scopes"));
  for (const int status : {400, 401, 403, 404, 405})
    EXPECT_EQ(of(Disposition::refused, {{"status", status}}).culprit, Culprit::configuration) << status;
  EXPECT_EQ(of(Disposition::no_answer, {{"status", 500}}).culprit, Culprit::provider);
  EXPECT_EQ(of(Disposition::no_answer, json::object()).culprit, Culprit::configuration) << "nobody is there";
}

TEST_F(StepDiagnosis, ALimitOfRateIsToldFromAPortThatLooksLikeOne) {
  EXPECT_THAT(no_answer_finding("x", "no answer: status 429").advice, HasSubstr("rate"));
  EXPECT_THAT(no_answer_finding("x", "no answer: 127.0.0.1:42912 timed out").advice,
              testing::Not(HasSubstr("rate")));
}

TEST_F(StepDiagnosis, ByVerb) {
  const auto unclear = shown(Disposition::unclear, "", {{"pages", 1}});
  EXPECT_EQ(explain_step("authorize", unclear, world_.target, client())->step, kSignInStep);
  EXPECT_EQ(explain_step("redeem", unclear, world_.target, client())->step, kTokenStep);
  EXPECT_EQ(explain_step("call_api", unclear, world_.target, client())->step, kApiStep);
  EXPECT_FALSE(explain_step("introspect", unclear, world_.target, client()));
}

}  // namespace
}  // namespace oauthentic::run

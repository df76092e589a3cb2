// The whole examination, without sockets.
#include <gmock/gmock.h>

#include "oauth/client_authentication.hpp"
#include "oauth/encoding.hpp"
#include "run/diagnosis.hpp"
#include "run/run_test_support.hpp"

namespace oauthentic::run {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A provider of a few lines: it knows `confidential` with the secret "secret", and `public`.
class DiagnosisTest : public testing::Test {
 protected:
  DiagnosisTest() {
    world_.target.issuer = "https://as.test/realm";
    world_.target.scopes = {};
    world_.target.api = {{"https://api.test/me", "", "GET"}};
    world_.world.agent = agent_;
    world_.world.tags = std::make_shared<oauth::TagRegistry>();
    world_.world.limiter = std::make_unique<session::RateLimiter>(0);
    world_.world.seed = "test";
    agent_->arrive = [this](const agent::Journey& journey) { return arrive(journey); };
    world_.transport.answer = [this](const Request& request) {
      sent_.push_back(request);
      return answer(request);
    };
  }

  agent::Arrival arrive(const agent::Journey& journey) {
    agent::Arrival arrival;
    if (journey.until == agent::Until::sign_in) {
      arrival.end = agent::Arrival::End::stopped;
      arrival.pages.resize(1);
      return arrival;
    }
    arrival = sent_back("code", "a-code-of-the-provider");
    const auto query = oauth::query_of(journey.first.url);
    arrival.parameters.push_back({"state", std::string(oauth::value(query, "state"))});
    arrival.answer = arrival.parameters;
    arrival.signed_in = true;
    arrival.log = {"the password into password"};
    return arrival;
  }

  http::Answer answer(const Request& request) const {
    if (request.url == "https://as.test/.well-known/oauth-authorization-server/realm" && metadata_.is_object())
      return json_answer(200, metadata_.dump());
    if (request.url == "https://as.test/token") {
      const auto basic = oauth::parse_basic(request.headers.value("Authorization"));
      if (basic && basic->password != secret_) return json_answer(401, R"({"error":"invalid_client"})");
      return request.body.contains("a-code-of-the-provider") ? issued() : refused("invalid_grant");
    }
    if (request.url == "https://api.test/me") return json_answer(api_status_, "{}");
    return json_answer(404, "{}");
  }

  Diagnosis run() {
    return diagnose(world_.world, [this](const std::string&) {
      http::Reach reach;
      reach.addresses = {"192.0.2.1"};
      reach.connected = reach.secured = reachable_;
      if (!reachable_) reach.error = TransportError{TransportError::Kind::connect, "Connection refused"};
      return reach;
    });
  }
  static const Finding& at(const Diagnosis& diagnosis, const std::string& step) {
    static const Finding none = failed("there is no such step", Culprit::nobody, "", "");
    const auto found = std::ranges::find(diagnosis.findings, step, &Finding::step);
    return found == diagnosis.findings.end() ? none : *found;
  }
  static std::string blamed(const Diagnosis& diagnosis) {
    const auto* failure = first_failure(diagnosis.findings);
    return failure ? failure->step + ": " + std::string(to_string(failure->culprit)) : "nobody";
  }
  std::ptrdiff_t token_requests() const {
    return std::ranges::count(sent_, "https://as.test/token", &Request::url);
  }

  nlohmann::json metadata_ = {{"issuer", "https://as.test/realm"},
                              {"authorization_endpoint", "https://as.test/authorize"},
                              {"token_endpoint", "https://as.test/token"}};
  std::string secret_ = "secret";
  int api_status_ = 200;
  bool reachable_ = true;
  TestWorld world_;
  std::shared_ptr<GuidedAgent> agent_ = std::make_shared<GuidedAgent>();
  std::vector<Request> sent_;
};

TEST_F(DiagnosisTest, AllIsWell) {
  const auto diagnosis = run();
  EXPECT_EQ(blamed(diagnosis), "nobody");
  EXPECT_EQ(at(diagnosis, "client confidential").health, Health::ok);
  EXPECT_THAT(at(diagnosis, "client confidential").seen, HasSubstr("a wrong secret: invalid_client"));
  EXPECT_EQ(at(diagnosis, "client public").health, Health::ok);
  EXPECT_EQ(at(diagnosis, "code").health, Health::ok);
  EXPECT_EQ(at(diagnosis, "token").health, Health::ok);
  EXPECT_EQ(at(diagnosis, "API").health, Health::ok);
  EXPECT_EQ(token_requests(), 4) << "made-up code of both, one wrong secret, and the code";
  EXPECT_EQ(diagnosis.requests, sent_.size());
  EXPECT_FALSE(diagnosis.lost);
  EXPECT_EQ(world_.world.agent, agent_) << "the world is as it was";
  EXPECT_FALSE(world_.world.record);
}

TEST_F(DiagnosisTest, NothingIsSentToWhatIsNotReached) {
  reachable_ = false;
  const auto diagnosis = run();
  EXPECT_EQ(blamed(diagnosis), "connection: provider");
  EXPECT_EQ(at(diagnosis, "metadata").health, Health::not_tried);
  EXPECT_EQ(at(diagnosis, "token").health, Health::not_tried);
  EXPECT_TRUE(sent_.empty());
}

TEST_F(DiagnosisTest, AWrongSecretIsSentOnce) {
  secret_ = "another";
  const auto diagnosis = run();
  EXPECT_EQ(blamed(diagnosis), "client confidential: configuration");
  EXPECT_THAT(at(diagnosis, "client confidential").advice, HasSubstr("client_secret"));
  EXPECT_EQ(at(diagnosis, "redirect_uri of confidential").health, Health::ok);
  EXPECT_EQ(at(diagnosis, "code").health, Health::ok) << "the sign-in can be looked at all the same";
  EXPECT_EQ(at(diagnosis, "token").health, Health::not_tried);
  const auto wrong =
      std::ranges::count_if(sent_, [](const Request& request) { return request.headers.has("Authorization"); });
  EXPECT_EQ(wrong, 1);
}

TEST_F(DiagnosisTest, AMistypedPathIsLookedForAbove) {
  world_.target.issuer = "https://as.test/realm/typo";
  const auto diagnosis = run();
  EXPECT_EQ(blamed(diagnosis), "metadata: configuration");
  EXPECT_THAT(at(diagnosis, "metadata").advice, HasSubstr("issuer: \"https://as.test/realm\""));
  EXPECT_EQ(at(diagnosis, "code").health, Health::not_tried);
}

TEST_F(DiagnosisTest, AnApiThatIsNotThere) {
  api_status_ = 404;
  EXPECT_EQ(blamed(run()), "API: configuration");
}

TEST_F(DiagnosisTest, SecretsAreNotTold) {
  world_.target.users["user"].password = "a password of hers";
  world_.target.secrets = {{"password", "a password of hers"}};
  agent_->arrive = [](const agent::Journey& journey) {
    agent::Arrival arrival;
    arrival.reason = "lost with " + journey.account.password;
    arrival.log = {"typed " + journey.account.password};
    arrival.pages.resize(1);
    if (journey.until == agent::Until::sign_in) arrival.end = agent::Arrival::End::stopped;
    return arrival;
  };
  const auto diagnosis = run();
  EXPECT_EQ(blamed(diagnosis), "sign-in page: harness");
  for (const auto& finding : diagnosis.findings) {
    EXPECT_THAT(finding.seen, Not(HasSubstr("of hers"))) << finding.step;
    EXPECT_THAT(finding.advice, Not(HasSubstr("of hers"))) << finding.step;
  }
}

TEST_F(DiagnosisTest, AMistakeOfOursIsTheHarness) {
  agent_->arrive = [](const agent::Journey&) -> agent::Arrival { throw std::logic_error("a mistake"); };
  EXPECT_EQ(blamed(run()), "harness: harness");
}

TEST_F(DiagnosisTest, AProviderThatLimitsTheRateIsNotAskedOn) {
  const auto usual = world_.transport.answer;
  world_.transport.answer = [&](const Request& request) {
    if (!request.url.ends_with("/token")) return usual(request);
    sent_.push_back(request);
    auto limited = json_answer(429, "{}");
    std::get<Response>(limited).headers.add("Retry-After", "0");
    return limited;
  };
  const auto diagnosis = run();
  EXPECT_EQ(blamed(diagnosis), "client confidential: provider");
  EXPECT_EQ(at(diagnosis, "client public").health, Health::not_tried);
  EXPECT_EQ(at(diagnosis, "rate").health, Health::warning);
  EXPECT_EQ(token_requests(), 3) << "one, and twice again after a pause";
}

}  // namespace
}  // namespace oauthentic::run

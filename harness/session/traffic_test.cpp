#include "session/traffic.hpp"

#include <gmock/gmock.h>

namespace oauthentic::session {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kind = TransportError::Kind;
using namespace std::chrono_literals;

Response answer(int status, const char* retry_after = nullptr) {
  Response response;
  response.status = status;
  if (retry_after) response.headers.set("Retry-After", retry_after);
  return response;
}

http::Answer silence(Kind kind = Kind::timeout) {
  return TransportError{kind, "nothing came"};
}

TEST(PutOff, IsA429OrA503ThatNamesATime) {
  EXPECT_EQ(put_off_by(answer(429)), 1s);
  EXPECT_EQ(put_off_by(answer(429, "3")), 3s);
  EXPECT_EQ(put_off_by(answer(429, "nonsense")), 1s);
  EXPECT_EQ(put_off_by(answer(429, "86400")), 30s);
  EXPECT_EQ(put_off_by(answer(429, "-5")), 0s);
  EXPECT_EQ(put_off_by(answer(429, "Wed, 21 Oct 2015 07:28:00 GMT")), 0s);
  EXPECT_EQ(put_off_by(answer(503, "2")), 2s);
  EXPECT_EQ(put_off_by(answer(503)), std::nullopt);
  EXPECT_EQ(put_off_by(answer(200, "2")), std::nullopt);
}

TEST(RateLimiter, KeepsAHostApartFromOthers) {
  RateLimiter limiter(0);
  limiter.put_off("https://slow.test/token", 3600s);
  limiter.wait("https://quick.test/token");  // a wait of an hour would show
  EXPECT_EQ(limiter.slowdowns().size(), 1U);
  EXPECT_EQ(limiter.slowdowns().front().origin, "https://slow.test");
  limiter.wait("https://slow.test/other", [] { return true; });  // interrupted: waits no longer
}

TEST(RateLimiter, SlowsDownOnceForRequestsThatWereUnderWayTogether) {
  RateLimiter limiter(0);
  for (int i = 0; i < 20; ++i)
    limiter.put_off("https://as.test/token", 1s);
  const auto slowdown = limiter.slowdowns().at(0);
  EXPECT_EQ(slowdown.times, 20U);
  EXPECT_EQ(slowdown.spacing, 50ms);
}

TEST(RateLimiter, ARateOfOurOwnIsHalved) {
  RateLimiter limiter(10);
  limiter.wait("https://as.test/");
  limiter.put_off("https://as.test/", 0s);
  EXPECT_EQ(limiter.slowdowns().at(0).spacing, 200ms);
}

class BreakerTest : public testing::Test {
 protected:
  BreakerTest() { breaker_.arm(); }
  void note(const std::string& url, const http::Answer& answer, int times = 1) {
    for (int i = 0; i < times; ++i) {
      breaker_.note(url, answer, "t/one#1", [this](const std::string& where) {
        probed_.push_back(where);
        return probe_;
      });
    }
  }
  Breaker breaker_;
  std::vector<std::string> probed_;
  http::Answer probe_ = silence();
};

TEST_F(BreakerTest, AnEndpointThatHadAnsweredAndDiedStopsTheRun) {
  note("https://as.test/token?x=1", answer(400));
  note("https://as.test/token", silence(), 5);
  EXPECT_EQ(breaker_.death(), "");
  EXPECT_FALSE(breaker_.refuses("https://as.test/token"));
  note("https://as.test/token", silence(Kind::connect));
  EXPECT_THAT(breaker_.death(), HasSubstr("https://as.test/token answers no more: 7 requests in a row"));
  EXPECT_THAT(breaker_.death(), HasSubstr("t/one#1"));
  EXPECT_THAT(probed_, ElementsAre("https://as.test/token"));
  EXPECT_EQ(breaker_.refuses("https://as.test/token?y")->kind, Kind::timeout);
  EXPECT_FALSE(breaker_.refuses("https://as.test/authorize"));
}

TEST_F(BreakerTest, AnEndpointThatNeverAnsweredIsLeftAloneAndTheRunGoesOn) {
  note("https://api.test/me", silence(), 6);
  EXPECT_EQ(breaker_.death(), "");
  EXPECT_THAT(breaker_.refuses("https://api.test/me")->message, HasSubstr("not sent"));
}

TEST_F(BreakerTest, WhatAProbeGetsAnAnswerToIsAlive) {
  probe_ = answer(405);
  note("https://as.test/token", answer(200));
  note("https://as.test/token", silence(Kind::reset), 60);
  EXPECT_EQ(breaker_.death(), "");
  EXPECT_FALSE(breaker_.refuses("https://as.test/token"));
  EXPECT_EQ(probed_.size(), 10U);
}

TEST_F(BreakerTest, AnAnswerInBetweenBeginsTheCountAnew) {
  for (int i = 0; i < 10; ++i) {
    note("https://as.test/token", silence(), 5);
    note("https://as.test/token", answer(500));
  }
  EXPECT_TRUE(probed_.empty());
}

TEST_F(BreakerTest, AnAnswerThatIsNoHttpOrThatWeDidNotSendIsNoSilence) {
  for (const auto kind : {Kind::malformed, Kind::too_large, Kind::refused})
    note("https://as.test/token", silence(kind), 20);
  EXPECT_TRUE(probed_.empty());
}

TEST(Breaker, CountsOnlyUntilItIsArmed) {
  Breaker breaker;
  for (int i = 0; i < 20; ++i)
    breaker.note("https://as.test/", silence(), "x#1", [](const std::string&) { return silence(); });
  EXPECT_FALSE(breaker.refuses("https://as.test/"));
}

}  // namespace
}  // namespace oauthentic::session

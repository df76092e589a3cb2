// Clocks that disagree, and requests that were put off.
#include <gmock/gmock.h>

#include "run/traffic_diagnosis.hpp"

namespace oauthentic::run {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110 §5.6.7
const Time kThen{seconds(784111777)};

Exchange answered(seconds after, const char* date, int status = 200) {
  Exchange exchange;
  exchange.started = kThen + after;
  Response response;
  response.status = status;
  if (date) response.headers.add("Date", date);
  exchange.answer = response;
  return exchange;
}

constexpr const char* kDate = "Sun, 06 Nov 1994 08:49:37 GMT";

TEST(Clock, FiveSecondsAreNothing) {
  EXPECT_EQ(clock_finding({answered(seconds(5), kDate)}, {}).health, Health::ok);
  EXPECT_EQ(clock_finding({answered(seconds(-5), kDate)}, {}).health, Health::ok);
}

TEST(Clock, MoreIsAWarningWithItsDirection) {
  const auto behind = clock_finding({answered(seconds(6), kDate)}, {});
  EXPECT_EQ(behind.health, Health::warning);
  EXPECT_THAT(behind.seen, HasSubstr("6 s behind"));
  EXPECT_THAT(clock_finding({answered(seconds(-3600), kDate)}, {}).seen, HasSubstr("3600 s ahead of"));
}

TEST(Clock, AnAnswerOutOfACacheDoesNotCount) {
  EXPECT_EQ(clock_finding({answered(seconds(900), kDate), answered(seconds(1), kDate)}, {}).health, Health::ok);
}

TEST(Clock, ATokenFromTheFuture) {
  const std::vector<Exchange> seen = {answered(seconds(0), kDate)};
  EXPECT_EQ(clock_finding(seen, kThen + seconds(5)).health, Health::ok);
  const auto future = clock_finding(seen, kThen + seconds(60));
  EXPECT_EQ(future.health, Health::warning);
  EXPECT_THAT(future.seen, HasSubstr("60 s in the future"));
}

TEST(Clock, WithoutADateNothingIsKnown) {
  EXPECT_EQ(clock_finding({answered(seconds(0), nullptr), answered(seconds(0), "yesterday")}, {}).health,
            Health::not_tried);
  EXPECT_EQ(clock_finding({}, kThen).health, Health::not_tried);
}

TEST(Rate, RequestsThatWerePutOffAreCounted) {
  const std::vector<Exchange> seen = {answered(seconds(0), kDate), answered(seconds(0), kDate, 429)};
  const auto finding = rate_finding(seen);
  EXPECT_EQ(finding.health, Health::warning);
  EXPECT_EQ(finding.culprit, Culprit::provider);
  EXPECT_THAT(finding.seen, HasSubstr("1 of 2"));
  EXPECT_EQ(rate_finding({seen.front()}).health, Health::ok);
  EXPECT_EQ(rate_finding({}).health, Health::not_tried);
}

}  // namespace
}  // namespace oauthentic::run

#include "oauth/page_policy.hpp"

#include <gmock/gmock.h>

namespace oauthentic::oauth {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(PagePolicy, FramingIsForbiddenByEitherField) {
  EXPECT_THAT(framing_forbidden_by({}), IsEmpty());
  EXPECT_THAT(framing_forbidden_by({{"Content-Security-Policy", "default-src 'self'; Frame-Ancestors 'none'"},
                                    {"X-Frame-Options", "sameorigin"}}),
              ElementsAre("csp", "x_frame_options"));
  EXPECT_THAT(framing_forbidden_by({{"x-frame-options", "DENY"}}), ElementsAre("x_frame_options"));
  EXPECT_THAT(framing_forbidden_by({{"content-security-policy", "frame-ancestors"}}), ElementsAre("csp"));
  EXPECT_THAT(framing_forbidden_by(
                  {{"Content-Security-Policy", "default-src *, frame-ancestors 'self' https://a.test"}}),
              ElementsAre("csp"));
}

TEST(PagePolicy, FramingIsNotForbiddenByWhatLetsEverybodyIn) {
  for (const char* policy :
       {"frame-ancestors *", "frame-ancestors 'self' https:", "frame-ancestors HTTP:", "frame-src 'none'",
        "default-src 'none'", "", "frame-ancestors *; frame-ancestors 'none'"}) {
    EXPECT_THAT(framing_forbidden_by({{"Content-Security-Policy", policy}}), IsEmpty()) << policy;
  }
  EXPECT_THAT(framing_forbidden_by({{"Content-Security-Policy-Report-Only", "frame-ancestors 'none'"}}),
              IsEmpty());
  EXPECT_THAT(framing_forbidden_by({{"X-Frame-Options", "ALLOW-FROM https://a.test"}}), IsEmpty());
}

TEST(PagePolicy, ReferrerPolicyIsTheLastKnownWord) {
  EXPECT_EQ(referrer_policy({{"Referrer-Policy", "no-referrer"}}, "unsafe-url"), "no-referrer");
  EXPECT_EQ(referrer_policy({{"Referrer-Policy", "no-referrer, Strict-Origin , nonsense"}}, ""),
            "strict-origin");
  EXPECT_EQ(referrer_policy({{"Referrer-Policy", "origin"}, {"referrer-policy", "same-origin"}}, ""),
            "same-origin");
  EXPECT_EQ(referrer_policy({}, " No-Referrer "), "no-referrer");
  EXPECT_EQ(referrer_policy({{"Referrer-Policy", "never"}}, ""), "");
}

}  // namespace
}  // namespace oauthentic::oauth

#include "oauth/cookies.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "oauth/cookie_date.hpp"

namespace oauthentic::oauth {
namespace {

const Time kNow = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);

class Jar : public testing::Test {
 protected:
  void set(std::string_view url, std::string value) {
    jar_.store(url, Headers{{"Set-Cookie", std::move(value)}}, now_);
  }
  std::string sent(std::string_view url) { return jar_.header_for(url, now_).value_or("-"); }
  CookieJar jar_;
  Time now_ = kNow;
};

TEST_F(Jar, SendsBackToTheSameHostOnly) {
  set("https://as.test/login", "sid=31d4d96e407aad42");
  EXPECT_EQ(sent("https://as.test/"), "sid=31d4d96e407aad42");
  EXPECT_EQ(sent("https://as.test:8443/other"), "sid=31d4d96e407aad42");
  EXPECT_EQ(sent("https://www.as.test/"), "-");
  EXPECT_EQ(sent("https://test/"), "-");
  EXPECT_EQ(sent("no url"), "-");
}

/// RFC 6265 §3.1, the examples of the RFC's own overview.
TEST_F(Jar, FollowsTheExamplesOfTheRfc) {
  set("https://www.example.com/", "SID=31d4d96e407aad42; Path=/; Domain=example.com");
  EXPECT_EQ(sent("https://api.example.com/x"), "SID=31d4d96e407aad42");
  set("https://www.example.com/", "lang=en-US; Expires=Wed, 09 Jun 2021 10:18:14 GMT");
  EXPECT_EQ(sent("https://www.example.com/"), "SID=31d4d96e407aad42");
  set("https://www.example.com/", "SID=; Path=/; Domain=example.com; Expires=Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(sent("https://www.example.com/"), "-");
}

TEST_F(Jar, MatchesDomains) {
  set("https://a.b.test/", "one=1; Domain=.B.test");
  EXPECT_EQ(sent("https://c.b.test/"), "one=1");
  EXPECT_EQ(sent("https://xb.test/"), "-");
  set("https://a.b.test/", "two=2; Domain=c.test");
  set("https://a.b.test/", "three=3; Domain=test");
  set("https://a.b.test/", "four=4; Domain=x.a.b.test");
  set("http://127.0.0.1:8080/", "five=5; Domain=0.0.1");
  set("http://127.0.0.1:8080/", "six=6; Domain=127.0.0.1");
  EXPECT_EQ(jar_.cookies().size(), 2U);
  EXPECT_EQ(sent("http://127.0.0.1:9090/"), "six=6");
}

TEST_F(Jar, MatchesPaths) {
  set("https://as.test/oauth/login", "a=1");
  EXPECT_EQ(sent("https://as.test/oauth"), "a=1");
  EXPECT_EQ(sent("https://as.test/oauth/x/y?z"), "a=1");
  EXPECT_EQ(sent("https://as.test/oauth2"), "-");
  EXPECT_EQ(sent("https://as.test"), "-");
  set("https://as.test/oauth/login", "b=2; Path=bad");
  EXPECT_EQ(sent("https://as.test/oauth/"), "a=1; b=2");
  set("https://as.test/oauth/login", "c=3; path=/oauth/deep/; Path=/");
  EXPECT_EQ(sent("https://as.test"), "c=3");
}

TEST_F(Jar, OrdersByPathThenByAge) {
  set("https://as.test/", "new=0; Path=/");
  set("https://as.test/", "old=1; Path=/");
  set("https://as.test/", "deep=2; Path=/a");
  set("https://as.test/", "new=3; Path=/");
  EXPECT_EQ(sent("https://as.test/a"), "deep=2; new=3; old=1");
}

TEST_F(Jar, Expires) {
  set("https://as.test/", "a=1; Max-Age=60; Expires=Wed, 09 Jun 2021 10:18:14 GMT");
  set("https://as.test/", "b=2; Expires=Sun, 01 Mar 2026 00:00:30 GMT");
  set("https://as.test/", "c=3; Max-Age=99999999999999999999");
  set("https://as.test/", "d=4; Max-Age=soon");
  set("https://as.test/", "e=5; Max-Age=-1");
  EXPECT_EQ(sent("https://as.test/"), "a=1; b=2; c=3; d=4");
  now_ += std::chrono::seconds(30);
  EXPECT_EQ(sent("https://as.test/"), "a=1; c=3; d=4");
  now_ += std::chrono::seconds(30);
  EXPECT_EQ(sent("https://as.test/"), "c=3; d=4");
  set("https://as.test/", "c=; Max-Age=0");
  EXPECT_EQ(sent("https://as.test/"), "d=4");
}

TEST_F(Jar, KeepsSecureCookiesFromPlainHttp) {
  set("https://as.test/", "a=1; Secure");
  EXPECT_EQ(sent("http://as.test/"), "-");
  set("http://as.test/", "b=2; Secure");
  EXPECT_EQ(sent("https://as.test/"), "a=1");
  set("http://127.0.0.1:4000/", "c=3; Secure; HttpOnly; SameSite=Lax");
  EXPECT_EQ(sent("http://127.0.0.1:4000/"), "c=3");
  EXPECT_TRUE(jar_.cookies().back().http_only);
  EXPECT_EQ(jar_.cookies().back().same_site, "lax");
}

TEST_F(Jar, HoldsPrefixesToTheirPromise) {
  set("https://as.test/", "__Host-a=1; Secure; Path=/");
  set("https://as.test/", "__Host-b=1; Secure");
  set("https://as.test/", "__Host-c=1; Path=/");
  set("https://as.test/", "__Host-d=1; Secure; Path=/; Domain=as.test");
  set("https://as.test/", "__Secure-e=1; Secure");
  set("https://as.test/", "__Secure-f=1");
  EXPECT_EQ(sent("https://as.test/"), "__Host-a=1; __Secure-e=1");
}

TEST_F(Jar, IgnoresWhatIsNoCookie) {
  for (const char* bad : {"", "novalue", "=x", " ; a=b", "a=b\x01", ";"})
    set("https://as.test/", bad);
  set("https://as.test/", "big=" + std::string(CookieJar::kMaxCookieOctets, 'x'));
  EXPECT_EQ(jar_.cookies().size(), 0U);
  set("https://as.test/", "a=b=c; ;; Path; =; Secure");
  EXPECT_EQ(sent("https://as.test/"), "a=b=c");
}

TEST_F(Jar, DropsTheOldestOfTooMany) {
  for (std::size_t i = 0; i <= CookieJar::kMaxCookies; ++i)
    set("https://as.test/", fmt::format("n{}=v", i));
  ASSERT_EQ(jar_.cookies().size(), CookieJar::kMaxCookies);
  EXPECT_EQ(jar_.cookies().front().name, "n1");
  jar_.clear();
  EXPECT_EQ(sent("https://as.test/"), "-");
}

TEST(CookieDate, ReadsTheSpellingsOfServers) {
  const Time expected = std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + std::chrono::seconds(31777);
  for (const char* text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        "6 november 1994 8:49:37", "08:49:37 6 Nov 94", "Sun, 06 Nov 1994 08:49:37.5 GMT"}) {
    EXPECT_EQ(parse_cookie_date(text), expected) << text;
  }
}

TEST(CookieDate, RefusesWhatIsNoDate) {
  for (const char* text : {"", "Sun", "06 Nov 1994", "08:49:37", "06 Nov 1994 24:00:00", "06 Nov 1994 08:60:00",
                           "31 Feb 1994 08:49:37", "00 Nov 1994 08:49:37", "06 Nov 1600 08:49:37",
                           "06 Nuv 1994 08:49:37", "06 Nov 19945 08:49:37", "06 Nov 1994 008:49:37"}) {
    EXPECT_FALSE(parse_cookie_date(text)) << text;
  }
}

}  // namespace
}  // namespace oauthentic::oauth

#include "reports/decode.hpp"

#include <gtest/gtest.h>

#include "reports/loose_url.hpp"

namespace oauthentic::reports {
namespace {

// {"alg":"none"} . {"sub":"7"}
constexpr const char* kJwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiI3In0.‹signature#1›";

TEST(Decode, ReadsQueryAndForm) {
  const Request request{"POST",
                        "http://h/?a=1#f",
                        {{"content-type", "Application/X-WWW-Form-URLencoded; charset=utf-8"}},
                        "b=%20&c=%zz",
                        {}};
  EXPECT_EQ(decode(request).parameters, (oauth::Parameters{{"a", "1"}, {"f", ""}, {"b", " "}, {"c", "%zz"}}));
}

TEST(Decode, LaysOutJson) {
  const Response response{200, "OK", {}, R"({"a":[1]})", ""};
  EXPECT_EQ(decode(response).json, "{\n  \"a\": [\n    1\n  ]\n}");
}

TEST(Decode, LeavesAloneWhatIsNoJson) {
  for (const auto* body : {"", "{", "7", "\xff", "<html>"})
    EXPECT_EQ(decode(Response{200, "", {}, body, ""}).json, "") << body;
  EXPECT_EQ(decode(Response{200, "", {}, std::string(100'000, '['), ""}).json, "");
}

TEST(Decode, OpensJwtsWhereverTheyStand) {
  const auto bearer =
      decode(Request{"GET", "http://h/", {{"Authorization", std::string("Bearer ") + kJwt}}, "", {}});
  ASSERT_EQ(bearer.jwts.size(), 1u);
  EXPECT_EQ(bearer.jwts[0].where, "Authorization");
  EXPECT_EQ(bearer.jwts[0].header, "{\n  \"alg\": \"none\"\n}");
  EXPECT_EQ(bearer.jwts[0].claims, "{\n  \"sub\": \"7\"\n}");
  EXPECT_EQ(decode(Request{"GET", std::string("http://h/?request=") + kJwt, {}, "", {}}).jwts.size(), 1u);
  EXPECT_EQ(decode(Response{200, "", {}, std::string(R"({"id_token":")") + kJwt + "\"}", ""}).jwts.size(), 1u);
  EXPECT_EQ(decode(Response{200, "", {}, kJwt, ""}).jwts.size(), 1u);
}

TEST(Decode, OpensNothingElse) {
  for (const auto* text :
       {"ey", "ey.x.y", "eyJhbGciOiJub25lIn0", "eyJhbGciOiJub25lIn0.e30", "e30!.e30.e30", "..."}) {
    EXPECT_TRUE(decode(Request{"GET", "http://h/", {{"Authorization", std::string("Bearer ") + text}}, "", {}})
                    .jwts.empty())
        << text;
  }
  EXPECT_TRUE(decode(Request{"GET", "http://h/", {{"Authorization", ""}}, "", {}}).jwts.empty());
}

TEST(SplitUrl, TakesTagsForValues) {
  const auto url = split_url("https://h:8/p?state=‹state#1›&x=1#access_token=‹access_token#2›");
  EXPECT_EQ(url.origin, "https://h:8");
  EXPECT_EQ(url.path, "/p");
  EXPECT_EQ(url.query, "state=‹state#1›&x=1");
  EXPECT_EQ(url.fragment, "access_token=‹access_token#2›");
  EXPECT_EQ(address_of("https://h:8/p?state=‹state#1›"), "https://h:8/p");
  EXPECT_EQ(parameters_of("/cb?a=‹b#1›#c=d"), (oauth::Parameters{{"a", "‹b#1›"}, {"c", "d"}}));
}

TEST(SplitUrl, NeverFails) {
  EXPECT_EQ(split_url("").path, "");
  EXPECT_EQ(split_url("https://h").path, "/");
  EXPECT_EQ(split_url("https://").origin, "https://");
  EXPECT_EQ(split_url("/p#f?q").fragment, "f?q");
  EXPECT_EQ(split_url("/p?‹x#y").fragment, "y");
}

}  // namespace
}  // namespace oauthentic::reports

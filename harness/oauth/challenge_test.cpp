#include "oauth/challenge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace oauthentic::oauth {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

/// All of it on one line, to compare: `Bearer[realm=x,error=y] Basic(token68)`.
std::string summary(std::string_view field_value) {
  const auto challenges = parse_challenges(field_value);
  if (!challenges) return "error: " + challenges.error();
  std::string out;
  for (const auto& challenge : *challenges) {
    out += (out.empty() ? "" : " ") + challenge.scheme + "[";
    for (const auto& [name, value] : challenge.parameters)
      out += name + "=" + value + ";";
    out += "]" + challenge.token68;
  }
  return out;
}

TEST(Challenges, ExamplesOfRfc6750Section3) {
  EXPECT_EQ(summary(R"(Bearer realm="example")"), "Bearer[realm=example;]");
  EXPECT_EQ(summary("Bearer realm=\"example\",\n                   error=\"x\""),
            "error: octet 23: expected a scheme or a parameter");
  EXPECT_EQ(
      summary(R"(Bearer realm="example", error="invalid_token", error_description="The access token expired")"),
      "Bearer[realm=example;error=invalid_token;error_description=The access token expired;]");
}

TEST(Challenges, ExamplesOfRfc9110Section11_6_1) {
  EXPECT_EQ(summary(R"(Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\"")"),
            R"(Basic[realm=simple;] Newauth[realm=apps;type=1;title=Login to "apps";])");
  EXPECT_EQ(summary(R"(Newauth realm="apps", type=1, title="Login to \"apps\"", Basic realm="simple")"),
            R"(Newauth[realm=apps;type=1;title=Login to "apps";] Basic[realm=simple;])");
}

TEST(Challenges, SchemesAlone) {
  EXPECT_EQ(summary("Bearer"), "Bearer[]");
  EXPECT_EQ(summary("Bearer "), "Bearer[]");
  EXPECT_EQ(summary("Negotiate, Basic realm=x"), "Negotiate[] Basic[realm=x;]");
  EXPECT_EQ(summary("Basic realm=x, Negotiate, DPoP algs=\"ES256\""),
            "Basic[realm=x;] Negotiate[] DPoP[algs=ES256;]");
}

TEST(Challenges, Token68) {
  EXPECT_EQ(summary("Negotiate a87421000492aa874209af8bc028=="), "Negotiate[]a87421000492aa874209af8bc028==");
  EXPECT_EQ(summary("Negotiate ab=, Basic realm=x"), "Negotiate[]ab= Basic[realm=x;]");
  EXPECT_EQ(summary("Negotiate a/b+c~.-_ , Basic"), "Negotiate[]a/b+c~.-_ Basic[]");
  EXPECT_EQ(summary("A b=c"), "A[b=c;]");
  EXPECT_EQ(summary("A b=="), "A[]b==");
  EXPECT_EQ(summary("Bearer realm="), "Bearer[]realm=");  // by the grammar; a parameter is never empty
}

TEST(Challenges, EmptyListElementsAndSpaceAroundEquals) {
  EXPECT_EQ(summary(""), "");
  EXPECT_EQ(summary(" , ,\t,"), "");
  EXPECT_EQ(summary(",, Bearer realm \t= \t\"x\" ,, ,error=y,,"), "Bearer[realm=x;error=y;]");
  EXPECT_EQ(summary("Bearer ,realm=x"), "Bearer[realm=x;]");
  EXPECT_EQ(summary("Bearer   realm=x"), "Bearer[realm=x;]");
}

TEST(Challenges, QuotedStrings) {
  EXPECT_EQ(summary(R"(B a="", b="\\\"\x", c=",B d=")"), R"(B[a=;b=\"x;c=,B d=;])");
  EXPECT_EQ(summary("B a=\"\xC3\xA9\t\xFF\""), "B[a=\xC3\xA9\t\xFF;]");
}

TEST(Challenges, NamesCompareWithoutCaseAndRepeatsAreKept) {
  const auto challenges = parse_challenges(R"(bearer Error="a", ERROR="b", scope="c")");
  ASSERT_TRUE(challenges);
  ASSERT_THAT(*challenges, SizeIs(1));
  const auto& challenge = challenges->front();
  EXPECT_EQ(challenge.scheme, "bearer");
  EXPECT_EQ(challenge.count("error"), 2U);
  EXPECT_EQ(*challenge.find("error"), "a");
  EXPECT_EQ(*challenge.find("SCOPE"), "c");
  EXPECT_EQ(challenge.find("realm"), nullptr);
  EXPECT_EQ(challenge.count("realm"), 0U);
}

TEST(Challenges, SayWhatIsMalformedAndWhere) {
  const std::vector<std::pair<std::string, std::string>> malformed = {
      {"Bearer realm=\"a\" error=\"b\"", "octet 17: expected a comma"},
      {"Bearer realm=\"a\"error=\"b\"", "octet 16: expected a comma"},
      {"Bearer a=b, realm=", "octet 18: expected a token or a quoted string"},
      {"Bearer a=b, realm=,error=x", "octet 18: expected a token or a quoted string"},
      {"Bearer realm=a b, c", "octet 15: expected a comma"},
      {"Bearer realm=https://x", "octet 18: expected a comma"},
      {"Bearer realm=\"a", "octet 15: a quoted string that does not end"},
      {"Bearer realm=\"a\\", "octet 16: a quoted string that does not end"},
      {"Bearer realm=\"a\\\"", "octet 17: a quoted string that does not end"},
      {"Bearer realm=\"a\nb\"", "octet 15: a control character in a quoted string"},
      {"Bearer realm=\"a\\\x7F\"", "octet 16: a control character in a quoted string"},
      {"realm=\"a\"", "octet 0: a parameter without a scheme"},
      {"Basic, realm=\"a\"", "octet 7: a parameter after a challenge that has none"},
      {"Negotiate ab==, realm=\"a\"", "octet 16: a parameter after a challenge that has none"},
      {"Bearer \"a\"", "octet 7: expected a parameter"},
      {"Bearer error invalid", "octet 13: expected `=`"},
      {"Bearer\trealm=\"a\"", "octet 7: expected a comma"},
      {"Bearer; realm=a", "octet 6: expected a comma"},
      {"\"Bearer\"", "octet 0: expected a scheme or a parameter"},
      {"=a", "octet 0: expected a scheme or a parameter"},
      {"Bearer realm=a\r\nX: y", "octet 14: expected a comma"},
      {"B\xC3\xA9", "octet 1: expected a comma"},
      {"Bearer a=b\0"s, "octet 10: expected a comma"},
  };
  for (const auto& [field_value, problem] : malformed) {
    const auto challenges = parse_challenges(field_value);
    ASSERT_FALSE(challenges) << field_value;
    EXPECT_EQ(challenges.error(), problem) << field_value;
  }
}

TEST(Challenges, LimitTheLength) {
  const auto value = [](std::size_t octets) { return "B a=\"" + std::string(octets - 6, 'x') + "\""; };
  EXPECT_TRUE(parse_challenges(value(kMaxChallengeOctets)));
  EXPECT_THAT(parse_challenges(value(kMaxChallengeOctets + 1)).error(), HasSubstr("longer than"));
}

TEST(Challenges, RoundTripAnyQuotedValue) {
  std::mt19937 random(9110);
  for (int i = 0; i < 500; ++i) {
    Parameters parameters;
    std::string field_value = "Scheme";
    for (auto n = random() % 4 + 1; n > 0; --n) {
      std::string value;
      for (auto length = random() % 20; length > 0; --length) {
        if (const auto c = static_cast<char>(random());
            c != '\x7F' && (c == '\t' || static_cast<unsigned char>(c) >= 32)) {
          value += c;
        }
      }
      field_value += (parameters.empty() ? " p" : ", p") + std::to_string(n) + "=\"";
      for (const char c : value)
        field_value += (c == '"' || c == '\\' ? "\\" : "") + std::string(1, c);
      field_value += '"';
      parameters.push_back({"p" + std::to_string(n), value});
    }
    const auto challenges = parse_challenges(field_value + ", Other");
    ASSERT_TRUE(challenges) << challenges.error();
    ASSERT_THAT(*challenges, SizeIs(2));
    EXPECT_EQ(challenges->front().parameters, parameters);
  }
}

TEST(Challenges, AnythingGivesChallengesOrAnError) {
  std::mt19937 random(7235);
  constexpr std::string_view kAlphabet = "aB=,\" \t\\/;~\x7F\xFF\n";
  std::size_t parsed = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (auto n = random() % 14; n > 0; --n)
      text += kAlphabet[random() % kAlphabet.size()];
    const auto challenges = parse_challenges(text);
    if (!challenges) {
      EXPECT_THAT(challenges.error(), StartsWith("octet "));
      continue;
    }
    ++parsed;
    for (const auto& challenge : *challenges) {
      EXPECT_FALSE(challenge.scheme.empty()) << text;
      EXPECT_TRUE(challenge.token68.empty() || challenge.parameters.empty()) << text;
    }
  }
  EXPECT_GT(parsed, 1000U);
}

}  // namespace
}  // namespace oauthentic::oauth

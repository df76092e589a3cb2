#include "oauth/json_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

namespace oauthentic::oauth {
namespace {

using namespace std::string_literals;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

json random_value(std::mt19937& random, int depth) {
  switch (random() % (depth > 0 ? 7 : 5)) {
    case 0:
      return nullptr;
    case 1:
      return random() % 2 == 0;
    case 2:
      return static_cast<std::int64_t>(random()) - 2147483648;
    case 3:
      return static_cast<double>(random()) / 1024;
    case 4: {
      std::string text(random() % 8, '\0');
      for (auto& c : text)
        c = static_cast<char>(random() % 128);
      return text;
    }
    case 5: {
      auto array = json::array();
      for (auto n = random() % 4; n > 0; --n)
        array.push_back(random_value(random, depth - 1));
      return array;
    }
    default: {
      auto object = json::object();
      for (auto n = random() % 4; n > 0; --n)
        object["m" + std::to_string(n)] = random_value(random, depth - 1);
      return object;
    }
  }
}

TEST(ParseJson, RoundTripsAnyValue) {
  std::mt19937 random(8259);
  for (int i = 0; i < 2000; ++i) {
    const auto value = random_value(random, 5);
    std::vector<std::string> duplicates;
    const auto parsed = parse_json(dump(value), &duplicates);
    ASSERT_TRUE(parsed) << parsed.error();
    EXPECT_EQ(*parsed, value);
    EXPECT_THAT(duplicates, IsEmpty());
    EXPECT_EQ(*parse_json(value.dump(2)), value);
  }
}

TEST(ParseJson, SeesRepeatedMembersAndKeepsTheLast) {
  std::vector<std::string> duplicates;
  const auto parsed =
      parse_json(R"({"a":1,"b":[0,{"c/~d":1,"c/~d":2}],"a":{"x":1},"a":{"y":[1]},"b2":{"a":1}})", &duplicates);
  ASSERT_TRUE(parsed);
  EXPECT_THAT(duplicates, ElementsAre("/b/1/c~1~0d", "/a", "/a"));
  EXPECT_EQ(*parsed, json::parse(R"({"a":{"y":[1]},"b":[0,{"c/~d":2}],"b2":{"a":1}})"));
}

TEST(ParseJson, SeesNamesThatDifferOnlyInEscapes) {
  std::vector<std::string> duplicates;
  ASSERT_TRUE(parse_json(R"({"alg":"RS256","\u0061lg":"none"})", &duplicates));
  EXPECT_THAT(duplicates, ElementsAre("/alg"));
}

TEST(ParseJson, LimitsWhatItSaysOfRepeatedMembers) {
  std::string text = R"({")" + std::string(5000, 'k') + R"(":{"a":0)";
  for (int i = 0; i < 500; ++i)
    text += R"(,"a":1)";
  std::vector<std::string> duplicates;
  ASSERT_TRUE(parse_json(text + "}}", &duplicates));
  EXPECT_THAT(duplicates, SizeIs(kMaxDuplicates));
  EXPECT_LE(duplicates.front().size(), kMaxPointerOctets + 2);
}

TEST(ParseJson, RefusesWhatIsNotJson) {
  for (const auto* text :
       {"",    " ",    "{",        "[1",        "[1,]",        "{\"a\":1,}", "{a:1}",    "{'a':1}", "nul",
        "NaN", "-NaN", "Infinity", "-Infinity", "01",          "+1",         "1.",       ".5",      "0x1",
        "1e",  "\"",   "\"\\x\"",  "\"\\u12\"", "\"\\uD800\"", "\"\n\"",     "// c\n1",  "/* */1",  "1 2",
        "{}}", "{}{}", "{\"a\"}",  "{\"a\" 1}", "[1 2]",       "]",          "\"\x01\"", "True"}) {
    const auto parsed = parse_json(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_THAT(parsed.error(), StartsWith("octet "));
    EXPECT_GT(parsed.error().size(), 10U);
  }
}

TEST(ParseJson, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(parse_json("\xEF\xBB\xBF{}").error(), "octet 0: byte order mark");
  EXPECT_THAT(parse_json("{}\0{}"s).error(), "octet 2: null octet");
  EXPECT_THAT(parse_json("{}\0"s).error(), "octet 2: null octet");
  EXPECT_THAT(parse_json("[\"a\", \"\xC3\x28\"]").error(), "octet 7: not well-formed UTF-8");
  EXPECT_THAT(parse_json("{} x").error(), StartsWith("octet 3: invalid literal"));
  EXPECT_THAT(parse_json("[1e999]").error(), HasSubstr("number out of range"));
  EXPECT_THAT(parse_json("[1,\n}").error(), StartsWith("octet 4: unexpected '}'"));
}

TEST(ParseJson, ErrorsDoNotRepeatWhatThePeerSent) {
  const auto parsed = parse_json("[\"" + std::string(10000, 's') + "\x01\"]");
  ASSERT_FALSE(parsed);
  EXPECT_THAT(parsed.error(), Not(HasSubstr("sss")));
  EXPECT_LT(parsed.error().size(), 200U);
}

TEST(ParseJson, LimitsDepth) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse_json(nested(64)));
  EXPECT_EQ(parse_json(nested(65)).error(), "octet 64: nested deeper than 64 levels");
  EXPECT_FALSE(parse_json(std::string(1000000, '[')));
  EXPECT_FALSE(parse_json(R"({"a":{"b":[1]}})", nullptr, {.depth = 2}));
  EXPECT_TRUE(parse_json(R"({"a":{"b":"[[[\"[[["}})", nullptr, {.depth = 2}));
  EXPECT_TRUE(parse_json("[[],[],[],[]]", nullptr, {.depth = 2}));
}

TEST(ParseJson, LimitsLength) {
  EXPECT_TRUE(parse_json("[1, 2]", nullptr, {.octets = 6}));
  EXPECT_EQ(parse_json("[1, 2] ", nullptr, {.octets = 6}).error(), "octet 6: longer than 6 octets");
}

TEST(ParseJson, NeverThrows) {
  std::mt19937 random(7159);
  constexpr std::string_view kAlphabet = "{}[]:,\"\\u00d8e+-.0123truefalsn \n\x7F\xC3";
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (auto n = random() % 24; n > 0; --n)
      text += kAlphabet[random() % kAlphabet.size()];
    std::vector<std::string> duplicates;
    const auto ours = parse_json(text, &duplicates);
    EXPECT_EQ(ours.has_value(), json::accept(text)) << text;
  }
}

TEST(StringMember, OnlyOfStrings) {
  const json object = {{"a", "x"}, {"b", 1}, {"c", nullptr}};
  EXPECT_EQ(string_member(object, "a"), "x");
  EXPECT_EQ(string_member(object, "b"), "");
  EXPECT_EQ(string_member(object, "c"), "");
  EXPECT_EQ(string_member(object, "d"), "");
  EXPECT_EQ(string_member(json::array({"a"}), "a"), "");
  EXPECT_EQ(string_member(json(), "a"), "");
}

TEST(Dump, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(dump(json{{"a", "x\xFFy"}}), "{\"a\":\"x\xEF\xBF\xBDy\"}");
  EXPECT_EQ(dump(json{{"a", "1\n2"}}), R"({"a":"1\n2"})");
}

}  // namespace
}  // namespace oauthentic::oauth

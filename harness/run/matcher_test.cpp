// Every matcher of the language: what it takes, what it does not, and what it says of a fact that is not there.
#include <gmock/gmock.h>

#include <set>

#include "run/expectation.hpp"
#include "script/vocabulary.hpp"

namespace oauthentic::run {
namespace {

using nlohmann::json;

struct Case {
  const char* matcher;
  json argument;
  std::vector<json> good;
  std::vector<json> bad;
  bool absent_is_good = false;
};

const json kNotText = std::string("\xff");

std::vector<Case> cases() {
  return {
      {"equals", "a", {"a"}, {"b", "A", 1, nullptr}},
      {"equals", 0, {0, 0.0}, {1, "0", false}},
      {"equals", json::array(), {json::array()}, {json::array({1}), json::object()}},
      {"differs_from", "a", {"b", 1, nullptr}, {"a"}, true},
      {"one_of", {"a", 1}, {"a", 1}, {"b", "1", json::array({"a"})}},
      {"contains", "b c", {"a b c", "b c"}, {"b  c", "", 1}},
      {"contains", "b", {json::array({"a", "b"})}, {json::array({"abc"}), json::array()}},
      {"contains", 1, {json::array({1})}, {"1", json::array({"1"})}},
      {"lacks", "b", {"ac", json::array({"abc"}), 1}, {"abc", json::array({"b"})}, true},
      {"starts_with", "ab", {"ab", "abc"}, {"a", "cab", 1, json::array({"ab"})}},
      {"has_directive",
       "no-store",
       {"no-store", "No-Store", "private, no-store", "no-store=1", " no-store ,x"},
       {"", "no-stores", "x-no-store", "no store", 1, json::array({"no-store"})}},
      {"at_least", 10, {10, 11, 10.5}, {9, 9.9, "10", nullptr}},
      {"at_most", 10, {10, 9, -1}, {11, 10.1, "1", nullptr}},
      {"type", "string", {"", "a"}, {1, nullptr, json::array()}},
      {"type", "number", {1, 1.5}, {"1", true}},
      {"type", "integer", {1, -1}, {1.5, "1", true}},
      {"type", "boolean", {true, false}, {"true", 1, nullptr}},
      {"type", "array", {json::array({1})}, {"a", json::object()}},
      {"type", "object", {json::object()}, {json::array(), "{}"}},
      {"type",
       "string_list",
       {json::array({"a"}), json::array()},
       {"a", json::array({"a", 1}), json::array({json::array()})}},
      {"grammar", "vschar", {"a b~"}, {"a\tb", "\x7f", "é", 1}},
      {"grammar", "nqschar", {"a b"}, {"a\"b", "a\\b", "\n", 1}},
      {"grammar", "scope", {"a", "a b:c/d"}, {"", " a", "a  b", "a\"", 1}},
      {"grammar", "utf8", {"é", ""}, {kNotText, 1}},
      {"grammar", "uri_reference", {"https://a.test/x?y#z", "/relative", "a:b"}, {"a b", "<x>", "%zz", 1}},
      {"grammar",
       "issuer_url",
       {"https://as.test/x", "http://127.0.0.1:1"},
       {"http://as.test/", "https://as.test/?a", "https://as.test/#a", "", 1}},
      {"grammar",
       "https_url",
       {"https://as.test/x", "http://127.0.0.1:1/x", "http://localhost/", "http://[::1]/"},
       {"http://as.test/", "ftp://as.test/", "as.test", "", 1}},
      {"grammar", "token68", {"abc-._~+/=", "A"}, {"", "a b", "a\"", 1}},
      {"grammar",
       "registered_error",
       {"invalid_request", "login_required", "slow_down"},
       {"", "bad_request", "Invalid_Request", 1}},
      {"within", "a b c", {"a", "c a", "", json::array({"b"})}, {"a d", json::array({"d"})}},
      {"within", json::array({"a", "b"}), {"b a", json::array({"a"})}, {"ab"}},
      {"only",
       json::array({"active"}),
       {json{{"active", false}}, json::array({"active"}), json::object()},
       {json{{"active", false}, {"scope", "x"}}, json::array({"exp"})},
       true},
  };
}

TEST(Matcher, TakesAndRefuses) {
  for (const auto& test : cases()) {
    const auto name = std::string(test.matcher) + " " + test.argument.dump();
    for (const auto& value : test.good)
      EXPECT_EQ(mismatch(&value, test.matcher, test.argument), "") << name;
    for (const auto& value : test.bad)
      EXPECT_NE(mismatch(&value, test.matcher, test.argument), "") << name;
    const auto absent = mismatch(nullptr, test.matcher, test.argument);
    EXPECT_EQ(absent, test.absent_is_good ? "" : "it is absent") << name;
  }
}

TEST(Matcher, EveryWordIsTried) {
  std::set<std::string_view> tried = {"present", "optional"};  // below, and in expectation_test.cpp
  for (const auto& test : cases())
    tried.insert(test.matcher);
  for (const auto& word : script::matchers())
    EXPECT_TRUE(tried.contains(word.name)) << word.name;
}

TEST(Matcher, PresenceIsAskedEitherWay) {
  const json value = "x", nothing;
  EXPECT_EQ(mismatch(&value, "present", true), "");
  EXPECT_EQ(mismatch(nullptr, "present", false), "");
  EXPECT_EQ(mismatch(nullptr, "present", true), "it is absent");
  EXPECT_EQ(mismatch(&value, "present", false), "it is there: x");
  EXPECT_EQ(mismatch(&nothing, "present", true), "");  // a JSON null is there
}

/// Uncut: who shows it has to take secrets out first.
TEST(Matcher, SaysWhatWasSeen) {
  const json text = "other", empty = "", number = 7, lengthy = std::string(1000, 'x'), odd = kNotText;
  EXPECT_EQ(mismatch(&text, "equals", "a"), "it is other");
  EXPECT_EQ(mismatch(&empty, "equals", "a"), "it is empty");
  EXPECT_EQ(mismatch(&number, "equals", "a"), "it is 7");
  EXPECT_EQ(mismatch(&lengthy, "equals", "a"), "it is " + std::string(1000, 'x'));
  EXPECT_NE(mismatch(&odd, "equals", "a"), "");
}

TEST(Matcher, AWordThatDoesNotExistIsAMistakeOfOurs) {
  const json value = "x";
  EXPECT_THROW(mismatch(&value, "resembles", "x"), session::HarnessError);
  EXPECT_THROW(mismatch(&value, "grammar", "klingon"), session::HarnessError);
  EXPECT_THROW(mismatch(&value, "type", "poem"), session::HarnessError);
}

}  // namespace
}  // namespace oauthentic::run

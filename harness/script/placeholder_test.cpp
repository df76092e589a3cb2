#include "script/placeholder.hpp"

#include <gmock/gmock.h>

namespace oauthentic::script {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::optional<json> lookup(const std::string& path) {
  static const json kValues = {
      {"a", "A"}, {"n", 5}, {"list", {1, "x"}}, {"null", nullptr}, {"nested", "{{a}}"}};
  const auto* found = at_path(kValues, path);
  return found ? std::optional(*found) : std::nullopt;
}

json replaced(const json& value) {
  std::string missing;
  auto out = substitute(value, lookup, missing);
  EXPECT_EQ(missing, "") << value;
  return out;
}

std::string missing_in(const json& value) {
  std::string missing;
  substitute(value, lookup, missing);
  return missing;
}

TEST(Placeholder, PathsAreFoundInOrder) {
  EXPECT_THAT(placeholders_in("x"), IsEmpty());
  EXPECT_THAT(placeholders_in(""), IsEmpty());
  EXPECT_THAT(placeholders_in("{a} }} {"), IsEmpty());
  EXPECT_THAT(placeholders_in("{{a.b}}"), ElementsAre("a.b"));
  EXPECT_THAT(placeholders_in("x{{ a }}y{{b}}{{c}}z"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(placeholders_in("{{a}} {{"), ElementsAre("a", "{{"));
  EXPECT_THAT(placeholders_in("{{a"), ElementsAre("{{"));
  EXPECT_THAT(placeholders_in("{{}}"), ElementsAre("{{}}"));
}

TEST(Placeholder, OneThatIsTheWholeTextKeepsItsType) {
  EXPECT_EQ(replaced("{{n}}"), json(5));
  EXPECT_EQ(replaced("{{ list }}"), json({1, "x"}));
  EXPECT_EQ(replaced("{{null}}"), json());
  EXPECT_EQ(replaced("{{a}}"), json("A"));
}

TEST(Placeholder, ElsewhereTheValueIsWrittenIntoTheText) {
  EXPECT_EQ(replaced("-{{a}}-{{n}}-"), json("-A-5-"));
  EXPECT_EQ(replaced("{{a}}{{a}}"), json("AA"));
  EXPECT_EQ(replaced("x{{list}}"), json("x[1,\"x\"]"));
  EXPECT_EQ(replaced("{{list.1}}!"), json("x!"));
}

TEST(Placeholder, ValuesAreNotReplacedAgain) {
  EXPECT_EQ(replaced("{{nested}}"), json("{{a}}"));
  EXPECT_EQ(replaced("-{{nested}}"), json("-{{a}}"));
}

TEST(Placeholder, ReplacesInKeysListsAndMaps) {
  EXPECT_EQ(replaced({{"{{a}}", {"{{n}}", 7, true, nullptr}}, {"k", {{"l", "{{a}}!"}}}}),
            json({{"A", {5, 7, true, nullptr}}, {"k", {{"l", "A!"}}}}));
  EXPECT_EQ(replaced({{"{{n}}", 1}}), json({{"5", 1}}));
}

TEST(Placeholder, TheFirstWithoutAValueIsNamed) {
  EXPECT_EQ(missing_in("{{nothing}}"), "nothing");
  EXPECT_EQ(missing_in({"{{a}}", "x{{gone}}", "{{other}}"}), "gone");
  EXPECT_EQ(missing_in({{"{{gone}}", 1}}), "gone");
  EXPECT_EQ(missing_in("{{}}"), "{{}}");
  EXPECT_EQ(missing_in("{{list.2}}"), "list.2");
}

TEST(Placeholder, OctetsThatAreNotUtf8Survive) {
  const auto octets = [](const std::string&) { return std::optional<json>(std::string("\0\xff", 2)); };
  std::string missing;
  EXPECT_EQ(substitute("{{x}}", octets, missing).get<std::string>(), std::string("\0\xff", 2));
  EXPECT_EQ(substitute("a{{x}}b", octets, missing).get<std::string>(), std::string("a\0\xff"
                                                                                   "b",
                                                                                   4));
  const auto list = [](const std::string&) { return std::optional<json>(json::array({"\xff"})); };
  EXPECT_NO_THROW(substitute("a{{x}}", list, missing));
}

TEST(AtPath, WalksObjectsAndLists) {
  const json root = {{"a", {{"b", {10, {{"c", "d"}}}}}}, {"", "empty"}, {"7", "seven"}};
  const auto at = [&](std::string_view path) {
    const auto* found = at_path(root, path);
    return found ? found->dump() : "nothing";
  };
  EXPECT_EQ(at("a.b.0"), "10");
  EXPECT_EQ(at("a.b.1.c"), "\"d\"");
  EXPECT_EQ(at("7"), "\"seven\"");
  EXPECT_EQ(at(""), "\"empty\"");
  for (const auto* path :
       {"a.x", "a.b.2", "a.b.-1", "a.b.x", "a.b.", "a.b.0.x", "a.b.99999999999999999999", "b"}) {
    EXPECT_EQ(at(path), "nothing") << path;
  }
}

TEST(ForEachText, SeesKeysAndValuesWithTheirPointers) {
  std::vector<std::pair<std::string, std::string>> seen;
  for_each_text({{"k/1", {"v", 5, {{"in", "w"}}}}}, "/top",
                [&](const std::string& text, const std::string& at) { seen.emplace_back(text, at); });
  EXPECT_THAT(seen, ElementsAre(Pair("k/1", "/top/k~11"), Pair("v", "/top/k~11/0"),
                                Pair("in", "/top/k~11/2/in"), Pair("w", "/top/k~11/2/in")));
}

}  // namespace
}  // namespace oauthentic::script

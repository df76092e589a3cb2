#include "script/document.hpp"

#include <gtest/gtest.h>

namespace oauthentic::script {
namespace {

using nlohmann::json;

std::string dumped(std::string_view text) {
  Diagnostics diagnostics;
  const auto document = Document::parse(text, "f.yaml", diagnostics);
  EXPECT_EQ(diagnostics.to_string(), "");
  return document ? document->value().dump() : "nothing";
}

std::string mistake(std::string_view text) {
  Diagnostics diagnostics;
  EXPECT_FALSE(Document::parse(text, "f.yaml", diagnostics)) << text;
  return diagnostics.to_string();
}

TEST(Document, ScalarsFollowTheCoreSchema) {
  const std::pair<const char*, const char*> kScalars[] = {
      {"x", R"("x")"},
      {"", "null"},
      {"~", "null"},
      {"Null", "null"},
      {"true", "true"},
      {"False", "false"},
      {"yes", R"("yes")"},
      {"off", R"("off")"},
      {"0", "0"},
      {"-12", "-12"},
      {"9223372036854775807", "9223372036854775807"},
      {"1.5", "1.5"},
      {"-1e3", "-1000.0"},
      {"1e999", R"("1e999")"},
      {"1.2.3", R"("1.2.3")"},
      {"2024-01-01", R"("2024-01-01")"},
      {"nan", R"("nan")"},
      {"e5", R"("e5")"},
      {"10s", R"("10s")"},
      {R"("5")", R"("5")"},
      {"'true'", R"("true")"},
      {R"("")", R"("")"},
      {"''", R"("")"},
      {R"("null")", R"("null")"},
      {R"("{{a.b}}")", R"("{{a.b}}")"},
      {"x-{{a.b}}", R"("x-{{a.b}}")"},
      {R"("\0\x0d\u00e9")", R"("\u0000\ré")"},
      {"'it''s'", R"("it's")"},
      {"| \n  a\n  b", R"("a\nb")"},
      {">-\n  a\n  b\n", R"("a b")"},
      {"! 5", R"("5")"},
  };
  for (const auto& [yaml, expected] : kScalars) {
    EXPECT_EQ(dumped(std::string("a: ") + yaml), std::string(R"({"a":)") + expected + "}") << yaml;
  }
}

TEST(Document, ListsAndMapsNest) {
  EXPECT_EQ(dumped("- 1\n- [x, {y: z}]\n-\n  - k:\n    - v\n"), R"([1,["x",{"y":"z"}],[{"k":["v"]}]])");
  EXPECT_EQ(dumped("{}"), "{}");
  EXPECT_EQ(dumped("[]"), "[]");
  EXPECT_EQ(dumped("\xEF\xBB\xBF"
                   "a: 1\r\nb: 2\r\n"),
            R"({"a":1,"b":2})");
  EXPECT_EQ(dumped("# comment\n---\na: 1 # more\n...\n"), R"({"a":1})");
  EXPECT_EQ(dumped("\"<<\": 1\n\"true\": 2\n5: 3"), R"({"5":3,"<<":1,"true":2})");
  EXPECT_EQ(dumped("a:\n  b: # none\n"), R"({"a":{"b":null}})");
  EXPECT_EQ(dumped("- a:\n- b"), R"([{"a":null},"b"])");
  EXPECT_EQ(dumped("{a, b}"), R"({"a":null,"b":null})");
}

TEST(Document, TellsEveryMistakeWithItsPlace) {
  const std::pair<const char*, const char*> kMistakes[] = {
      {"", "f.yaml: the file is empty\n"},
      {"# only a comment\n", "f.yaml: the file is empty\n"},
      {"a: 1\n---\nb: 2\n", "f.yaml: the file holds more than one YAML document (---)\n"},
      {"a: 1\nb: 2\n\"a\": 3\n", "f.yaml:3:1: the key \"a\" stands here twice\n"},
      {"x: { a: 1, a: 2 }", "f.yaml:1:12: the key \"a\" stands here twice\n"},
      {"a: { b: 1 }\n<<: { c: 2 }\n",
       "f.yaml:2:1: a merge key (<<) is not allowed here; write the members out\n"},
      {"a: &x 1\n", "f.yaml:1:4: an anchor (&name) is not allowed here\n"},
      {"a: &x [1]\n", "f.yaml:1:4: an anchor (&name) is not allowed here\n"},
      {"a: &x { b: 1 }\n", "f.yaml:1:4: an anchor (&name) is not allowed here\n"},
      {"a: &x\n", "f.yaml:1:4: an anchor (&name) is not allowed here\n"},
      {"&x a: 1\n", "f.yaml:1:1: an anchor (&name) is not allowed here\n"},
      {"a: *x\n", "f.yaml:1:4: the referenced anchor is not defined\n"},
      {"a: !!str 5\n", "f.yaml:1:4: a tag (tag:yaml.org,2002:str) is not allowed here\n"},
      {"a: !secret x\n", "f.yaml:1:4: a tag (!secret) is not allowed here\n"},
      {"a: !x [1]\n", "f.yaml:1:4: a tag (!x) is not allowed here\n"},
      {"a: !!map { b: 1 }\n", "f.yaml:1:4: a tag (tag:yaml.org,2002:map) is not allowed here\n"},
      {"null: 1\n", "f.yaml:1:1: an empty key\n"},
      {"? [a]\n: 1\n", "f.yaml:1:3: a list cannot be a key\n"},
      {"code: {{authorize.code}}\n",
       "f.yaml:1:8: a placeholder has to stand in quotes: \"{{...}}\" (without them YAML reads nested maps)\n"},
      {"- {{each.x}}: 1\n",
       "f.yaml:1:3: a placeholder has to stand in quotes: \"{{...}}\" (without them YAML reads nested maps)\n"},
      {"a: { b: x-{{c}} }\n",
       "f.yaml:1:11: end of map flow not found; a placeholder has to stand in quotes: \"{{...}}\"\n"},
      {"a: [1\n", "f.yaml:2:1: end of sequence flow not found\n"},
      {"a: 'x\n", "f.yaml:1:4: a quote that is not closed\n"},
      {"a: \"x\\\"\n", "f.yaml:1:4: a quote that is not closed\n"},
      {"a: 'it''s\nb: 2\n", "f.yaml:1:4: a quote that is not closed\n"},
      {"a: 1\nb\n", "f.yaml:2:1: a key without its colon\n"},
      {"\ta: 1\n", "f.yaml:1:3: illegal map value\n"},
      {"a: b: c\n", "f.yaml:1:5: illegal map value\n"},
      {"a: @x\n", "f.yaml:1:4: unknown token\n"},
      {"a: 1\nb: \x01x\n", "f.yaml:2:4: a control character; write it as \"\\x01\", in double quotes\n"},
      {"a: 1\n\x04\nb: 2\n", "f.yaml:2:1: a control character; write it as \"\\x04\", in double quotes\n"},
      {"a: x\x7f", "f.yaml:1:5: a control character; write it as \"\\x7f\", in double quotes\n"},
      {"a: 1\nb: \xff\n", "f.yaml:2:4: the file is not UTF-8\n"},
      {"a: \xed\xa0\x80\n", "f.yaml:1:4: the file is not UTF-8\n"},
  };
  for (const auto& [yaml, expected] : kMistakes)
    EXPECT_EQ(mistake(yaml), expected) << yaml;
}

TEST(Document, AnAliasIsTold) {
  // The anchor comes first, so that is what is told; an alias alone leads nowhere.
  EXPECT_EQ(mistake("a: &x 1\nb: *x\n"), "f.yaml:1:4: an anchor (&name) is not allowed here\n");
}

TEST(Document, HasLimits) {
  EXPECT_EQ(mistake(std::string(4 * 1024 * 1024 + 1, ' ')), "f.yaml: the file is over 4 MiB\n");
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(dumped(nested(60)), nested(60));
  EXPECT_EQ(mistake(nested(61)), "f.yaml:1:61: nested deeper than 60 levels\n");
  EXPECT_NE(mistake(nested(50'000)), "");
  EXPECT_NE(mistake(std::string(50'000, '[')), "");
  EXPECT_NE(mistake(std::string(50'000, '{')), "");
  std::string dashes;
  for (int i = 0; i < 20'000; ++i)
    dashes += "- ";
  EXPECT_EQ(mistake(dashes + "x"), "f.yaml:1:121: nested deeper than 60 levels\n");
}

TEST(Document, KnowsThePlaceOfEveryPart) {
  Diagnostics diagnostics;
  const auto document = Document::parse(
      "a: 1\n"
      "b:\n"
      "- x\n"
      "- { k: v, \"l\": [1, 2] }\n"
      "-   m: n\n"
      "\"c/d~e\": { f: { g: h } }\n"
      "i: [ {j: 1}, [2] ]\n",
      "dir/f.yaml", diagnostics);
  ASSERT_TRUE(document) << diagnostics.to_string();
  const std::pair<const char*, const char*> kPlaces[] = {
      {"", "dir/f.yaml:1:1"},
      {"/a", "dir/f.yaml:1:1"},
      {"/b", "dir/f.yaml:2:1"},
      {"/b/0", "dir/f.yaml:3:3"},
      {"/b/1", "dir/f.yaml:4:3"},
      {"/b/1/k", "dir/f.yaml:4:5"},
      {"/b/1/l", "dir/f.yaml:4:11"},
      {"/b/1/l/0", "dir/f.yaml:4:17"},
      {"/b/1/l/1", "dir/f.yaml:4:20"},
      {"/b/2", "dir/f.yaml:5:5"},
      {"/b/2/m", "dir/f.yaml:5:5"},
      {"/c~1d~0e", "dir/f.yaml:6:1"},
      {"/c~1d~0e/f/g", "dir/f.yaml:6:17"},
      {"/i/0", "dir/f.yaml:7:6"},
      {"/i/0/j", "dir/f.yaml:7:7"},
      {"/i/1", "dir/f.yaml:7:14"},
      {"/b/1/missing", "dir/f.yaml:4:3"},
      {"/b/9/missing/too", "dir/f.yaml:2:1"},
      {"/missing", "dir/f.yaml:1:1"},
  };
  for (const auto& [pointer, place] : kPlaces)
    EXPECT_EQ(document->place(pointer).to_string(), place) << pointer;
  EXPECT_EQ(document->file(), "dir/f.yaml");
}

TEST(Document, PointersAreEscaped) {
  EXPECT_EQ(pointer_to("", "a/b~c"), "/a~1b~0c");
  EXPECT_EQ(pointer_to("/x", std::size_t{12}), "/x/12");
  EXPECT_EQ(pointer_to("/x", ""), "/x/");
}

TEST(Place, NamesTheFileAloneWhereTheWholeFileIsMeant) {
  EXPECT_EQ((Place{"f.yaml", 0, 0}).to_string(), "f.yaml");
  EXPECT_EQ((Place{"f.yaml", 0, 0}).file_and_line(), "f.yaml");
  EXPECT_EQ((Place{"f.yaml", 3, 7}).to_string(), "f.yaml:3:7");
  EXPECT_EQ((Place{"f.yaml", 3, 7}).file_and_line(), "f.yaml:3");
}

}  // namespace
}  // namespace oauthentic::script

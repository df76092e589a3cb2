#include "session/shapes.hpp"

#include <gmock/gmock.h>

#include "script/shapes.hpp"

namespace oauthentic::session {
namespace {

using namespace std::string_literals;

std::vector<PlacedParameter> shaped(std::string_view shape, std::vector<RawValue>& raw,
                                    PlacedIn where = PlacedIn::body) {
  std::vector<PlacedParameter> parameters = {
      {"code", "aB%1", where}, {"state", "left alone", where}, {"code", "x", where}};
  parameters.pop_back();
  reshape(parameters, "code", shape, raw);
  return parameters;
}

TEST(Shapes, EachIsAnother) {
  const std::vector<std::pair<std::string_view, std::string>> kExpected = {
      {"empty", "code="},
      {"array", "code[]=aB%1"},
      {"map", "code[a]=aB%1"},
      {"other_name", "CODE=aB%1"},
      {"other_case", "code=Ab%1"},
      {"doubled", "code=aB%1aB%1"},
      {"cut", "code=aB%"},
      {"nul", "code=aB%1\0more"s},
      {"control", "code=aB%1\x01"},
      {"line_break", "code=aB%1\r\nX-Oauthentic-Added: 1"},
      {"latin1", "code=aB%1\xE9"},
      {"overlong", "code=aB%1\xC0\xAF"},
      {"surrogate", "code=aB%1\xED\xA0\x80"},
      {"emoji", "code=aB%1\xF0\x9F\x94\x91"},
      {"quote", "code=aB%1'\"<"},
  };
  for (const auto& [shape, expected] : kExpected) {
    std::vector<RawValue> raw;
    const auto parameters = shaped(shape, raw);
    ASSERT_EQ(parameters.size(), 2U) << shape;
    EXPECT_EQ(parameters[0].name + "=" + parameters[0].value, expected) << shape;
    EXPECT_EQ(parameters[1].value, "left alone") << shape;
    EXPECT_TRUE(raw.empty()) << shape;
  }
}

TEST(Shapes, SomeAreMoreThanAnotherValue) {
  std::vector<RawValue> raw;
  EXPECT_EQ(shaped("missing", raw).size(), 1U);
  const auto twice = shaped("twice", raw);
  ASSERT_EQ(twice.size(), 3U);
  EXPECT_EQ(twice[0].value, twice[1].value);
  EXPECT_EQ(shaped("long", raw)[0].value.size(), 4U + 65'536);
  EXPECT_EQ(shaped("long", raw, PlacedIn::query)[0].value.size(), 4U + 4'096)
      << "a URL has to be taken by servers";
}

TEST(Shapes, OctetsThatEncodeNothingAreSentAsTheyStand) {
  for (const auto& [shape, expected] :
       {std::pair("bad_escape", "code=aB%251%zz&state=1"), std::pair("cut_escape", "code=aB%251%&state=1")}) {
    std::vector<RawValue> raw;
    const auto parameters = shaped(shape, raw);
    auto body = oauth::form_encode({{"code", parameters[0].value}, {"state", "1"}});
    put_raw(body, raw);
    EXPECT_EQ(body, expected);
  }
}

TEST(Shapes, AllThatAreListedAreKnown) {
  for (const auto& shape : script::parameter_shapes()) {
    std::vector<RawValue> raw;
    EXPECT_NO_THROW(shaped(shape.name, raw)) << shape.name;
  }
  std::vector<RawValue> raw;
  EXPECT_THROW(shaped("round", raw), HarnessError);
  for (const auto* list : {"altered_values", "spoiled_values", "odd_values"}) {
    const auto names = script::named_list(list);
    EXPECT_FALSE(names.empty());
    for (const auto& name : names)
      EXPECT_TRUE(script::contains(script::parameter_shapes(), name)) << name;
  }
  EXPECT_TRUE(script::named_list("no_list").empty());
}

}  // namespace
}  // namespace oauthentic::session

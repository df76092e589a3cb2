// Inputs survive being written and read, as octets and as JSON, and nothing else is taken for one.
#include "fuzz/network/input.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace oauthentic::fuzz {
namespace {

Input odd_input() {
  Step step;
  step.surface = Surface::introspection;
  step.client = "post";
  step.grant = "confidential";
  step.method = "PUT";
  step.parts = {{"token", std::string("a\0\xFF", 3), Place::query, true}, {"", "", Place::body, false}};
  step.coding = Coding::multipart;
  step.escapes = Escapes::small;
  step.framing = Framing::chunked;
  step.content_type = "text/plain";
  step.basic = true;
  step.scheme = "basic  ";
  step.user = "\xE9";
  step.password = "";
  step.behind = "!!";
  step.headers = {{"Accept", "*/*"}};
  step.tail = "&%";
  return {{step, Step{}}};
}

TEST(Input, SurvivesAsOctets) {
  const auto octets = serialise(odd_input());
  const auto read = parse_input(octets);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, odd_input());
  EXPECT_EQ(serialise(*read), octets);
}

TEST(Input, NoPrefixAndNothingLongerIsAnInput) {
  const auto octets = serialise(odd_input());
  for (std::size_t size = 0; size < octets.size(); ++size)
    EXPECT_FALSE(parse_input(std::string_view(octets).substr(0, size))) << size;
  EXPECT_FALSE(parse_input(octets + "x"));
  auto other_version = octets;
  other_version[0] = 2;
  EXPECT_FALSE(parse_input(other_version));
}

TEST(Input, EveryOctetMayBeWrong) {
  const auto octets = serialise(odd_input());
  for (std::size_t at = 0; at < octets.size(); ++at) {
    for (const char wrong : {'\x00', '\x7F', '\xFF'}) {
      auto changed = octets;
      changed[at] = wrong;
      if (const auto read = parse_input(changed)) {
        EXPECT_EQ(parse_input(serialise(*read)), read);
      }
    }
  }
}

TEST(Input, LimitsAreKeptWhenItIsWritten) {
  Step step;
  step.parts.assign(kMaxParts + 5, {"a", std::string(kMaxText + 5, 'x'), Place::body, false});
  step.headers.assign(kMaxHeaders + 5, {"a", "b"});
  const Input input{{step, step, step, step, step, step}};
  Input cut = input;
  const auto octets = serialise(cut);
  EXPECT_FALSE(parse_input(octets)) << "longer than an input may be";
  step.parts.assign(kMaxParts + 5, {"a", "b", Place::body, false});
  const auto read = parse_input(serialise({{step, step, step, step, step, step}}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->steps.size(), kMaxSteps);
  EXPECT_EQ(read->steps[0].parts.size(), kMaxParts);
  EXPECT_EQ(read->steps[0].headers.size(), kMaxHeaders);
}

TEST(Input, SurvivesAsJson) {
  std::string error;
  const auto json = to_json(odd_input());
  EXPECT_EQ(input_from_json(json, error), odd_input()) << error;
  EXPECT_EQ(input_from_json(nlohmann::json::parse(json.dump()), error), odd_input()) << error;
}

TEST(Input, WrongJsonIsToldByItsMember) {
  const auto error_of = [](const char* text) {
    std::string error;
    EXPECT_FALSE(input_from_json(nlohmann::json::parse(text), error)) << text;
    return error;
  };
  EXPECT_EQ(error_of("[]"), "a step, parameter or header is no object");
  EXPECT_EQ(error_of("{}"), "steps is empty");
  EXPECT_EQ(error_of(R"({"steps":{}})"), "steps is no list");
  EXPECT_EQ(error_of(R"({"steps":[{}]})"), "surface is none of its words");
  EXPECT_EQ(error_of(R"({"steps":[{"surface":"api","framing":"x"}]})"), "framing is none of its words");
  EXPECT_EQ(error_of(R"({"steps":[{"surface":"api","coding":"x"}]})"), "coding is none of its words");
  EXPECT_EQ(error_of(R"({"steps":[{"surface":"api","tail":1}]})"), "tail is no text");
  EXPECT_EQ(error_of(R"({"steps":[{"surface":"api","tail":{"base64":"%"}}]})"), "tail is no text");
  EXPECT_EQ(
      error_of(R"({"steps":[{"surface":"api"},{"surface":"api"},{"surface":"api"},{"surface":"api"},{}]})"),
      "steps is too long");
}

TEST(Surface, NamesAreReadBack) {
  for (std::size_t i = 0; i < kSurfaces; ++i)
    EXPECT_EQ(surface_from(to_string(static_cast<Surface>(i))), static_cast<Surface>(i));
  EXPECT_FALSE(surface_from("token"));
}

}  // namespace
}  // namespace oauthentic::fuzz

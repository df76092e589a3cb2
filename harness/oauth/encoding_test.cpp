#include "oauth/encoding.hpp"

#include <gtest/gtest.h>

#include <random>

namespace oauthentic::oauth {
namespace {

using namespace std::string_literals;

/// Octet strings of every length up to 64 and some longer ones, the same in every run.
std::vector<std::string> octet_strings() {
  std::mt19937 random(20120612);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < 600; ++i) {
    std::string octets(i < 65 ? i : random() % 300, '\0');
    for (auto& c : octets)
      c = static_cast<char>(random());
    out.push_back(octets);
  }
  return out;
}

TEST(Base64, VectorsOfRfc4648) {
  const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
  for (const auto& [octets, text] : vectors) {
    EXPECT_EQ(base64_encode(octets), text);
    EXPECT_EQ(base64_decode(text), octets);
  }
}

TEST(Base64, VectorOfRfc7515AppendixC) {
  EXPECT_EQ(base64url_encode("\x03\xEC\xFF\xE0\xC1"), "A-z_4ME");
  EXPECT_EQ(base64url_decode("A-z_4ME"), "\x03\xEC\xFF\xE0\xC1");
}

TEST(Base64, RoundTripsEveryOctetString) {
  for (const auto& octets : octet_strings()) {
    EXPECT_EQ(base64_decode(base64_encode(octets)), octets);
    EXPECT_EQ(base64url_decode(base64url_encode(octets)), octets);
  }
}

TEST(Base64, RefusesWhatIsNotCanonical) {
  for (const auto* text :
       {"Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "=", "Zg==Zg==", "Zm9v\n", "Zm-v", "Zg==="}) {
    EXPECT_FALSE(base64_decode(text)) << text;
  }
  for (const auto* text : {"Z", "Zg==", "Zh", "Zm9", "Zm+v", "Zm 9v", "Zm9vY"}) {
    EXPECT_FALSE(base64url_decode(text)) << text;
  }
  EXPECT_FALSE(base64url_decode("Zm\0v"s));
}

TEST(Percent, EncodesAllButUnreserved) {
  EXPECT_EQ(percent_encode("aZ09-._~ +/%*\xC3\xA9"), "aZ09-._~%20%2B%2F%25%2A%C3%A9");
}

TEST(Percent, RoundTripsEveryOctetString) {
  for (const auto& octets : octet_strings())
    EXPECT_EQ(percent_decode(percent_encode(octets)), octets);
}

TEST(Percent, DecodesEitherCaseAndKeepsPlus) {
  EXPECT_EQ(percent_decode("%2b+%2B%00"), "+++\0"s);
}

TEST(Percent, RefusesBadEscapes) {
  for (const auto* text : {"%", "%4", "a%", "%ZZ", "%4G", "%%41", "%+1"})
    EXPECT_FALSE(percent_decode(text)) << text;
}

TEST(Form, ExampleOfRfc6749AppendixB) {
  const std::string text = " %&+\xC2\xA3\xE2\x82\xAC";
  EXPECT_EQ(form_encode(text), "+%25%26%2B%C2%A3%E2%82%AC");
  EXPECT_EQ(form_decode_component("+%25%26%2B%C2%A3%E2%82%AC"), text);
}

TEST(Form, KeepsOnlyTheCharactersOfHtml) {
  EXPECT_EQ(form_encode("a-._*~'"), "a-._*%7E%27");
}

TEST(Form, DecodesInOrderWithRepeatsAndBareNames) {
  const auto parameters = form_decode("&a=1&&b&a=2=3&=x&c=&");
  ASSERT_TRUE(parameters);
  EXPECT_EQ(*parameters, (Parameters{{"a", "1"}, {"b", ""}, {"a", "2=3"}, {"", "x"}, {"c", ""}}));
}

TEST(Form, RoundTripsEveryOctetString) {
  Parameters parameters;
  for (const auto& octets : octet_strings()) {
    parameters.push_back({"n" + octets, octets});
    if (parameters.size() < 10) continue;
    EXPECT_EQ(form_decode(form_encode(parameters)), parameters);
    EXPECT_EQ(form_decode_leniently(form_encode(parameters)), parameters);
    parameters.clear();
  }
}

TEST(Form, RefusesBadEscapesInNamesAndValues) {
  for (const auto* text : {"a=%", "%=a", "a=1&b=%4", "a%zz=1"}) {
    const auto parameters = form_decode(text);
    ASSERT_FALSE(parameters) << text;
    EXPECT_EQ(parameters.error(), FormError::bad_escape);
  }
}

TEST(Form, LenientDecodingKeepsBadEscapes) {
  EXPECT_EQ(form_decode_leniently("a=100%&%zz=%4&b=%41+"),
            (Parameters{{"a", "100%"}, {"%zz", "%4"}, {"b", "A "}}));
}

TEST(Form, LimitsTheNumberOfParameters) {
  std::string text;
  for (std::size_t i = 0; i < kMaxFormParameters; ++i)
    text += "a&";
  ASSERT_TRUE(form_decode(text));
  EXPECT_EQ(form_decode(text)->size(), kMaxFormParameters);
  text += "a";
  ASSERT_FALSE(form_decode(text));
  EXPECT_EQ(form_decode(text).error(), FormError::too_many_parameters);
  EXPECT_EQ(form_decode_leniently(text).size(), kMaxFormParameters);
  EXPECT_NE(to_string(FormError::bad_escape), to_string(FormError::too_many_parameters));
}

TEST(Parameters, FindSetCountAndRemove) {
  Parameters parameters{{"a", "1"}, {"b", "2"}, {"a", "3"}};
  EXPECT_EQ(value(parameters, "a"), "1");
  EXPECT_EQ(value(parameters, "A"), "");
  EXPECT_EQ(find(parameters, "c"), nullptr);
  EXPECT_EQ(count(parameters, "a"), 2U);
  set(parameters, "a", "9");
  EXPECT_EQ(parameters, (Parameters{{"a", "9"}, {"b", "2"}}));
  set(parameters, "c", "4");
  EXPECT_EQ(parameters.back(), (Parameter{"c", "4"}));
  EXPECT_EQ(remove(parameters, "a"), 1U);
  EXPECT_EQ(remove(parameters, "a"), 0U);
  EXPECT_EQ(parameters.size(), 2U);
}

TEST(Parameters, NamesMayPointIntoTheList) {
  Parameters parameters{{"b", "0"}, {"a", "1"}, {"a", "2"}, {"b", "3"}};
  set(parameters, parameters[2].name, "9");
  EXPECT_EQ(parameters, (Parameters{{"b", "0"}, {"a", "9"}, {"b", "3"}}));
  EXPECT_EQ(remove(parameters, parameters[0].name), 2U);
  EXPECT_EQ(parameters, (Parameters{{"a", "9"}}));
}

TEST(Characters, ClassesOfRfc6749AppendixA) {
  for (int c = 0; c < 256; ++c) {
    const std::string text(1, static_cast<char>(c));
    const bool printable = c >= 0x20 && c <= 0x7E;
    EXPECT_EQ(is_vschar(text), printable) << c;
    EXPECT_EQ(is_nqschar(text), printable && c != '"' && c != '\\') << c;
    EXPECT_EQ(is_scope(text), printable && c != '"' && c != '\\' && c != ' ') << c;
  }
}

TEST(Characters, Scopes) {
  for (const auto* text : {"a", "openid profile", "https://x.example/a!b"})
    EXPECT_TRUE(is_scope(text)) << text;
  for (const auto* text : {"", " ", " a", "a ", "a  b", "a\tb", "a\"b"})
    EXPECT_FALSE(is_scope(text)) << text;
}

TEST(Utf8, TakesTheEdgesOfEveryRange) {
  for (const auto& text : {"\0"s, "\x7F"s, "\xC2\x80"s, "\xDF\xBF"s, "\xE0\xA0\x80"s, "\xED\x9F\xBF"s,
                           "\xEE\x80\x80"s, "\xEF\xBF\xBF"s, "\xF0\x90\x80\x80"s, "\xF4\x8F\xBF\xBF"s, ""s}) {
    EXPECT_TRUE(is_utf8(text)) << testing::PrintToString(text);
  }
}

TEST(Utf8, RefusesOverlongSurrogateAndCutSequences) {
  for (const auto* text : {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x9F\xBF",
                           "\xE2\x82", "\xE2\x82\x41", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF0\x90\x80",
                           "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF"}) {
    EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
    EXPECT_EQ(utf8_prefix("ab\xC3\xA9" + std::string(text)), 4U);
  }
}

}  // namespace
}  // namespace oauthentic::oauth

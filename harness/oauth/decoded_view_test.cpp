#include "oauth/decoded_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "oauth/secret_search.hpp"

namespace oauthentic::oauth {
namespace {

std::string decoded(std::string_view text, unsigned escapes) {
  const auto view = decode_view(text, escapes);
  return view ? view->text : "(unchanged)";
}

TEST(DecodedView, UndoesEachKindOfEscape) {
  EXPECT_EQ(decoded("a%2Fb%2f%C3%A9", kPercentEscapes), "a/b/\xC3\xA9");
  EXPECT_EQ(decoded(R"(\"\\\/\b\f\n\r\t\u00e9\ud83d\udd11)", kJsonEscapes),
            "\"\\/\b\f\n\r\t\xC3\xA9\xF0\x9F\x94\x91");
  EXPECT_EQ(decoded("&amp;&lt;&gt;&quot;&apos;&#65;&#x42;&#X43;", kHtmlEscapes), "&<>\"'ABC");
  EXPECT_EQ(decoded("%26amp;", kPercentEscapes | kHtmlEscapes), "&amp;");
}

TEST(DecodedView, LeavesWhatIsNoEscape) {
  for (const char* text : {"", "plain", "%", "%4", "%ZZ", "100%", "%%"}) {
    EXPECT_EQ(decoded(text, kPercentEscapes), "(unchanged)") << text;
  }
  for (const char* text : {"\\", "\\x", "\\u12", "\\u12G4"}) {
    EXPECT_EQ(decoded(text, kJsonEscapes), "(unchanged)") << text;
  }
  for (const char* text :
       {"&", "&;", "&#;", "&#x;", "&#xZ;", "&#1a;", "&nbsp;", "&amp", "&aaaaaaaaaaaaaaaaaaaa;"}) {
    EXPECT_EQ(decoded(text, kHtmlEscapes), "(unchanged)") << text;
  }
  EXPECT_EQ(decoded("\\ud83d.\\udd11", kJsonEscapes), "\xEF\xBF\xBD.\xEF\xBF\xBD");
  EXPECT_EQ(decoded("&#9999999999;", kHtmlEscapes), "(unchanged)");
  EXPECT_EQ(decoded("&#99999999;", kHtmlEscapes), "\xEF\xBF\xBD");
}

TEST(DecodedView, KnowsWhereEachOctetCameFrom) {
  const auto once = decode_view("a%2525b", kPercentEscapes);
  ASSERT_TRUE(once);
  EXPECT_EQ(once->text, "a%25b");
  EXPECT_THAT(once->at, testing::ElementsAre(0, 1, 4, 5, 6, 7));
  const auto twice = decode_view(*once, kPercentEscapes);
  ASSERT_TRUE(twice);
  EXPECT_EQ(twice->text, "a%b");
  EXPECT_THAT(twice->at, testing::ElementsAre(0, 1, 6, 7));
}

TEST(SecretSearch, FindsTheLongestAtEachPlace) {
  SecretSearch search;
  search.add("12345678", "short");
  search.add("1234567890", "long");
  search.add("7654321", "too short");
  std::vector<SecretMatch> matches;
  search.find("..1234567890..12345678x7654321", matches);
  ASSERT_EQ(matches.size(), 2U);
  EXPECT_EQ(*matches[0].tag, "long");
  EXPECT_EQ(matches[0].begin, 2U);
  EXPECT_EQ(matches[0].end, 12U);
  EXPECT_EQ(*matches[1].tag, "short");
}

TEST(SecretSearch, LeavesThePlainFormToTheCallerIfAsked) {
  SecretSearch search;
  search.add_encoded_only("12345678", "tag");
  std::vector<SecretMatch> matches;
  search.find("12345678", matches);
  EXPECT_TRUE(matches.empty());
  search.find("3132333435363738", matches);
  EXPECT_EQ(matches.size(), 1U);
}

}  // namespace
}  // namespace oauthentic::oauth

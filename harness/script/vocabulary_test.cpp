#include "script/vocabulary.hpp"

#include <gmock/gmock.h>

#include <set>

namespace oauthentic::script {
namespace {

using testing::HasSubstr;

void expect_sound(std::string_view list, std::span<const Word> words) {
  std::set<std::string_view> seen;
  for (const auto& word : words) {
    EXPECT_TRUE(seen.insert(word.name).second) << list << ": " << word.name << " stands twice";
    EXPECT_FALSE(word.summary.empty()) << list << ": " << word.name;
    EXPECT_EQ(word.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos)
        << list << ": " << word.name;
  }
}

TEST(Vocabulary, NoWordStandsTwice) {
  expect_sound("common facts", common_facts());
  expect_sound("deviations", deviations());
  expect_sound("authentication", authentication_deviations());
  expect_sound("matchers", matchers());
  expect_sound("expectations", expectation_words());
  expect_sound("capabilities", capabilities());
  expect_sound("placeholders", placeholder_roots());
  std::set<std::string_view> seen;
  ASSERT_FALSE(verbs().empty());
  for (const auto& verb : verbs()) {
    EXPECT_TRUE(seen.insert(verb.name).second) << verb.name;
    EXPECT_FALSE(verb.summary.empty()) << verb.name;
    expect_sound(verb.name, verb.arguments);
    expect_sound(verb.name, verb.facts);
    EXPECT_TRUE(contains(verb.arguments, "as")) << verb.name;
  }
}

TEST(Vocabulary, WordsThatWouldBeReadTwoWaysAreKeptApart) {
  for (const auto& verb : verbs()) {
    for (const auto* key : {"expect", "error", "proves", "needs", "deviate"})
      EXPECT_NE(verb.name, key);
    EXPECT_FALSE(contains(placeholder_roots(), verb.name)) << verb.name << " is a placeholder's root as well";
    for (const auto& fact : verb.facts) {
      EXPECT_NE(fact.name, "is") << verb.name;
      EXPECT_NE(fact.name, "if") << verb.name;
    }
  }
}

TEST(Vocabulary, VerbsAreFoundByTheirWholeName) {
  ASSERT_NE(find_verb("redeem"), nullptr);
  EXPECT_EQ(find_verb("redeem")->endpoint, Endpoint::token);
  EXPECT_EQ(find_verb("Redeem"), nullptr);
  EXPECT_EQ(find_verb(""), nullptr);
}

TEST(Vocabulary, AnErrorCodeSpeaksOfTheRowOfItsEndpoint) {
  EXPECT_EQ(error_requirement(Endpoint::token, "invalid_grant"), "rfc6749-5.2-error-invalid-grant");
  EXPECT_EQ(error_requirement(Endpoint::introspection, "invalid_client"), "rfc6749-5.2-error-invalid-client");
  EXPECT_EQ(error_requirement(Endpoint::revocation, "invalid_client"), "rfc6749-5.2-error-invalid-client");
  EXPECT_EQ(error_requirement(Endpoint::authorization, "unsupported_response_type"),
            "rfc6749-4.1.2.1-error-unsupported-response-type");
  EXPECT_EQ(error_requirement(Endpoint::api, "invalid_token"), "rfc6750-3.1-error-invalid-token");
  EXPECT_EQ(error_requirement(Endpoint::none, "invalid_token"), "");
  EXPECT_EQ(error_requirement(Endpoint::metadata, "invalid_token"), "");
}

TEST(Vocabulary, TheReferenceNamesEveryWord) {
  const auto markdown = reference_markdown();
  const auto expect_row = [&](const Word& word) {
    EXPECT_THAT(markdown,
                HasSubstr("| `" + std::string(word.name) + "` | " + std::string(word.summary) + " |\n"));
  };
  for (const auto& verb : verbs()) {
    EXPECT_THAT(markdown, HasSubstr("#### `" + std::string(verb.name) + "`\n"));
    for (const auto& word : verb.arguments)
      expect_row(word);
    for (const auto& word : verb.facts)
      expect_row(word);
  }
  for (const auto words : {common_facts(), deviations(), authentication_deviations(), matchers(),
                           expectation_words(), capabilities(), placeholder_roots()}) {
    for (const auto& word : words)
      expect_row(word);
  }
  EXPECT_TRUE(markdown.ends_with("|\n"));
  EXPECT_FALSE(markdown.ends_with("\n\n"));
  EXPECT_EQ(markdown.find("\n\n\n"), std::string::npos);
}

}  // namespace
}  // namespace oauthentic::script

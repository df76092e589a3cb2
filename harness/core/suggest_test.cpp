#include "core/suggest.hpp"

#include <gtest/gtest.h>

namespace oauthentic {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("redeem", "redeem"), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("abc", ""), 3u);
  EXPECT_EQ(edit_distance("redem", "redeem"), 1u);
  EXPECT_EQ(edit_distance("redeeem", "redeem"), 1u);
  EXPECT_EQ(edit_distance("ridden", "redden"), 1u);
  EXPECT_EQ(edit_distance("erdeem", "redeem"), 1u);
  EXPECT_EQ(edit_distance("redeme", "redeem"), 1u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("ab", "ba"), 1u);
  EXPECT_EQ(edit_distance("ca", "abc"), 3u);  // no part is edited twice
}

TEST(EditDistance, IsTheSameBothWays) {
  const std::vector<std::string> words = {"", "a", "authorize", "authorise", "redeem", "refresh", "revoke"};
  for (const auto& a : words) {
    for (const auto& b : words)
      EXPECT_EQ(edit_distance(a, b), edit_distance(b, a)) << a << " " << b;
  }
}

TEST(DidYouMean, NamesTheNearest) {
  const std::vector<std::string> verbs = {"authorize", "redeem", "refresh", "call_api"};
  EXPECT_EQ(did_you_mean("redem", verbs), "; did you mean \"redeem\"?");
  EXPECT_EQ(did_you_mean("AUTHORISE", verbs), "; did you mean \"authorize\"?");
  EXPECT_EQ(did_you_mean("callapi", verbs), "; did you mean \"call_api\"?");
}

TEST(DidYouMean, IsSilentWhereNothingIsNear) {
  EXPECT_EQ(did_you_mean("xyz", {"authorize", "redeem"}), "");
  EXPECT_EQ(did_you_mean("ab", {"cd"}), "");
  EXPECT_EQ(did_you_mean("a", {"b", ""}), "");
  EXPECT_EQ(did_you_mean("", {"a", "b"}), "");
  EXPECT_EQ(did_you_mean("redeem", {}), "");
  EXPECT_EQ(did_you_mean(std::string(201, 'a'), {std::string(201, 'a')}), "");
  EXPECT_EQ(did_you_mean("a", {std::string(201, 'a')}), "");
}

TEST(DidYouMean, TakesTheFirstOfTwoThatAreEquallyNear) {
  EXPECT_EQ(nearest("sode", {"code", "mode", "node"}), "code");
  EXPECT_EQ(nearest("mode", {"code", "mode", "node"}), "mode");
}

TEST(Glob, MatchesTheWholeText) {
  EXPECT_TRUE(glob_matches("pkce/*", "pkce/verifier-mismatch"));
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("", ""));
  EXPECT_TRUE(glob_matches("***", "abc"));
  EXPECT_TRUE(glob_matches("a?c", "abc"));
  EXPECT_TRUE(glob_matches("*/code-*", "token/code-reuse"));
  EXPECT_TRUE(glob_matches("*ab", "aab"));
  EXPECT_TRUE(glob_matches("a*b*c", "a-b-b-c"));
  EXPECT_TRUE(glob_matches("*", "*"));
  EXPECT_FALSE(glob_matches("pkce", "pkce/x"));
  EXPECT_FALSE(glob_matches("pkce/?", "pkce/"));
  EXPECT_FALSE(glob_matches("?", ""));
  EXPECT_FALSE(glob_matches("a*b", "abc"));
  EXPECT_FALSE(glob_matches("A", "a"));
  EXPECT_FALSE(glob_matches("", "a"));
}

TEST(Glob, IsNotExponentialInTheNumberOfStars) {
  std::string pattern;
  for (int i = 0; i < 50; ++i)
    pattern += "*a";
  EXPECT_FALSE(glob_matches(pattern + "b", std::string(2000, 'a')));
}

}  // namespace
}  // namespace oauthentic

// Known answers: those that NIST SP 800-90B §6.3 works out, and others by hand.
#include "analysis/estimators.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace oauthentic::analysis {
namespace {

Symbols symbols(std::string_view digits) {
  Symbols out;
  for (const char c : digits)
    out.push_back(static_cast<std::uint8_t>(c - '0'));
  return out;
}

const Symbols kBits = symbols("1000111001010101110011000111001010101110");
const Symbols kTuples = symbols("220102012120121001000");

Symbols repeated(std::string_view digits, int times) {
  std::string all;
  for (int i = 0; i < times; ++i)
    all += digits;
  return symbols(all);
}

// §6.3.1: 8 of 20 are the most common.
TEST(Estimators, MostCommonValue) {
  EXPECT_NEAR(most_common_value(symbols("01120122010110221021"), 3), 0.5363, 1e-3);
  EXPECT_EQ(most_common_value(symbols("0000"), 2), 0);
}

// §6.3.2: 14 collisions, 6 of two bits and 8 of three.
TEST(Estimators, Collision) {
  EXPECT_NEAR(collision(kBits), 0.4483, 1e-3);
  // Always two bits: 1 of them is certain. Always three: fairer than a coin.
  EXPECT_EQ(collision(repeated("0", 100)), 0);
  EXPECT_EQ(collision(repeated("011", 100)), 1);
}

// §6.3.3.
TEST(Estimators, Markov) {
  EXPECT_NEAR(markov(kBits), 0.761, 2e-3);
  // Only the first bit is open: 1 bit over 128.
  EXPECT_NEAR(markov(repeated("01", 100)), 1.0 / 128, 1e-9);
}

// §6.3.5, with the cutoff 3 of its example: 201 occurs 3 times of 19, the best of 9/21, (4/20)^(1/2) and
// (3/19)^(1/3).
TEST(Estimators, TTuple) {
  EXPECT_NEAR(t_tuple(kTuples, 3), 0.273, 1e-3);
}

// §6.3.6, the same symbols. No tuple of 4 occurs 3 times: 2012 and 0121 do twice, (2/153)^(1/4) = 0.338; of 5
// there is 20121, (1/136)^(1/5) = 0.374, and 0.374 + 2.576 sqrt(0.374 * 0.626 / 20) = 0.653.
TEST(Estimators, LongestRepeatedSubstring) {
  EXPECT_NEAR(longest_repeated_substring(kTuples, 3), 0.6145, 1e-3);
}

TEST(Estimators, AreLeftOutForFewSymbols) {
  EXPECT_THAT(estimate(repeated("01", 499), 2), testing::IsEmpty());
  EXPECT_EQ(estimate(repeated("01", 500), 2).size(), 5U);
  EXPECT_EQ(estimate(repeated("012", 400), 3).size(), 3U) << "two of them are for bits";
}

// The column before it says the symbol: after n times the same above it, it has (n + p) / (n + 1), p being what
// the column gives: 1/2, 3/4, 11/12, 23/24; and two bits for which of the three it was.
TEST(Predictor, CostsWhatItsCountsSay) {
  EXPECT_NEAR(predicted_bits({"a", "a", "a", "a"}, 2), 2 - std::log2(0.5 * 0.75 * 11 / 12 * 23 / 24), 1e-9);
  EXPECT_NEAR(predicted_bits({"a"}, 16), 2 + 4, 1e-9) << "nothing is known before the first";
}

TEST(Deflate, FindsWhatComesAgain) {
  EXPECT_LT(deflated_bits(Values(100, "abcdefgh")), 8 * 100);
  EXPECT_GE(deflated_bits({"q"}), 8);
}

}  // namespace
}  // namespace oauthentic::analysis

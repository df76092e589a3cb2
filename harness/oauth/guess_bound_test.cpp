#include "oauth/guess_bound.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace oauthentic::oauth {
namespace {

TEST(GuessBound, IsWhatLengthAndAlphabetAllow) {
  EXPECT_DOUBLE_EQ(*most_bits("0123456789abcdef0123456789abcdef"), 128) << "32 hexadecimal digits are enough";
  EXPECT_DOUBLE_EQ(*most_bits("0123456789abcdef"), 64);
  EXPECT_NEAR(*most_bits("12345678"), 26.6, 0.1);
  EXPECT_DOUBLE_EQ(*most_bits("Q9dF3kLmNoPqRsTuVwXyZ_"), 132) << "128 bits in base64url";
  EXPECT_DOUBLE_EQ(*most_bits("7d444840-9dc0-41d1-b245-5ffdce74fad2"), 122);
  EXPECT_GT(*most_bits("7d444840-9dc0-41d1-b245-5ffdce74fad2.x"), 200) << "more than a UUID";
}

TEST(GuessBound, SaysNothingOfWhatIsSigned) {
  EXPECT_FALSE(most_bits("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.c2ln"));
  EXPECT_FALSE(most_bits(""));
}

/// 128 random bits are never taken for fewer, whatever they are written in.
TEST(GuessBound, NeverFallsBelowWhatIsThere) {
  std::mt19937_64 random(1);
  const std::string base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const std::string base36 = "0123456789abcdefghijklmnopqrstuvwxyz";
  for (int i = 0; i < 100'000; ++i) {
    std::string in_base64, in_base36;
    for (int c = 0; c < 22; ++c)
      in_base64 += base64[random() % 64];
    for (int c = 0; c < 25; ++c)
      in_base36 += base36[random() % 36];
    ASSERT_GE(*most_bits(in_base64), 128) << in_base64;
    ASSERT_GE(*most_bits(in_base36), 128) << in_base36;
  }
}

}  // namespace
}  // namespace oauthentic::oauth

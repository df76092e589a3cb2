#include "oauth/pkce.hpp"

#include <gtest/gtest.h>

#include "oauth/encoding.hpp"

namespace oauthentic::oauth {
namespace {

TEST(Sha256, VectorsOfFips180) {
  EXPECT_EQ(base64_encode(sha256("abc")), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
  EXPECT_EQ(base64_encode(sha256("")), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

TEST(CodeChallenge, ExampleOfRfc7636AppendixB) {
  constexpr auto kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  EXPECT_EQ(code_challenge(kVerifier, ChallengeMethod::s256), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  EXPECT_EQ(code_challenge(kVerifier, ChallengeMethod::plain), kVerifier);
}

TEST(ChallengeMethod, NamesAreCaseSensitive) {
  EXPECT_EQ(challenge_method_from("plain"), ChallengeMethod::plain);
  EXPECT_EQ(challenge_method_from("S256"), ChallengeMethod::s256);
  EXPECT_EQ(to_string(ChallengeMethod::s256), "S256");
  EXPECT_EQ(to_string(ChallengeMethod::plain), "plain");
  for (const auto* text : {"s256", "Plain", "", "S256 ", "S512"})
    EXPECT_FALSE(challenge_method_from(text)) << text;
}

TEST(CodeVerifier, LengthOf43To128) {
  EXPECT_FALSE(is_code_verifier(""));
  EXPECT_FALSE(is_code_verifier(std::string(42, 'a')));
  EXPECT_TRUE(is_code_verifier(std::string(43, 'a')));
  EXPECT_TRUE(is_code_verifier(std::string(128, 'a')));
  EXPECT_FALSE(is_code_verifier(std::string(129, 'a')));
  EXPECT_TRUE(is_code_challenge(code_challenge("", ChallengeMethod::s256)));
}

TEST(CodeVerifier, UnreservedCharactersOnly) {
  constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  for (int c = 0; c < 256; ++c) {
    const std::string text = std::string(50, 'a') + static_cast<char>(c);
    EXPECT_EQ(is_code_verifier(text), kUnreserved.contains(static_cast<char>(c))) << c;
    EXPECT_EQ(is_code_challenge(text), kUnreserved.contains(static_cast<char>(c))) << c;
  }
}

}  // namespace
}  // namespace oauthentic::oauth

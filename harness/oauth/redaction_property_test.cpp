#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "oauth/encoding.hpp"
#include "oauth/redaction.hpp"

namespace oauthentic::oauth {
namespace {

using testing::HasSubstr;

/// Whatever the secret and its neighbours are, no encoding of it is left and the tag says that it was there.
TEST(RedactionProperty, HoldsForRandomSecrets) {
  std::mt19937 random(20240229);
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random()) % limit; };
  const auto pick = [&](std::size_t octets, bool wild) {
    static constexpr std::string_view kTame = "abcXYZ0189-_.~";
    static constexpr std::string_view kWild = "abcXYZ019-_.~ +/=&%\\\"'<>;:,?#@!";
    std::string text;
    const auto alphabet = wild ? kWild : kTame;
    while (text.size() < octets)
      text += alphabet[below(alphabet.size())];
    return text;
  };
  for (int round = 0; round < 400; ++round) {
    Redactor fresh(std::make_shared<TagRegistry>());
    const auto secret = pick(12 + below(60), round % 2 == 0);
    fresh.add("code", secret);
    const auto before = pick(below(5), false);
    const auto after = pick(below(5), false);
    const std::vector<std::string> encodings = {
        secret,
        percent_encode(secret),
        form_encode(secret),
        percent_encode(percent_encode(secret)),
        base64_encode(before + secret + after),
        base64url_encode(before + secret + after),
        percent_encode(base64_encode(secret)),
    };
    for (const auto& encoded : encodings) {
      const auto redacted = fresh.redact("<" + encoded + ">");
      EXPECT_THAT(redacted, HasSubstr("‹code#1›")) << secret << " as " << encoded;
      EXPECT_LE(redacted.size(),
                std::string_view("<‹code#1›>").size() + 3 * (before.size() + after.size()) + 10)
          << secret << " as " << encoded << " left " << redacted;
    }
  }
}

TEST(RedactionProperty, TakesLinearTimeOnLargeBodies) {
  Redactor redactor(std::make_shared<TagRegistry>());
  for (int i = 0; i < 50; ++i)
    redactor.add("access_token", fmt::format("eyJhbGciOiJub25lIn0.{:040}", i));
  std::string large;
  while (large.size() < 200'000)
    large += "eyJeyJ.eyJ%2e&amp;\\u0041code=\"{\"";
  const auto start = std::chrono::steady_clock::now();
  Exchange exchange;
  exchange.answer = Response{200, "", Headers{{"Content-Type", "application/json"}}, large, ""};
  EXPECT_THAT(redactor.redact(std::move(exchange)).response()->body.size(), testing::Gt(100'000U));
  // Quadratic work in each of the layers takes many minutes.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

}  // namespace
}  // namespace oauthentic::oauth

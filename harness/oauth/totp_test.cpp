#include "oauth/totp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oauthentic::oauth {
namespace {

using testing::HasSubstr;
using testing::Not;

Time at(std::int64_t seconds) {
  return Time(std::chrono::seconds(seconds));
}

struct Vector {
  std::int64_t time;
  const char* sha1;
  const char* sha256;
  const char* sha512;
};

/// RFC 6238 Appendix B; the keys are as long as the hash, as its reference code (Appendix A) has them.
const Vector kVectors[] = {
    {59, "94287082", "46119246", "90693936"},         {1111111109, "07081804", "68084774", "25091201"},
    {1111111111, "14050471", "67062674", "99943326"}, {1234567890, "89005924", "91819424", "93441116"},
    {2000000000, "69279037", "90698825", "38618901"}, {20000000000, "65353130", "77737706", "47863826"},
};

TEST(Totp, MakesTheCodesOfTheRfc) {
  const std::string digits = "1234567890";
  const auto key = [&](std::size_t length) {
    std::string out;
    while (out.size() < length)
      out += digits;
    return out.substr(0, length);
  };
  const Totp sha1{key(20), Totp::Algorithm::sha1, 8};
  const Totp sha256{key(32), Totp::Algorithm::sha256, 8};
  const Totp sha512{key(64), Totp::Algorithm::sha512, 8};
  for (const auto& vector : kVectors) {
    EXPECT_EQ(sha1.code_at(at(vector.time)), vector.sha1) << vector.time;
    EXPECT_EQ(sha256.code_at(at(vector.time)), vector.sha256) << vector.time;
    EXPECT_EQ(sha512.code_at(at(vector.time)), vector.sha512) << vector.time;
  }
}

TEST(Totp, ReadsASecretAsProvidersPrintIt) {
  const std::string key = "12345678901234567890";
  for (const char* text : {"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "gezd gnbv gy3t qojq gezd gnbv gy3t qojq",
                           " GEZDGNBV-GY3TQOJQ-GEZDGNBV-GY3TQOJQ\n"}) {
    const auto totp = parse_totp(text);
    ASSERT_TRUE(totp) << text;
    EXPECT_EQ(totp->key, key);
    EXPECT_EQ(totp->code_at(at(59)), "287082");
    EXPECT_EQ(totp->code_at(at(1111111109)), "081804");
  }
}

TEST(Totp, ReadsAnUri) {
  const auto totp = parse_totp(
      "otpauth://totp/Example:alice%40as.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA&"
      "issuer=Example&algorithm=SHA256&digits=8&period=30");
  ASSERT_TRUE(totp) << totp.error();
  EXPECT_EQ(totp->code_at(at(59)), "46119246");
  const auto slow = parse_totp("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&period=60&digits=7");
  ASSERT_TRUE(slow) << slow.error();
  EXPECT_EQ(slow->period, std::chrono::seconds(60));
  EXPECT_EQ(slow->code_at(at(119)), "4287082");
}

TEST(Totp, SaysWhatIsWrongAndKeepsTheSecret) {
  const auto error = [](const std::string& text) {
    const auto totp = parse_totp(text);
    return totp ? std::string("was read") : totp.error();
  };
  EXPECT_THAT(error("GEZD0NBV"), HasSubstr("no Base32"));
  EXPECT_THAT(error("GEZD0NBV"), Not(HasSubstr("GEZD")));
  EXPECT_THAT(error("GEZ"), HasSubstr("no Base32"));
  EXPECT_THAT(error(""), HasSubstr("empty"));
  EXPECT_THAT(error("===="), HasSubstr("empty"));
  EXPECT_THAT(error(std::string(3000, 'A')), HasSubstr("2048"));
  EXPECT_THAT(error("otpauth://hotp/a?secret=GEZDGNBV&counter=1"), HasSubstr("otpauth://totp/"));
  EXPECT_THAT(error("otpauth://totp/a?issuer=x"), HasSubstr("empty"));
  EXPECT_THAT(error("otpauth://totp/a?secret=GEZDGNBV&algorithm=MD5"), HasSubstr("MD5"));
  EXPECT_THAT(error("otpauth://totp/a?secret=GEZDGNBV&digits=5"), HasSubstr("digits"));
  EXPECT_THAT(error("otpauth://totp/a?secret=GEZDGNBV&period=0"), HasSubstr("period"));
  EXPECT_THAT(error("otpauth://totp/a?secret=GEZDGNBV&period=30s"), HasSubstr("period"));
}

TEST(Totp, DecodesBase32) {
  EXPECT_EQ(base32_decode("MZXW6YTBOI======"), "foobar");  // RFC 4648 §10
  EXPECT_EQ(base32_decode("MZXW6YTB"), "fooba");
  EXPECT_EQ(base32_decode("my"), "f");
  EXPECT_EQ(base32_decode(""), "");
  EXPECT_EQ(base32_decode("M"), std::nullopt);
  EXPECT_EQ(base32_decode("MZ=W"), std::nullopt);
  EXPECT_EQ(base32_decode("M1"), std::nullopt);
}

}  // namespace
}  // namespace oauthentic::oauth

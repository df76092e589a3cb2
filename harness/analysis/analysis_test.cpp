#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/analysis_test_support.hpp"
#include "oauth/encoding.hpp"
#include "oauth/jose.hpp"

namespace oauthentic::analysis {
namespace {

using testing::HasSubstr;

std::string hex_of(std::string_view octets) {
  std::string out;
  for (const char c : octets)
    out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::string md5(const std::string& text) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), out, &size, EVP_md5(), nullptr);
  return hex_of({reinterpret_cast<const char*>(out), size});
}

struct Case {
  const char* name;
  Verdict verdict;
  const char* says;  ///< in a proof or a note; empty: anything
  Maker one;
};

std::string encrypted(Source&, std::size_t i) {
  unsigned char key[16] = {1, 2, 3}, block[16] = {}, out[32];
  block[15] = static_cast<unsigned char>(i);
  int size = 0;
  auto* context = EVP_CIPHER_CTX_new();
  EVP_EncryptInit_ex(context, EVP_aes_128_ecb(), nullptr, key, nullptr);
  EVP_EncryptUpdate(context, out, &size, block, 16);
  EVP_CIPHER_CTX_free(context);
  return hex_of({reinterpret_cast<const char*>(out), 16});
}

std::string time_uuid(Source& s, std::size_t i, char version) {
  const auto ticks = 0x01b21dd213814000ULL + s.milliseconds(i) * 10'000;
  const auto t = fmt::format("{:015x}", ticks);
  const auto digits = version == '1' ? t.substr(7) + t.substr(3, 4) + "0" + t.substr(0, 3)
                                     : t.substr(0, 12) + "0" + t.substr(12);
  return s.uuid(version, digits + "0042" + "02005e10000a");
}

std::string linear(Source& s, std::size_t) {
  s.state = s.state * 6364136223846793005ULL + 1442695040888963407ULL;
  return fmt::format("{:016x}", s.state);
}

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"32 random hexadecimal digits", Verdict::no_weakness, "",
       [](Source& s, std::size_t) { return s.hex(32); }},
      {"16 random hexadecimal digits", Verdict::too_short, "",
       [](Source& s, std::size_t) { return s.hex(16); }},
      {"32 random octets, base64url", Verdict::no_weakness, "",
       [](Source& s, std::size_t) { return oauth::base64url_encode(s.octets(32)); }},
      {"UUID version 1", Verdict::weak, "MAC address 02:00:5e:10:00:0a",
       [](Source& s, std::size_t i) { return time_uuid(s, i, '1'); }},
      {"UUID version 6", Verdict::weak, "MAC address 02:00:5e:10:00:0a",
       [](Source& s, std::size_t i) { return time_uuid(s, i, '6'); }},
      {"UUID version 3", Verdict::too_short, "MD5 of a name",
       [](Source& s, std::size_t i) { return s.uuid('3', md5(fmt::format("name {}", i))); }},
      {"UUID version 4", Verdict::too_short, "122 random bits",
       [](Source& s, std::size_t) { return s.uuid('4', s.hex(32)); }},
      {"UUID version 5", Verdict::too_short, "SHA-1 of a name",
       [](Source& s, std::size_t) { return s.uuid('5', s.hex(32)); }},
      {"UUID version 7", Verdict::weak, "begin with the time (2026-05-2",
       [](Source& s, std::size_t i) {
         return s.uuid('7', fmt::format("{:012x}", s.milliseconds(i)) + s.hex(20));
       }},
      {"a counter", Verdict::weak, "a counter",
       [](Source&, std::size_t i) { return std::to_string(1000 + i); }},
      {"a counter of changing length", Verdict::weak, "a counter",
       [](Source&, std::size_t i) { return fmt::format("code-{}", i); }},
      {"a counter behind a random-looking prefix", Verdict::weak, "a counter",
       [](Source&, std::size_t i) {
         return fmt::format("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b82{:08x}", 77000 + i);
       }},
      {"the same in base64url", Verdict::weak, "a counter",
       [](Source&, std::size_t i) {
         return oauth::base64url_encode("k\x91q\xf3\x07~\xe2\x1d\x88XQ\xaa" +
                                        fmt::format("{:c}{:c}", char(i / 256), char(i % 256)));
       }},
      {"the time and 16 random bits", Verdict::weak, "in milliseconds",
       [](Source& s, std::size_t i) { return fmt::format("{}{}", s.milliseconds(i), s.hex(4)); }},
      {"a linear congruential generator", Verdict::weak, "linear congruential", linear},
      {"biased bits", Verdict::weak, "of the bits are ones",
       [](Source& s, std::size_t) {
         std::bernoulli_distribution coin(0.55);
         std::string octets(16, '\0');
         for (int b = 0; b < 128; ++b)
           octets[b / 8] = static_cast<char>(octets[b / 8] | (coin(s.random) << (b % 8)));
         return hex_of(octets);
       }},
      {"values that come again", Verdict::weak, "given out before",
       [](Source&, std::size_t i) { return md5(fmt::format("secret {}", i % 190)); }},
      {"words", Verdict::weak, "compress to",
       [](Source& s, std::size_t) {
         static const char* kWords[] = {"alpha", "bravo",   "charlie", "delta",
                                        "echo",  "foxtrot", "golf",    "hotel"};
         std::string out;
         for (int i = 0; i < 8; ++i)
           out += kWords[s.random() >> 61];
         return out;
       }},
      {"MD5 of the time", Verdict::weak, "the digest of the time of issue",
       [](Source& s, std::size_t i) { return md5(std::to_string(s.milliseconds(i))); }},
      {"an encrypted counter", Verdict::no_weakness, "", encrypted},
      {"256 random bits that begin with the time", Verdict::no_weakness, "in milliseconds",
       [](Source& s, std::size_t i) { return fmt::format("{:012x}", s.milliseconds(i)) + s.hex(52); }},
  };
  return all;
}

// Found in 5 of 5 samples of 200 values each; one that is not fails the test.
TEST(Analysis, KnowsWhatItSees) {
  for (const auto& one : cases()) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const auto report = analyze("code", make(seed, one.one), Period{kStart, kStart + 8});
      EXPECT_EQ(report.verdict, one.verdict) << one.name << ": " << told(report);
      EXPECT_THAT(told(report), HasSubstr(one.says)) << one.name;
    }
  }
}

/// Values in which there is nothing to be found, as providers write them.
struct Format {
  const char* name;
  double bits;  ///< that a value holds
  Maker one;
};

/// For GoogleTest, which would else list the tests with addresses.
std::ostream& operator<<(std::ostream& out, const Format& format) {
  return out << format.name;
}

const std::string kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", kLower = "abcdefghijklmnopqrstuvwxyz";
const std::string kDigits = "0123456789", kBase62 = kUpper + kLower + kDigits;

const std::vector<Format>& formats() {
  static const double kBase62Bits = std::log2(62), kDecimalBits = std::log2(10);
  static const std::vector<Format> all = {
      {"Hex32", 128, [](Source& s, std::size_t) { return s.hex(32); }},
      {"Hex40UpperCase", 160, [](Source& s, std::size_t) { return s.of("0123456789ABCDEF", 40); }},
      {"UuidVersion4", 122, [](Source& s, std::size_t) { return s.uuid('4', s.hex(32)); }},
      {"Base64url16", 128, [](Source& s, std::size_t) { return oauth::base64url_encode(s.octets(16)); }},
      {"Base64url32", 256, [](Source& s, std::size_t) { return oauth::base64url_encode(s.octets(32)); }},
      {"Base64With20Octets", 160, [](Source& s, std::size_t) { return oauth::base64_encode(s.octets(20)); }},
      {"Base62With32Letters", 32 * kBase62Bits, [](Source& s, std::size_t) { return s.of(kBase62, 32); }},
      {"PrefixedBase62", 36 * kBase62Bits, [](Source& s, std::size_t) { return "tok_" + s.of(kBase62, 36); }},
      {"Base32", 130, [](Source& s, std::size_t) { return s.of(kUpper + "234567", 26); }},
      {"Decimal40", 40 * kDecimalBits, [](Source& s, std::size_t) { return s.of(kDigits, 40); }},
      {"OfChangingLength", 24 * kBase62Bits,
       [](Source& s, std::size_t) { return s.of(kBase62, 24 + (s.random() & 7)); }},
      {"PrintableAscii", 24 * std::log2(94), [](Source& s, std::size_t) {
         std::string out;
         while (out.size() < 24)
           out += static_cast<char>('!' + s.random() % 94);
         return out;
       }}};
  return all;
}

class RandomValues : public testing::TestWithParam<Format> {};

TEST_P(RandomValues, AreNeverCalledWeak) {
  const auto& format = GetParam();
  const auto wanted = format.bits < kMust ? Verdict::too_short : Verdict::no_weakness;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const bool whole = seed % 20 == 0;
    const auto values = make(1000 + seed, format.one, whole ? kCount : kFewestValues + seed % 30);
    const auto report =
        analyze("code", values, whole ? std::optional(Period{kStart, kStart + 1}) : std::nullopt);
    ASSERT_EQ(report.verdict, wanted) << seed << ": " << told(report);
    ASSERT_THAT(report.proofs, testing::IsEmpty()) << seed;
    ASSERT_GE(report.upper, format.bits - 1e-6) << seed << ": " << told(report);
  }
}

INSTANTIATE_TEST_SUITE_P(Analysis, RandomValues, testing::ValuesIn(formats()),
                         [](const auto& format) { return std::string(format.param.name); });

// Octets 3 to 6 are within 18 hours of one another, read as seconds; nothing follows from it.
TEST(Analysis, TakesNoRandomOctetsForTimes) {
  const auto report = analyze("code", make(5, [](Source& s, std::size_t) { return "00006a01" + s.hex(24); }));
  EXPECT_EQ(report.verdict, Verdict::too_short) << told(report);
  EXPECT_THAT(report.patterns, testing::IsEmpty()) << told(report);
  const auto counter =
      analyze("code", make(5, [](Source&, std::size_t i) { return fmt::format("18b30000000000{:02x}", i); }));
  EXPECT_THAT(told(counter), testing::AllOf(HasSubstr("a counter"), testing::Not(HasSubstr("a time"))));
}

TEST(Analysis, JudgesJwtsBySignatureAndJti) {
  const auto key = oauth::Key::from_secret("0123456789abcdef0123456789abcdef");
  const auto jwts = [&](const char* algorithm) {
    return make(1, [&](Source&, std::size_t i) {
      return oauth::sign_jwt({{"alg", algorithm}}, {{"sub", "a"}, {"jti", std::to_string(i)}}, key);
    });
  };
  const auto report = analyze("access_token", jwts("HS256"));
  EXPECT_EQ(report.verdict, Verdict::no_weakness) << told(report);
  ASSERT_EQ(report.parts.size(), 1U);
  EXPECT_EQ(report.parts[0].verdict, Verdict::weak) << told(report.parts[0]);
  EXPECT_EQ(analyze("access_token", jwts("none")).verdict, Verdict::weak);
}

TEST(Analysis, SaysThatFewValuesAreTooFew) {
  const auto few = make(3, [](Source& s, std::size_t) { return s.hex(32); }, kFewestValues - 1);
  EXPECT_EQ(analyze("code", few).verdict, Verdict::too_few);
  EXPECT_EQ(analyze("code", {}).verdict, Verdict::too_few);
  EXPECT_EQ(analyze("code", {few[0], few[0]}).verdict, Verdict::weak);
}

TEST(Sample, ReadsOneValueALine) {
  EXPECT_EQ(*read_list("a\r\n\nb"), (Values{"a", "b"}));
  EXPECT_THAT(read_list("a\n" + std::string(kMaxValueOctets + 1, 'x')).error(), HasSubstr("line 2"));
}

}  // namespace
}  // namespace oauthentic::analysis

#include "oauth/jose.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>
#include <thread>

#include "oauth/encoding.hpp"

namespace oauthentic::oauth {
namespace {

using nlohmann::json;
using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;

struct Signer {
  Key key;
  std::vector<std::string> algorithms;
};

const std::vector<Signer>& signers() {
  static const std::vector<Signer> all = {
      {Key::generate_rsa(), {"RS256", "RS384", "RS512", "PS256"}},
      {Key::generate_p256(), {"ES256"}},
      {Key::generate_ed25519(), {"EdDSA", "Ed25519"}},
      {Key::from_secret("a secret of some length"), {"HS256", "HS384", "HS512"}}};
  return all;
}

TEST(SignJws, EveryAlgorithmVerifiesWithItsKeyAlone) {
  for (const auto& [key, algorithms] : signers()) {
    for (const auto& algorithm : algorithms) {
      const auto compact = sign_jwt({{"alg", algorithm}, {"kid", key.kid()}}, {{"sub", "alice"}}, key);
      const auto jws = parse_jws(compact);
      ASSERT_TRUE(jws) << jws.error();
      EXPECT_EQ(jws->claims().at("sub"), "alice");
      EXPECT_EQ(jws->signing_input + "." + base64url_encode(jws->signature), compact);
      EXPECT_TRUE(verify_jws(*jws, key, {"none", algorithm})) << algorithm;
      EXPECT_FALSE(verify_jws(*jws, key, {})) << algorithm;
      EXPECT_FALSE(verify_jws(*jws, key, {algorithm + "x"})) << algorithm;
      for (const auto& other : signers()) {
        EXPECT_EQ(verify_jws(*jws, other.key, {algorithm}), other.key.thumbprint() == key.thumbprint())
            << algorithm;
      }
    }
  }
}

TEST(SignJws, AnyAlteredOctetBreaksIt) {
  std::mt19937 random(7515);
  for (const auto& [key, algorithms] : signers()) {
    const auto jws = parse_jws(sign_jws({{"alg", algorithms.front()}}, "payload", key)).value();
    for (int i = 0; i < 100; ++i) {
      auto altered = jws;
      auto& text = i % 2 == 0 ? altered.signature : altered.signing_input;
      auto& octet = text[random() % text.size()];
      octet = static_cast<char>(static_cast<unsigned char>(octet) ^ (1U << (random() % 8)));
      EXPECT_FALSE(verify_jws(altered, key, algorithms));
    }
  }
}

TEST(SignJws, EcdsaSignaturesHave64OctetsAlways) {
  const auto key = Key::generate_p256();
  for (int i = 0; i < 600; ++i) {  // one in 128 has a number with a leading zero
    const auto jws = parse_jws(sign_jws({{"alg", "ES256"}}, std::to_string(i), key)).value();
    ASSERT_THAT(jws.signature, SizeIs(64));
    ASSERT_TRUE(verify_jws(jws, key, {"ES256"}));
  }
}

TEST(SignJws, UnknownAlgorithmsGiveAnEmptySignature) {
  const auto& key = signers().front().key;
  for (const auto& algorithm : {json("none"), json("None"), json("PS999"), json(""), json(5), json()}) {
    EXPECT_THAT(sign_jws({{"alg", algorithm}}, "p", key), EndsWith(".cA.")) << algorithm;
  }
  EXPECT_THAT(sign_jws(json::object(), "p", key), EndsWith(".cA."));
}

TEST(SignJws, AHeaderMayLieAboutTheKindOfKey) {
  const auto& rsa = signers().front().key;
  auto jws = parse_jws(sign_jws({{"alg", "ES256"}}, "p", rsa)).value();
  EXPECT_EQ(jws.header().at("alg"), "ES256");
  EXPECT_THAT(jws.signature, SizeIs(256));
  EXPECT_FALSE(verify_jws(jws, rsa, {"ES256", "RS256"}));
  jws.header_text = R"({"alg":"RS256"})";  // the signature is there, of the key's own kind
  EXPECT_TRUE(verify_jws(jws, rsa, {"RS256"}));
}

TEST(SignJws, APublicKeyCannotSign) {
  const auto key = Key::from_jwk(signers().front().key.public_jwk()).value();
  EXPECT_THROW(sign_jws({{"alg", "RS256"}}, "p", key), std::logic_error);
  EXPECT_THAT(sign_jws({{"alg", "none"}}, "p", key), EndsWith(".cA."));
}

TEST(SignJws, HeadersWithInvalidUtf8AreSigned) {
  EXPECT_TRUE(parse_jws(sign_jws({{"alg", "HS256"}, {"kid", "\xFF"}}, "p", Key::from_secret("s"))));
}

TEST(VerifyJws, RefusesThePublicKeyAsHmacSecret) {
  const auto& rsa = signers().front().key;
  const auto forged = parse_jws(sign_jws({{"alg", "HS256"}}, "p", Key::from_secret(rsa.public_pem()))).value();
  EXPECT_FALSE(verify_jws(forged, rsa, {"RS256", "HS256"}));
}

TEST(VerifyJws, RefusesCriticalExtensions) {
  const auto key = Key::from_secret("s");
  const auto jws = parse_jws(sign_jws({{"alg", "HS256"}, {"crit", {"b64"}}, {"b64", false}}, "p", key)).value();
  EXPECT_FALSE(verify_jws(jws, key, {"HS256"}));
}

TEST(VerifyJws, RefusesSignaturesOfOtherShapes) {
  for (const auto& [key, algorithms] : signers()) {
    const auto jws = parse_jws(sign_jws({{"alg", algorithms.front()}}, "p", key)).value();
    for (const auto& signature :
         {std::string(), jws.signature + "x", jws.signature.substr(1), std::string(64, '\0'),
          std::string(64, '\xFF'), std::string(256, '\0'), std::string(5000, 'a')}) {
      auto altered = jws;
      altered.signature = signature;
      EXPECT_FALSE(verify_jws(altered, key, algorithms));
    }
  }
}

TEST(VerifyJws, EmptySecretsWork) {
  const auto key = Key::from_secret("");
  EXPECT_TRUE(verify_jws(parse_jws(sign_jws({{"alg", "HS256"}}, "p", key)).value(), key, {"HS256"}));
}

TEST(ParseJws, SaysWhichPartIsWrong) {
  const auto header = base64url_encode(R"({"alg":"none"})");
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"", "not three parts but 1"},
      {"a.b", "not three parts but 2"},
      {"a.b.c.d", "not three parts but 4"},
      {"a.b.c.d.e", "encrypted"},
      {std::string(200000, '.'), "not three parts but 200001"},
      {std::string(kMaxJwsOctets + 1, 'a'), "longer than"},
      {"..", "header: octet 0"},
      {"e30=.e30.", "header: not base64url"},
      {base64url_encode("[]") + "..", "header: not a JSON object"},
      {base64url_encode("{}x") + "..", "header: octet 2"},
      {base64url_encode(R"({"alg":"RS256","alg":"none"})") + "..", "header: `/alg` is repeated"},
      {header + ".a.", "payload: not base64url"},
      {header + "..a", "signature: not base64url"},
      {header + ".. ", "signature: not base64url"},
  };
  for (const auto& [compact, problem] : wrong) {
    const auto jws = parse_jws(compact);
    ASSERT_FALSE(jws) << compact.substr(0, 80);
    EXPECT_THAT(jws.error(), HasSubstr(problem));
  }
  EXPECT_TRUE(parse_jws(header + ".."));
}

TEST(ParseJws, ClaimsAreAnObjectOrNull) {
  const auto key = Key::from_secret("s");
  for (const auto* payload : {"", "[1]", "text", "null", "{\"a\":1", "\xFF"}) {
    EXPECT_TRUE(parse_jws(sign_jws({{"alg", "HS256"}}, payload, key)).value().claims().is_null()) << payload;
  }
  EXPECT_TRUE(parse_jws(sign_jws({{"alg", "HS256"}}, "{}", key)).value().claims().is_object());
}

TEST(Keys, MayBeUsedFromSeveralThreads) {
  std::vector<int> verified(4, 0);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : verified) {
      threads.emplace_back([&mine] {
        for (int i = 0; i < 20; ++i) {
          const auto& [key, algorithms] = signers()[static_cast<std::size_t>(i) % signers().size()];
          const auto jws = parse_jws(sign_jws({{"alg", algorithms.front()}}, std::to_string(i), key)).value();
          mine += verify_jws(jws, key, algorithms) ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(verified, std::vector<int>(4, 20));
}

}  // namespace
}  // namespace oauthentic::oauth

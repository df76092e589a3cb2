#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <nlohmann/json.hpp>

#include "oauth/encoding.hpp"
#include "oauth/jose.hpp"

namespace oauthentic::oauth {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

bool verifies(const Key& signer, const Key& verifier) {
  const auto algorithm = signer.default_algorithm();
  const auto jws = parse_jws(sign_jws({{"alg", algorithm}}, "payload", signer));
  return jws && verify_jws(*jws, verifier, {algorithm});
}

std::vector<Key> key_pairs() {
  return {Key::generate_rsa(), Key::generate_p256(), Key::generate_ed25519()};
}

/// Of a key that is made, written and given back by OpenSSL directly.
std::string pem_of(EVP_PKEY* key, const char* passphrase) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(bio, key, passphrase ? EVP_aes_256_cbc() : nullptr, passphrase,
                                passphrase ? static_cast<int>(std::string_view(passphrase).size()) : 0, nullptr,
                                nullptr);
  char* text = nullptr;
  const auto length = BIO_get_mem_data(bio, &text);
  std::string pem(text, static_cast<std::size_t>(length));
  BIO_free(bio);
  EVP_PKEY_free(key);
  return pem;
}

TEST(Keys, RoundTripAsPem) {
  for (const auto& key : key_pairs()) {
    EXPECT_THAT(key.to_pem(), StartsWith("-----BEGIN PRIVATE KEY-----"));
    EXPECT_THAT(key.public_pem(), StartsWith("-----BEGIN PUBLIC KEY-----"));
    const auto again = Key::from_pem(key.to_pem());
    ASSERT_TRUE(again) << again.error();
    EXPECT_EQ(again->thumbprint(), key.thumbprint());
    EXPECT_TRUE(verifies(*again, key));
    const auto open = Key::from_pem(key.public_pem());
    ASSERT_TRUE(open) << open.error();
    EXPECT_EQ(open->to_pem(), "");
    EXPECT_FALSE(open->can_sign());
    EXPECT_TRUE(verifies(key, *open));
  }
}

TEST(Keys, RoundTripAsPublicJwk) {
  for (const auto& key : key_pairs()) {
    const auto jwk = key.public_jwk();
    EXPECT_EQ(jwk.at("use"), "sig");
    EXPECT_EQ(jwk.at("alg"), key.default_algorithm());
    EXPECT_EQ(jwk.at("kid"), key.thumbprint());
    for (const auto* secret : {"d", "p", "q", "dp", "dq", "qi", "k"})
      EXPECT_FALSE(jwk.contains(secret));
    const auto again = Key::from_jwk(jwk);
    ASSERT_TRUE(again) << again.error();
    EXPECT_EQ(again->public_jwk(), jwk);
    EXPECT_TRUE(verifies(key, *again));
  }
}

TEST(Keys, CoordinatesKeepTheirLeadingZeros) {
  for (int i = 0; i < 600; ++i) {  // one in 128 has a coordinate with a leading zero
    const auto jwk = Key::generate_p256().public_jwk();
    ASSERT_EQ(jwk.at("x").get<std::string>().size(), 43U);
    ASSERT_EQ(jwk.at("y").get<std::string>().size(), 43U);
    ASSERT_TRUE(Key::from_jwk(jwk));
  }
}

TEST(Keys, SecretsShowNothing) {
  const auto key = Key::from_secret("guessable");
  EXPECT_EQ(key.public_jwk(), json::object());
  EXPECT_EQ(key.to_pem(), "");
  EXPECT_EQ(key.public_pem(), "");
  EXPECT_EQ(key.thumbprint(), "");
  EXPECT_EQ(key.kid(), "");
  EXPECT_EQ(key.default_algorithm(), "HS256");
  EXPECT_TRUE(key.can_sign());
  const auto same = Key::from_jwk({{"kty", "oct"}, {"k", base64url_encode("guessable")}, {"kid", "one"}});
  ASSERT_TRUE(same);
  EXPECT_EQ(same->kid(), "one");
  EXPECT_TRUE(verifies(*same, key));
}

TEST(Keys, KidIsTheirOwnOfEachCopy) {
  const auto key = Key::generate_ed25519();
  auto copy = key;
  copy.set_kid("other");
  EXPECT_EQ(key.kid(), key.thumbprint());
  EXPECT_EQ(copy.public_jwk().at("kid"), "other");
  EXPECT_EQ(copy.thumbprint(), key.thumbprint());
}

TEST(Keys, RefuseOtherPem) {
  EXPECT_FALSE(Key::from_pem(""));
  EXPECT_FALSE(Key::from_pem("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_FALSE(Key::from_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"));
  EXPECT_FALSE(Key::from_pem(Key::generate_p256().to_pem().substr(0, 100)));
  EXPECT_FALSE(Key::from_pem(std::string(100000, ' ') + Key::generate_p256().to_pem()));
  EXPECT_EQ(Key::from_pem(pem_of(EVP_EC_gen("P-384"), nullptr)).error(), "neither RSA nor P-256 nor Ed25519");
  EXPECT_EQ(Key::from_pem(pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"), nullptr)).error(),
            "neither RSA nor P-256 nor Ed25519");
  EXPECT_THAT(Key::from_pem(pem_of(EVP_EC_gen("P-256"), "passphrase")).error(),
              HasSubstr("without a passphrase"));
}

json p256_jwk() {
  return json::parse(R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                     R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",)"
                     R"("d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})");
}

TEST(Keys, RefuseMalformedJwks) {
  const auto rsa = Key::generate_rsa(1024).public_jwk();
  const auto ed = Key::generate_ed25519().public_jwk();
  const auto with = [](json jwk, const char* member, const json& value) {
    jwk[member] = value;
    return jwk;
  };
  const auto without = [](json jwk, const char* member) {
    jwk.erase(member);
    return jwk;
  };
  const auto octets = [](std::size_t n) { return base64url_encode(std::string(n, '\x7F')); };
  const std::vector<std::pair<json, std::string>> wrong = {
      {json(), "not a JSON object"},
      {json::array(), "not a JSON object"},
      {json::object(), "`kty`"},
      {{{"kty", "rsa"}}, "`kty`"},
      {{{"kty", 1}}, "`kty`"},
      {{{"kty", "oct"}}, "`k` is missing"},
      {{{"kty", "oct"}, {"k", "a+b/"}}, "`k` is not base64url"},
      {{{"kty", "oct"}, {"k", 7}}, "`k` is not base64url"},
      {{{"kty", "oct"}, {"k", octets(3000)}}, "`k` is too long"},
      {{{"kty", "RSA"}}, "missing"},
      {without(rsa, "e"), "missing"},
      {with(rsa, "n", "AQAB"), "bits"},
      {with(rsa, "n", octets(3000)), "`n` is too long"},
      {with(rsa, "p", "AQAB"), "private members"},
      {with(rsa, "d", octets(128)), "private part"},
      {with(with(rsa, "d", octets(128)), "oth", json::array()), "two primes"},
      {with(p256_jwk(), "crv", "P-384"), "`crv`"},
      {without(p256_jwk(), "y"), "`x` or `y`"},
      {with(p256_jwk(), "x", octets(31)), "`x` or `y`"},
      {with(p256_jwk(), "x", octets(32)), "not a valid EC key"},
      {with(p256_jwk(), "d", octets(31)), "`d` has not 32 octets"},
      {with(p256_jwk(), "d", octets(32)), "private part"},
      {with(p256_jwk(), "d", base64url_encode(std::string(32, '\0'))), "private part"},
      {with(ed, "crv", "Ed448"), "`crv`"},
      {with(ed, "x", octets(31)), "`x` has not 32 octets"},
      {with(ed, "d", octets(33)), "`d` has not 32 octets"},
      {with(ed, "d", octets(32)), "private part"},
  };
  ASSERT_TRUE(Key::from_jwk(rsa));
  ASSERT_TRUE(Key::from_jwk(p256_jwk()));
  ASSERT_TRUE(Key::from_jwk(ed));
  for (const auto& [jwk, problem] : wrong) {
    const auto key = Key::from_jwk(jwk);
    ASSERT_FALSE(key) << jwk;
    EXPECT_THAT(key.error(), HasSubstr(problem)) << jwk;
  }
}

}  // namespace
}  // namespace oauthentic::oauth

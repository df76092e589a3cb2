#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "oauth/jose_key.hpp"

namespace oauthentic::oauth {

namespace {

using DigestContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;
using BigNumber = std::unique_ptr<BIGNUM, Freer<BN_free>>;

enum class Padding { none, pkcs1, pss };

struct Algorithm {
  std::string_view name;
  KeyKind kind;
  const char* digest;  ///< OpenSSL's name; Ed25519 hashes by itself
  Padding padding = Padding::none;
};

/// RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2. The first of a kind is its default.
constexpr std::array<Algorithm, 10> kAlgorithms = {{
    {"HS256", KeyKind::secret, "SHA256"},
    {"HS384", KeyKind::secret, "SHA384"},
    {"HS512", KeyKind::secret, "SHA512"},
    {"RS256", KeyKind::rsa, "SHA256", Padding::pkcs1},
    {"RS384", KeyKind::rsa, "SHA384", Padding::pkcs1},
    {"RS512", KeyKind::rsa, "SHA512", Padding::pkcs1},
    {"PS256", KeyKind::rsa, "SHA256", Padding::pss},
    {"ES256", KeyKind::p256, "SHA256"},
    {"EdDSA", KeyKind::ed25519, nullptr},
    {"Ed25519", KeyKind::ed25519, nullptr},
}};

const Algorithm* find_algorithm(std::string_view name) {
  const auto at = std::ranges::find(kAlgorithms, name, &Algorithm::name);
  return at == kAlgorithms.end() ? nullptr : &*at;
}

/// For our own calls: what cannot fail on a peer's octets.
void require(bool done, const char* what) {
  if (done) return;
  ERR_clear_error();
  throw std::runtime_error(std::string("OpenSSL does not ") + what);
}

std::string hmac(std::string_view secret, const char* digest, std::string_view input) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  std::size_t length = 0;
  require(EVP_Q_mac(nullptr, "HMAC", nullptr, digest, nullptr, secret.data(), secret.size(), bytes(input),
                    input.size(), bytes(out), out.size(), &length) != nullptr,
          "make the HMAC");
  out.resize(length);
  return out;
}

/// RFC 7518 §3.5: the salt is as long as the hash, and MGF1 uses the same hash.
bool set_padding(EVP_PKEY_CTX* context, Padding padding) {
  return padding != Padding::pss || (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
                                     EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1);
}

constexpr std::size_t kEcdsaOctets = 2 * kCoordinateOctets;

std::string ecdsa_raw(std::string_view der) {
  const auto* at = bytes(der);
  const EcdsaSignature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  require(signature != nullptr, "read its own signature");
  std::string raw(kEcdsaOctets, '\0');
  constexpr int kWidth = kCoordinateOctets;
  require(BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), bytes(raw), kWidth) == kWidth &&
              BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), bytes(raw) + kWidth, kWidth) == kWidth,
          "write its own signature");
  return raw;
}

/// `raw` has kEcdsaOctets.
std::string ecdsa_der(std::string_view raw) {
  constexpr int kWidth = kCoordinateOctets;
  const EcdsaSignature signature(ECDSA_SIG_new());
  BigNumber r(BN_bin2bn(bytes(raw), kWidth, nullptr));
  BigNumber s(BN_bin2bn(bytes(raw) + kWidth, kWidth, nullptr));
  require(signature && r && s && ECDSA_SIG_set0(signature.get(), r.get(), s.get()) == 1, "take a signature");
  static_cast<void>(r.release());
  static_cast<void>(s.release());
  std::string der(static_cast<std::size_t>(std::max(i2d_ECDSA_SIG(signature.get(), nullptr), 0)), '\0');
  auto* at = bytes(der);
  require(i2d_ECDSA_SIG(signature.get(), &at) > 0, "write a signature");
  return der;
}

}  // namespace

std::string_view default_algorithm(KeyKind kind) {
  return std::ranges::find(kAlgorithms, kind, &Algorithm::kind)->name;
}

std::optional<KeyKind> kind_for(std::string_view algorithm) {
  const auto* found = find_algorithm(algorithm);
  return found ? std::optional(found->kind) : std::nullopt;
}

std::string raw_signature(const Key::Material& key, std::string_view algorithm, std::string_view input) {
  const auto* with = find_algorithm(algorithm);
  require(with && with->kind == key.kind, "sign with an algorithm for another kind of key");
  if (key.kind == KeyKind::secret) return hmac(key.secret, with->digest, input);
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;
  require(context &&
              EVP_DigestSignInit_ex(context.get(), &parameters, with->digest, nullptr, nullptr, key.evp.get(),
                                    nullptr) == 1 &&
              set_padding(parameters, with->padding),
          "start to sign");
  std::size_t length = 0;
  require(EVP_DigestSign(context.get(), nullptr, &length, bytes(input), input.size()) == 1,
          "tell the signature's size");
  std::string signature(length, '\0');
  require(EVP_DigestSign(context.get(), bytes(signature), &length, bytes(input), input.size()) == 1, "sign");
  signature.resize(length);
  return key.kind == KeyKind::p256 ? ecdsa_raw(signature) : signature;
}

bool verify_raw_signature(const Key::Material& key, std::string_view algorithm, std::string_view input,
                          std::string_view signature) {
  const auto* with = find_algorithm(algorithm);
  if (!with || with->kind != key.kind) return false;
  if (key.kind == KeyKind::secret) {
    const auto expected = hmac(key.secret, with->digest, input);
    return expected.size() == signature.size() &&
           CRYPTO_memcmp(expected.data(), signature.data(), expected.size()) == 0;
  }
  if (key.kind == KeyKind::p256 && signature.size() != kEcdsaOctets) return false;
  const auto encoded = key.kind == KeyKind::p256 ? ecdsa_der(signature) : std::string(signature);
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;
  const bool right =
      context &&
      EVP_DigestVerifyInit_ex(context.get(), &parameters, with->digest, nullptr, nullptr, key.evp.get(),
                              nullptr) == 1 &&
      set_padding(parameters, with->padding) &&
      EVP_DigestVerify(context.get(), bytes(encoded), encoded.size(), bytes(input), input.size()) == 1;
  ERR_clear_error();
  return right;
}

}  // namespace oauthentic::oauth

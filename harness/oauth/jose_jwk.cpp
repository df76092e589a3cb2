#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <array>
#include <deque>
#include <nlohmann/json.hpp>

#include "oauth/jose_key.hpp"
#include "oauth/json_document.hpp"

namespace oauthentic::oauth {

using nlohmann::json;

namespace {

using BigNumber = std::unique_ptr<BIGNUM, Freer<BN_clear_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>>;
using ParameterArray = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>>;
using Made = std::expected<Evp, std::string>;

struct NumberMember {
  const char* jwk;
  const char* openssl;
};
constexpr std::array<NumberMember, 8> kRsaNumbers = {{{"n", OSSL_PKEY_PARAM_RSA_N},
                                                      {"e", OSSL_PKEY_PARAM_RSA_E},
                                                      {"d", OSSL_PKEY_PARAM_RSA_D},
                                                      {"p", OSSL_PKEY_PARAM_RSA_FACTOR1},
                                                      {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},
                                                      {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1},
                                                      {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2},
                                                      {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1}}};

/// Collects a key's parameters, which the builder refers to and does not copy.
class KeyParameters {
 public:
  void number(const char* name, std::string_view octets) {
    auto& made = numbers_.emplace_back(BN_bin2bn(bytes(octets), static_cast<int>(octets.size()), nullptr));
    OSSL_PARAM_BLD_push_BN(builder_.get(), name, made.get());
  }
  void text(const char* name, const char* value) {
    OSSL_PARAM_BLD_push_utf8_string(builder_.get(), name, value, 0);
  }
  void octets(const char* name, std::string octets) {
    const auto& value = octets_.emplace_back(std::move(octets));
    OSSL_PARAM_BLD_push_octet_string(builder_.get(), name, value.data(), value.size());
  }

  Made make(const char* type, int selection) const {
    const ParameterArray array(OSSL_PARAM_BLD_to_param(builder_.get()));
    const Context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!array || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, selection, array.get()) != 1) {
      ERR_clear_error();
      return std::unexpected(fmt::format("not a valid {} key", type));
    }
    return own(key);
  }

 private:
  ParameterBuilder builder_{OSSL_PARAM_BLD_new()};
  std::deque<BigNumber> numbers_;
  std::deque<std::string> octets_;
};

Made rsa_from_jwk(const json& jwk) {
  const bool has_private = jwk.contains("d");
  KeyParameters parameters;
  std::size_t found = 0;
  for (const auto& [name, openssl] : kRsaNumbers) {
    const auto octets = octets_member(jwk, name);
    if (!octets) return std::unexpected(octets.error());
    if (octets->empty()) continue;
    parameters.number(openssl, *octets);
    ++found;
  }
  if (!jwk.contains("n") || !jwk.contains("e")) return std::unexpected("`n` or `e` is missing");
  // RFC 7518 §6.3.2: the numbers beside `d` come together or not at all.
  if (found != 2 && !(has_private && (found == 3 || found == 8)))
    return std::unexpected("some private members are missing");
  if (jwk.contains("oth")) return std::unexpected("RSA with more than two primes is not supported");
  return parameters.make("RSA", has_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY);
}

Made p256_from_jwk(const json& jwk) {
  if (string_member(jwk, "crv") != "P-256") return std::unexpected("`crv` is not P-256");
  const auto x = octets_member(jwk, "x");
  const auto y = octets_member(jwk, "y");
  const auto d = octets_member(jwk, "d");
  for (const auto* part : {&x, &y, &d}) {
    if (!*part) return std::unexpected(part->error());
  }
  // RFC 7518 §6.2.1.2: of full length, with the zeros in front.
  if (x->size() != kCoordinateOctets || y->size() != kCoordinateOctets)
    return std::unexpected("`x` or `y` has not 32 octets");
  if (!d->empty() && d->size() != kCoordinateOctets) return std::unexpected("`d` has not 32 octets");
  KeyParameters parameters;
  parameters.text(OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1");
  parameters.octets(OSSL_PKEY_PARAM_PUB_KEY, "\x04" + *x + *y);
  if (!d->empty()) parameters.number(OSSL_PKEY_PARAM_PRIV_KEY, *d);
  return parameters.make("EC", d->empty() ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR);
}

Made ed25519_from_jwk(const json& jwk) {
  if (string_member(jwk, "crv") != "Ed25519") return std::unexpected("`crv` is not Ed25519");
  const auto x = octets_member(jwk, "x");
  const auto d = octets_member(jwk, "d");
  if (!x || !d) return std::unexpected((x ? d : x).error());
  if (x->size() != kCoordinateOctets) return std::unexpected("`x` has not 32 octets");
  if (d->empty()) return own(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(*x), x->size()));
  if (d->size() != kCoordinateOctets) return std::unexpected("`d` has not 32 octets");
  auto key = own(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes(*d), d->size()));
  // NB: OpenSSL derives the public part from the private one and never looks at `x`.
  const auto given = own(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(*x), x->size()));
  if (EVP_PKEY_eq(key.get(), given.get()) != 1) return std::unexpected("`d` is not the private part of `x`");
  return key;
}

}  // namespace

std::expected<std::string, std::string> octets_member(const json& jwk, std::string_view member) {
  if (!jwk.contains(member)) return std::string();
  const auto text = string_member(jwk, member);
  auto octets = base64url_decode(text);
  if (!octets || octets->empty()) return std::unexpected(fmt::format("`{}` is not base64url", member));
  if (octets->size() > kMaxRsaBits / 8) return std::unexpected(fmt::format("`{}` is too long", member));
  return std::move(*octets);
}

std::expected<Evp, std::string> evp_from_jwk(const json& jwk) {
  const auto type = string_member(jwk, "kty");
  if (type == "RSA") return rsa_from_jwk(jwk);
  if (type == "EC") return p256_from_jwk(jwk);
  if (type == "OKP") return ed25519_from_jwk(jwk);
  return std::unexpected("`kty` is not RSA, EC, OKP or oct");
}

}  // namespace oauthentic::oauth

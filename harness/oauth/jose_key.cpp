#include "oauth/jose_key.hpp"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "oauth/json_document.hpp"
#include "oauth/pkce.hpp"

namespace oauthentic::oauth {

using nlohmann::json;

namespace {

using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;

constexpr std::size_t kMaxPemOctets = 64 * 1024;

/// Base64url of an unsigned number in as few octets as it needs, or left-padded to `width` (RFC 7518 §2,
/// §6.2.1.2).
std::string number_member(EVP_PKEY* key, const char* name, std::size_t width = 0) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &raw) != 1)
    throw std::runtime_error("OpenSSL does not tell a key's numbers");
  const std::unique_ptr<BIGNUM, Freer<BN_free>> number(raw);
  std::string octets(std::max(width, static_cast<std::size_t>(BN_num_bytes(raw))), '\0');
  BN_bn2binpad(raw, bytes(octets), static_cast<int>(octets.size()));
  return base64url_encode(octets);
}

Parameters public_members(EVP_PKEY* key, KeyKind kind) {
  if (kind == KeyKind::rsa) {
    return {{"e", number_member(key, OSSL_PKEY_PARAM_RSA_E)},
            {"kty", "RSA"},
            {"n", number_member(key, OSSL_PKEY_PARAM_RSA_N)}};
  }
  if (kind == KeyKind::p256) {
    return {{"crv", "P-256"},
            {"kty", "EC"},
            {"x", number_member(key, OSSL_PKEY_PARAM_EC_PUB_X, kCoordinateOctets)},
            {"y", number_member(key, OSSL_PKEY_PARAM_EC_PUB_Y, kCoordinateOctets)}};
  }
  std::string octets(kCoordinateOctets, '\0');
  auto length = octets.size();
  if (EVP_PKEY_get_raw_public_key(key, bytes(octets), &length) != 1) {
    throw std::runtime_error("OpenSSL does not tell an Ed25519 key's octets");
  }
  return {{"crv", "Ed25519"}, {"kty", "OKP"}, {"x", base64url_encode(octets)}};
}

json object_of(const Parameters& members) {
  auto object = json::object();
  for (const auto& [name, value] : members)
    object[name] = value;
  return object;
}

std::expected<KeyKind, std::string> kind_of(EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "ED25519")) return KeyKind::ed25519;
  if (EVP_PKEY_is_a(key, "RSA")) {
    const int bits = EVP_PKEY_get_bits(key);
    if (bits >= kMinRsaBits && bits <= kMaxRsaBits) return KeyKind::rsa;
    return std::unexpected(fmt::format("an RSA modulus of {} bits", bits));
  }
  std::array<char, 64> group{};
  if (EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1 &&
      std::string_view(group.data()) == "prime256v1") {
    return KeyKind::p256;
  }
  return std::unexpected("neither RSA nor P-256 nor Ed25519");
}

using MadeMaterial = std::expected<std::shared_ptr<const Key::Material>, std::string>;
MadeMaterial material_of(Evp evp, bool has_private) {
  const auto kind = kind_of(evp.get());
  if (!kind) return std::unexpected(kind.error());
  auto material = std::make_shared<Key::Material>();
  material->kind = *kind;
  material->has_private = has_private;
  material->public_members = public_members(evp.get(), *kind);
  material->thumbprint = base64url_encode(sha256(dump(object_of(material->public_members))));
  material->evp = std::move(evp);
  return material;
}

/// The private part is the public part's: what it signs can be verified.
bool parts_agree(const Key::Material& material) {
  try {
    const auto algorithm = default_algorithm(material.kind);
    return verify_raw_signature(material, algorithm, "parts", raw_signature(material, algorithm, "parts"));
  } catch (const std::runtime_error&) {
    return false;
  }
}

using Writer = int (*)(BIO*, const EVP_PKEY*);
std::string write_pem(EVP_PKEY* key, Writer write) {
  const Bio bio(BIO_new(BIO_s_mem()));
  char* text = nullptr;
  if (!bio || write(bio.get(), key) != 1) throw std::runtime_error("OpenSSL does not write the key");
  const auto length = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

std::shared_ptr<const Key::Material> generated(EVP_PKEY* key) {
  if (!key) throw std::runtime_error("OpenSSL does not make the key");
  auto material = material_of(own(key), true);
  if (!material) throw std::invalid_argument(material.error());
  return std::move(*material);
}

/// Without it OpenSSL would ask for a passphrase on the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

}  // namespace

Evp own(EVP_PKEY* key) {
  return {key, EVP_PKEY_free};
}

Key::Key(std::shared_ptr<const Material> material)
    : material_(std::move(material)), kid_(material_->thumbprint) {}

Key Key::generate_rsa(unsigned bits) {
  return Key(generated(EVP_RSA_gen(static_cast<std::size_t>(bits))));
}
Key Key::generate_p256() {
  return Key(generated(EVP_EC_gen("P-256")));
}
Key Key::generate_ed25519() {
  return Key(generated(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")));
}

Key Key::from_secret(std::string_view octets) {
  auto material = std::make_shared<Material>();
  material->secret = octets;
  return Key(std::move(material));
}

std::expected<Key, std::string> Key::from_pem(std::string_view pem) {
  if (pem.size() > kMaxPemOctets) return std::unexpected("the PEM text is too long");
  const auto read = [&](auto* reader) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return own(reader(bio.get(), nullptr, no_passphrase, nullptr));
  };
  auto evp = read(PEM_read_bio_PrivateKey);
  const bool has_private = evp != nullptr;
  if (!evp) evp = read(PEM_read_bio_PUBKEY);
  ERR_clear_error();
  if (!evp) return std::unexpected("no PEM of a private key without a passphrase or of a public key");
  auto material = material_of(std::move(evp), has_private);
  if (!material) return std::unexpected(material.error());
  return Key(std::move(*material));
}

std::expected<Key, std::string> Key::from_jwk(const json& jwk) {
  if (!jwk.is_object()) return std::unexpected("not a JSON object");
  std::optional<Key> key;
  if (string_member(jwk, "kty") == "oct") {
    const auto octets = octets_member(jwk, "k");
    if (!octets) return std::unexpected(octets.error());
    if (octets->empty()) return std::unexpected("`k` is missing");
    key = from_secret(*octets);
  } else {
    auto evp = evp_from_jwk(jwk);
    if (!evp) return std::unexpected(evp.error());
    auto material = material_of(std::move(*evp), jwk.contains("d"));
    if (!material) return std::unexpected(material.error());
    if ((*material)->has_private && !parts_agree(**material)) {
      return std::unexpected("`d` is not the private part of the public key");
    }
    key = Key(std::move(*material));
  }
  if (const auto kid = string_member(jwk, "kid"); !kid.empty()) key->set_kid(kid);
  return std::move(*key);
}

json Key::public_jwk() const {
  auto jwk = object_of(material_->public_members);
  if (jwk.empty()) return jwk;
  jwk["alg"] = default_algorithm();
  jwk["kid"] = kid_;
  jwk["use"] = "sig";
  return jwk;
}

std::string Key::thumbprint() const {
  return material_->thumbprint;
}
const std::string& Key::kid() const {
  return kid_;
}
void Key::set_kid(std::string kid) {
  kid_ = std::move(kid);
}
std::string Key::default_algorithm() const {
  return std::string(oauth::default_algorithm(material_->kind));
}
bool Key::can_sign() const {
  return material_->has_private;
}

std::string Key::to_pem() const {
  if (!material_->evp || !material_->has_private) return {};
  return write_pem(material_->evp.get(), [](BIO* bio, const EVP_PKEY* key) {
    return PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

std::string Key::public_pem() const {
  return material_->evp ? write_pem(material_->evp.get(), PEM_write_bio_PUBKEY) : std::string();
}

}  // namespace oauthentic::oauth

#pragma once
// What stands behind a Key: for the jose_*.cpp files alone.
#include <openssl/types.h>

#include <expected>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "oauth/encoding.hpp"
#include "oauth/jose.hpp"

namespace oauthentic::oauth {

enum class KeyKind { secret, rsa, p256, ed25519 };

using Evp = std::shared_ptr<EVP_PKEY>;
Evp own(EVP_PKEY* key);

inline unsigned char* bytes(std::string& octets) {
  return reinterpret_cast<unsigned char*>(octets.data());
}
inline const unsigned char* bytes(std::string_view octets) {
  return reinterpret_cast<const unsigned char*>(octets.data());
}

/// For std::unique_ptr over a type of OpenSSL's.
template <auto release>
struct Freer {
  void operator()(auto* pointer) const { release(pointer); }
};

/// Never changed once it is made, so that keys may share it between threads.
struct Key::Material {
  KeyKind kind = KeyKind::secret;
  std::string secret;         ///< octets; of the kind `secret` alone
  Evp evp;                    ///< of every other kind
  bool has_private = true;    ///< secrets have it
  Parameters public_members;  ///< the members of the public JWK that RFC 7638 §3.2 names; a secret has none
  std::string thumbprint;
};

/// Coordinates of P-256 and keys of Ed25519.
inline constexpr std::size_t kCoordinateOctets = 32;
inline constexpr int kMinRsaBits = 512;
inline constexpr int kMaxRsaBits = 16384;

/// The octets of `member`, which is base64url; empty where there is none.
std::expected<std::string, std::string> octets_member(const nlohmann::json& jwk, std::string_view member);
/// A key of the types RSA, EC and OKP; whether the private part fits is for the caller to check.
std::expected<Evp, std::string> evp_from_jwk(const nlohmann::json& jwk);

std::string_view default_algorithm(KeyKind kind);
/// The kind of key that `algorithm` is for; nothing if it is not known here.
std::optional<KeyKind> kind_for(std::string_view algorithm);
/// The signature as JWS has it: ES256 is r and s of 32 octets each (RFC 7518 §3.4). `algorithm` is for this
/// kind of key. Throws std::runtime_error when OpenSSL refuses.
std::string raw_signature(const Key::Material& key, std::string_view algorithm, std::string_view input);
bool verify_raw_signature(const Key::Material& key, std::string_view algorithm, std::string_view input,
                          std::string_view signature);

}  // namespace oauthentic::oauth

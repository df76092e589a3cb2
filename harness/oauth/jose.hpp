#pragma once
// JSON Web Signatures and Keys (RFC 7515, 7517, 7518), in the parts that OAuth needs. Signing can also do what
// is forbidden (alg none, a broken signature, any header): a conformance test has to. Verification never does.
#include <cstddef>
#include <expected>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic::oauth {

/// A key of the kinds RSA, P-256 (ES256), Ed25519 or octets (HMAC). Cheap to copy; may be used from several
/// threads.
class Key {
 public:
  static Key generate_rsa(unsigned bits = 2048);
  static Key generate_p256();
  static Key generate_ed25519();
  static Key from_secret(std::string_view octets);  ///< for HS256, HS384, HS512
  /// From PEM (PKCS#8 without a passphrase, or a public SubjectPublicKeyInfo); the error says what is wrong.
  static std::expected<Key, std::string> from_pem(std::string_view pem);
  /// From a JSON Web Key, private or public (RFC 7517, RFC 7518 §6, RFC 8037 §2). Other key types and curves,
  /// an RSA modulus under 512 or over 16384 bits, and a private part that is not the public part's are errors.
  static std::expected<Key, std::string> from_jwk(const nlohmann::json& jwk);

  /// The public part with `kty`, `kid`, `alg`, `use: sig`. A secret has none: an empty object.
  nlohmann::json public_jwk() const;
  /// RFC 7638 thumbprint of the public part, base64url of SHA-256; also the default `kid`. Empty for a secret:
  /// its thumbprint would let anyone who sees it try guesses (RFC 7638 §7).
  std::string thumbprint() const;
  const std::string& kid() const;
  void set_kid(std::string kid);
  /// The algorithm that this key signs with unless told otherwise: RS256, ES256, EdDSA, HS256.
  std::string default_algorithm() const;
  bool can_sign() const;           ///< it is a secret or has its private part
  std::string to_pem() const;      ///< PKCS#8, private; empty for a secret and without the private part
  std::string public_pem() const;  ///< SubjectPublicKeyInfo; empty for a secret

  struct Material;
  const Material& material() const { return *material_; }

 private:
  explicit Key(std::shared_ptr<const Material> material);
  std::shared_ptr<const Material> material_;
  std::string kid_;
};

/// Compact serialisation (RFC 7515 §3.1) of header and payload as given. `alg` is read from the header: RS256,
/// RS384, RS512, PS256, ES256, EdDSA (RFC 8037), Ed25519 (RFC 9864), HS256, HS384, HS512; any other value,
/// "none" among them, gives an empty signature. An algorithm of another kind of key is a lie that the header
/// tells: the signature is then made with key.default_algorithm(). Throws std::logic_error if the key cannot
/// sign.
std::string sign_jws(const nlohmann::json& header, std::string_view payload, const Key& key);
std::string sign_jwt(const nlohmann::json& header, const nlohmann::json& claims, const Key& key);

struct Jws {
  nlohmann::json header() const;  ///< parsed protected header
  nlohmann::json claims() const;  ///< parsed payload; null if it is not a JSON object
  std::string header_text;
  std::string payload;
  std::string signature;
  std::string signing_input;
};

inline constexpr std::size_t kMaxJwsOctets = 256 * 1024;
/// Three dot-separated base64url parts with a JSON object as header, none of whose members is repeated (RFC
/// 7515 §4); payload and signature may be empty. The error says which part is wrong.
std::expected<Jws, std::string> parse_jws(std::string_view compact);
/// The signature is `key`'s, made with the header's `alg`, and that is one of `algorithms` (RFC 8725 §3.1).
/// Never with alg none, with an algorithm of another kind of key, or with `crit`: no extension is understood
/// (RFC 7515 §4.1.11).
bool verify_jws(const Jws& jws, const Key& key, const std::vector<std::string>& algorithms);

}  // namespace oauthentic::oauth

// Property: a JWK or PEM is a key or told to be none; a key survives its own JWK and PEM with the same
// thumbprint, and its public JWK holds no private member (RFC 7517 §9.2, RFC 7518 §6).
#include <nlohmann/json.hpp>

#include "fuzz/target.hpp"
#include "oauth/jose.hpp"
#include "oauth/json_document.hpp"

namespace oauthentic::fuzz {

namespace {

void check_key(const oauth::Key& key) {
  const auto jwk = key.public_jwk();
  require(jwk.is_object(), "a public JWK is an object");
  for (const auto* member : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
    require(!jwk.contains(member), "a public JWK has no private member", member);
  }
  require(jwk.empty() == key.thumbprint().empty(), "a key has a thumbprint unless it is a secret");
  if (jwk.empty()) return;
  const auto again = oauth::Key::from_jwk(jwk);
  require(again && again->thumbprint() == key.thumbprint(), "a public JWK is the same key", oauth::dump(jwk));
  require(!again->can_sign(), "a public JWK cannot sign", oauth::dump(jwk));
  const auto from_public = oauth::Key::from_pem(key.public_pem());
  require(from_public && from_public->thumbprint() == key.thumbprint(), "a public PEM is the same key");
  if (!key.can_sign()) return require(key.to_pem().empty(), "there is no private PEM without a private part");
  const auto from_private = oauth::Key::from_pem(key.to_pem());
  require(from_private && from_private->thumbprint() == key.thumbprint(), "a private PEM is the same key");
}

}  // namespace

OAUTHENTIC_FUZZ_TARGET(key, input) {
  if (const auto jwk = oauth::parse_json(input)) {
    if (const auto key = oauth::Key::from_jwk(*jwk)) {
      check_key(*key);
    } else {
      require(!key.error().empty(), "a refusal says why", input);
    }
  }
  if (const auto key = oauth::Key::from_pem(input)) check_key(*key);
}

}  // namespace oauthentic::fuzz

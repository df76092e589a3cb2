// Property: a compact JWS that parses is the one text for its parts and is never verified by a key that did not
// sign it; what we sign over the same payload is verified by its own key alone.
#include <array>
#include <nlohmann/json.hpp>

#include "fuzz/target.hpp"
#include "oauth/encoding.hpp"
#include "oauth/jose.hpp"
#include "oauth/json_document.hpp"

namespace oauthentic::fuzz {

namespace {

const std::vector<std::string> kAlgorithms = {"none",  "NONE",  "",      "RS256", "RS384", "RS512",
                                              "PS256", "ES256", "EdDSA", "HS256", "HS512", "Ed25519"};

/// Made anew in each process, so that no input can know them.
const std::array<oauth::Key, 4>& fresh_keys() {
  static const auto keys = [] {
    auto ed25519 = oauth::Key::generate_ed25519();
    auto secret = oauth::Key::from_secret(ed25519.to_pem());
    return std::array{oauth::Key::generate_rsa(), oauth::Key::generate_p256(), std::move(ed25519),
                      std::move(secret)};
  }();
  return keys;
}

void check_signing(const nlohmann::json& its_header, std::string_view payload) {
  const auto& [rsa, p256, ed25519, secret] = fresh_keys();
  auto header = its_header;
  header.erase("crit");
  for (const auto* key : {&ed25519, &secret}) {
    header["alg"] = key->default_algorithm();
    const auto compact = oauth::sign_jws(header, payload, *key);
    if (compact.size() > oauth::kMaxJwsOctets) return;
    auto jws = oauth::parse_jws(compact);
    require(jws && jws->payload == payload, "what is signed is read again", compact);
    require(oauth::verify_jws(*jws, *key, kAlgorithms), "what is signed is verified", compact);
    require(!oauth::verify_jws(*jws, *key, {"RS256"}), "an algorithm that is not allowed verifies nothing",
            compact);
    for (const auto& other : fresh_keys()) {
      if (&other != key)
        require(!oauth::verify_jws(*jws, other, kAlgorithms), "another key verifies nothing", compact);
    }
    jws->signing_input.back() ^= 1;
    require(!oauth::verify_jws(*jws, *key, kAlgorithms), "what was changed is not verified", compact);
  }
}

}  // namespace

OAUTHENTIC_FUZZ_TARGET(jws, input) {
  const auto jws = oauth::parse_jws(input);
  if (!jws) return require(!jws.error().empty(), "a refusal says why");
  const auto header = jws->header();
  require(header.is_object(), "a header is an object", input);
  const auto claims = jws->claims();
  require(claims.is_object() || claims.is_null(), "claims are an object or nothing", input);
  const auto signing_input =
      oauth::base64url_encode(jws->header_text) + "." + oauth::base64url_encode(jws->payload);
  require(signing_input == jws->signing_input, "the signing input is the text's own", input);
  require(signing_input + "." + oauth::base64url_encode(jws->signature) == input, "parts have one text", input);
  for (const auto& key : fresh_keys()) {
    require(!oauth::verify_jws(*jws, key, kAlgorithms), "a fresh key verifies nothing", input);
  }
  check_signing(header, jws->payload);
}

}  // namespace oauthentic::fuzz

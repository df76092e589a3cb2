// Property: Base64, base64url and percent-encoding bring back every octet, and Base64 text that decodes is the
// one text for its octets (RFC 4648 §3.5: no two spellings of a token).
#include "fuzz/target.hpp"
#include "oauth/encoding.hpp"

namespace oauthentic::fuzz {

OAUTHENTIC_FUZZ_TARGET(base64, input) {
  require(oauth::base64_decode(oauth::base64_encode(input)) == input, "Base64 brings back every octet", input);
  require(oauth::base64url_decode(oauth::base64url_encode(input)) == input, "base64url brings back every octet",
          input);
  require(oauth::percent_decode(oauth::percent_encode(input)) == input,
          "percent-encoding brings back every octet", input);
  require(oauth::form_decode_component(oauth::form_encode(input)) == input,
          "form-encoding brings back every octet", input);

  if (const auto octets = oauth::base64_decode(input)) {
    require(oauth::base64_encode(*octets) == input, "octets have one Base64 text", input);
  }
  if (const auto octets = oauth::base64url_decode(input)) {
    require(oauth::base64url_encode(*octets) == input, "octets have one base64url text", input);
  }
  const auto prefix = oauth::utf8_prefix(input);
  require(prefix <= input.size() && oauth::is_utf8(input.substr(0, prefix)), "the well-formed prefix is UTF-8",
          input);
  require(oauth::is_utf8(input) == (prefix == input.size()), "all of a text is its prefix or it is not UTF-8",
          input);
}

}  // namespace oauthentic::fuzz

// Property: what a form decodes to survives encoding and decoding again, and where strict decoding succeeds
// lenient decoding sees the same parameters.
#include "fuzz/target.hpp"
#include "oauth/encoding.hpp"

namespace oauthentic::fuzz {

OAUTHENTIC_FUZZ_TARGET(form_encoding, input) {
  const auto lenient = oauth::form_decode_leniently(input);
  require(lenient.size() <= oauth::kMaxFormParameters, "lenient decoding keeps to the limit");
  const auto encoded = oauth::form_encode(lenient);
  const auto again = oauth::form_decode(encoded);
  require(again && *again == lenient, "decode(encode(x)) is x", encoded);

  const auto strict = oauth::form_decode(input);
  if (strict) {
    require(*strict == lenient, "strict and lenient decoding agree", input);
  } else if (strict.error() == oauth::FormError::too_many_parameters) {
    require(lenient.size() == oauth::kMaxFormParameters, "too many parameters are more than the limit", input);
  } else {
    require(!oauth::percent_decode(input), "a bad escape is one for percent-decoding as well", input);
  }

  if (lenient.empty()) return;
  auto changed = lenient;
  const auto name = changed.back().name;
  oauth::set(changed, name, "new");
  require(oauth::count(changed, name) == 1 && oauth::value(changed, name) == "new",
          "set leaves one of that name", name);
  const auto others = changed.size() - 1;
  require(oauth::remove(changed, name) == 1 && changed.size() == others, "remove takes that one alone", name);
}

}  // namespace oauthentic::fuzz

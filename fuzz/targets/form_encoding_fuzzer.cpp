// Property: what a form decodes to survives encoding and decoding again, and where strict decoding succeeds
// lenient decoding sees the same parameters. Both are what the WHATWG URL standard, written down here a second
// time, makes of a form, but for three things: octets stay octets where it replaces what is no UTF-8, strict
// decoding refuses an escape that it keeps, and there is a limit to the parameters.
#include <string>
#include <string_view>

#include "fuzz/target.hpp"
#include "oauth/encoding.hpp"

namespace oauthentic::fuzz {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// WHATWG URL §1.3, "percent-decode", after each plus became a space.
std::string whatwg_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (escape) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

/// WHATWG URL §5.1, application/x-www-form-urlencoded parsing.
oauth::Parameters whatwg_parsed(std::string_view text) {
  oauth::Parameters output;
  while (!text.empty()) {
    auto value = take_until(text, '&');
    if (value.empty()) continue;
    const auto name = take_until(value, '=');
    output.push_back({whatwg_decoded(name), whatwg_decoded(value)});
  }
  return output;
}

/// WHATWG URL §5.2, application/x-www-form-urlencoded serializing.
std::string whatwg_serialised(const oauth::Parameters& parameters) {
  constexpr std::string_view kKept = "*-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string output;
  const auto append = [&](std::string_view text) {
    for (const char c : text) {
      const auto octet = static_cast<unsigned char>(c);
      if (c == ' ') {
        output += '+';
      } else if (kKept.contains(c)) {
        output += c;
      } else {
        output += {'%', kDigits[octet / 16], kDigits[octet % 16]};
      }
    }
  };
  for (const auto& [name, value] : parameters) {
    if (!output.empty()) output += '&';
    append(name);
    output += '=';
    append(value);
  }
  return output;
}

void check_against_whatwg(std::string_view input, const oauth::Parameters& lenient) {
  auto parsed = whatwg_parsed(input);
  if (parsed.size() > oauth::kMaxFormParameters) parsed.resize(oauth::kMaxFormParameters);
  require(lenient == parsed, "lenient decoding is that of browsers", input);
  require(oauth::form_encode(lenient) == whatwg_serialised(parsed), "encoding is that of browsers", input);
}

}  // namespace

OAUTHENTIC_FUZZ_TARGET(form_encoding, input) {
  const auto lenient = oauth::form_decode_leniently(input);
  require(lenient.size() <= oauth::kMaxFormParameters, "lenient decoding keeps to the limit");
  check_against_whatwg(input, lenient);
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

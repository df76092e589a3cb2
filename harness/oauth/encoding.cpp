#include "oauth/encoding.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace oauthentic::oauth {

namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kHex = "0123456789ABCDEF";

std::uint8_t octet(char c) {
  return static_cast<std::uint8_t>(c);
}

bool is_alphanumeric(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

std::string encode_with(std::string_view alphabet, std::string_view octets) {
  std::string out;
  out.reserve((octets.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int have = 0;
  for (const char c : octets) {
    bits = (bits << 8) | octet(c);
    for (have += 8; have >= 6; have -= 6)
      out += alphabet[(bits >> (have - 6)) & 63];
  }
  if (have > 0) out += alphabet[(bits << (6 - have)) & 63];
  return out;
}

/// The value of every octet in the alphabet, -1 where it is not in it.
constexpr std::array<int, 256> inverse(std::string_view alphabet) {
  std::array<int, 256> table{};
  table.fill(-1);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<std::uint8_t>(alphabet[i])] = static_cast<int>(i);
  }
  return table;
}
constexpr auto kFromBase64 = inverse(kBase64);
constexpr auto kFromBase64Url = inverse(kBase64Url);

/// `text` has no padding.
std::optional<std::string> decode_with(const std::array<int, 256>& table, std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  int have = 0;
  for (const char c : text) {
    const int sextet = table[octet(c)];
    if (sextet < 0) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(sextet);
    have += 6;
    if (have >= 8) {
      have -= 8;
      out += static_cast<char>((bits >> have) & 0xFF);
    }
  }
  // RFC 4648 §3.5: two texts for the same octets would let a token be altered unnoticed.
  if ((bits & ((1U << have) - 1)) != 0) return std::nullopt;
  return out;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/// The octet that the escape at text[at] == '%' stands for, or -1.
int escaped_octet(std::string_view text, std::size_t at) {
  if (text.size() - at < 3) return -1;
  const int high = hex_value(text[at + 1]);
  const int low = hex_value(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

template <typename Keep>
std::string escape_unless(std::string_view octets, Keep keep) {
  std::string out;
  out.reserve(octets.size());
  for (const char c : octets) {
    if (keep(c)) {
      out += c;
    } else {
      out += {'%', kHex[octet(c) >> 4], kHex[octet(c) & 15]};
    }
  }
  return out;
}

enum class Plus { literal, space };
enum class BadEscape { refused, kept };

std::optional<std::string> unescape(std::string_view text, Plus plus, BadEscape bad) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else if (const int decoded = escaped_octet(text, i); decoded >= 0) {
      out += static_cast<char>(decoded);
      i += 2;
    } else if (bad == BadEscape::kept) {
      out += '%';
    } else {
      return std::nullopt;
    }
  }
  return out;
}

struct RawPair {
  std::string_view name;
  std::string_view value;
};

/// Takes the next pair that is not empty from the front of `text`; false when there is none left.
bool next_pair(std::string_view& text, RawPair& pair) {
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto piece = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (piece.empty()) continue;
    const auto equals = std::min(piece.find('='), piece.size());
    pair = {piece.substr(0, equals), piece.substr(std::min(equals + 1, piece.size()))};
    return true;
  }
  return false;
}

/// The length of the well-formed sequence that starts `text` (Unicode 15 table 3-7, RFC 3629 §4), 0 if there is
/// none.
std::size_t utf8_sequence(std::string_view text) {
  const auto first = octet(text[0]);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  const int low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;   // below: overlong
  const int high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;  // above: surrogate, past U+10FFFF
  if (octet(text[1]) < low || octet(text[1]) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((octet(text[i]) & 0xC0) != 0x80) return 0;
  }
  return length;
}

}  // namespace

std::string base64_encode(std::string_view octets) {
  auto out = encode_with(kBase64, octets);
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::string base64url_encode(std::string_view octets) {
  return encode_with(kBase64Url, octets);
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding)
    text.remove_suffix(1);
  return decode_with(kFromBase64, text);
}

std::optional<std::string> base64url_decode(std::string_view text) {
  return decode_with(kFromBase64Url, text);
}

std::string percent_encode(std::string_view octets) {
  return escape_unless(
      octets, [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~'; });
}

std::optional<std::string> percent_decode(std::string_view text) {
  return unescape(text, Plus::literal, BadEscape::refused);
}

const std::string* find(const Parameters& parameters, std::string_view name) {
  const auto at = std::ranges::find(parameters, name, &Parameter::name);
  return at == parameters.end() ? nullptr : &at->value;
}

std::string_view value(const Parameters& parameters, std::string_view name) {
  const auto* found = find(parameters, name);
  return found ? std::string_view(*found) : std::string_view();
}

std::size_t count(const Parameters& parameters, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count(parameters, name, &Parameter::name));
}

void set(Parameters& parameters, std::string_view name, std::string value) {
  const auto first = std::ranges::find(parameters, name, &Parameter::name);
  if (first == parameters.end()) {
    parameters.push_back({std::string(name), std::move(value)});
    return;
  }
  first->value = std::move(value);
  // NB: compared with the element's own name, since `name` may be a view into an element that is moved.
  const std::string kept = first->name;
  const auto same = [&](const Parameter& p) { return p.name == kept; };
  parameters.erase(std::remove_if(std::next(first), parameters.end(), same), parameters.end());
}

std::size_t remove(Parameters& parameters, std::string_view name) {
  const std::string gone(name);
  return std::erase_if(parameters, [&](const Parameter& p) { return p.name == gone; });
}

std::string form_encode(std::string_view octets) {
  auto out = escape_unless(octets, [](char c) {
    return is_alphanumeric(c) || c == ' ' || c == '-' || c == '.' || c == '_' || c == '*';
  });
  std::ranges::replace(out, ' ', '+');
  return out;
}

std::string form_encode(const Parameters& parameters) {
  std::string out;
  for (const auto& [name, value] : parameters) {
    if (!out.empty()) out += '&';
    out += form_encode(name);
    out += '=';
    out += form_encode(value);
  }
  return out;
}

std::string_view to_string(FormError error) {
  switch (error) {
    case FormError::bad_escape:
      return "a percent sign is not followed by two hexadecimal digits";
    case FormError::too_many_parameters:
      return "there are too many parameters";
  }
  return "unknown";
}

std::expected<Parameters, FormError> form_decode(std::string_view text) {
  Parameters parameters;
  for (RawPair pair; next_pair(text, pair);) {
    if (parameters.size() == kMaxFormParameters) return std::unexpected(FormError::too_many_parameters);
    auto name = form_decode_component(pair.name);
    auto value = form_decode_component(pair.value);
    if (!name || !value) return std::unexpected(FormError::bad_escape);
    parameters.push_back({std::move(*name), std::move(*value)});
  }
  return parameters;
}

std::optional<std::string> form_decode_component(std::string_view text) {
  return unescape(text, Plus::space, BadEscape::refused);
}

Parameters form_decode_leniently(std::string_view text) {
  const auto decode = [](std::string_view part) {
    return unescape(part, Plus::space, BadEscape::kept).value_or(std::string());
  };
  Parameters parameters;
  for (RawPair pair; parameters.size() < kMaxFormParameters && next_pair(text, pair);) {
    parameters.push_back({decode(pair.name), decode(pair.value)});
  }
  return parameters;
}

bool is_vschar(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7E; });
}

bool is_nqschar(std::string_view text) {
  return is_vschar(text) && text.find_first_of("\"\\") == std::string_view::npos;
}

std::string join_scopes(const std::vector<std::string>& scopes) {
  std::string text;
  for (const auto& scope : scopes)
    text += (text.empty() ? "" : " ") + scope;
  return text;
}

bool is_scope(std::string_view text) {
  return is_nqschar(text) && !text.empty() && !text.starts_with(' ') && !text.ends_with(' ') &&
         !text.contains("  ");
}

std::size_t utf8_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto length = utf8_sequence(text.substr(at));
    if (length == 0) break;
    at += length;
  }
  return at;
}

bool is_utf8(std::string_view text) {
  return utf8_prefix(text) == text.size();
}

}  // namespace oauthentic::oauth

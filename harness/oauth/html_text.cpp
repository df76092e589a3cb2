#include "oauth/html_text.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "core/message.hpp"
#include "oauth/html.hpp"
#include "oauth/url.hpp"

namespace oauthentic::oauth {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::uint8_t octet(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

/// Octets of the well-formed UTF-8 sequence at `at` (RFC 3629 §4), or 0.
std::size_t sequence_at(std::string_view text, std::size_t at) {
  const auto lead = octet(text, at);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  }
  if (length == 0 || at + length > text.size()) return 0;
  if (octet(text, at + 1) < low || octet(text, at + 1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((octet(text, at + i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace

std::string replace_invalid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto length = sequence_at(text, at);
    out += length ? text.substr(at, length) : kReplacement;
    at += length ? length : 1;
  }
  return out;
}

void append_utf8(std::string& out, unsigned long c) {
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
    out += kReplacement;
  } else if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
  } else if (c < 0x10000) {
    out += {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
            static_cast<char>(0x80 | (c & 0x3F))};
  } else {
    out += {static_cast<char>(0xF0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3F)),
            static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
  }
}

void FoldedText::add(std::string_view text) {
  for (std::size_t at = 0; at < text.size() && !full_;) {
    // U+00A0 is how pages keep words apart as well.
    const bool no_break_space = text.substr(at, 2) == "\xC2\xA0";
    if (is_space(text[at]) || no_break_space) {
      space_ = true;
      at += no_break_space ? 2 : 1;
      continue;
    }
    const auto length = sequence_at(text, at);
    const auto character = length ? text.substr(at, length) : kReplacement;
    const bool spaced = space_ && !text_.empty();
    full_ = text_.size() + character.size() + spaced > limit_;
    if (full_) break;
    if (spaced) text_ += ' ';
    space_ = false;
    text_ += character;
    at += length ? length : 1;
  }
}

std::string fold_space(std::string_view text, std::size_t limit) {
  FoldedText folded(limit);
  folded.add(text);
  return folded.take();
}

std::string resolve_attribute_url(std::string_view base, std::string_view value) {
  while (!value.empty() && static_cast<unsigned char>(value.front()) <= ' ')
    value.remove_prefix(1);
  while (!value.empty() && static_cast<unsigned char>(value.back()) <= ' ')
    value.remove_suffix(1);
  // Brackets are the host's (an IPv6 address) before the path, and PHP's (`a[]=1`) behind it.
  const auto authority = value.find("//[");
  const auto path = authority == std::string_view::npos ? 0 : value.find_first_of("/?#", authority + 3);
  std::string clean;
  clean.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const auto code = static_cast<unsigned char>(c);
    if (c == '\t' || c == '\n' || c == '\r') continue;
    const bool bracket = (c == '[' || c == ']') && path != std::string_view::npos && i >= path;
    const bool bad_escape = c == '%' && !(i + 2 < value.size() && is_hex(value[i + 1]) && is_hex(value[i + 2]));
    const bool foreign = code <= ' ' || code >= 0x7F || std::string_view("\"<>\\^`{|}").contains(c);
    if (foreign || bracket || bad_escape) {
      clean += fmt::format("%{:02X}", code);
    } else {
      clean += c;
    }
  }
  if (auto resolved = resolve_url(base, clean)) return *std::move(resolved);
  return std::string(value);
}

std::string refresh_target(std::string_view content) {
  constexpr unsigned kLongestWait = 30;
  std::size_t at = 0;
  const auto skip_space = [&] {
    while (at < content.size() && is_space(content[at]))
      ++at;
  };
  skip_space();
  if (at == content.size() || (!is_digit(content[at]) && content[at] != '.')) return {};
  unsigned wait = 0;
  for (; at < content.size() && is_digit(content[at]); ++at) {
    wait = wait > kLongestWait ? wait : wait * 10 + static_cast<unsigned>(content[at] - '0');
  }
  if (wait > kLongestWait) return {};
  while (at < content.size() && (is_digit(content[at]) || content[at] == '.'))
    ++at;
  skip_space();
  if (at < content.size() && (content[at] == ';' || content[at] == ',')) ++at;
  skip_space();
  auto target = content.substr(at);
  if (iequals(target.substr(0, 3), "url")) {
    auto rest = trim(target.substr(3));
    if (rest.starts_with('=')) target = trim(rest.substr(1));
  }
  if (!target.empty() && (target.front() == '"' || target.front() == '\'')) {
    const char quote = target.front();
    target.remove_prefix(1);
    target = target.substr(0, target.find(quote));
  }
  return std::string(trim(target));
}

std::string html_escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace oauthentic::oauth

#include <cstdint>

#include "agent/words.hpp"

namespace oauthentic::agent {

namespace {

/// Base letters of U+00C0 to U+00FF and of U+0100 to U+017F, in lower case.
constexpr std::string_view kLatin1 = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty";
constexpr std::string_view kLatinExtended =
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrsssssssstttttt"
    "uuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(kLatin1.size() == 64 && kLatinExtended.size() == 128);

/// The code point at `at`, which is moved behind it; U+FFFD for what is no UTF-8.
char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<std::uint8_t>(text[at++]);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  char32_t code = lead & (0x3F >> more);
  for (int i = 0; i < more; ++i) {
    if (at >= text.size() || (static_cast<std::uint8_t>(text[at]) & 0xC0) != 0x80) return 0xFFFD;
    code = code << 6 | (static_cast<std::uint8_t>(text[at++]) & 0x3F);
  }
  return more == 0 ? 0xFFFD : code;
}

void append(std::string& out, char32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
  } else if (code < 0x10000) {
    out += {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3F)),
            static_cast<char>(0x80 | (code & 0x3F))};
  } else {
    out += {static_cast<char>(0xF0 | code >> 18), static_cast<char>(0x80 | (code >> 12 & 0x3F)),
            static_cast<char>(0x80 | (code >> 6 & 0x3F)), static_cast<char>(0x80 | (code & 0x3F))};
  }
}

constexpr char32_t kDropped = 0;

/// The letter that stands for `code`, a space, or kDropped.
char32_t fold(char32_t code) {
  if (code >= 'A' && code <= 'Z') return code + 32;
  if ((code >= 'a' && code <= 'z') || (code >= '0' && code <= '9')) return code;
  if (code == '\'' || code == 0x2019 || (code >= 0x300 && code <= 0x36F)) return kDropped;
  if (code < 0xC0) return ' ';
  if (code < 0x100) return static_cast<char32_t>(kLatin1[code - 0xC0]);
  if (code < 0x180) return static_cast<char32_t>(kLatinExtended[code - 0x100]);
  if (code == 0x451 || code == 0x401) return 0x435;        // ё is written е as often as not
  if (code >= 0x410 && code <= 0x42F) return code + 0x20;  // А to Я
  if (code >= 0x400 && code <= 0x40F) return code + 0x50;
  const bool punctuation = (code >= 0x2000 && code <= 0x206F) || (code >= 0x2190 && code <= 0x2BFF) ||
                           (code >= 0x3000 && code <= 0x303F) || (code >= 0xFF00 && code <= 0xFF0F) ||
                           code == 0xFF1A || code == 0xFF1F || code == 0xFFFD;
  return punctuation ? U' ' : code;
}

}  // namespace

std::string normalise(std::string_view text) {
  std::string out = " ";
  out.reserve(text.size() + 2);
  for (std::size_t at = 0; at < text.size();) {
    const auto letter = fold(next_code_point(text, at));
    if (letter == kDropped) continue;
    if (letter != ' ') {
      append(out, letter);
    } else if (out.back() != ' ') {
      out += ' ';
    }
  }
  if (out.back() != ' ') out += ' ';
  return out;
}

}  // namespace oauthentic::agent

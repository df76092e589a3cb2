#include "reports/text.hpp"

#include <fmt/core.h>

#include <cstdint>

#include "core/message.hpp"

namespace oauthentic::reports {

namespace {

struct Character {
  char32_t code = 0;
  std::size_t size = 1;
  bool valid = false;
};

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// The character at `at` (RFC 3629); an octet that begins none is one invalid character.
Character character_at(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return {first, 1, true};
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || at + size > text.size()) return {first, 1, false};
  char32_t code = first & (0xFF >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if (!is_continuation(text[at + i])) return {first, 1, false};
    code = (code << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3F);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < kSmallest[size] || code > 0x10FFFF || surrogate) return {first, 1, false};
  return {code, size, true};
}

bool within(char32_t code, char32_t first, char32_t last) {
  return code >= first && code <= last;
}

/// Characters that cannot be seen, reorder their neighbours, or are no XML 1.0 characters.
bool is_deceptive(char32_t code) {
  return within(code, 0x80, 0x9F) || code == 0xAD || code == 0x61C || code == 0x180E ||
         within(code, 0x200B, 0x200F) || within(code, 0x2028, 0x202E) || within(code, 0x2060, 0x206F) ||
         code == 0xFEFF || within(code, 0xFFF9, 0xFFFB) || within(code, 0xFE00, 0xFE0F) ||
         (code & 0xFFFE) == 0xFFFE || within(code, 0xE0000, 0xE0FFF);
}

/// The picture of a C0 control or DEL: U+2400 and up.
void append_picture(std::string& out, char32_t code) {
  const char32_t picture = code == 0x7F ? 0x2421 : 0x2400 + code;
  out += {static_cast<char>(0xE0 | (picture >> 12)), static_cast<char>(0x80 | ((picture >> 6) & 0x3F)),
          static_cast<char>(0x80 | (picture & 0x3F))};
}

}  // namespace

std::string visible(std::string_view text, Lines lines) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto c = character_at(text, at);
    const bool line_end = c.code == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
    if (!c.valid) {
      out += fmt::format("⟨{:02X}⟩", static_cast<unsigned>(c.code));
    } else if (lines == Lines::keep && (c.code == '\n' || c.code == '\t')) {
      out += text[at];
    } else if (lines == Lines::keep && line_end) {
      // The line feed after it ends the line; nothing is lost by leaving this one out.
    } else if (c.code < 0x20 || c.code == 0x7F) {
      append_picture(out, c.code);
    } else if (is_deceptive(c.code)) {
      out += fmt::format("⟨U+{:04X}⟩", static_cast<std::uint32_t>(c.code));
    } else {
      out += text.substr(at, c.size);
    }
    at += c.size;
  }
  return out;
}

std::string escape_markup(std::string_view text, Lines lines) {
  const auto shown = visible(text, lines);
  std::string out;
  out.reserve(shown.size() + shown.size() / 8);
  for (const char c : shown) {
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

std::string cut(std::string_view text, std::size_t octets) {
  if (text.size() <= octets) return std::string(text);
  auto end = octets;
  // Four octets are the longest character; text that is no UTF-8 must not lose more than that.
  for (int back = 0; back < 4 && end > 0 && is_continuation(text[end]); ++back)
    --end;
  return std::string(text.substr(0, end)) + "…";
}

std::size_t columns(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text)
    count += is_continuation(c) ? 0 : 1;
  return count;
}

namespace {
/// Where the first `width` columns of the text end.
std::size_t end_of_columns(std::string_view text, std::size_t width) {
  std::size_t end = 0;
  for (std::size_t count = 0; end < text.size(); ++end) {
    if (!is_continuation(text[end]) && count++ == width) break;
  }
  return end;
}
}  // namespace

std::string fit(std::string_view text, std::size_t width) {
  if (columns(text) <= width) return std::string(text);
  return std::string(text.substr(0, end_of_columns(text, width - 1))) + "…";
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  std::size_t used = 0;
  for (auto word : split(text, ' ')) {
    if (word.empty()) continue;
    auto needed = columns(word);
    if (used > 0 && used + 1 + needed > width) lines.emplace_back(), used = 0;
    if (used > 0) lines.back() += ' ', ++used;
    for (; needed > width; needed -= width) {
      const auto end = end_of_columns(word, width);
      lines.back() += word.substr(0, end);
      lines.emplace_back();
      word.remove_prefix(end);
    }
    lines.back() += word;
    used += needed;
  }
  return lines;
}

namespace {
std::string time_text(std::chrono::system_clock::time_point time, const char* between, const char* after) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(seconds - day);
  return fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}{}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), between,
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(), after);
}
}  // namespace

std::string readable_time(std::chrono::system_clock::time_point time) {
  return time_text(time, " ", " UTC");
}

std::string iso_time(std::chrono::system_clock::time_point time) {
  return time_text(time, "T", "Z");
}

std::string readable_duration(std::chrono::microseconds duration) {
  const auto us = duration.count();
  if (us < 1000) return fmt::format("{} µs", us);
  if (us < 1'000'000) return fmt::format("{} ms", us / 1000);
  if (us < 60'000'000) return fmt::format("{:.1f} s", static_cast<double>(us) / 1e6);
  return fmt::format("{} min {} s", us / 60'000'000, us / 1'000'000 % 60);
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string stable_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return fmt::format("{:016x}", hash);
}

}  // namespace oauthentic::reports

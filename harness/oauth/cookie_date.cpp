#include "oauth/cookie_date.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "core/message.hpp"

namespace oauthentic::oauth {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// RFC 6265 §5.1.1 `delimiter`.
bool is_delimiter(char c) {
  const auto code = static_cast<unsigned char>(c);
  return code == 0x09 || (code >= 0x20 && code <= 0x2F) || (code >= 0x3B && code <= 0x40) ||
         (code >= 0x5B && code <= 0x60) || (code >= 0x7B && code <= 0x7E);
}

/// `least` to `most` digits at the front that no further digit follows; they are taken off.
std::optional<int> take_number(std::string_view& text, std::size_t least, std::size_t most) {
  std::size_t digits = 0;
  int value = 0;
  while (digits < text.size() && is_digit(text[digits])) {
    if (++digits > most) return std::nullopt;
    value = value * 10 + (text[digits - 1] - '0');
  }
  if (digits < least) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

struct Parts {
  std::optional<std::array<int, 3>> time;
  std::optional<int> day;
  std::optional<int> month;
  std::optional<int> year;
};

std::optional<std::array<int, 3>> read_time(std::string_view token) {
  std::array<int, 3> out{};
  for (std::size_t i = 0; i < 3; ++i) {
    if (i > 0) {
      if (!token.starts_with(':')) return std::nullopt;
      token.remove_prefix(1);
    }
    const auto number = take_number(token, 1, 2);
    if (!number) return std::nullopt;
    out[i] = *number;
  }
  return out;
}

std::optional<int> read_month(std::string_view token) {
  constexpr std::string_view kMonths = "janfebmaraprmayjunjulaugsepoctnovdec";
  if (token.size() < 3) return std::nullopt;
  const auto found = kMonths.find(to_lower(token.substr(0, 3)));
  if (found == std::string_view::npos || found % 3 != 0) return std::nullopt;
  return static_cast<int>(found / 3) + 1;
}

void read_token(std::string_view token, Parts& parts) {
  if (!parts.time) {
    parts.time = read_time(token);
    if (parts.time) return;
  }
  auto rest = token;
  if (!parts.day) {
    parts.day = take_number(rest, 1, 2);
    if (parts.day) return;
  }
  if (!parts.month) {
    parts.month = read_month(token);
    if (parts.month) return;
  }
  rest = token;
  if (!parts.year) parts.year = take_number(rest, 2, 4);
}

}  // namespace

std::optional<Time> parse_cookie_date(std::string_view text) {
  Parts parts;
  while (!text.empty()) {
    const auto begin = std::ranges::find_if_not(text, is_delimiter);
    const auto end = std::find_if(begin, text.end(), is_delimiter);
    if (begin != end) read_token(std::string_view(begin, end), parts);
    text = std::string_view(end, text.end());
  }
  if (!parts.time || !parts.day || !parts.month || !parts.year) return std::nullopt;
  int year = *parts.year;
  if (year >= 70 && year <= 99) year += 1900;
  if (year >= 0 && year <= 69) year += 2000;
  const auto [hour, minute, second] = *parts.time;
  if (year < 1601 || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(*parts.month)),
                                         std::chrono::day(static_cast<unsigned>(*parts.day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

}  // namespace oauthentic::oauth

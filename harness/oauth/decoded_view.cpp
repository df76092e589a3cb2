#include "oauth/decoded_view.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "oauth/html_text.hpp"

namespace oauthentic::oauth {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The number that the hexadecimal digits stand for, or -1.
long hex_number(std::string_view digits) {
  long value = 0;
  for (const char c : digits) {
    const int digit = hex_value(c);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return digits.empty() ? -1 : value;
}

/// What an escape at the front of `text` stands for, appended to `out`; returns the escape's length, or 0.
std::size_t read_percent(std::string_view text, std::string& out) {
  if (text.size() < 3) return 0;
  const auto value = hex_number(text.substr(1, 2));
  if (value < 0) return 0;
  out += static_cast<char>(value);
  return 3;
}

std::size_t read_json(std::string_view text, std::string& out) {
  if (text.size() < 2) return 0;
  constexpr std::string_view kNames = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (const auto name = kNames.find(text[1]); name != std::string_view::npos) {
    out += kMeanings[name];
    return 2;
  }
  if (text[1] != 'u' || text.size() < 6) return 0;
  const auto unit = hex_number(text.substr(2, 4));
  if (unit < 0) return 0;
  if (unit >= 0xD800 && unit < 0xDC00 && text.size() >= 12 && text.substr(6, 2) == "\\u") {
    const auto low = hex_number(text.substr(8, 4));
    if (low >= 0xDC00 && low < 0xE000) {
      append_utf8(out, static_cast<unsigned long>(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)));
      return 12;
    }
  }
  append_utf8(out, static_cast<unsigned long>(unit));
  return 6;
}

std::size_t read_html(std::string_view text, std::string& out) {
  constexpr std::size_t kLongest = 12;
  const auto end = text.substr(0, kLongest).find(';');
  if (end == std::string_view::npos || end < 3) return 0;
  const auto name = text.substr(1, end - 1);
  if (name.front() != '#') {
    using Named = std::pair<std::string_view, char>;
    constexpr std::array<Named, 5> kNamed{
        {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
    const auto found = std::ranges::find(kNamed, name, &Named::first);
    if (found == kNamed.end()) return 0;
    out += found->second;
    return end + 1;
  }
  long value = -1;
  if (name.size() > 1 && (name[1] == 'x' || name[1] == 'X')) {
    value = hex_number(name.substr(2));
  } else {
    const auto digits = name.substr(1);
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return 0;
    value = 0;
    for (const char c : digits)
      value = value * 10 + (c - '0');
  }
  if (value < 0) return 0;
  append_utf8(out, static_cast<unsigned long>(value));
  return end + 1;
}

/// `text` begins with a mark of an escape that is looked for.
std::size_t read_escape(std::string_view text, std::string& out) {
  switch (text.front()) {
    case '%':
      return read_percent(text, out);
    case '\\':
      return read_json(text, out);
    default:
      return read_html(text, out);
  }
}

bool is_mark(char c, unsigned escapes) {
  return (c == '%' && (escapes & kPercentEscapes)) || (c == '\\' && (escapes & kJsonEscapes)) ||
         (c == '&' && (escapes & kHtmlEscapes));
}

/// Where the first escape may begin, or npos. Most texts have none, which memchr tells quickest.
std::size_t first_mark(std::string_view text, unsigned escapes) {
  auto first = std::string_view::npos;
  for (const char mark : {'%', '\\', '&'}) {
    if (is_mark(mark, escapes)) first = std::min(first, text.substr(0, first).find(mark));
  }
  return first;
}

template <class Position>
std::optional<DecodedView> decode(std::string_view source, unsigned escapes, Position position) {
  const auto first = first_mark(source, escapes);
  if (first == std::string_view::npos || source.size() >= UINT32_MAX) return std::nullopt;
  DecodedView view;
  view.text.reserve(source.size());
  view.at.reserve(source.size() + 1);
  bool changed = false;
  const auto copy = [&](std::size_t from, std::size_t to) {
    view.text += source.substr(from, to - from);
    for (auto at = from; at < to; ++at)
      view.at.push_back(position(at));
  };
  copy(0, first);
  for (std::size_t at = first; at < source.size();) {
    const auto before = view.text.size();
    if (const auto length = read_escape(source.substr(at), view.text)) {
      changed = true;
      view.at.insert(view.at.end(), view.text.size() - before, position(at));
      at += length;
    } else {
      copy(at, at + 1);
      ++at;
    }
    auto next = at;
    while (next < source.size() && !is_mark(source[next], escapes))
      ++next;
    copy(at, next);
    at = next;
  }
  if (!changed) return std::nullopt;
  view.at.push_back(position(source.size()));
  return view;
}

}  // namespace

std::optional<DecodedView> decode_view(std::string_view source, unsigned escapes) {
  return decode(source, escapes, [](std::size_t at) { return static_cast<std::uint32_t>(at); });
}

std::optional<DecodedView> decode_view(const DecodedView& view, unsigned escapes) {
  return decode(view.text, escapes, [&](std::size_t at) { return view.at[at]; });
}

}  // namespace oauthentic::oauth

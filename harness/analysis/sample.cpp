#include "analysis/sample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>
#include <cmath>
#include <numeric>

#include "core/message.hpp"
#include "oauth/encoding.hpp"

namespace oauthentic::analysis {

namespace {

/// The most symbols that a column can have of which `seen` were met in `count` values: with more, so few would
/// be met less often than once in 2^40 samples (union bound over which symbols are met).
std::size_t most_symbols(std::size_t seen, std::size_t count, std::size_t symbols) {
  std::size_t possible = seen;
  double choices = 0;  // log2 of the ways to choose `seen` of `possible`
  while (possible < symbols) {
    const auto next = static_cast<double>(possible + 1);
    choices += std::log2(next / (next - static_cast<double>(seen)));
    const double chance = choices + static_cast<double>(count) * std::log2(static_cast<double>(seen) / next);
    if (chance < -40) break;
    ++possible;
  }
  return possible;
}

int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c - 'A' + 10;
}

std::string octets_of_hex(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    out += static_cast<char>(nibble(text[i]) * 16 + nibble(text[i + 1]));
  return out;
}

}  // namespace

std::expected<Values, std::string> read_list(std::string_view text) {
  Values values;
  std::size_t line = 0;
  for (auto one : split(text, '\n')) {
    ++line;
    if (one.ends_with('\r')) one.remove_suffix(1);
    if (one.empty()) continue;
    if (one.size() > kMaxValueOctets)
      return std::unexpected(fmt::format("line {}: longer than {} octets", line, kMaxValueOctets));
    if (values.size() == kMaxValues)
      return std::unexpected(
          fmt::format("line {}: more than {} values; give a part of them", line, kMaxValues));
    values.emplace_back(one);
  }
  return values;
}

double Table::capacity() const {
  return std::accumulate(bits.begin(), bits.end(), 0.0);
}

Table make_table(std::string name, const Values& values, std::size_t symbols, Alignment alignment) {
  Table table{std::move(name), values, {}};
  std::size_t longest = 0, shortest = kMaxValueOctets;
  for (const auto& value : values) {
    longest = std::max(longest, value.size());
    shortest = std::min(shortest, value.size());
  }
  const auto width = std::min(longest, kMaxColumns);
  for (auto& row : table.rows) {
    const auto missing = longest - row.size();
    row.insert(alignment == Alignment::left ? row.size() : 0, missing, '\0');
    row = alignment == Alignment::left ? row.substr(0, width) : row.substr(longest - width);
  }
  if (shortest != longest) symbols = std::min<std::size_t>(symbols + 1, 256);
  for (std::size_t c = 0; c < width; ++c) {
    std::bitset<256> seen;
    for (const auto& row : table.rows)
      seen.set(static_cast<unsigned char>(row[c]));
    table.bits.push_back(std::log2(
        static_cast<double>(most_symbols(seen.count(), values.size(), std::max(symbols, seen.count())))));
  }
  return table;
}

Alphabet alphabet_of(const Values& values) {
  std::bitset<256> seen;
  for (const auto& value : values) {
    for (const char c : value)
      seen.set(static_cast<unsigned char>(c));
  }
  struct Known {
    const char* name;
    std::string_view symbols;
  };
  static constexpr Known kKnown[] = {
      {"decimal digits", "0123456789"},
      {"hexadecimal digits, lower case", "0123456789abcdef"},
      {"hexadecimal digits, upper case", "0123456789ABCDEF"},
      {"hexadecimal digits and hyphens", "0123456789abcdef-"},
      {"Base32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"},
      {"lower-case letters and digits", "abcdefghijklmnopqrstuvwxyz0123456789"},
      {"letters and digits", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"},
      {"base64url", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"},
      {"Base64", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="},
      {"unreserved characters (RFC 3986)",
       "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"}};
  for (const auto& known : kKnown) {
    auto rest = seen;
    for (const char c : known.symbols)
      rest.reset(static_cast<unsigned char>(c));
    if (rest.none()) return {known.name, known.symbols.size()};
  }
  const bool printable = std::ranges::all_of(values, [](const auto& v) { return oauth::is_vschar(v); });
  return printable ? Alphabet{"printable ASCII", 95} : Alphabet{"octets", 256};
}

Values decoded(const Values& values, const Alphabet& alphabet) {
  const bool hex = alphabet.name.starts_with("hexadecimal") && alphabet.size == 16;
  Values out;
  for (const auto& value : values) {
    if (hex) {
      if (value.size() % 2 != 0) return {};
      out.push_back(octets_of_hex(value));
      continue;
    }
    if (alphabet.size < 36 || alphabet.size == 95 || alphabet.size == 256) return {};
    auto octets = oauth::base64url_decode(value);
    if (!octets) octets = oauth::base64_decode(value);
    if (!octets) return {};
    out.push_back(std::move(*octets));
  }
  return out;
}

}  // namespace oauthentic::analysis

#include "oauth/guess_bound.hpp"

#include <algorithm>
#include <cmath>

namespace oauthentic::oauth {

namespace {

constexpr double kUuidBits = 122;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_small(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z');
}
bool is_capital(char c) {
  return is_digit(c) || (c >= 'A' && c <= 'Z');
}
bool is_base64(char c) {
  return is_small(c) || is_capital(c) || c == '-' || c == '_' || c == '+' || c == '/' || c == '=';
}

bool is_uuid(std::string_view value) {
  if (value.size() != 36) return false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? value[i] != '-' : !is_hex(value[i])) return false;
  }
  return true;
}

/// Letters without digits count as the larger alphabet: a short value may lack digits by chance.
double bits_of_a_character(std::string_view value) {
  const auto all = [&](bool (*belongs)(char)) { return std::ranges::all_of(value, belongs); };
  if (all(is_digit)) return std::log2(10.0);
  if (all(is_hex)) return 4;
  if (all(is_small) || all(is_capital)) return std::log2(36.0);
  if (all(is_base64)) return 6;
  return std::log2(95.0);  // printable ASCII
}

}  // namespace

std::optional<double> most_bits(std::string_view value) {
  if (value.empty()) return std::nullopt;
  if (value.starts_with("eyJ") && std::ranges::count(value, '.') >= 2) return std::nullopt;
  if (is_uuid(value)) return kUuidBits;
  return static_cast<double>(value.size()) * bits_of_a_character(value);
}

}  // namespace oauthentic::oauth

#include "core/number.hpp"

#include <cmath>
#include <cstdlib>
#include <string>

namespace oauthentic {

std::optional<LeadingNumber> read_leading_number(std::string_view text) {
  if (text.starts_with('+')) return std::nullopt;
  // strtod takes more than is a decimal number: white space, hexadecimal digits, names.
  const std::string digits(text.substr(0, text.find_first_not_of("0123456789.eE+-")));
  char* end = nullptr;
  const double number = std::strtod(digits.c_str(), &end);
  if (end == digits.c_str() || !std::isfinite(number)) return std::nullopt;
  return LeadingNumber{number, text.substr(static_cast<std::size_t>(end - digits.c_str()))};
}

}  // namespace oauthentic

#pragma once
// Decimal numbers at the start of a text, with what follows them: "1.5s". std::from_chars reads no
// floating-point numbers in libc++ before version 20.
#include <optional>
#include <string_view>

namespace oauthentic {

struct LeadingNumber {
  double number;
  std::string_view rest;
};

/// Nothing where the text does not start with a number, as in "", "+1", " 1" and "inf", or with one that no
/// double holds.
std::optional<LeadingNumber> read_leading_number(std::string_view text);

}  // namespace oauthentic

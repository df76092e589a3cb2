#pragma once
// Dates of the Expires attribute, in the many spellings that servers use.
#include <optional>
#include <string_view>

#include "core/clock.hpp"

namespace oauthentic::oauth {

/// RFC 6265 §5.1.1; nothing if the text has no time, day, month and year, or they are out of range.
std::optional<Time> parse_cookie_date(std::string_view text);

}  // namespace oauthentic::oauth

#pragma once
// URLs that are sent as they stand: what is wrong with the query is the receiver's to find out.
#include <optional>
#include <string_view>

#include "oauth/url.hpp"

namespace oauthentic::http {

/// As oauth::parse_url, but the query may hold whatever does not end the request line, such as bad
/// percent-escapes.
std::optional<oauth::Url> parse_request_url(std::string_view text);

}  // namespace oauthentic::http

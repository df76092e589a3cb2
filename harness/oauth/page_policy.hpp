#pragma once
// What a page's header fields and markup say about framing it and about the Referer of requests from it.
#include <string>
#include <string_view>
#include <vector>

#include "core/message.hpp"

namespace oauthentic::oauth {

/// Which fields keep other sites from framing the page: "csp" (Content-Security-Policy with a frame-ancestors
/// that does not let everybody in, CSP 3 §6.4.2.1) and "x_frame_options" (DENY or SAMEORIGIN, RFC 7034 §2.1),
/// in this order.
std::vector<std::string> framing_forbidden_by(const Headers& headers);

/// The Referrer-Policy that a browser applies: the last word that it knows of the header fields (Referrer
/// Policy §8.1), or else `meta`, the content of the page's <meta name=referrer>. Empty if there is none.
std::string referrer_policy(const Headers& headers, std::string_view meta);

}  // namespace oauthentic::oauth

#pragma once
// Content codings of responses (RFC 9110 §8.4).
#include <cstddef>
#include <optional>

#include "core/exchange.hpp"

namespace oauthentic::http {

/// Replaces a body that is coded with gzip by what it stands for; the header fields stay as they came. Errors:
/// a body in a coding that was not asked for (`asked` is false) or that we do not know, one that is broken, and
/// one of over `most_octets`, which is where decoding stops.
std::optional<TransportError> decode_content(Response& response, bool asked, std::size_t most_octets);

}  // namespace oauthentic::http

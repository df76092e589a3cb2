#pragma once
// What every server of this house does around its logic.
#include "http/transport.hpp"

namespace oauthentic::http {

/// The handler's response; an exception of it becomes a 500 in plain text.
Response call(const Handler& handler, const Request& request);
/// The answer to a request that could not be read (RequestReader::error).
Response refusal(int status);

}  // namespace oauthentic::http

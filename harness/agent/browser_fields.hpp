#pragma once
// The header fields that a browser adds to a request.
#include <string>

#include "core/message.hpp"

namespace oauthentic::agent {

/// User-Agent, Accept and Accept-Language; Referer and Origin of the page at `page_url`, if that is a URL.
/// Fields that are there stay as they are; no cookies.
void add_browser_fields(Request& request, const std::string& page_url);

}  // namespace oauthentic::agent

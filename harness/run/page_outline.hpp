#pragma once
// What stands on a page, for somebody who wonders why the agent did not know what to do there.
#include <string>

#include "oauth/html.hpp"

namespace oauthentic::run {

/// Title, forms, fields and buttons, one a line; values are left out. At most some forty lines.
std::string page_outline(const oauth::HtmlPage& page);

}  // namespace oauthentic::run

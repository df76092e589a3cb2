#pragma once
// How deeply the tags of an HTML text nest, looked at before the parser sees it.
#include <cstddef>
#include <string_view>

namespace oauthentic::oauth {

/// The deepest nesting that the tags suggest; counting ends one past `enough`. An estimate: elements that end
/// without an end tag are left out, an end tag closes all that was opened inside it, scripts, styles and
/// comments are skipped.
std::size_t html_nesting(std::string_view text, std::size_t enough);

}  // namespace oauthentic::oauth

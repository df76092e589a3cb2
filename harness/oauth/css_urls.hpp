#pragma once
// What a style sheet makes a browser load.
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic::oauth {

/// The URLs of `@import` and `url(...)` (CSS Values 4 §4.5, CSS Cascade 5 §2), as written, at most a hundred;
/// comments are skipped, escapes are left alone.
std::vector<std::string> css_urls(std::string_view css);

}  // namespace oauthentic::oauth

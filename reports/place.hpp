#pragma once
// "file:line", as outcomes and scenarios name a place in a script.
#include <optional>
#include <string>
#include <string_view>

namespace oauthentic::reports {

struct Place {
  std::string file;
  std::optional<unsigned> line;  ///< from 1
};

/// A text without a line number is all file.
Place parse_place(std::string_view text);

}  // namespace oauthentic::reports

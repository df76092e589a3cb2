#include "reports/place.hpp"

#include <charconv>

namespace oauthentic::reports {

namespace {
/// Without ":number" at the end, if there is one.
Place without_number(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return {std::string(text), std::nullopt};
  const auto digits = text.substr(colon + 1);
  unsigned line = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), line);
  if (error != std::errc() || end != digits.data() + digits.size() || line == 0)
    return {std::string(text), std::nullopt};
  return {std::string(text.substr(0, colon)), line};
}
}  // namespace

Place parse_place(std::string_view text) {
  auto place = without_number(text);
  // "file:line:column": the column is dropped.
  auto outer = without_number(place.file);
  return outer.line ? outer : place;
}

}  // namespace oauthentic::reports

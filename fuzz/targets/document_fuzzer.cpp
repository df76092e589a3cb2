// Property: a script file is read or its mistake is told at a place within the text; every part of the value
// has such a place, and the value written as JSON is read as the same value.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "fuzz/target.hpp"
#include "oauth/json_document.hpp"
#include "script/document.hpp"

namespace oauthentic::fuzz {

namespace {

using nlohmann::json;
using script::Document;

void check_place(const script::Place& place, std::string_view text) {
  const auto lines =
      static_cast<int>(std::ranges::count(text, '\n')) + static_cast<int>(std::ranges::count(text, '\r')) + 1;
  require(place.line >= 0 && place.line <= lines, "a place is on a line of the text", place.to_string());
  // The YAML library may count the end of the text as a column or two, and the digits of an escape that it cuts
  // off.
  constexpr int kMostBehind = 10;
  require(place.column >= 0 && place.column <= static_cast<int>(text.size()) + kMostBehind,
          "a place is on its line", place.to_string());
}

void check_places(const Document& document, const json& value, const std::string& pointer,
                  std::string_view text) {
  check_place(document.place(pointer), text);
  if (value.is_object()) {
    for (const auto& [name, part] : value.items()) {
      check_places(document, part, script::pointer_to(pointer, name), text);
    }
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i)
      check_places(document, value[i], script::pointer_to(pointer, i), text);
  }
}

/// NB: the YAML library takes keys of up to 1,024 octets without `?`, and control characters only as they
/// stand.
bool has_json_form(const std::string& text) {
  constexpr std::size_t kLongestKey = 1000;
  if (text.size() > kLongestKey) return false;
  return std::ranges::none_of(text, [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; }) &&
         text.find('\xC2') == std::string::npos;
}

bool has_json_form(const json& value) {
  if (value.is_string()) return has_json_form(value.get_ref<const std::string&>());
  if (value.is_object()) {
    return std::ranges::all_of(value.items(), [](const auto& item) {
      return has_json_form(item.key()) && has_json_form(item.value());
    });
  }
  return !value.is_array() || std::ranges::all_of(value, [](const json& part) { return has_json_form(part); });
}

}  // namespace

OAUTHENTIC_FUZZ_TARGET(document, input) {
  script::Diagnostics diagnostics;
  const auto document = Document::parse(input, "fuzz.yaml", diagnostics);
  require(document.has_value() == diagnostics.empty(), "a file is read or its mistake is told", input);
  for (const auto& diagnostic : diagnostics.all()) {
    check_place(diagnostic.place, input);
    require(!diagnostic.message.empty(), "a mistake says what is wrong", input);
  }
  if (!document) return;
  check_places(*document, document->value(), "", input);
  check_place(document->place("/nowhere/at/all"), input);
  const auto written = oauth::dump(document->value());
  if (!has_json_form(document->value())) return;
  script::Diagnostics none;
  const auto again = Document::parse(written, "again.yaml", none);
  require(again && again->value() == document->value(), "a value is read from its JSON", written);
}

}  // namespace oauthentic::fuzz

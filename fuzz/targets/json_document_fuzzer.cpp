// Property: a JSON text is taken if and only if the JSON library takes it and it keeps to our limits; its value
// is the library's, and repeated members are told if and only if there are some.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "fuzz/target.hpp"
#include "oauth/json_document.hpp"

namespace oauthentic::fuzz {

namespace {

using nlohmann::json;

std::size_t depth_of(const json& value) {
  std::size_t deepest = 0;
  if (!value.is_structured()) return 0;
  for (const auto& part : value)
    deepest = std::max(deepest, depth_of(part));
  return deepest + 1;
}

std::size_t members_of(const json& value) {
  std::size_t count = value.is_object() ? value.size() : 0;
  if (!value.is_structured()) return 0;
  for (const auto& part : value)
    count += members_of(part);
  return count;
}

/// What the library itself makes of a text, as it stands on the wire.
struct Reference {
  json value;
  std::size_t depth = 0;  ///< as written: what a repeated member overwrites counts
  std::size_t names = 0;  ///< of members, as written
};

Reference read(std::string_view text) {
  Reference reference;
  std::size_t depth = 0;
  const auto watch = [&](int, json::parse_event_t event, json&) {
    using enum json::parse_event_t;
    if (event == object_start || event == array_start) reference.depth = std::max(reference.depth, ++depth);
    if (event == object_end || event == array_end) --depth;
    reference.names += event == key;
    return true;
  };
  static_cast<void>(json::parse(text, watch, false));
  reference.value = json::parse(text, nullptr, false);
  return reference;
}

/// Where this library's answer does not count: what we refuse on purpose (json_document.hpp).
bool is_refused_on_purpose(std::string_view text) {
  return text.starts_with("\xEF\xBB\xBF") || text.contains('\0');
}

}  // namespace

OAUTHENTIC_FUZZ_TARGET(json_document, input) {
  constexpr oauth::JsonLimits kLimits{.octets = 1 << 16, .depth = 24};
  std::vector<std::string> duplicates;
  const auto parsed = oauth::parse_json(input, &duplicates, kLimits);
  require(duplicates.size() <= oauth::kMaxDuplicates, "duplicates keep to their limit");
  for (const auto& pointer : duplicates) {
    require(pointer.starts_with('/') && pointer.size() <= oauth::kMaxPointerOctets + 2,
            "a duplicate is a short pointer", pointer);
  }
  if (!parsed) require(parsed.error().starts_with("octet "), "an error names its octet", parsed.error());
  if (is_refused_on_purpose(input) || input.size() > kLimits.octets)
    return require(!parsed, "limits hold", input);
  // NB: the library's own parser needs no limit at this size, our walk over its value does.
  if (std::ranges::count_if(input, [](char c) { return c == '[' || c == '{'; }) > 5000) return;

  const auto reference = read(input);
  const bool accepted = json::accept(input) && reference.depth <= kLimits.depth;
  require(parsed.has_value() == accepted, "accepted if and only if the library accepts within limits", input);
  if (!parsed) return;
  require(*parsed == reference.value, "the value is the library's", input);
  require(depth_of(*parsed) <= kLimits.depth, "the depth keeps to its limit", input);
  require(duplicates.empty() == (members_of(*parsed) == reference.names), "repeated members are told", input);
  const auto written = oauth::dump(*parsed);
  const auto again = oauth::parse_json(written, nullptr, {.octets = written.size(), .depth = kLimits.depth});
  require(again && *again == *parsed, "what is dumped is read again", written);
}

}  // namespace oauthentic::fuzz

#include "script/shapes.hpp"

#include <algorithm>
#include <array>

namespace oauthentic::script {

namespace {

constexpr Word kShapes[] = {
    {"missing", "it is left out"},
    {"empty", "it has no value"},
    {"twice", "it stands there twice"},
    {"array", "its name ends with []"},
    {"map", "its name ends with [a]"},
    {"other_name", "its name is in upper case"},
    {"other_case", "upper and lower case of its value are exchanged"},
    {"doubled", "its value stands there twice in one"},
    {"cut", "its value has lost its last character"},
    {"long", "its value has 64 KiB more, or 4 KiB in a URL"},
    {"nul", "its value ends with a NUL octet and more behind it"},
    {"control", "its value ends with a control character"},
    {"line_break", "its value ends with CR, LF and a header field"},
    {"latin1", "its value ends with an octet that is not UTF-8"},
    {"overlong", "its value ends with an overlong encoding of a slash"},
    {"surrogate", "its value ends with half of a surrogate pair"},
    {"emoji", "its value ends with a character of four octets"},
    {"bad_escape", "its value ends with %zz"},
    {"cut_escape", "its value ends with a percent sign"},
    {"quote", "its value ends with quotation marks and a bracket"},
};

constexpr auto kAltered =
    std::to_array<std::string_view>({"other_case", "doubled", "cut", "long", "nul", "control", "latin1",
                                     "overlong", "surrogate", "emoji", "bad_escape", "cut_escape", "quote"});

}  // namespace

std::span<const Word> parameter_shapes() {
  return kShapes;
}

std::vector<std::string> named_list(std::string_view name) {
  if (name == "parameter_shapes") return names(parameter_shapes());
  if (name == "spoiled_values" || name == "odd_values") {
    auto all = names(parameter_shapes());
    std::erase_if(
        all, [](const auto& shape) { return shape == "other_case" || shape == "doubled" || shape == "cut"; });
    if (name == "odd_values")
      std::erase_if(all, [](const auto& shape) {
        return shape == "missing" || shape == "empty" || shape == "other_name";
      });
    return all;
  }
  if (name == "altered_values") return {kAltered.begin(), kAltered.end()};
  return {};
}

}  // namespace oauthentic::script

#pragma once
// `{{step.fact}}` inside the texts of a script.
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic::script {

/// The paths of all placeholders in `text`, such as "redeem.access_token"; an unclosed one is told as "{{".
std::vector<std::string> placeholders_in(std::string_view text);

/// Calls `seen` with every text of `value` (keys too) and its JSON Pointer below `pointer`.
void for_each_text(const nlohmann::json& value, const std::string& pointer,
                   const std::function<void(const std::string& text, const std::string& pointer)>& seen);

/// What a path stands for; nothing if there is no such value.
using Lookup = std::function<std::optional<nlohmann::json>(const std::string& path)>;

/// Replaces every placeholder, in keys too. A text that is one placeholder becomes its value, of whatever type;
/// elsewhere the value is written into the text. The first path that has no value is put into `missing`, and
/// null is returned.
nlohmann::json substitute(const nlohmann::json& value, const Lookup& lookup, std::string& missing);

/// `a.b.0.c` below `root`; nothing if there is no such part.
const nlohmann::json* at_path(const nlohmann::json& root, std::string_view path);

}  // namespace oauthentic::script

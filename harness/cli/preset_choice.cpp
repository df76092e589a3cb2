#include "cli/preset_choice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/suggest.hpp"

namespace oauthentic::cli {

std::optional<script::PresetValues> parameters_of(const script::Preset& preset,
                                                  const std::vector<std::string>& words, std::string& error) {
  script::PresetValues values;
  std::vector<std::string> names;
  for (const auto& parameter : preset.parameters)
    names.push_back(parameter.name);
  for (const auto& word : words) {
    const auto equals = word.find('=');
    const auto name = word.substr(0, equals);
    if (equals == std::string::npos || equals + 1 == word.size()) {
      error = fmt::format("--set {}: write NAME=VALUE", word);
      return std::nullopt;
    }
    if (!preset.parameter(name)) {
      error = names.empty() ? fmt::format("--set {}: the preset {} has no parameters", word, preset.name)
                            : fmt::format("--set {}: the preset {} has no parameter \"{}\"{} (it has {})", word,
                                          preset.name, name, did_you_mean(name, names), fmt::join(names, ", "));
      return std::nullopt;
    }
    auto value = word.substr(equals + 1);
    if (name == "base" && value.ends_with('/')) value.pop_back();
    values[name] = std::move(value);
  }
  return values;
}

const script::Preset* find_preset(const std::vector<script::Preset>& presets, const std::string& name,
                                  std::string& error) {
  const auto at = std::ranges::find(presets, name, &script::Preset::name);
  if (at != presets.end()) return &*at;
  std::vector<std::string> names;
  for (const auto& preset : presets)
    names.push_back(preset.name);
  error = fmt::format("there is no preset \"{}\"{} (there are {}; none is for no preset)", name,
                      did_you_mean(name, names), fmt::join(names, ", "));
  return nullptr;
}

void ask_for_parameters(script::ChosenPreset& chosen, const Ask& ask) {
  for (const auto& parameter : chosen.preset->parameters) {
    auto& value = chosen.values[parameter.name];
    if (!value.empty()) continue;
    const auto hint = parameter.optional ? "" : fmt::format(", such as {}", parameter.example);
    value = ask(parameter.ask + hint, "");
  }
}

std::optional<std::string> issuer_of(const script::ChosenPreset& chosen, std::string& error) {
  const auto issuer = script::filled_in(chosen.preset->issuer, chosen.values);
  if (issuer) return issuer->get<std::string>();
  error = fmt::format("the preset {} needs", chosen.preset->name);
  for (const auto& parameter : chosen.preset->parameters) {
    const auto its = chosen.values.find(parameter.name);
    if (parameter.optional || (its != chosen.values.end() && !its->second.empty())) continue;
    error += fmt::format(" --set {}=VALUE ({}, such as {})", parameter.name, parameter.ask, parameter.example);
  }
  return std::nullopt;
}

}  // namespace oauthentic::cli

#include "script/preset_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/message.hpp"

namespace oauthentic::script {

using nlohmann::json;

namespace {

constexpr std::size_t kWidth = 100;

}  // namespace

std::string one_line(const json& value) {
  return value.dump(-1, ' ', true, json::error_handler_t::replace);
}

std::optional<json> ChosenPreset::value(std::string_view key) const {
  const auto* its = preset ? preset->default_of(key) : nullptr;
  return its ? filled_in(its->value, values) : std::nullopt;
}

std::string ChosenPreset::text(std::string_view key) const {
  const auto its = value(key);
  return its && its->is_string() ? its->get<std::string>() : std::string();
}

std::string as_comment(const std::string& text, const std::string& first) {
  std::string flat = text, out, line = first;
  std::ranges::replace_if(flat, [](unsigned char c) { return c < 0x20; }, ' ');
  bool empty = true;
  for (const auto word : split(flat, ' ')) {
    if (word.empty()) continue;
    if (!empty && line.size() + 1 + word.size() > kWidth) {
      out += line + "\n";
      line = "#" + std::string(first.size() - 1, ' ');
      empty = true;
    }
    line += (empty ? "" : " ") + std::string(word);
    empty = false;
  }
  return out + line + "\n";
}

std::string preset_notes(const ChosenPreset& chosen) {
  if (!chosen.preset) return {};
  const auto& preset = *chosen.preset;
  auto out = as_comment(
      fmt::format("\"Preset:\" lines are the preset's for {} ({}).", preset.title, preset.documentation));
  out += "#\n# To be created at the provider:\n";
  for (std::size_t i = 0; i < preset.console.size(); ++i) {
    const auto& [action, claim] = preset.console[i];
    out += as_comment(fmt::format("{} ({})", action, claim.support()), fmt::format("#  {}. ", i + 1));
  }
  if (preset.quirks.empty()) return out + "\n";
  out += "#\n# Known of it:\n";
  for (const auto& quirk : preset.quirks) {
    out += as_comment(
        fmt::format("{} Because {} ({}).", quirk.what, quirk.claim.because, quirk.claim.support()), "#  - ");
  }
  return out + "\n";
}

std::string preset_reason(const ChosenPreset& chosen, std::string_view key) {
  const auto* its = chosen.preset ? chosen.preset->default_of(key) : nullptr;
  if (!its) return {};
  return as_comment(fmt::format("Preset: {} ({})", its->claim.because, its->claim.support()));
}

std::string preset_settings(const ChosenPreset& chosen, const std::set<std::string>& elsewhere) {
  std::string out;
  if (!chosen.preset) return out;
  for (const auto& each : chosen.preset->defaults) {
    if (elsewhere.contains(each.key)) continue;
    const auto value = filled_in(each.value, chosen.values);
    out += "\n" + preset_reason(chosen, each.key);
    out += fmt::format("{}{}: {}\n", value ? "" : "# ", each.key, one_line(value ? *value : each.value));
  }
  return out;
}

TargetAnswers completed(TargetAnswers answers, const ChosenPreset& chosen) {
  if (const auto scopes = chosen.value("scopes"); scopes && answers.scopes.empty())
    answers.scopes = scopes->get<std::vector<std::string>>();
  if (answers.redirect_uri.empty()) answers.redirect_uri = chosen.text("redirect_uri");
  return answers;
}

}  // namespace oauthentic::script

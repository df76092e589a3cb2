#pragma once
// What a preset adds to a target file: its defaults with the reasons, what to create at the provider, quirks.
#include <set>
#include <string>
#include <vector>

#include "script/preset.hpp"
#include "script/target_text.hpp"

namespace oauthentic::script {

/// A preset and the values of its parameters.
struct ChosenPreset {
  const Preset* preset = nullptr;
  PresetValues values;

  /// The default of that key, filled in; nothing if the preset has none or a parameter of it has no value.
  std::optional<nlohmann::json> value(std::string_view key) const;
  /// The same where it is a text, else empty.
  std::string text(std::string_view key) const;
};

/// JSON of ASCII characters on one line, which is YAML as well.
std::string one_line(const nlohmann::json& value);

/// `text` as comment lines of the file, broken at about a hundred characters. No line break of it survives.
std::string as_comment(const std::string& text, const std::string& first = "# ");

/// Instructions and quirks, as comments; empty without a preset.
std::string preset_notes(const ChosenPreset& chosen);

/// "# why, by whose word", for the line above that key; empty if the preset has no default of it.
std::string preset_reason(const ChosenPreset& chosen, std::string_view key);

/// `key: value` lines, with reasons, of the defaults that the file has no other place for; those whose
/// parameters have no value are comments.
std::string preset_settings(const ChosenPreset& chosen, const std::set<std::string>& elsewhere);

/// The answers, with the preset's scopes and redirect URI where the user said nothing.
TargetAnswers completed(TargetAnswers answers, const ChosenPreset& chosen);

}  // namespace oauthentic::script

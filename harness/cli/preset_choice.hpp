#pragma once
// Which preset a target file is written by, and the values of its parameters.
#include <optional>
#include <string>
#include <vector>

#include "cli/init.hpp"
#include "script/preset_text.hpp"

namespace oauthentic::cli {

/// `NAME=VALUE` words as parameters of the preset; nothing, and the reason in `error`, if one is not of that
/// shape or no parameter of it.
std::optional<script::PresetValues> parameters_of(const script::Preset& preset,
                                                  const std::vector<std::string>& words, std::string& error);

/// The preset of that name; nothing, and what was probably meant in `error`, if there is none.
const script::Preset* find_preset(const std::vector<script::Preset>& presets, const std::string& name,
                                  std::string& error);

/// Asks for the parameters that have no value yet; those that are optional may stay empty.
void ask_for_parameters(script::ChosenPreset& chosen, const Ask& ask);

/// The issuer by the preset's pattern; nothing, and in `error` what has to be set, if a parameter is missing.
std::optional<std::string> issuer_of(const script::ChosenPreset& chosen, std::string& error);

}  // namespace oauthentic::cli

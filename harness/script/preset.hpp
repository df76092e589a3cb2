#pragma once
// Presets for well-known providers (profiles/providers/): how one is recognised, what a target file for it
// begins with, what has to be created at it, and what is known of it. Each claim says whether the provider's
// documentation or a run supports it.
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "script/diagnostic.hpp"

namespace oauthentic::script {

/// Why something is claimed. Of `documented` and `seen` one is set, or neither: then it is a choice of ours.
struct Claim {
  std::string because;
  std::string documented;       ///< URL of the page that says so
  std::string seen;             ///< version, and the run that showed it
  std::string support() const;  ///< "documented: URL", "seen: 2.7.5, ..." or "a choice of ours"
};

struct PresetParameter {
  std::string name;
  std::string ask;      ///< the question
  std::string example;  ///< a value
  bool optional = false;
};

struct PresetDefault {
  std::string key;  ///< of the target file; "agent" is the user's, "authentication" the clients'
  nlohmann::json value;
  Claim claim;
};

struct PresetStep {
  std::string action;
  Claim claim;
};

struct PresetQuirk {
  std::string what;
  Claim claim;
  std::vector<std::string> requirements;  ///< that it bears on
};

using PresetValues = std::map<std::string, std::string>;

struct Preset {
  std::string name;
  std::string title;
  std::string documentation;
  std::string issuer;  ///< a pattern
  std::map<std::string, std::string> recognised_by;
  std::string example;  ///< an issuer that fits
  std::vector<PresetParameter> parameters;
  std::vector<PresetDefault> defaults;
  std::vector<PresetStep> console;
  std::vector<PresetQuirk> quirks;

  const PresetDefault* default_of(std::string_view key) const;
  const PresetParameter* parameter(std::string_view name) const;
  /// Whether it publishes no metadata, so that the preset's stand in for them.
  bool brings_metadata() const { return default_of("metadata") != nullptr; }
};

/// Those of the program, or of the folder providers/ in `profiles_dir`; nothing if there was any mistake, or
/// none at all.
std::optional<std::vector<Preset>> load_presets(const std::string& profiles_dir, Diagnostics& diagnostics);
/// One preset from its text; nothing, and the mistakes told, if it has any.
std::optional<Preset> parse_preset(std::string_view text, const std::string& file, Diagnostics& diagnostics);

/// Matches a pattern against a whole text. `{base}` stands for the beginning of a URL, with a host and perhaps
/// a path; any other `{name}` for text without a slash. A name that has a value already in `values` has to
/// have it again; what was found is added there. A text over 2,000 octets matches nothing.
bool match_pattern(std::string_view pattern, std::string_view text, PresetValues& values);

/// `{name}` in the texts of `value` replaced; nothing if one has no value or an empty one.
std::optional<nlohmann::json> filled_in(const nlohmann::json& value, const PresetValues& values);

/// Whether issuer and metadata are of this provider; `values` then holds the parameters that follow. A slash at
/// the issuer's end does not matter. Metadata that the preset itself brings are not asked of the provider.
bool is_of(const Preset& preset, const std::string& issuer, const nlohmann::json& metadata,
           PresetValues& values);

/// The one preset that fits; nothing if none or several do.
const Preset* recognise(const std::vector<Preset>& presets, const std::string& issuer,
                        const nlohmann::json& metadata, PresetValues& values);

}  // namespace oauthentic::script

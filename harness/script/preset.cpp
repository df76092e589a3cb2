#include "script/preset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/embedded_file.hpp"
#include "oauth/json_document.hpp"
#include "script/document.hpp"
#include "script/file.hpp"
#include "script/schema.hpp"

namespace oauthentic::script {

using nlohmann::json;

namespace {

constexpr std::string_view kFolder = "providers/";
constexpr std::string_view kBase = "base";
constexpr std::size_t kLongestText = 2'000;

Claim claim_of(const json& node) {
  return {node.value("because", std::string()), node.value("documented", std::string()),
          node.value("seen", std::string())};
}

/// The names between braces.
std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  for (auto at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    const auto end = text.find('}', at);
    if (end == std::string_view::npos) break;
    names.emplace_back(text.substr(at + 1, end - at - 1));
  }
  return names;
}

class PresetReader {
 public:
  PresetReader(const Document& document, Diagnostics& diagnostics)
      : document_(document), diagnostics_(diagnostics), root_(document.value()) {}

  Preset read() {
    preset_.name = root_.at("provider").get<std::string>();
    preset_.title = root_.at("title").get<std::string>();
    preset_.documentation = root_.at("documentation").get<std::string>();
    preset_.issuer = root_.at("issuer").get<std::string>();
    preset_.example = root_.at("example").get<std::string>();
    preset_.recognised_by = root_.value("recognised_by", std::map<std::string, std::string>());
    for (const auto& [name, node] : oauth::member(root_, "parameters").items()) {
      preset_.parameters.push_back({name, node.at("ask").get<std::string>(),
                                    node.at("example").get<std::string>(), node.value("optional", false)});
    }
    read_defaults();
    for_each("console", [this](const json& node, const std::string&) {
      preset_.console.push_back({node.at("do").get<std::string>(), claim_of(node)});
    });
    for_each("quirks", [this](const json& node, const std::string&) {
      preset_.quirks.push_back({node.at("what").get<std::string>(), claim_of(node),
                                node.value("requirements", std::vector<std::string>())});
    });
    check_names();
    return std::move(preset_);
  }

 private:
  void read_defaults() {
    for_each("defaults", [this](const json& node, const std::string& pointer) {
      const auto key = node.at("set").get<std::string>();
      if (preset_.default_of(key)) tell(pointer_to(pointer, "set"), fmt::format("\"{}\" is set already", key));
      check_parameters(node.at("value"), pointer_to(pointer, "value"));
      preset_.defaults.push_back({key, node.at("value"), claim_of(node)});
    });
  }

  /// Calls it for every entry, and holds each to saying where it is from, once.
  template <typename Read>
  void for_each(const std::string& list, const Read& read) {
    if (!root_.contains(list)) return;
    const auto& nodes = root_.at(list);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const auto pointer = pointer_to("/" + list, i);
      const auto count =
          nodes[i].contains("documented") + nodes[i].contains("seen") + nodes[i].contains("choice");
      if (count != 1)
        tell(pointer, "says not, or twice, where it is from: one of documented: URL, seen: \"version, how\"" +
                          std::string(list == "quirks" ? "" : " or choice: true"));
      read(nodes[i], pointer);
    }
  }

  void check_parameters(const json& value, const std::string& pointer) {
    if (value.is_string()) {
      for (const auto& name : names_in(value.get<std::string>())) {
        if (!preset_.parameter(name))
          tell(pointer, fmt::format("{{{}}} is no parameter; parameters: says what init asks for", name));
      }
    } else if (value.is_structured()) {
      for (const auto& part : value)
        check_parameters(part, pointer);
    }
  }

  /// Every name of a pattern is a parameter, and the example fits the pattern.
  void check_names() {
    check_parameters(preset_.issuer, "/issuer");
    check_parameters(preset_.recognised_by, "/recognised_by");
    PresetValues values;
    if (!match_pattern(preset_.issuer, preset_.example, values))
      tell("/example", fmt::format("does not fit the pattern {}", preset_.issuer));
  }

  void tell(const std::string& pointer, std::string message) {
    diagnostics_.add(document_.place(pointer), std::move(message));
  }

  const Document& document_;
  Diagnostics& diagnostics_;
  const json& root_;
  Preset preset_;
};

/// `text` of a file of the folder `providers/`, in the program or on disk.
struct PresetText {
  std::string file;
  std::string text;
};

std::vector<PresetText> embedded_texts() {
  std::vector<PresetText> texts;
  for (const auto& file : profile_files()) {
    if (file.path.starts_with(kFolder))
      texts.push_back({fmt::format("profiles/{}", file.path), std::string(file.text)});
  }
  return texts;
}

std::vector<PresetText> texts_of_folder(const std::string& profiles_dir, Diagnostics& diagnostics) {
  const auto folder = std::filesystem::path(profiles_dir) / kFolder;
  std::vector<PresetText> texts;
  std::error_code code;
  for (std::filesystem::directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
    if (it->path().extension() != ".yaml") continue;
    std::string error;
    if (auto text = read_file(it->path().string(), error)) {
      texts.push_back({it->path().string(), std::move(*text)});
    } else {
      diagnostics.add({it->path().string()}, error);
    }
  }
  if (code) diagnostics.add({folder.string()}, fmt::format("cannot read the folder: {}", code.message()));
  std::ranges::sort(texts, {}, &PresetText::file);
  return texts;
}

/// `text` from `at` on against `pattern`: tries the shortest value of a name first.
bool match_from(std::string_view pattern, std::string_view text, PresetValues& values) {
  const auto open = pattern.find('{');
  const auto close = pattern.find('}');
  if (open == std::string_view::npos || close == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, open))) return false;
  text.remove_prefix(open);
  const std::string name(pattern.substr(open + 1, close - open - 1));
  const auto rest = pattern.substr(close + 1);
  if (const auto known = values.find(name); known != values.end())
    return text.starts_with(known->second) && match_from(rest, text.substr(known->second.size()), values);
  std::size_t shortest = 1;
  if (name == kBase) {
    if (!text.starts_with("https://") && !text.starts_with("http://")) return false;
    shortest = text.find("//") + 3;
  }
  for (auto size = shortest; size <= text.size(); ++size) {
    const char last = text[size - 1];
    if (last == '?' || last == '#' || (last == '/' && name != kBase)) return false;
    auto found = values;
    found[name] = text.substr(0, size);
    if (!match_from(rest, text.substr(size), found)) continue;
    values = std::move(found);
    return true;
  }
  return false;
}

std::string_view without_slash(std::string_view url) {
  if (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

}  // namespace

std::string Claim::support() const {
  if (!documented.empty()) return "documented: " + documented;
  return seen.empty() ? "a choice of ours" : "seen: " + seen;
}

const PresetDefault* Preset::default_of(std::string_view key) const {
  const auto at = std::ranges::find(defaults, key, &PresetDefault::key);
  return at == defaults.end() ? nullptr : &*at;
}

const PresetParameter* Preset::parameter(std::string_view its) const {
  const auto at = std::ranges::find(parameters, its, &PresetParameter::name);
  return at == parameters.end() ? nullptr : &*at;
}

std::optional<Preset> parse_preset(std::string_view text, const std::string& file, Diagnostics& diagnostics) {
  const auto before = diagnostics.all().size();
  const auto document = Document::parse(text, file, diagnostics);
  if (!document || !check_schema(*document, "provider", diagnostics)) return std::nullopt;
  auto preset = PresetReader(*document, diagnostics).read();
  if (diagnostics.all().size() != before) return std::nullopt;
  return preset;
}

std::optional<std::vector<Preset>> load_presets(const std::string& profiles_dir, Diagnostics& diagnostics) {
  std::vector<Preset> presets;
  const auto texts = profiles_dir.empty() ? embedded_texts() : texts_of_folder(profiles_dir, diagnostics);
  for (const auto& [file, text] : texts) {
    auto preset = parse_preset(text, file, diagnostics);
    if (!preset) continue;
    if (std::ranges::find(presets, preset->name, &Preset::name) != presets.end())
      diagnostics.add({file}, fmt::format("there is already a preset \"{}\"", preset->name));
    presets.push_back(std::move(*preset));
  }
  if (presets.empty() && diagnostics.empty()) diagnostics.add({"profiles/providers"}, "there are no presets");
  if (!diagnostics.empty()) return std::nullopt;
  return presets;
}

bool match_pattern(std::string_view pattern, std::string_view text, PresetValues& values) {
  return text.size() <= kLongestText && match_from(pattern, text, values);
}

std::optional<json> filled_in(const json& value, const PresetValues& values) {
  if (value.is_structured()) {
    auto out = value;
    for (auto& part : out) {
      auto filled = filled_in(part, values);
      if (!filled) return std::nullopt;
      part = std::move(*filled);
    }
    return out;
  }
  if (!value.is_string()) return value;
  auto text = value.get<std::string>();
  for (const auto& name : names_in(text)) {
    const auto found = values.find(name);
    if (found == values.end() || found->second.empty()) return std::nullopt;
    const auto word = "{" + name + "}";
    text.replace(text.find(word), word.size(), found->second);
  }
  return text;
}

bool is_of(const Preset& preset, const std::string& issuer, const json& metadata, PresetValues& values) {
  auto found = values;
  if (!match_pattern(without_slash(preset.issuer), without_slash(issuer), found)) return false;
  for (const auto& [member, pattern] : preset.recognised_by) {
    if (!match_pattern(pattern, oauth::string_member(metadata, member), found)) return false;
  }
  values = std::move(found);
  return true;
}

const Preset* recognise(const std::vector<Preset>& presets, const std::string& issuer, const json& metadata,
                        PresetValues& values) {
  const Preset* only = nullptr;
  PresetValues its;
  for (const auto& preset : presets) {
    PresetValues found;
    if (!is_of(preset, issuer, metadata, found)) continue;
    if (only) return nullptr;
    only = &preset;
    its = std::move(found);
  }
  if (only) values = std::move(its);
  return only;
}

}  // namespace oauthentic::script

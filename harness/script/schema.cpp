#include "script/schema.hpp"

#include <fmt/format.h>

#include <set>
#include <span>
#include <stdexcept>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "core/embedded_file.hpp"
#include "core/suggest.hpp"
#include "oauth/json_document.hpp"

namespace oauthentic::script {

namespace {

using nlohmann::json;

struct LoadedSchema {
  json text;
  valijson::Schema schema;
};

const LoadedSchema& load(std::string_view name) {
  static std::map<std::string, LoadedSchema, std::less<>> loaded = [] {
    std::map<std::string, LoadedSchema, std::less<>> all;
    constexpr std::string_view kFolder = "schema/";
    constexpr std::string_view kEnding = ".schema.json";
    for (const auto& file : profile_files()) {
      if (!file.path.starts_with(kFolder) || !file.path.ends_with(kEnding)) continue;
      auto& one = all[std::string(
          file.path.substr(kFolder.size(), file.path.size() - kFolder.size() - kEnding.size()))];
      one.text = json::parse(file.text);
      valijson::adapters::NlohmannJsonAdapter adapter(one.text);
      valijson::SchemaParser().populateSchema(adapter, one.schema);
    }
    return all;
  }();
  const auto found = loaded.find(name);
  if (found == loaded.end()) throw std::logic_error(fmt::format("there is no schema \"{}\"", name));
  return found->second;
}

/// valijson's context, "<root>", "[member]", "[0]", ...: the names in it.
std::vector<std::string> names_in(const std::vector<std::string>& context) {
  std::vector<std::string> names;
  for (const auto& part : context) {
    if (part.size() >= 2 && part.front() == '[' && part.back() == ']')
      names.push_back(part.substr(1, part.size() - 2));
  }
  return names;
}

std::string pointer_of(const std::vector<std::string>& context) {
  std::string pointer;
  for (const auto& name : names_in(context))
    pointer = pointer_to(pointer, name);
  return pointer;
}

/// The property names that `schema`, a part of `root`, knows at `path` below it, for a suggestion.
void collect_names(const json& root, const json& schema, std::span<const std::string> path,
                   std::vector<std::string>& names) {
  if (const auto ref = schema.find("$ref"); ref != schema.end()) {
    return collect_names(root, root.at(json::json_pointer(ref->get<std::string>().substr(1))), path, names);
  }
  if (const auto choices = schema.find("oneOf"); choices != schema.end()) {
    for (const auto& choice : *choices)
      collect_names(root, choice, path, names);
  }
  const auto& properties = oauth::member(schema, "properties");
  if (path.empty()) {
    for (const auto& [name, unused] : properties.items())
      names.push_back(name);
  } else if (properties.contains(path.front())) {
    collect_names(root, properties.at(path.front()), path.subspan(1), names);
  } else {
    for (const auto* word : {"additionalProperties", "items"}) {
      if (const auto& part = oauth::member(schema, word); part.is_object()) {
        collect_names(root, part, path.subspan(1), names);
      }
    }
  }
}

/// The first property that additionalProperties refused: valijson names it at the end of its sentence.
std::string refused_property(const std::string& description) {
  constexpr std::string_view kBefore = "'additionalProperties' constraints: '";
  constexpr std::string_view kAfter = "'.";
  const auto at = description.find(kBefore);
  if (at == std::string::npos || !description.ends_with(kAfter)) return {};
  const auto first = at + kBefore.size();
  return description.substr(first, description.size() - kAfter.size() - first);
}

constexpr std::string_view kWrongType = "Value type not permitted by 'type' constraint.";

bool is_summary_of_others(const std::string& description) {
  return description.starts_with("Failed to validate against") ||
         description.starts_with("Failed to validate item");
}

}  // namespace

bool check_schema(const Document& document, std::string_view schema, Diagnostics& diagnostics) {
  const auto& loaded = load(schema);
  valijson::Validator validator;
  valijson::ValidationResults results;
  valijson::adapters::NlohmannJsonAdapter target(document.value());
  if (validator.validate(loaded.schema, target, &results)) return true;

  std::vector<valijson::ValidationResults::Error> errors;
  for (valijson::ValidationResults::Error error; results.popError(error);)
    errors.push_back(error);
  // Below oneOf every alternative speaks: "not the type" of one is no mistake where another one got further.
  std::set<std::string> got_further;
  for (const auto& error : errors) {
    auto at = pointer_of(error.context);
    if (is_summary_of_others(error.description) || (error.description == kWrongType && at.empty())) continue;
    if (error.description == kWrongType) at.resize(at.rfind('/'));
    while (got_further.insert(at).second && !at.empty())
      at.resize(at.rfind('/'));
  }
  const auto count_before = diagnostics.all().size();
  std::set<std::string> told;
  for (const auto& error : errors) {
    const auto pointer = pointer_of(error.context);
    if (is_summary_of_others(error.description) || !told.insert(pointer + " " + error.description).second)
      continue;
    if (const auto name = refused_property(error.description); !name.empty()) {
      std::vector<std::string> known;
      collect_names(loaded.text, loaded.text, names_in(error.context), known);
      diagnostics.add(document.place(pointer_to(pointer, name)),
                      fmt::format("unknown key \"{}\"{}", name, did_you_mean(name, known)));
    } else if (error.description != kWrongType || !got_further.contains(pointer)) {
      diagnostics.add(document.place(pointer),
                      fmt::format("{}: {}", pointer.empty() ? "the file" : pointer, error.description));
    }
  }
  if (diagnostics.all().size() == count_before) {
    diagnostics.add(document.place(pointer_of(errors.back().context)), errors.back().description);
  }
  return false;
}

}  // namespace oauthentic::script

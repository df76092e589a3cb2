#include <fmt/format.h>

#include <algorithm>

#include "core/suggest.hpp"
#include "script/placeholder.hpp"
#include "script/reader.hpp"
#include "script/vocabulary.hpp"

namespace oauthentic::script {

namespace {

using Verbs = std::map<std::string, std::string>;  // step → verb

std::vector<std::string> keys_of(const Verbs& verbs) {
  std::vector<std::string> keys;
  for (const auto& [key, unused] : verbs)
    keys.push_back(key);
  return keys;
}

class PlaceholderChecker {
 public:
  PlaceholderChecker(const Document& document, const Scenario& scenario, const Names& names,
                     Diagnostics& diagnostics)
      : document_(document), diagnostics_(diagnostics), known_(script::names(placeholder_roots())) {
    if (scenario.row_source) columns_.insert(scenario.row_source->variable);
    for (const auto& row : scenario.rows) {
      for (const auto& [name, unused] : row.values.items())
        columns_.insert(name);
    }
    for (const auto& step : scenario.steps)
      verbs_[step.name] = step.verb;
    for (const auto& instance : scenario.instances) {
      auto& verbs = instances_[instance.name];
      for (const auto& step : names.flows.at(instance.flow).steps)
        verbs[step.name] = step.verb;
    }
    for (const auto& step : scenario.steps) {
      if (!step.instance.empty()) instances_[step.instance][step.name] = step.verb;
    }
    for (const auto& [name, unused] : verbs_)
      known_.push_back(name);
    for (const auto& [name, unused] : instances_)
      known_.push_back(name);
  }

  void check(const std::string& path, const std::string& at) {
    if (path == "{{") return tell(at, "a placeholder that is not closed with }}");
    const auto root = path.substr(0, path.find('.'));
    if (std::ranges::find(known_, root) == known_.end()) {
      return tell(at, fmt::format("undefined variable \"{}\"{}", path, did_you_mean(root, known_)));
    }
    if (root == path) return tell(at, fmt::format("\"{}\" names no value; write {}.something", path, root));
    const auto rest = path.substr(root.size() + 1);
    if (const auto members = members_of(root); !members.empty()) {
      if (std::ranges::find(members, rest) != members.end()) return;
      return tell(at, fmt::format("there is no {}{}", path, did_you_mean(rest, members)));
    }
    if (root == "each") return check_column(rest, at);
    if (const auto step = verbs_.find(root); step != verbs_.end())
      return check_fact(root, step->second, rest, at);
    if (const auto verbs = instances_.find(root); verbs != instances_.end()) check_instance(*verbs, rest, at);
  }

 private:
  void tell(const std::string& pointer, std::string message) {
    diagnostics_.add(document_.place(pointer), std::move(message));
  }

  /// Of the variables that always have the same.
  static std::vector<std::string> members_of(const std::string& root) {
    static const std::map<std::string, std::vector<std::string>> kMembers = {
        {"random", {"verifier", "token", "hex", "word"}},
        {"nul", {"octet", "crlf", "delete", "latin1"}},
        {"long", {"k4", "k64", "m1"}}};
    const auto at = kMembers.find(root);
    return at == kMembers.end() ? std::vector<std::string>() : at->second;
  }

  void check_column(const std::string& rest, const std::string& at) {
    const auto column = rest.substr(0, rest.find('.'));
    if (columns_.contains(column)) return;
    tell(at, fmt::format("the table has no column \"{}\"{}", column,
                         did_you_mean(column, std::vector<std::string>(columns_.begin(), columns_.end()))));
  }

  void check_instance(const std::pair<const std::string, Verbs>& instance, const std::string& rest,
                      const std::string& at) {
    const auto name = rest.substr(0, rest.find('.'));
    const auto step = instance.second.find(name);
    if (step == instance.second.end()) {
      return tell(at, fmt::format("flow instance \"{}\" has no step \"{}\"{}", instance.first, name,
                                  did_you_mean(name, keys_of(instance.second))));
    }
    const auto full = instance.first + "." + name;
    if (name == rest) return tell(at, fmt::format("\"{}\" names no value; write {}.something", full, full));
    check_fact(full, step->second, rest.substr(name.size() + 1), at);
  }

  void check_fact(const std::string& step, const std::string& verb_name, const std::string& rest,
                  const std::string& at) {
    const auto* verb = find_verb(verb_name);
    const auto fact = rest.substr(0, rest.find('.'));
    if (!verb || contains(verb->facts, fact) || contains(common_facts(), fact)) return;
    auto facts = names(verb->facts);
    for (const auto& word : common_facts())
      facts.emplace_back(word.name);
    tell(at,
         fmt::format("step \"{}\" ({}) yields no \"{}\"{}", step, verb->name, fact, did_you_mean(fact, facts)));
  }

  const Document& document_;
  Diagnostics& diagnostics_;
  std::vector<std::string> known_;
  std::set<std::string> columns_;
  Verbs verbs_;
  std::map<std::string, Verbs> instances_;
};

}  // namespace

void check_placeholders(const Document& document, const std::string& pointer, const Scenario& scenario,
                        const Names& names, Diagnostics& diagnostics) {
  PlaceholderChecker checker(document, scenario, names, diagnostics);
  for_each_text(document.value().at(nlohmann::json::json_pointer(pointer)), pointer,
                [&](const std::string& text, const std::string& at) {
                  for (const auto& path : placeholders_in(text))
                    checker.check(path, at);
                });
}

}  // namespace oauthentic::script

// oauthentic list, oauthentic explain
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/command.hpp"
#include "cli/streams.hpp"
#include "core/suggest.hpp"
#include "mock_servers/faults.hpp"
#include "mock_servers/provider.hpp"
#include "reports/known_cases.hpp"
#include "script/preset.hpp"
#include "script/vocabulary.hpp"

namespace oauthentic::cli {

namespace {

using nlohmann::json;

/// Scenarios and faults of each requirement's class.
struct Coverage {
  std::map<std::string, std::vector<std::string>> scenarios;
  std::map<std::string, std::vector<std::string>> faults;

  explicit Coverage(const script::Library& library) {
    for (const auto& scenario : library.scenarios) {
      for (const auto& id : scenario.requirements())
        scenarios[library.representative(id)].push_back(scenario.id);
    }
    for (const auto& fault : mock::faults()) {
      for (const auto& id : fault.trips)
        faults[library.representative(id)].push_back(fault.name);
    }
  }

  /// Why an open requirement is open.
  static std::string reason(const script::Library& library, const Requirement& requirement,
                            const std::string& status) {
    if (status != "open") return requirement.excluded;
    for (const auto& scenario : library.scenarios) {
      const auto ids = scenario.requirements();
      if (std::ranges::find(ids, requirement.id) != ids.end() && !scenario.not_yet().empty())
        return scenario.not_yet();
    }
    return "no scenario and fault decide it yet";
  }

  static std::string status(const Requirement& requirement, bool has_scenario, bool has_fault) {
    if (!requirement.excluded.empty()) return "excluded";
    return has_scenario && has_fault ? "covered" : "open";
  }
};

json requirement_json(const script::Library& library, const Coverage& coverage, const Requirement& r) {
  const auto of_class = [&](const auto& map) {
    const auto at = map.find(library.representative(r.id));
    return at == map.end() ? std::vector<std::string>() : at->second;
  };
  const auto scenarios = of_class(coverage.scenarios);
  const auto faults = of_class(coverage.faults);
  auto runnable = scenarios;
  std::erase_if(runnable, [&](const std::string& id) {
    const auto at = std::ranges::find(library.scenarios, id, &script::Scenario::id);
    return at == library.scenarios.end() || !at->not_yet().empty();
  });
  const auto status = Coverage::status(r, !runnable.empty(), !faults.empty());
  return {{"id", r.id},
          {"spec", r.spec},
          {"section", r.section},
          {"role", r.role},
          {"level", to_string(r.level)},
          {"summary", r.summary},
          {"source", r.source},
          {"status", status},
          {"reason", Coverage::reason(library, r, status)},
          {"scenarios", scenarios},
          {"faults", faults}};
}

void print(const json& rows, bool as_json, const std::vector<std::pair<const char*, int>>& columns) {
  if (as_json) {
    fmt::print("{}\n", rows.dump(2));
    return;
  }
  for (const auto& row : rows) {
    std::string line;
    for (const auto& [name, width] : columns)
      line += fmt::format("{:<{}} ", row.at(name).get<std::string>(), width);
    line.erase(line.find_last_not_of(' ') + 1);
    fmt::print("{}\n", line);
  }
}

void print_words(std::span<const script::Word> words, bool as_json) {
  json rows = json::array();
  for (const auto& word : words)
    rows.push_back({{"name", word.name}, {"summary", word.summary}});
  print(rows, as_json, {{"name", 24}, {"summary", 0}});
}

void print_verbs(bool as_json) {
  json rows = json::array();
  for (const auto& verb : script::verbs()) {
    json arguments = json::object(), facts = json::object();
    for (const auto& word : verb.arguments)
      arguments[std::string(word.name)] = word.summary;
    for (const auto& word : verb.facts)
      facts[std::string(word.name)] = word.summary;
    const std::string note = verb.available ? "" : " (not yet run)";
    rows.push_back({{"name", verb.name},
                    {"summary", std::string(verb.summary) + note},
                    {"available", verb.available},
                    {"arguments", arguments},
                    {"facts", facts}});
  }
  print(rows, as_json, {{"name", 16}, {"summary", 0}});
}

void print_requirements(const script::Library& library, bool as_json) {
  const Coverage coverage(library);
  json rows = json::array();
  std::map<std::string, int> counts;
  for (const auto& r : library.requirements) {
    rows.push_back(requirement_json(library, coverage, r));
    ++counts[rows.back().at("status").get<std::string>()];
  }
  print(rows, as_json, {{"status", 8}, {"level", 6}, {"id", 52}, {"summary", 0}});
  if (!as_json)
    fmt::print("{} covered, {} excluded, {} open\n", counts["covered"], counts["excluded"], counts["open"]);
}

void print_scenarios(const script::Library& library, bool as_json) {
  json rows = json::array();
  for (const auto& s : library.scenarios) {
    const auto not_yet = s.not_yet();
    rows.push_back({{"id", s.id},
                    {"title", s.title + (not_yet.empty() ? "" : " (not yet run)")},
                    {"not_yet", not_yet},
                    {"flow", s.flow},
                    {"rows", s.rows.size()},
                    {"requirements", s.requirements()},
                    {"place", s.place.file_and_line()}});
  }
  print(rows, as_json, {{"id", 48}, {"title", 0}});
}

void print_profiles(const script::Library& library, bool as_json) {
  json rows = json::array();
  for (const auto& p : library.profiles) {
    rows.push_back({{"id", p.id},
                    {"title", p.title},
                    {"summary", p.summary},
                    {"requirements", p.levels.size()},
                    {"specifications", p.specifications}});
  }
  print(rows, as_json, {{"id", 16}, {"title", 56}, {"summary", 0}});
}

void print_faults(bool as_json) {
  json rows = json::array();
  for (const auto& f : mock::faults()) {
    rows.push_back({{"name", f.name},
                    {"stance", f.stance},
                    {"summary", f.summary},
                    {"trips", f.trips},
                    {"masks", f.masks}});
  }
  print(rows, as_json, {{"name", 44}, {"stance", 8}, {"summary", 0}});
}

void print_manners(bool as_json) {
  json rows = json::array();
  for (const auto& manner : mock::manners())
    rows.push_back({{"name", manner.name}, {"summary", manner.summary}});
  print(rows, as_json, {{"name", 14}, {"summary", 0}});
}

void print_flows(const script::Library& library, bool as_json) {
  json rows = json::array();
  for (const auto& [id, flow] : library.flows) {
    std::string steps;
    for (const auto& step : flow.steps)
      steps += (steps.empty() ? "" : ", ") + step.name;
    rows.push_back({{"id", id}, {"title", flow.title}, {"steps", steps}});
  }
  print(rows, as_json, {{"id", 22}, {"steps", 0}});
}

int print_providers(const ListOptions& options) {
  const auto presets = load_presets_or_tell(options.profiles_dir);
  if (!presets) return kWrongInput;
  json rows = json::array();
  for (const auto& preset : *presets) {
    json quirks = json::array(), parameters = json::object();
    for (const auto& quirk : preset.quirks)
      quirks.push_back({{"what", quirk.what},
                        {"because", quirk.claim.because},
                        {"support", quirk.claim.support()},
                        {"requirements", quirk.requirements}});
    for (const auto& parameter : preset.parameters)
      parameters[parameter.name] = parameter.ask;
    rows.push_back({{"name", preset.name},
                    {"title", preset.title},
                    {"issuer", preset.issuer},
                    {"documentation", preset.documentation},
                    {"parameters", parameters},
                    {"quirks", quirks}});
  }
  print(rows, options.json, {{"name", 16}, {"title", 30}, {"issuer", 0}});
  return kDone;
}

std::string wrapped(const std::string& text, std::size_t width = 78) {
  std::string out, line;
  for (const auto word : split(text, ' ')) {
    if (!line.empty() && line.size() + 1 + word.size() > width) {
      out += line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + std::string(word);
  }
  return out + line + "\n";
}

}  // namespace

int list(const ListOptions& options) {
  static const std::vector<std::string> kWhat = {
      "requirements", "scenarios", "profiles", "flows",      "providers",    "faults",       "manners",
      "stances",      "verbs",     "matchers", "deviations", "expectations", "capabilities", "reference"};
  if (std::ranges::find(kWhat, options.what) == kWhat.end()) {
    say("there is no list of \"{}\"{} (there are {})\n", options.what, did_you_mean(options.what, kWhat),
        fmt::join(kWhat, ", "));
    return kWrongInput;
  }
  const auto& what = options.what;
  if (what == "providers") return print_providers(options);
  if (what == "verbs") print_verbs(options.json);
  if (what == "matchers") print_words(script::matchers(), options.json);
  if (what == "deviations") {
    print_words(script::deviations(), options.json);
    if (!options.json) fmt::print("\nof authentication:\n");
    if (!options.json) print_words(script::authentication_deviations(), false);
  }
  if (what == "expectations") print_words(script::expectation_words(), options.json);
  if (what == "capabilities") print_words(script::capabilities(), options.json);
  if (what == "reference") fmt::print("{}", script::reference_markdown());
  if (what == "faults") print_faults(options.json);
  if (what == "manners") print_manners(options.json);
  if (what == "stances") {
    for (const auto& stance : mock::Provider::stances())
      fmt::print("{}\n", stance);
  }
  const std::set<std::string> kNeedLibrary = {"requirements", "scenarios", "profiles", "flows"};
  if (!kNeedLibrary.contains(what)) return kDone;
  const auto library = load_library_or_tell(options.profiles_dir, options.scripts);
  if (!library) return kWrongInput;
  if (what == "requirements") print_requirements(*library, options.json);
  if (what == "scenarios") print_scenarios(*library, options.json);
  if (what == "profiles") print_profiles(*library, options.json);
  if (what == "flows") print_flows(*library, options.json);
  return kDone;
}

namespace {

void add_demands(const std::vector<script::Question>& questions, const std::vector<std::string>& ids,
                 std::vector<std::string>& demands) {
  for (const auto& question : questions) {
    if (std::ranges::find(ids, question.requirement) == ids.end()) continue;
    const auto what = question.about_error
                          ? fmt::format("if refused, the error is {}", fmt::join(question.errors, " or "))
                          : question.expectation.describe();
    auto demand = fmt::format("{}: {}", fmt::join(question.steps, " or "), what);
    if (std::ranges::find(demands, demand) == demands.end()) demands.push_back(std::move(demand));
  }
}

/// What its scenarios expect of which step, each once.
std::vector<std::string> demands_on(const script::Library& library, const Requirement& requirement) {
  const auto ids = library.equivalents(requirement.id);
  std::vector<std::string> demands;
  for (const auto& scenario : library.scenarios) {
    add_demands(scenario.questions, ids, demands);
    for (const auto& row : scenario.rows)
      add_demands(row.questions, ids, demands);
  }
  return demands;
}

}  // namespace

int explain(const std::string& id, const ListOptions& options) {
  const auto library = load_library_or_tell(options.profiles_dir, options.scripts);
  if (!library) return kWrongInput;
  const auto* r = library->requirement(id);
  if (!r) {
    std::vector<std::string> ids;
    for (const auto& one : library->requirements)
      ids.push_back(one.id);
    say("unknown requirement \"{}\"{} (oauthentic list requirements)\n", id, did_you_mean(id, ids));
    return kWrongInput;
  }
  const Coverage coverage(*library);
  const auto row = requirement_json(*library, coverage, *r);
  if (options.json) {
    auto all = row;
    all["why"] = r->why;
    all["mend"] = r->mend;
    all["known"] = reports::known_cases<json>(*r);
    all["demands"] = demands_on(*library, *r);
    fmt::print("{}\n", all.dump(2));
    return kDone;
  }
  const auto* spec = library->specification(r->spec);
  fmt::print("{}\n{}{}{}, {} of the {}\n\n{}\n", r->id, spec->name, r->section.empty() ? "" : " section ",
             r->section, to_string(r->level), r->role == "RS" ? "resource server" : "authorization server",
             wrapped(r->summary));
  if (!r->why.empty()) fmt::print("Why it matters\n{}\n", wrapped(r->why));
  if (!r->known.empty()) fmt::print("Known cases\n");
  for (const auto& one : r->known)
    fmt::print("{}\n", wrapped(fmt::format("{}, {}: {} {}", one.id, one.of, one.what, one.url)));
  if (!r->mend.empty()) fmt::print("How to mend it\n{}\n", wrapped(r->mend));
  if (!r->excluded.empty()) fmt::print("Not checked\n{}\n", wrapped(r->excluded));
  for (const auto& scenario : library->scenarios) {
    const auto ids = row.at("scenarios").get<std::vector<std::string>>();
    if (std::ranges::find(ids, scenario.id) == ids.end()) continue;
    fmt::print("Checked by {} ({})\n  {}\n", scenario.id, scenario.place.file_and_line(), scenario.title);
  }
  const auto demands = demands_on(*library, *r);
  if (!demands.empty()) fmt::print("A violation is what differs from this\n");
  for (const auto& demand : demands)
    fmt::print("  {}\n", demand);
  for (const auto& fault : row.at("faults"))
    fmt::print("Proven by the fault {}\n", fault.get<std::string>());
  for (const auto& profile : library->profiles) {
    if (const auto level = profile.levels.find(id); level != profile.levels.end()) {
      fmt::print("Asked for by {}: {}\n", profile.id, to_string(level->second));
    }
  }
  return kDone;
}

}  // namespace oauthentic::cli

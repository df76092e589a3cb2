// Property: a file of scenarios or a flow, however it was written, is read or its mistakes are told; reading
// never throws, and what passed without a mistake names only what there is.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/embedded_file.hpp"
#include "fuzz/target.hpp"
#include "script/reader.hpp"
#include "script/schema.hpp"
#include "script/vocabulary.hpp"

namespace oauthentic::fuzz {

namespace {

using script::Diagnostics;
using script::Document;

void add_names(const EmbeddedFile& file, script::Names& names) {
  Diagnostics diagnostics;
  const auto document = Document::parse(file.text, std::string(file.path), diagnostics);
  if (!document) return;
  if (file.path.starts_with("flows/")) {
    if (auto flow = script::read_flow(*document, diagnostics)) names.flows.emplace(flow->id, *flow);
  } else if (file.path.starts_with("requirements/")) {
    for (const auto& row : document->value().at("requirements"))
      names.requirements.insert(row.at("id").get<std::string>());
  }
}

/// The flows and requirements of the program itself.
const script::Names& known_names() {
  static const auto names = [] {
    script::Names all;
    for (const auto& file : profile_files())
      add_names(file, all);
    require(!all.flows.empty() && !all.requirements.empty(), "the program has flows and requirements");
    return all;
  }();
  return names;
}

void check_steps(const std::vector<script::Step>& steps) {
  for (const auto& step : steps) {
    require(script::find_verb(step.verb) != nullptr && !step.name.empty(), "a step has a verb and a name",
            step.verb);
    require(step.arguments.is_object(), "arguments are named", step.name);
  }
}

void check_scenario(const script::Scenario& scenario) {
  require(known_names().flows.contains(scenario.flow), "a scenario has a flow", scenario.id);
  require(!scenario.rows.empty() || scenario.row_source, "a scenario has a row", scenario.id);
  check_steps(scenario.steps);
  check_steps(scenario.cleanup);
  const auto ids = scenario.requirements();
  require(!ids.empty(), "a scenario decides something", scenario.id);
  for (const auto& id : ids)
    require(known_names().requirements.contains(id), "what is decided is a requirement", id);
}

}  // namespace

OAUTHENTIC_FUZZ_TARGET(scenarios, input) {
  Diagnostics diagnostics;
  const auto document = Document::parse(input, "fuzz.yaml", diagnostics);
  if (!document || !document->value().is_object()) return;
  const auto& names = known_names();
  if (document->value().contains("flow")) {
    if (!script::check_schema(*document, "flow", diagnostics))
      return require(!diagnostics.empty(), "a mistake is told", input);
    const auto flow = script::read_flow(*document, diagnostics);
    require(flow || !diagnostics.empty(), "a flow is read or its mistake is told", input);
    if (diagnostics.empty()) check_steps(flow->steps);
    return;
  }
  if (!script::check_schema(*document, "scenarios", diagnostics))
    return require(!diagnostics.empty(), "a mistake is told", input);
  const auto scenarios = script::read_scenarios(*document, names, diagnostics);
  if (!diagnostics.empty()) return;
  require(!scenarios.empty(), "a topic has scenarios", input);
  for (const auto& scenario : scenarios)
    check_scenario(scenario);
}

}  // namespace oauthentic::fuzz

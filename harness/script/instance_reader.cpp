#include <fmt/format.h>

#include <algorithm>

#include "core/suggest.hpp"
#include "script/reader.hpp"

namespace oauthentic::script {

std::string unknown_flow(const std::string& id, const Names& names) {
  std::vector<std::string> known;
  for (const auto& [name, unused] : names.flows)
    known.push_back(name);
  return fmt::format("unknown flow \"{}\"{}", id, did_you_mean(id, known));
}

void InstanceReader::read(const std::string& pointer, std::set<std::string>& taken, Scenario& scenario) const {
  for (const auto& [name, value] : document_.value().at(nlohmann::json::json_pointer(pointer)).items()) {
    const auto at = pointer_to(pointer, name);
    Instance instance{name,
                      value.value("flow", scenario.flow),
                      value.value("client", std::string()),
                      value.value("user", std::string("user")),
                      value.value("until", std::string()),
                      document_.place(at)};
    const auto flow = names_.flows.find(instance.flow);
    if (flow == names_.flows.end()) {
      diagnostics_.add(document_.place(pointer_to(at, "flow")), unknown_flow(instance.flow, names_));
      continue;
    }
    bool reached = instance.until.empty();
    for (const auto& step : flow->second.steps) {
      taken.insert(name + "." + step.name);
      reached = reached || step.name == instance.until;
    }
    if (!reached) {
      diagnostics_.add(document_.place(pointer_to(at, "until")),
                       fmt::format("flow \"{}\" has no step \"{}\"", instance.flow, instance.until));
    }
    for (const auto& need : flow->second.needs) {
      if (std::ranges::find(scenario.needs, need) == scenario.needs.end()) scenario.needs.push_back(need);
    }
    scenario.instances.push_back(std::move(instance));
  }
}

void InstanceReader::check(const std::vector<Step>& steps, const Scenario& scenario) const {
  std::vector<std::string> known;
  for (const auto& instance : scenario.instances)
    known.push_back(instance.name);
  for (const auto& step : steps) {
    if (step.instance.empty() || std::ranges::find(known, step.instance) != known.end()) continue;
    diagnostics_.add(step.place, fmt::format("there is no flow instance \"{}\"{}", step.instance,
                                             did_you_mean(step.instance, known)));
  }
}

}  // namespace oauthentic::script

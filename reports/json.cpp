#include "reports/json.hpp"

#include <nlohmann/json.hpp>

#include "reports/known_cases.hpp"
#include "reports/text.hpp"
#include "reports/view.hpp"

namespace oauthentic::reports {

namespace {

using Json = nlohmann::ordered_json;

Json target_of(const TargetSummary& target) {
  auto endpoints = Json::object();
  for (const auto& [name, url] : target.endpoints)
    endpoints[name] = url;
  return {{"name", target.name},
          {"issuer", target.issuer},
          {"capabilities", target.capabilities},
          {"endpoints", endpoints}};
}

Json profile_of(const ProfileVerdict& verdict, bool selected) {
  auto counts = Json::object();
  for (const auto which : kVerdictOrder)
    counts[std::string(to_string(which))] = count_of(verdict, which);
  auto judgements = Json::array();
  for (const auto& judgement : verdict.judgements) {
    auto scenarios = Json::array();
    if (judgement.result) {
      for (const auto* outcome : judgement.result->outcomes) {
        if (std::ranges::find(scenarios, Json(outcome->scenario)) == scenarios.end())
          scenarios.push_back(outcome->scenario);
      }
    }
    judgements.push_back({{"requirement", judgement.requirement->id},
                          {"level", to_string(judgement.level)},
                          {"verdict", to_string(judgement.verdict)},
                          {"scenarios", std::move(scenarios)}});
  }
  return {{"id", verdict.profile->id},      {"title", verdict.profile->title},
          {"selected", selected},           {"conformant", verdict.conformant},
          {"undecided", verdict.undecided}, {"specifications", verdict.profile->specifications},
          {"counts", std::move(counts)},    {"judgements", std::move(judgements)}};
}

Json requirement_of(const Finding& finding) {
  const auto& requirement = *finding.requirement;
  auto counts = Json::object();
  for (const auto& [result, count] : finding.result->counts)
    counts[std::string(to_string(result))] = count;
  Json out = {{"id", requirement.id},
              {"specification", requirement.spec},
              {"section", requirement.section},
              {"url", section_url(finding)},
              {"role", requirement.role},
              {"level", to_string(requirement.level)},
              {"summary", requirement.summary},
              {"why", requirement.why},
              {"mend", requirement.mend},
              {"known", known_cases<Json>(requirement)},
              {"source", requirement.source},
              {"same_as", requirement.same_as},
              {"contradicts", requirement.contradicts},
              {"observed", finding.result->observed},
              {"result", nullptr},
              {"counts", std::move(counts)}};
  if (finding.result->observed) out["result"] = to_string(finding.result->result);
  if (!requirement.excluded.empty()) out["excluded"] = requirement.excluded;
  return out;
}

Json outcome_of(const Outcome& outcome) {
  return {{"requirement", outcome.requirement},
          {"scenario", outcome.scenario},
          {"row", outcome.row},
          {"variant", outcome.variant},
          {"step", outcome.step},
          {"result", to_string(outcome.result)},
          {"expected", outcome.expected},
          {"observed", outcome.observed},
          {"exchanges", outcome.exchanges},
          {"place", outcome.place}};
}

Json scenario_of(const ScenarioRun& scenario) {
  return {{"id", scenario.id},
          {"row", scenario.row},
          {"variant", scenario.variant},
          {"title", scenario.title},
          {"place", scenario.place},
          {"deviation", scenario.deviation},
          {"steps", scenario.steps},
          {"exchanges", scenario.exchanges},
          {"milliseconds", scenario.duration.count()},
          {"note", scenario.note}};
}

}  // namespace

std::string write_json(const ReportInput& input) {
  const View view(input);
  const auto& run = view.run();
  Json out = {{"format", "oauthentic-run"},
              {"version", 1},
              {"tool", {{"name", "oauthentic"}, {"version", run.tool_version}}},
              {"target", target_of(run.target)},
              {"started", iso_time(run.started)},
              {"finished", run.finished ? Json(iso_time(*run.finished)) : Json(nullptr)},
              {"seed", run.seed},
              {"command", run.command},
              {"exchanges", run.exchange_count},
              {"conformant", view.conformant()}};
  auto& profiles = out["profiles"] = Json::array();
  for (const auto* verdict : view.selected())
    profiles.push_back(profile_of(*verdict, true));
  for (const auto* verdict : view.others())
    profiles.push_back(profile_of(*verdict, false));
  auto& specifications = out["specifications"] = Json::array();
  for (const auto& specification : *input.specifications) {
    specifications.push_back({{"id", specification.id},
                              {"name", specification.name},
                              {"title", specification.title},
                              {"url", specification.url}});
  }
  auto& requirements = out["requirements"] = Json::array();
  for (const auto& finding : view.findings())
    requirements.push_back(requirement_of(finding));
  auto& outcomes = out["outcomes"] = Json::array();
  for (const auto& outcome : run.outcomes)
    outcomes.push_back(outcome_of(outcome));
  auto& scenarios = out["scenarios"] = Json::array();
  for (const auto& scenario : run.scenarios)
    scenarios.push_back(scenario_of(scenario));
  out["problems"] = run.problems;
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace oauthentic::reports

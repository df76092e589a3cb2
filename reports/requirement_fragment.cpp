#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/fragments.hpp"
#include "reports/known_cases.hpp"
#include "reports/sequence.hpp"
#include "reports/text.hpp"

namespace oauthentic::reports {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxRows = 200;
constexpr std::size_t kMaxText = 2000;
constexpr std::size_t kMaxEvidenceLinks = 8;

Json levels_of(const Finding& finding) {
  auto out = Json::array();
  for (const auto& asked : finding.asked) {
    out.push_back({{"profile", asked.profile->title},
                   {"level", to_string(asked.level)},
                   {"verdict", words(to_string(asked.verdict))},
                   {"symbol", symbol(asked.verdict)},
                   {"class", verdict_class(asked.verdict)},
                   {"selected", asked.selected}});
  }
  return out;
}

std::string role_name(const std::string& role) {
  return role == "AS" ? "authorization server" : role == "RS" ? "resource server" : role;
}

/// What the filter of the page reads: "profile:level:verdict" for each profile.
std::string filter_key(const Finding& finding) {
  std::string out;
  for (const auto& asked : finding.asked) {
    out += fmt::format("{}{}:{}:{}", out.empty() ? "" : " ", asked.profile->id,
                       to_lower(to_string(asked.level)), to_string(asked.verdict));
  }
  return out;
}

Json evidence_links(const Page& page, const Outcome& outcome) {
  auto out = Json::array();
  const auto& ids = outcome.exchanges;
  for (auto i = ids.size() - std::min(ids.size(), kMaxEvidenceLinks); i < ids.size(); ++i) {
    out.push_back({{"link", page.evidence.link(ids[i])},
                   {"name", ids[i]},
                   {"short", ids[i].substr(ids[i].rfind('#') + 1)}});
  }
  return out;
}

Json outcome_of(const Page& page, const Outcome& outcome) {
  return {{"symbol", symbol(as_verdict(outcome.result))},
          {"class", verdict_class(as_verdict(outcome.result))},
          {"result", words(to_string(outcome.result))},
          {"scenario", outcome.scenario},
          {"row", cut(outcome.row, 400)},
          {"variant", outcome.variant},
          {"step", outcome.step},
          {"place", outcome.place},
          {"expected", cut(outcome.expected, kMaxText)},
          {"observed", cut(outcome.observed, kMaxText)},
          {"links", evidence_links(page, outcome)}};
}

const ScenarioRun* scenario_of(const RunRecord& run, const Outcome& outcome) {
  const auto at = std::ranges::find_if(run.scenarios, [&](const ScenarioRun& scenario) {
    return scenario.id == outcome.scenario && scenario.row == outcome.row &&
           scenario.variant == outcome.variant;
  });
  return at == run.scenarios.end() ? nullptr : &*at;
}

/// The scenario's course, drawn where something went wrong in it.
void add_course(Json& values, const Page& page, const Outcome& outcome) {
  values["title"] = "";
  values["drawing"] = "";
  const auto& run = page.view.run();
  const auto* scenario = scenario_of(run, outcome);
  if (!scenario) return;
  values["title"] = scenario->title;
  if (outcome.result == Result::satisfied || outcome.result == Result::not_applicable) return;
  const auto link = [&](const std::string& exchange) { return page.evidence.link(exchange); };
  values["drawing"] = draw_sequence(sequence_of(run, *scenario, &outcome), link);
}

/// "3 violated, 12 satisfied"
std::string counts_of(const RequirementResult& result) {
  std::string out;
  for (auto at = result.counts.rbegin(); at != result.counts.rend(); ++at) {
    if (at->second > 0)
      out += fmt::format("{}{} {}", out.empty() ? "" : ", ", at->second, words(to_string(at->first)));
  }
  return out;
}

void add_related(Json& values, const Requirement& requirement) {
  auto same = Json::array();
  for (const auto& id : requirement.same_as)
    same.push_back({{"id", id}});
  auto opposite = Json::array();
  for (const auto& id : requirement.contradicts)
    opposite.push_back({{"id", id}});
  values["any_same"] = !same.empty();
  values["any_opposite"] = !opposite.empty();
  values["same"] = std::move(same);
  values["opposite"] = std::move(opposite);
}

void add_outcomes(Json& values, const Page& page, const Finding& finding) {
  const auto& outcomes = finding.result->outcomes;
  auto rows = Json::array();
  for (const auto* outcome : outcomes) {
    if (rows.size() == kMaxRows) break;
    rows.push_back(outcome_of(page, *outcome));
  }
  const bool table = outcomes.size() > 1;
  values["main"] = false;
  if (const auto* outcome = finding.deciding()) {
    values["main"] = outcome_of(page, *outcome);
    add_course(values["main"], page, *outcome);
  }
  values["rows_note"] =
      outcomes.size() > kMaxRows ? fmt::format("The first {} of {} are shown.", kMaxRows, outcomes.size()) : "";
  values["any_rows"] = table;
  values["rows"] = table ? std::move(rows) : Json::array();
  values["counts"] = counts_of(*finding.result);
}

}  // namespace

std::string requirement_fragment(const Page& page, const Finding& finding) {
  const auto& requirement = *finding.requirement;
  Json values = {
      {"id", requirement.id},
      {"summary", requirement.summary},
      {"why", requirement.why},
      {"mend", requirement.mend},
      {"known", known_cases<Json>(requirement)},
      {"any_known", !requirement.known.empty()},
      {"excluded", requirement.excluded},
      {"role", role_name(requirement.role)},
      {"any_reading", !requirement.why.empty() || !requirement.mend.empty() || !requirement.known.empty()},
      {"section", section_name(finding)},
      {"section_url", section_url(finding)},
      {"level", finding.level ? std::string(to_string(*finding.level)) : std::string()},
      {"symbol", symbol(finding.verdict)},
      {"verdict", words(to_string(finding.verdict))},
      {"verdict_id", to_string(finding.verdict)},
      {"class", verdict_class(finding.verdict)},
      {"asked", filter_key(finding)},
      {"levels", levels_of(finding)},
      {"any_levels", !finding.asked.empty()},
      {"unobserved", !finding.result->observed && requirement.excluded.empty()},
      {"evidence", exchange_fragments(page, page.evidence.shown_under(requirement.id))}};
  add_related(values, requirement);
  add_outcomes(values, page, finding);
  return page.requirement.render(values);
}

}  // namespace oauthentic::reports

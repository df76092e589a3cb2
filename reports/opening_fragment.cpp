#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/fragments.hpp"
#include "reports/sequence.hpp"
#include "reports/text.hpp"

namespace oauthentic::reports {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxText = 600;
constexpr std::size_t kMaxLeftOut = 300;
constexpr std::string_view kSignInScenario = "flow/third_party_sign_in";

Json counts_of(const std::map<Verdict, std::size_t>& counts) {
  auto out = Json::array();
  for (const auto which : kVerdictOrder) {
    const auto at = counts.find(which);
    if (at == counts.end() || at->second == 0) continue;
    out.push_back({{"count", at->second},
                   {"symbol", symbol(which)},
                   {"class", verdict_class(which)},
                   {"words", words(to_string(which))}});
  }
  return out;
}

Json profile_of(const ProfileVerdict& verdict) {
  auto revisions = Json::array();
  for (const auto& [id, revision] : verdict.profile->specifications)
    revisions.push_back({{"id", id}, {"revision", revision}});
  const bool any = !revisions.empty();
  return {{"id", verdict.profile->id},
          {"title", verdict.profile->title},
          {"summary", verdict.profile->summary},
          {"standing", standing(verdict)},
          {"symbol", symbol(overall(verdict))},
          {"class", verdict_class(overall(verdict))},
          {"bar", bar_fragment(verdict.counts)},
          {"undecided", verdict.undecided > 0 ? counted(verdict.undecided, "MUST requirement") : std::string()},
          {"any_revisions", any},
          {"revisions", std::move(revisions)},
          {"counts", counts_of(verdict.counts)}};
}

Json entry_of(const Finding& finding) {
  const auto* outcome = finding.deciding();
  return {{"id", finding.requirement->id},
          {"summary", finding.requirement->summary},
          {"mend", finding.requirement->mend},
          {"section", section_name(finding)},
          {"section_url", section_url(finding)},
          {"level", finding.level ? to_string(*finding.level) : std::string_view()},
          {"symbol", symbol(finding.verdict)},
          {"verdict", words(to_string(finding.verdict))},
          {"class", verdict_class(finding.verdict)},
          {"observed", outcome ? cut(outcome->observed, kMaxText) : std::string()},
          {"also", Json::array()}};
}

Json violations_of(const View& view) {
  auto out = Json::array();
  for (const auto& violation : view.violations()) {
    auto entry = entry_of(*violation.finding);
    for (const auto* same : violation.also) {
      entry["also"].push_back({{"id", same->requirement->id}, {"section", section_name(*same)}});
    }
    out.push_back(std::move(entry));
  }
  return out;
}

Json entries_of(const std::vector<const Finding*>& findings) {
  auto out = Json::array();
  for (const auto* finding : findings)
    out.push_back(entry_of(*finding));
  return out;
}

void add_sign_in(Json& values, const Page& page) {
  values["sign_in"] = "";
  const auto* scenario = page.sign_in;
  if (!scenario) return;
  values["sign_in"] = draw_sequence(sequence_of(page.view.run(), *scenario, nullptr),
                                    [&](const std::string& id) { return page.evidence.link(id); });
  values["sign_in_title"] = scenario->title;
  values["sign_in_note"] = scenario->note;
  const auto& shown = page.evidence.shown_at_sign_in();
  values["sign_in_count"] = counted(shown.size(), "exchange");
  values["sign_in_evidence"] = exchange_fragments(page, shown);
}

/// Scenarios that did not run to their end, each with its reason.
void add_left_out(Json& values, const RunRecord& run) {
  auto& out = values["left_out"] = Json::array();
  std::size_t count = 0;
  for (const auto& scenario : run.scenarios) {
    if (scenario.note.empty() || ++count > kMaxLeftOut) continue;
    out.push_back({{"id", scenario.id},
                   {"row", cut(scenario.row, 200)},
                   {"variant", scenario.variant},
                   {"note", cut(scenario.note, kMaxText)}});
  }
  values["any_left_out"] = count > 0;
  values["left_out_count"] = counted(count, "scenario");
}

void add_specifications(Json& values, const View& view) {
  auto& out = values["specifications"] = Json::array();
  for (const auto& specification : *view.input().specifications) {
    std::map<Verdict, std::size_t> counts;
    for (const auto& finding : view.findings()) {
      if (finding.level && finding.requirement->spec == specification.id) ++counts[finding.verdict];
    }
    if (counts.empty()) continue;
    out.push_back({{"id", specification.id},
                   {"name", specification.name},
                   {"title", specification.title},
                   {"bar", bar_fragment(counts)},
                   {"counts", counts_of(counts)}});
  }
}

void add_run(Json& values, const RunRecord& run) {
  values["issuer"] = run.target.issuer;
  values["target"] = run.target.name;
  values["version"] = run.tool_version;
  values["started"] = readable_time(run.started);
  values["started_iso"] = iso_time(run.started);
  values["duration"] = run.finished ? readable_duration(std::chrono::duration_cast<std::chrono::microseconds>(
                                          *run.finished - run.started))
                                    : "";
  values["scenarios"] = counted(run.scenarios.size(), "scenario");
  values["exchanges"] = counted(run.exchange_count, "exchange");
  values["cut_short"] = !run.finished;
  auto& problems = values["problems"] = Json::array();
  for (const auto& problem : run.problems)
    problems.push_back({{"text", cut(problem, kMaxText)}});
  values["any_problems"] = !run.problems.empty();
}

void add_filters(Json& values, const View& view) {
  auto& filters = values["outcomes"] = Json::array();
  for (const auto which : kVerdictOrder) {
    const auto count = std::ranges::count(view.findings(), which, &Finding::verdict);
    if (count == 0) continue;
    filters.push_back({{"id", to_string(which)},
                       {"words", words(to_string(which))},
                       {"symbol", symbol(which)},
                       {"class", verdict_class(which)},
                       {"count", count}});
  }
}

}  // namespace

const ScenarioRun* third_party_sign_in(const RunRecord& run) {
  const auto at = std::ranges::find_if(run.scenarios, [](const ScenarioRun& scenario) {
    return scenario.id.starts_with(kSignInScenario) && !scenario.exchanges.empty();
  });
  return at == run.scenarios.end() ? nullptr : &*at;
}

std::string verdict_class(Verdict verdict) {
  return fmt::format("verdict-{}", to_string(verdict));
}

std::string bar_fragment(const std::map<Verdict, std::size_t>& counts) {
  std::size_t total = 0;
  std::string told;
  for (const auto which : kVerdictOrder) {
    const auto at = counts.find(which);
    if (at == counts.end() || at->second == 0) continue;
    total += at->second;
    told += fmt::format("{}{} {}", told.empty() ? "" : ", ", at->second, words(to_string(which)));
  }
  if (total == 0) return {};
  auto out = fmt::format(
      "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">",
      told);
  double x = 0;
  for (const auto which : kVerdictOrder) {
    const auto at = counts.find(which);
    if (at == counts.end() || at->second == 0) continue;
    const auto width = 1000.0 * static_cast<double>(at->second) / static_cast<double>(total);
    out += fmt::format("<rect class=\"{}\" x=\"{:.1f}\" y=\"0\" width=\"{:.1f}\" height=\"10\"/>",
                       verdict_class(which), x, width);
    x += width;
  }
  return out + "</svg>";
}

std::string opening_fragment(const Page& page) {
  const auto& view = page.view;
  Json values;
  values["style"] = asset("report.css");
  values["style_source"] = source_hash(asset("report.css"));
  values["script_source"] = source_hash(asset("report.js"));
  values["headline"] = view.headline();
  values["headline_class"] = verdict_class(view.conformant()           ? Verdict::pass
                                           : view.violations().empty() ? Verdict::inconclusive
                                                                       : Verdict::fail);
  add_run(values, view.run());
  for (const auto* name : {"profiles", "others"})
    values[name] = Json::array();
  for (const auto* verdict : view.selected())
    values["profiles"].push_back(profile_of(*verdict));
  for (const auto* verdict : view.others())
    values["others"].push_back(profile_of(*verdict));
  values["any_others"] = !view.others().empty();
  add_sign_in(values, page);
  values["violations"] = violations_of(view);
  values["violation_count"] = view.violations().size();
  values["any_violations"] = !view.violations().empty();
  values["undecided"] = entries_of(view.undecided());
  values["any_undecided"] = !view.undecided().empty();
  values["undecided_count"] = view.undecided().size();
  values["unobserved"] = entries_of(view.unobserved());
  values["any_unobserved"] = !view.unobserved().empty();
  values["unobserved_count"] = counted(view.unobserved().size(), "requirement");
  add_left_out(values, view.run());
  values["any_doubt"] =
      !view.undecided().empty() || !view.unobserved().empty() || values["any_left_out"].get<bool>();
  add_specifications(values, view);
  add_filters(values, view);
  return Template("opening.mustache").render(values);
}

std::string closing_fragment(const Page& page) {
  const auto& run = page.view.run();
  Json values = {{"script", asset("report.js")},
                 {"command", run.command},
                 {"seed", run.seed},
                 {"version", run.tool_version},
                 {"any_endpoints", !run.target.endpoints.empty()},
                 {"endpoints", Json::array()},
                 {"capabilities", ""}};
  for (const auto& [name, url] : run.target.endpoints)
    values["endpoints"].push_back({{"name", name}, {"url", url}});
  std::string capabilities;
  for (const auto& capability : run.target.capabilities)
    capabilities += (capabilities.empty() ? "" : ", ") + capability;
  values["capabilities"] = capabilities;
  return Template("closing.mustache").render(values);
}

}  // namespace oauthentic::reports

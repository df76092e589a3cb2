#include "reports/sarif.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>
#include <unordered_map>

#include "oauth/encoding.hpp"
#include "reports/place.hpp"
#include "reports/text.hpp"
#include "reports/view.hpp"

namespace oauthentic::reports {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxMessage = 4000;

std::string_view sarif_level(Level level) {
  return level == Level::must ? "error" : level == Level::should ? "warning" : "note";
}

Json text_of(std::string_view text) {
  return {{"text", visible(text)}};
}

Json rule_of(const Finding& finding) {
  const auto& requirement = *finding.requirement;
  Json rule = {{"id", requirement.id},
               {"shortDescription", text_of(requirement.summary)},
               {"fullDescription", text_of(requirement.why.empty() ? requirement.summary : requirement.why)},
               {"help", text_of(requirement.mend.empty() ? requirement.summary : requirement.mend)}};
  const auto url = section_url(finding);
  if (!url.empty()) rule["helpUri"] = url;
  if (finding.level) {
    rule["defaultConfiguration"] = {{"level", sarif_level(*finding.level)}};
  } else {
    rule["defaultConfiguration"] = {{"enabled", false}};
  }
  rule["properties"] = {{"tags", {finding.requirement->spec, finding.requirement->role}},
                        {"section", requirement.section}};
  return rule;
}

/// A path as a URI reference (SARIF §3.4): every segment percent-encoded, an absolute path as a file URI.
Json artifact_of(std::string_view file) {
  std::string uri;
  for (const auto segment : split(file, '/'))
    uri += (uri.empty() && !file.starts_with('/') ? "" : "/") + oauth::percent_encode(segment);
  if (file.starts_with('/')) return {{"uri", "file://" + uri.substr(1)}};
  return {{"uri", uri}, {"uriBaseId", "%SRCROOT%"}};
}

Json location_of(const Outcome& outcome) {
  Json location;
  if (!outcome.place.empty()) {
    const auto place = parse_place(outcome.place);
    location["physicalLocation"]["artifactLocation"] = artifact_of(place.file);
    if (place.line) location["physicalLocation"]["region"] = {{"startLine", *place.line}};
  }
  auto name = outcome.scenario;
  for (const auto& part : {outcome.row, outcome.variant}) {
    if (!part.empty()) name += fmt::format(" [{}]", part);
  }
  location["logicalLocations"] = Json::array({{{"fullyQualifiedName", visible(name)}, {"kind", "function"}}});
  return location;
}

Json result_of(const Finding& finding, const Outcome& outcome, std::size_t rule) {
  const auto message = fmt::format("{} Expected: {}. Observed: {}", finding.requirement->summary,
                                   outcome.expected, outcome.observed);
  const auto identity =
      fmt::format("{}\n{}\n{}\n{}", outcome.requirement, outcome.scenario, outcome.row, outcome.variant);
  return {{"ruleId", finding.requirement->id},
          {"ruleIndex", rule},
          {"level", sarif_level(*finding.level)},
          {"message", text_of(cut(message, kMaxMessage))},
          {"locations", Json::array({location_of(outcome)})},
          {"partialFingerprints", {{"oauthenticOutcome/v1", stable_hash(identity)}}},
          {"properties", {{"step", outcome.step}, {"exchanges", outcome.exchanges}}}};
}

Json invocation_of(const RunRecord& run) {
  Json invocation = {{"executionSuccessful", run.finished.has_value()},
                     {"commandLine", visible(run.command)},
                     {"startTimeUtc", iso_time(run.started)}};
  if (run.finished) invocation["endTimeUtc"] = iso_time(*run.finished);
  auto& notifications = invocation["toolExecutionNotifications"] = Json::array();
  for (const auto& problem : run.problems)
    notifications.push_back({{"level", "error"}, {"message", text_of(problem)}});
  return invocation;
}

}  // namespace

std::string write_sarif(const ReportInput& input) {
  const View view(input);
  auto rules = Json::array();
  auto results = Json::array();
  for (const auto& finding : view.findings()) {
    const auto index = rules.size();
    rules.push_back(rule_of(finding));
    if (!finding.level) continue;
    for (const auto* outcome : finding.result->outcomes) {
      if (outcome->result == Result::violated) results.push_back(result_of(finding, *outcome, index));
    }
  }
  Json driver = {{"name", "Oauthentic"}, {"version", view.run().tool_version}, {"rules", std::move(rules)}};
  Json run = {{"tool", {{"driver", std::move(driver)}}},
              {"invocations", Json::array({invocation_of(view.run())})},
              {"originalUriBaseIds",
               {{"%SRCROOT%", {{"description", {{"text", "Where the scripts were read from."}}}}}}},
              {"columnKind", "unicodeCodePoints"},
              {"results", std::move(results)},
              {"properties", {{"issuer", visible(view.run().target.issuer)}, {"seed", view.run().seed}}}};
  const Json out = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                    {"version", "2.1.0"},
                    {"runs", Json::array({std::move(run)})}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace oauthentic::reports

#include "reports/evidence.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "reports/sequence.hpp"

namespace oauthentic::reports {

EvidencePlan::EvidencePlan(const View& view, const ScenarioRun* sign_in, EvidenceLimits limits)
    : limits_(limits) {
  for (const auto& exchange : sign_in ? sign_in->exchanges : std::vector<std::string>()) {
    if (sign_in_.size() == kMaxSequenceSteps) break;
    if (numbers_.try_emplace(exchange, numbers_.size() + 1).second) sign_in_.push_back(exchange);
  }
  // What the reader looks for first chooses first.
  for (const auto& violation : view.violations()) {
    place(*violation.finding);
    for (const auto* same : violation.also)
      place(*same);
  }
  for (const auto* finding : view.undecided())
    place(*finding);
  for (const auto& finding : view.findings())
    place(finding);
}

void EvidencePlan::place(const Finding& finding) {
  const auto [at, fresh] = shown_.try_emplace(finding.requirement->id);
  if (!fresh) return;
  auto& shown = at->second;
  const auto result = finding.result->result;
  const bool grave =
      result == Result::violated || result == Result::inconclusive || result == Result::harness_error;
  const auto most = grave ? limits_.grave : limits_.harmless;
  const auto each = grave ? limits_.per_outcome : 1;
  for (const auto* outcome : finding.result->outcomes) {
    if (grave && outcome->result != result) continue;
    const auto& exchanges = outcome->exchanges;
    for (auto i = exchanges.size() - std::min(exchanges.size(), each); i < exchanges.size(); ++i) {
      if (shown.size() >= most || numbers_.size() >= limits_.total) return;
      if (numbers_.try_emplace(exchanges[i], numbers_.size() + 1).second) shown.push_back(exchanges[i]);
    }
  }
}

const std::vector<std::string>& EvidencePlan::shown_under(const std::string& requirement) const {
  static const std::vector<std::string> kNone;
  const auto at = shown_.find(requirement);
  return at == shown_.end() ? kNone : at->second;
}

std::string EvidencePlan::anchor(const std::string& exchange) const {
  const auto at = numbers_.find(exchange);
  return at == numbers_.end() ? std::string() : fmt::format("x-{}", at->second);
}

std::string EvidencePlan::link(const std::string& exchange) const {
  const auto name = anchor(exchange);
  return name.empty() ? name : "#" + name;
}

}  // namespace oauthentic::reports

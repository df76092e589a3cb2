#include "reports/view.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "core/message.hpp"
#include "reports/text.hpp"

namespace oauthentic::reports {

namespace {

/// Requirements that demand the same, as classes: `same_as` read in both directions.
class Classes {
 public:
  explicit Classes(const std::vector<Finding>& findings) : parent_(findings.size()) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    std::unordered_map<std::string_view, std::size_t> index;
    for (std::size_t i = 0; i < findings.size(); ++i)
      index.emplace(findings[i].requirement->id, i);
    for (std::size_t i = 0; i < findings.size(); ++i) {
      for (const auto& same : findings[i].requirement->same_as) {
        const auto other = index.find(same);
        if (other != index.end()) parent_[root(i)] = root(other->second);
      }
    }
  }

  std::size_t root(std::size_t i) {
    while (parent_[i] != i)
      i = parent_[i] = parent_[parent_[i]];
    return i;
  }

 private:
  std::vector<std::size_t> parent_;
};

bool is_violation(const Finding& finding) {
  // What is merely permitted is not violated where it is not done.
  return finding.level && *finding.level != Level::may && finding.result->result == Result::violated;
}

Level level_or_may(const Finding& finding) {
  return finding.level.value_or(Level::may);
}

bool was_selected(const RunRecord& run, const Profile& profile) {
  return std::ranges::find(run.profiles, profile.id) != run.profiles.end();
}

}  // namespace

View::View(const ReportInput& input) : input_(&input) {
  for (const auto& verdict : *input.verdicts) {
    (was_selected(*input.run, *verdict.profile) ? selected_ : others_).push_back(&verdict);
  }
  // A journal may be judged by profiles that its run knew nothing of: then these are what the reader asked for.
  if (selected_.empty()) selected_.swap(others_);
  findings_.reserve(input.results->size());
  for (const auto& result : *input.results)
    add_finding(result);
  add_judgements(selected_, true);
  add_judgements(others_, false);
  rank();
}

void View::add_judgements(const std::vector<const ProfileVerdict*>& verdicts, bool selected) {
  std::unordered_map<const Requirement*, Finding*> by_requirement;
  for (auto& finding : findings_)
    by_requirement.emplace(finding.requirement, &finding);
  for (const auto* verdict : verdicts) {
    for (const auto& judgement : verdict->judgements) {
      const auto at = by_requirement.find(judgement.requirement);
      if (at == by_requirement.end()) continue;
      auto& finding = *at->second;
      finding.asked.push_back({verdict->profile, judgement.level, judgement.verdict, selected});
      if (!selected || (finding.level && *finding.level <= judgement.level)) continue;
      finding.level = judgement.level;
      finding.verdict = judgement.verdict;
    }
  }
}

void View::add_finding(const RequirementResult& result) {
  Finding finding;
  finding.requirement = result.requirement;
  finding.result = &result;
  finding.verdict = result.observed                        ? verdict_of(result.result, Level::may)
                    : result.requirement->excluded.empty() ? Verdict::not_observed
                                                           : Verdict::not_checkable;
  const auto& specifications = *input_->specifications;
  const auto at = std::ranges::find(specifications, result.requirement->spec, &Specification::id);
  if (at != specifications.end()) finding.specification = &*at;
  findings_.push_back(std::move(finding));
}

void View::rank() {
  Classes classes(findings_);
  std::unordered_map<std::size_t, std::size_t> violation_of_class;
  std::vector<std::size_t> order(findings_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(level_or_may(findings_[i]), i); });
  for (const auto i : order) {
    const auto& finding = findings_[i];
    if (is_violation(finding)) {
      const auto [known, fresh] = violation_of_class.emplace(classes.root(i), violations_.size());
      if (fresh) {
        violations_.push_back({&finding, {}});
      } else {
        violations_[known->second].also.push_back(&finding);
      }
    } else if (finding.level &&
               (finding.verdict == Verdict::inconclusive || finding.verdict == Verdict::harness_error)) {
      undecided_.push_back(&finding);
    } else if (finding.level && finding.verdict == Verdict::not_observed &&
               finding.requirement->excluded.empty()) {
      unobserved_.push_back(&finding);
    }
  }
}

bool View::conformant() const {
  return !selected_.empty() &&
         std::ranges::all_of(selected_, [](const auto* verdict) { return verdict->conformant; });
}

std::string View::headline() const {
  if (selected_.empty()) return "Nothing was judged";
  const auto violated = [&](Level level) {
    return static_cast<std::size_t>(std::ranges::count_if(
        violations_, [&](const Violation& violation) { return violation.finding->level == level; }));
  };
  std::string text;
  for (const auto level : {Level::must, Level::should}) {
    const auto count = violated(level);
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : " and ", count, to_string(level));
  }
  text = text.empty() ? "No violation" : text + " violated";
  if (conformant() && violations_.empty()) text = "Every requirement that was asked for is met";
  if (!undecided_.empty()) text += fmt::format(", {} undecided", undecided_.size());
  if (!unobserved_.empty()) {
    const auto all = static_cast<std::size_t>(std::ranges::count_if(findings_, [](const Finding& finding) {
      return finding.level && finding.verdict != Verdict::not_checkable &&
             finding.requirement->excluded.empty();
    }));
    if (all == unobserved_.size()) return "Nothing was looked at";
    text += fmt::format(", {} of {} looked at", all - unobserved_.size(), all);
  }
  return text;
}

std::string section_url(const Finding& finding) {
  if (!finding.specification || finding.requirement->section.empty()) return {};
  auto url = finding.specification->url;
  constexpr std::string_view kPlaceholder = "{section}";
  const auto at = url.find(kPlaceholder);
  if (at != std::string::npos) url.replace(at, kPlaceholder.size(), finding.requirement->section);
  // A link is followed by a click: nothing but the web's own schemes may stand there.
  return url.starts_with("https://") || url.starts_with("http://") ? url : std::string();
}

std::string section_name(const Finding& finding) {
  const auto& requirement = *finding.requirement;
  const auto& name = finding.specification ? finding.specification->name : requirement.spec;
  return requirement.section.empty() ? name : fmt::format("{} §{}", name, requirement.section);
}

std::string_view symbol(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "✓";
    case Verdict::fail:
      return "✕";
    case Verdict::warn:
      return "▲";
    case Verdict::info:
      return "i";
    case Verdict::inconclusive:
      return "?";
    case Verdict::not_applicable:
      return "–";
    case Verdict::not_observed:
      return "○";
    case Verdict::not_checkable:
      return "·";
    case Verdict::harness_error:
      return "‼";
  }
  return "?";
}

Verdict as_verdict(Result result) {
  return verdict_of(result, Level::must);
}

std::string words(std::string_view identifier) {
  std::string out(identifier);
  std::ranges::replace(out, '_', ' ');
  return out;
}

std::size_t count_of(const ProfileVerdict& verdict, Verdict which) {
  const auto at = verdict.counts.find(which);
  return at == verdict.counts.end() ? 0 : at->second;
}

Verdict overall(const ProfileVerdict& verdict) {
  if (verdict.conformant || verdict.part_met) return Verdict::pass;
  return count_of(verdict, Verdict::fail) > 0 ? Verdict::fail : Verdict::inconclusive;
}

std::string_view standing(const ProfileVerdict& verdict) {
  const auto mark = overall(verdict);
  if (mark == Verdict::pass) return verdict.conformant ? "conformant" : "part is met";
  return mark == Verdict::fail ? "not conformant" : "undecided";
}

}  // namespace oauthentic::reports

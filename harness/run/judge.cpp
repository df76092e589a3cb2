#include "run/judge.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace oauthentic::run {

std::vector<RequirementResult> results_of(const RunRecord& run, const script::Library& library) {
  std::unordered_map<std::string, std::vector<const Outcome*>> by_class;
  for (const auto& outcome : run.outcomes)
    by_class[library.representative(outcome.requirement)].push_back(&outcome);
  for (auto& [unused, outcomes] : by_class) {
    // The worst first, and among equals the earlier: all of them lie in one vector.
    std::ranges::sort(outcomes, [](const Outcome* a, const Outcome* b) {
      return a->result != b->result ? a->result > b->result : a < b;
    });
  }
  std::vector<RequirementResult> results;
  for (const auto& requirement : library.requirements) {
    RequirementResult result;
    result.requirement = &requirement;
    if (const auto found = by_class.find(library.representative(requirement.id)); found != by_class.end()) {
      result.observed = true;
      result.outcomes = found->second;
      result.result = found->second.front()->result;
      for (const auto* outcome : found->second)
        ++result.counts[outcome->result];
    }
    results.push_back(std::move(result));
  }
  return results;
}

ProfileVerdict judge(const Profile& profile, const RunRecord& run,
                     const std::vector<RequirementResult>& results, const script::Library& library) {
  ProfileVerdict verdict;
  verdict.profile = &profile;
  std::map<std::string, Level> strictest;  // by class
  for (const auto& [id, level] : profile.levels) {
    const auto [at, fresh] = strictest.try_emplace(library.representative(id), level);
    if (!fresh) at->second = std::min(at->second, level);
  }
  for (const auto& result : results) {
    if (!profile.levels.contains(result.requirement->id)) continue;
    const auto level = strictest.extract(library.representative(result.requirement->id));
    if (level.empty()) continue;  // an equivalent was judged already
    const bool checkable = result.requirement->excluded.empty();
    Judgement judgement{result.requirement, level.mapped(),
                        checkable ? Verdict::not_observed : Verdict::not_checkable, &result};
    if (result.observed) judgement.verdict = verdict_of(result.result, judgement.level);
    ++verdict.counts[judgement.verdict];
    const bool open = judgement.verdict == Verdict::inconclusive ||
                      (judgement.verdict == Verdict::not_observed && run.only.empty());
    if (open && judgement.level == Level::must) ++verdict.undecided;
    verdict.judgements.push_back(judgement);
  }
  const auto count = [&](Verdict v) { return verdict.counts.contains(v) ? verdict.counts.at(v) : 0; };
  const bool met = run.finished.has_value() && count(Verdict::pass) > 0 && count(Verdict::fail) == 0 &&
                   verdict.undecided == 0 && count(Verdict::harness_error) == 0;
  verdict.conformant = met && run.only.empty();
  verdict.part_met = met && !run.only.empty();
  return verdict;
}

int exit_status(const std::vector<ProfileVerdict>& verdicts) {
  const auto any = [&](auto holds) { return std::ranges::any_of(verdicts, holds); };
  const auto counts = [](Verdict kind) {
    return [kind](const ProfileVerdict& v) { return v.counts.contains(kind) && v.counts.at(kind) > 0; };
  };
  if (any(counts(Verdict::harness_error))) return 5;
  if (any(counts(Verdict::fail))) return 1;
  const auto met = [](const ProfileVerdict& v) { return v.conformant || v.part_met; };
  return std::ranges::all_of(verdicts, met) && !verdicts.empty() ? 0 : 4;
}

}  // namespace oauthentic::run

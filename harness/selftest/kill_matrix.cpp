#include "selftest/kill_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "mock_servers/provider.hpp"

namespace oauthentic::selftest {

namespace {

Result usual_result(const Findings& clean, const std::string& id) {
  const auto at = clean.find(id);
  return at == clean.end() ? Result::satisfied : at->second.result;
}

class Matrix {
 public:
  Matrix(const script::Library& library, const MatrixOptions& options) : library_(library), options_(options) {}

  KillMatrix run() {
    for (const auto& scenario : library_.scenarios) {
      note_hints(scenario.questions);
      for (const auto& row : scenario.rows)
        note_hints(row.questions);
    }
    const auto& stances = mock::Provider::stances();
    for (const auto& stance : stances)
      clean_.try_emplace(stance);
    in_parallel(stances.size(), options_.threads, [&](std::size_t i) {
      clean_.at(stances[i]) = run_trial(
          library_,
          {.stance = stances[i], .faults = {}, .only = {}, .watch = watch(Result::satisfied, satisfied_)});
    });
    for (const auto& stance : stances)
      check_clean(stance);
    in_parallel(stances.size(), options_.threads, [&](std::size_t i) {
      auto changed = compare_manners(library_, stances[i], mock::MannerSet::all(), clean_.at(stances[i]));
      const std::lock_guard lock(mutex_);
      tick("manners " + stances[i]);
      for (auto& one : changed)
        matrix_.false_alarms.push_back(std::move(one));
    });
    in_parallel(options_.faults.size(), options_.threads,
                [&](std::size_t i) { check_fault(mock::info(options_.faults[i])); });
    matrix_.faults = options_.faults.size();
    check_coverage();
    check_rows();
    std::ranges::sort(matrix_.killed, {}, [](const Kill& k) { return std::tie(k.fault, k.requirement); });
    sort(matrix_.missed);
    sort(matrix_.false_alarms);
    return std::move(matrix_);
  }

 private:
  using Checks = std::set<std::pair<std::string, std::string>>;  ///< scenario with row, requirement

  /// `{ if: accepted, is: accepted }` can speak for a provider, never against it.
  void note_hints(const std::vector<script::Question>& questions) {
    for (const auto& question : questions) {
      const auto& expectation = question.expectation;
      if (!expectation.word.empty() && expectation.provided == expectation.word &&
          expectation.conditions.empty())
        hints_.insert(question.place.file_and_line());
    }
  }

  void tick(const std::string& name) const {
    if (options_.tick) options_.tick(name);
  }

  /// Remembers the checks that had this result.
  std::function<void(const Outcome&)> watch(Result result, Checks& checks) {
    return [this, result, &checks](const Outcome& outcome) {
      if (outcome.result != result || hints_.contains(outcome.place)) return;
      std::pair check{scenario_and_row(outcome), outcome.requirement};
      const std::lock_guard lock(checks_mutex_);
      checks.insert(std::move(check));
    };
  }

  /// A clean mock satisfies its own profiles: not violated, and not merely undecided.
  void check_clean(const std::string& stance) {
    tick("clean " + stance);
    const auto& findings = clean_.at(stance);
    for (const auto& id : asked_in(library_, stance)) {
      const auto at = findings.find(id);
      if (at == findings.end() || at->second.result == Result::satisfied) continue;
      matrix_.false_alarms.push_back({"clean " + stance, id, describe(at->second)});
    }
  }

  void check_fault(const mock::FaultInfo& fault) {
    const auto trips = representatives(library_, fault.trips);
    const auto findings = run_trial(library_, {.stance = fault.stance,
                                               .faults = mock::FaultSet(fault.fault),
                                               .only = {},
                                               .whole_tables_of = options_.full ? nullptr : &trips,
                                               .watch = watch(Result::violated, violated_)});
    const std::lock_guard lock(mutex_);
    tick(fault.name);
    look_for_kills(fault, trips, findings);
    look_for_others(fault, trips, findings);
  }

  void look_for_kills(const mock::FaultInfo& fault, const std::set<std::string>& trips,
                      const Findings& findings) {
    for (const auto& id : trips) {
      const auto at = findings.find(id);
      if (at != findings.end() && at->second.result == Result::violated) {
        const auto& seen = at->second;
        matrix_.killed.push_back({fault.name, id, scenario_and_row(seen), seen.step, seen.observed});
      } else {
        matrix_.missed.push_back(
            {fault.name, id, at == findings.end() ? "no scenario decided it" : describe(at->second)});
      }
    }
  }

  /// What the fault has no part in stays as it was, but for what it is declared to mask.
  void look_for_others(const mock::FaultInfo& fault, const std::set<std::string>& trips,
                       const Findings& findings) {
    const auto masks = representatives(library_, fault.masks);
    const auto& clean = clean_.at(fault.stance);
    for (const auto& [id, seen] : findings) {
      const auto usual = usual_result(clean, id);
      if (trips.contains(id) || seen.result == usual || seen.result <= Result::satisfied) continue;
      const bool masked = masks.contains("*") || masks.contains(id);
      if (seen.result == Result::inconclusive) {
        if (!masked) matrix_.missed.push_back({fault.name, id, "undeclared mask: " + describe(seen)});
      } else {
        matrix_.false_alarms.push_back({fault.name, id, describe(seen)});
      }
    }
  }

  /// Every requirement has a scenario and a fault, or a reason why not.
  void check_coverage() {
    std::set<std::string> covered, tripped, later;
    for (const auto& scenario : library_.scenarios) {
      auto& ids = scenario.not_yet().empty() ? covered : later;
      ids.merge(representatives(library_, scenario.requirements()));
    }
    for (const auto& fault : mock::faults())
      tripped.merge(representatives(library_, fault.trips));
    for (const auto& requirement : library_.requirements) {
      const auto& id = library_.representative(requirement.id);
      if (!requirement.excluded.empty() || id != requirement.id) continue;
      if (later.contains(id) && !covered.contains(id))
        continue;  // `list requirements` calls it open, with the reason
      if (!covered.contains(id)) {
        matrix_.missed.push_back({"", id, "no scenario"});
      } else if (!tripped.contains(id)) {
        matrix_.missed.push_back({"", id, "no fault"});
      } else {
        ++matrix_.requirements;
      }
    }
  }

  /// A row that can only be passed proves nothing.
  void check_rows() {
    matrix_.checks = satisfied_.size();
    if (options_.faults.size() < mock::faults().size()) return;
    for (const auto& check : satisfied_) {
      if (!violated_.contains(check))
        matrix_.missed.push_back({"", check.second, fmt::format("no fault violates it in {}", check.first)});
    }
  }

  const script::Library& library_;
  const MatrixOptions& options_;
  std::map<std::string, Findings> clean_;
  std::mutex mutex_;
  std::mutex checks_mutex_;
  std::set<std::string> hints_;  ///< places of expectations that cannot be violated
  Checks satisfied_, violated_;
  KillMatrix matrix_;
};

}  // namespace

std::vector<Complaint> compare_manners(const script::Library& library, const std::string& stance,
                                       const mock::MannerSet& manners, const Findings& usual) {
  std::vector<Complaint> changed;
  const auto asked = asked_in(library, stance);
  const auto findings = run_trial(library, {.stance = stance, .faults = {}, .manners = manners, .only = {}});
  for (const auto& [id, seen] : findings) {
    if (asked.contains(id) && seen.result > Result::satisfied && seen.result != usual_result(usual, id))
      changed.push_back({"manners of " + stance, id, describe(seen)});
  }
  return changed;
}

KillMatrix make_kill_matrix(const script::Library& library, const MatrixOptions& options) {
  return Matrix(library, options).run();
}

}  // namespace oauthentic::selftest

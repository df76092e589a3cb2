#include "selftest/inversion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <mutex>
#include <tuple>

#include "mock_servers/provider.hpp"

namespace oauthentic::selftest {

namespace {

/// The rows of a table share what stands once in the file: inverted once.
using Written = std::tuple<std::string, std::string, std::string, bool>;

Written written(const script::Question& question) {
  return {question.place.file_and_line(), question.requirement,
          fmt::format("{}: {}", fmt::join(question.steps, " or "), question.expectation.describe()),
          question.about_error};
}

std::vector<Written> questions_of(const script::Scenario& scenario) {
  std::vector<Written> all;
  const auto add = [&](const std::vector<script::Question>& questions) {
    for (const auto& question : questions) {
      auto one = written(question);
      if (std::ranges::find(all, one) == all.end()) all.push_back(std::move(one));
    }
  };
  bool shared = scenario.rows.empty();
  for (const auto& row : scenario.rows) {
    add(row.questions);
    shared = shared || row.questions.empty();
  }
  if (shared) add(scenario.questions);
  return all;
}

void invert(script::Scenario& scenario, const Written& which) {
  const auto turn = [&](std::vector<script::Question>& questions) {
    for (auto& question : questions)
      question.inverted = written(question) == which;
  };
  turn(scenario.questions);
  for (auto& row : scenario.rows)
    turn(row.questions);
}

class Inversion {
 public:
  /// `asked`: what the profiles of each stance ask for.
  Inversion(const script::Library& library, const script::Scenario& scenario,
            const std::map<std::string, std::set<std::string>>& asked)
      : library_(library), changed_(library), scenario_(scenario), asked_(asked) {}

  /// Whether the matrix notices that this question is answered with its opposite. What no profile asks for
  /// (yet) is not looked at by anybody.
  bool is_noticed(const Written& question) {
    if (!is_asked(library_.representative(std::get<1>(question)))) return true;
    for (auto& scenario : changed_.scenarios) {
      if (scenario.id == scenario_.id) invert(scenario, question);
    }
    const auto& id = library_.representative(std::get<1>(question));
    return is_noticed_clean(id) || is_noticed_with_faults(id);
  }

 private:
  bool is_asked(const std::string& id) const {
    return std::ranges::any_of(asked_, [&](const auto& of_stance) { return of_stance.second.contains(id); });
  }

  bool is_noticed_clean(const std::string& id) const {
    for (const auto& [stance, ids] : asked_) {
      if (!ids.contains(id)) continue;
      const auto findings = run_trial(changed_, {.stance = stance, .faults = {}, .only = {scenario_.id}});
      const auto at = findings.find(id);
      if (at != findings.end() && at->second.result == Result::violated) return true;
    }
    return false;
  }

  /// A fault that is not found any more, by no scenario; or a requirement that it has no part in and that now
  /// fails.
  bool is_noticed_with_faults(const std::string& id) const {
    for (const auto& fault : mock::faults()) {
      const auto trips = representatives(library_, fault.trips);
      if (!trips.contains(id)) continue;
      const std::vector<std::string> only(library_.equivalents(id));
      const auto findings =
          run_trial(changed_, {.stance = fault.stance, .faults = mock::FaultSet(fault.fault), .only = only});
      const auto at = findings.find(id);
      if (at == findings.end() || at->second.result != Result::violated) return true;
    }
    return false;
  }

  const script::Library& library_;
  script::Library changed_;
  const script::Scenario& scenario_;
  const std::map<std::string, std::set<std::string>>& asked_;
};

}  // namespace

InversionProof invert_expectations(const script::Library& library, const InversionOptions& options) {
  std::vector<const script::Scenario*> scenarios;
  for (const auto& scenario : library.scenarios) {
    if (scenario.not_yet().empty()) scenarios.push_back(&scenario);
  }
  if (options.every > 1) {
    std::size_t number = 0;
    std::erase_if(scenarios, [&](const auto*) { return number++ % options.every != 0; });
  }
  std::map<std::string, std::set<std::string>> asked;
  for (const auto& stance : mock::Provider::stances())
    asked[stance] = asked_in(library, stance);
  InversionProof proof;
  std::mutex mutex;
  in_parallel(scenarios.size(), options.threads, [&](std::size_t i) {
    const auto& scenario = *scenarios[i];
    const auto questions = questions_of(scenario);
    Inversion inversion(library, scenario, asked);
    std::vector<Survivor> survivors;
    for (const auto& question : questions) {
      if (inversion.is_noticed(question)) continue;
      const auto& [place, requirement, text, about_error] = question;
      survivors.push_back({scenario.id, requirement, about_error ? "error: " + text : text, place});
    }
    const std::lock_guard lock(mutex);
    proof.questions += questions.size();
    std::ranges::move(survivors, std::back_inserter(proof.survivors));
    if (options.tick) options.tick(scenario.id);
  });
  std::ranges::sort(proof.survivors, {},
                    [](const Survivor& s) { return std::tie(s.scenario, s.requirement, s.question); });
  return proof;
}

}  // namespace oauthentic::selftest

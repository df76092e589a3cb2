#include "run/scenario_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "oauth/json_document.hpp"
#include "run/expectation.hpp"
#include "run/walker.hpp"
#include "session/draft.hpp"

namespace oauthentic::run {

using nlohmann::json;
using session::HarnessError;

namespace {

const json& deviation_of(const Job& job, const script::Step& step) {
  static const json none;
  const auto& scenario = *job.scenario;
  if (job.control) {
    const auto at = scenario.control->find(step.name);
    return at == scenario.control->end() ? none : at->second;
  }
  if (const auto at = job.row->deviations.find(step.name); at != job.row->deviations.end()) return at->second;
  if (const auto at = scenario.deviations.find(step.name); at != scenario.deviations.end()) return at->second;
  return step.deviation;
}

std::string describe(const Job& job) {
  std::string text;
  for (const auto& step : job.scenario->steps) {
    const auto& deviation = deviation_of(job, step);
    if (deviation.is_null()) continue;
    text +=
        fmt::format("{}{}: {}", text.empty() ? "" : "; ", step.name, session::describe_deviation(deviation));
  }
  return text;
}

/// One job in its session.
class JobRunner {
 public:
  JobRunner(session::World& world, const script::Library& library, const Job& job)
      : world_(world),
        library_(library),
        job_(job),
        scenario_(*job.scenario),
        questions_(job.row->questions.empty() ? scenario_.questions : job.row->questions) {}

  JobResult run() {
    result_.run.id = scenario_.id;
    result_.run.row = job_.control ? "control" : job_.row->name;
    result_.run.variant = job_.variant();
    result_.run.title = scenario_.title;
    result_.run.place = scenario_.place.file_and_line();
    result_.run.deviation = describe(job_);
    const auto started = std::chrono::steady_clock::now();
    try {
      rounds();
    } catch (const std::exception& error) {
      result_.outcomes.clear();
      for (const auto& question : questions_)
        add({Result::harness_error, "", error.what(), ""}, question, {});
      result_.why = error.what();
    }
    result_.run.duration =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
    return std::move(result_);
  }

 private:
  void rounds() {
    const int rounds = job_.control ? 1 : scenario_.rounds;
    std::vector<Outcome> worst;
    for (int round = 1; round <= rounds && !world_.interrupted(); ++round) {
      const auto id = rounds == 1 ? job_.id() : fmt::format("{}({})", job_.id(), round);
      Walker walker(world_, id, *job_.client, scenario_.user, scenario_.fresh_session);
      try {
        one_round(walker);
      } catch (const std::exception& error) {
        keep_evidence(walker);
        throw HarnessError(walker.session().redact(error.what()));
      }
      keep_evidence(walker);
      if (rounds == 1) return;
      mark_round(round, rounds);
      keep_worst(worst);
      if (std::ranges::any_of(worst, [](const Outcome& o) { return o.result >= Result::violated; })) break;
    }
    result_.outcomes = std::move(worst);
  }

  void keep_evidence(Walker& walker) {
    walker.session().flush();
    result_.requests += walker.session().requests_sent();
    auto& kept = result_.run.exchanges;
    kept.insert(kept.end(), walker.all_exchanges().begin(), walker.all_exchanges().end());
    result_.run.steps = walker.steps_run();
  }

  void mark_round(int round, int rounds) {
    for (auto& outcome : result_.outcomes) {
      outcome.observed += outcome.result == Result::satisfied ? fmt::format(" (in each of {} rounds)", rounds)
                                                              : fmt::format(" (in round {})", round);
    }
  }

  /// A round that decided nothing is not made good by another that did.
  void keep_worst(std::vector<Outcome>& worst) {
    for (auto& outcome : result_.outcomes) {
      const auto at = std::ranges::find_if(worst, [&](const Outcome& known) {
        return known.requirement == outcome.requirement && known.place == outcome.place &&
               known.expected == outcome.expected;
      });
      if (at == worst.end()) {
        worst.push_back(std::move(outcome));
      } else if (outcome.result > at->result) {
        *at = std::move(outcome);
      }
    }
    result_.outcomes.clear();
  }

  void one_round(Walker& walker) {
    walker.session().row() = job_.row->values;
    try {
      walk_instances(walker);
      walk(walker);
      if (job_.control) {
        result_.accepted = walker.seen().stopped.empty();
        result_.why = walker.session().redact(walker.seen().stopped);
      } else {
        answer(walker);
        tell_server_errors(walker);
      }
    } catch (const std::exception&) {
      clean_up(walker);
      throw;
    }
    clean_up(walker);
  }

  void walk_instances(Walker& walker) {
    for (const auto& instance : scenario_.instances) {
      const auto* client = instance.client.empty() ? job_.client : world_.client(instance.client);
      if (!client) throw HarnessError(fmt::format("the target file names no client \"{}\"", instance.client));
      walker.session().add_instance(instance.name, *client, instance.user);
      for (auto step : library_.flows.at(instance.flow).steps) {
        if (walker.lacks_capability(step)) continue;
        step.instance = instance.name;
        const auto* result = walker.perform(step, json(), false);
        if (!result || !as_expected(step.expected, *result)) {
          walker.seen().stopped = fmt::format("{}.{}: {}", instance.name, step.name,
                                              result ? result->observed : walker.seen().stopped);
          walker.seen().steps.erase(step.name);
          return;
        }
        walker.seen().steps.erase(step.name);  // it answers no question of the scenario's own steps
        if (step.name == instance.until) break;
      }
    }
  }

  bool asked_about(const std::string& step) const {
    const auto asks = [&](const script::Question& q) {
      return std::ranges::find(q.steps, step) != q.steps.end();
    };
    return std::ranges::any_of(questions_, asks) || std::ranges::any_of(scenario_.given, asks);
  }

  bool expects_refusal(const std::string& step) const {
    return std::ranges::any_of(questions_, [&](const script::Question& q) {
      return std::ranges::find(q.steps, step) != q.steps.end() && q.expectation.word.starts_with("refused");
    });
  }

  /// Nothing behind the last step that is asked about needs to be sent; a control goes to the step that
  /// deviates.
  std::size_t last_needed() const {
    std::size_t last = 0;
    for (std::size_t i = 0; i < scenario_.steps.size(); ++i) {
      const auto& step = scenario_.steps[i];
      const bool needed = job_.control ? !deviation_of(job_, step).is_null() : asked_about(step.name);
      if (needed) last = i;
    }
    return last;
  }

  void walk(Walker& walker) {
    if (!walker.seen().stopped.empty()) return;
    const auto last = last_needed();
    for (std::size_t i = 0; i <= last && i < scenario_.steps.size(); ++i) {
      if (world_.interrupted()) throw HarnessError("interrupted");
      const auto& step = scenario_.steps[i];
      if (walker.lacks_capability(step)) continue;
      const auto* result =
          walker.perform(step, deviation_of(job_, step), !job_.control && expects_refusal(step.name));
      if (!result) return;
      if (as_expected(step.expected, *result)) continue;
      if (!job_.control && asked_about(step.name)) continue;
      walker.seen().stopped = fmt::format("{}: {}", step.name, result->observed);
      return;
    }
  }

  /// Why the scenario does not apply, or else why it is not known whether it does.
  std::optional<Decision> unmet_condition(Walker& walker) {
    std::optional<Decision> unmet;
    for (const auto& condition : scenario_.given) {
      auto decision = decide_given(condition, walker.seen(), walker.session());
      if (decision.result == Result::satisfied) continue;
      const bool undecided = decision.result == Result::inconclusive;
      decision.result = undecided ? Result::inconclusive : Result::not_applicable;
      decision.observed = walker.session().redact(
          fmt::format("given that {} is {}; {}", decision.step, decision.expected, decision.observed));
      decision.expected = walker.session().redact(decision.expected);
      if (!undecided) return decision;
      if (!unmet) unmet = std::move(decision);
    }
    return unmet;
  }

  void answer(Walker& walker) {
    if (const auto decision = unmet_condition(walker)) {
      for (const auto& question : questions_)
        add(*decision, question, walker.exchanges(decision->step));
      return;
    }
    for (const auto& question : questions_) {
      auto decision = decide(question, walker.seen(), walker.session());
      decision.observed = walker.session().redact(decision.observed);
      decision.expected = walker.session().redact(decision.expected);
      add(decision, question, walker.exchanges(decision.step));
    }
  }

  /// Changed by the scenario: by a deviation, or by arguments of the step's own.
  bool is_changed(const script::Step& step) const {
    return !deviation_of(job_, step).is_null() || !step.arguments.empty();
  }

  /// Whatever a scenario asks, a server error in answer to what it changed is a finding by itself.
  void tell_server_errors(Walker& walker) {
    constexpr const char* kRule = "house-no-server-error";
    constexpr int kServerError = 500;
    if (!library_.requirement(kRule)) return;
    bool changed = false;
    for (const auto& step : scenario_.steps) {
      changed = changed || is_changed(step);
      const auto seen = walker.seen().steps.find(step.name);
      if (!changed || seen == walker.seen().steps.end()) continue;
      const auto status = seen->second.facts.value("status", 0);
      const bool asked = std::ranges::any_of(result_.outcomes, [&](const Outcome& outcome) {
        return outcome.requirement == kRule && outcome.step == step.name;
      });
      if (status < kServerError || asked) continue;
      script::Question question;
      question.requirement = kRule;
      question.steps = {step.name};
      question.place = scenario_.place;
      add({Result::violated, fmt::format("status below {}", kServerError), fmt::format("status {}", status),
           step.name},
          question, walker.exchanges(step.name));
    }
  }

  void add(const Decision& decision, const script::Question& question, std::vector<std::string> exchanges) {
    auto outcome = outcome_of(job_, question, decision);
    outcome.exchanges = std::move(exchanges);
    result_.outcomes.push_back(std::move(outcome));
  }

  void clean_up(Walker& walker) {
    for (const auto& step : scenario_.cleanup) {
      if (walker.lacks_capability(step)) continue;
      try {
        walker.perform(step, step.deviation, false);
      } catch (const std::exception& error) {
        result_.run.note = fmt::format("clean-up step {} failed: {}", step.name, error.what());
      }
    }
  }

  session::World& world_;
  const script::Library& library_;
  const Job& job_;
  const script::Scenario& scenario_;
  const std::vector<script::Question>& questions_;
  JobResult result_;
};

}  // namespace

JobResult run_job(session::World& world, const script::Library& library, const Job& job) {
  return JobRunner(world, library, job).run();
}

}  // namespace oauthentic::run

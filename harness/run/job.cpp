// A row that is to be run, and the honest flow that it hangs on.
#include <fmt/format.h>

#include <algorithm>

#include "run/scenario_run.hpp"
#include "run/step_diagnosis.hpp"
#include "run/walker.hpp"

namespace oauthentic::run {

std::string Job::id() const {
  auto text = scenario->id;
  if (control) {
    text += "[control]";
  } else if (!row->name.empty()) {
    text += "[" + row->name.substr(0, 60) + "]";
  }
  if (client && !scenario->varies_with.empty()) text += "@" + client->name;
  return text;
}

std::string Job::variant() const {
  return client ? client->name : std::string();
}

const std::vector<script::Question>& Job::questions() const {
  return row->questions.empty() ? scenario->questions : row->questions;
}

Outcome outcome_of(const Job& job, const script::Question& question, const Decision& decision) {
  Outcome outcome;
  outcome.requirement = question.requirement;
  outcome.scenario = job.scenario->id;
  outcome.row = job.row->name;
  outcome.variant = job.variant();
  outcome.step = decision.step.empty() ? question.steps.front() : decision.step;
  outcome.result = decision.result;
  outcome.expected = decision.expected.empty() ? question.expectation.describe() : decision.expected;
  outcome.observed = decision.observed;
  outcome.place = question.place.file_and_line();
  return outcome;
}

JobResult run_flow(session::World& world, const script::Flow& flow, const script::Client& client,
                   const std::string& user, const std::string& id) {
  JobResult out;
  out.run.id = id;
  out.run.variant = client.name;
  out.run.title = flow.title;
  out.run.place = flow.place.file_and_line();
  const auto started = std::chrono::steady_clock::now();
  Walker walker(world, fmt::format("{}@{}", id, client.name), client, user, false);
  out.accepted = true;
  try {
    for (const auto& step : flow.steps) {
      if (world.interrupted()) throw session::HarnessError("interrupted");
      if (walker.lacks_capability(step)) continue;
      const auto* result = walker.perform(step, step.deviation, false);
      if (result && as_expected(step.expected, *result)) continue;
      out.accepted = false;
      out.why = walker.session().redact(
          fmt::format("{}: {}", step.name, result ? result->observed : walker.seen().stopped));
      if (result) out.finding = explain_step(step.verb, *result, *world.target, client);
      if (out.finding) out.finding->seen = walker.session().redact(out.finding->seen);
      break;
    }
  } catch (const std::exception& error) {
    walker.session().flush();
    out.accepted = false;
    out.why = error.what();
  }
  out.run.note = out.accepted ? "" : out.why;
  out.run.steps = walker.steps_run();
  out.run.exchanges = walker.all_exchanges();
  out.run.duration =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
  out.requests = walker.session().requests_sent();
  return out;
}

}  // namespace oauthentic::run

#pragma once
// One scenario, or one row of its table, in one session.
#include <optional>
#include <string>
#include <vector>

#include "core/outcome.hpp"
#include "core/run_record.hpp"
#include "run/expectation.hpp"
#include "run/finding.hpp"
#include "script/library.hpp"
#include "session/world.hpp"

namespace oauthentic::run {

/// A row that is to be run, and with which client.
struct Job {
  const script::Scenario* scenario = nullptr;
  const script::Row* row = nullptr;
  const script::Client* client = nullptr;
  bool control = false;         ///< the table's control row: its deviations instead of the row's
  std::string id() const;       ///< "pkce/verifier-mismatch[row]"
  std::string variant() const;  ///< key of the client in the target file
  const std::vector<script::Question>& questions() const;  ///< the row's own, or the scenario's
};

struct JobResult {
  std::vector<Outcome> outcomes;
  ScenarioRun run;
  bool accepted = false;           ///< control rows: everything went as for an honest client
  std::string why;                 ///< control rows: what did not
  std::optional<Finding> finding;  ///< honest flows: whose fault that probably is
  std::size_t requests = 0;
};

/// What a decision says of a question of this job; the exchanges are left to the caller.
Outcome outcome_of(const Job& job, const script::Question& question, const Decision& decision);

/// Runs the steps and answers the questions. Never throws: a mistake of ours is a harness_error outcome.
JobResult run_job(session::World& world, const script::Library& library, const Job& job);

/// The honest flow, as the positive control.
JobResult run_flow(session::World& world, const script::Flow& flow, const script::Client& client,
                   const std::string& user, const std::string& id);

}  // namespace oauthentic::run

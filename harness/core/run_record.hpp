#pragma once
// A whole run as the reports see it. Everything here was read from, or could be read from, the journal.
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/exchange.hpp"
#include "core/outcome.hpp"
#include "core/profile.hpp"
#include "core/requirement.hpp"

namespace oauthentic {

/// A scenario, or one row of its table, as it was run.
struct ScenarioRun {
  std::string id;  ///< "pkce/verifier-mismatch"
  std::string row;
  std::string variant;
  std::string title;
  std::string place;                   ///< file:line
  std::string deviation;               ///< "redeem: set code_verifier"; empty for the honest flow
  std::vector<std::string> steps;      ///< in order, as run
  std::vector<std::string> exchanges;  ///< Exchange::id in order
  std::chrono::milliseconds duration{0};
  std::string note;  ///< why it was left out or cut short; empty if it ran to its end
};

/// What the run was pointed at; nothing secret.
struct TargetSummary {
  std::string issuer;
  std::string name;  ///< the target file, or "mock"
  std::vector<std::string> capabilities;
  std::vector<std::pair<std::string, std::string>> endpoints;  ///< metadata name → URL
};

struct RunRecord {
  std::string tool_version;
  std::string command;  ///< how to repeat it
  std::string seed;
  std::chrono::system_clock::time_point started;
  std::optional<std::chrono::system_clock::time_point> finished;  ///< nothing: the run was cut short
  TargetSummary target;
  std::vector<std::string> profiles;  ///< selected ones; others may judge as well
  std::vector<std::string> only;      ///< globs that the run was limited to; empty: it looked at everything
  std::vector<ScenarioRun> scenarios;
  std::vector<Outcome> outcomes;
  std::vector<std::string> problems;  ///< what went wrong with the run itself
  std::size_t exchange_count = 0;

  /// Reads one exchange, already redacted, from where it is kept; nothing if it was not recorded.
  std::function<std::optional<Exchange>(const std::string& id)> exchange;
};

/// One requirement's result over all of a run's scenarios, rows and variants.
struct RequirementResult {
  const Requirement* requirement = nullptr;
  Result result = Result::not_applicable;
  bool observed = false;  ///< false: no outcome at all
  std::map<Result, std::size_t> counts;
  std::vector<const Outcome*> outcomes;  ///< worst first
};

struct Judgement {
  const Requirement* requirement = nullptr;
  Level level = Level::must;
  Verdict verdict = Verdict::not_observed;
  const RequirementResult* result = nullptr;
};

/// A profile's judgement of a whole run.
struct ProfileVerdict {
  const Profile* profile = nullptr;
  std::vector<Judgement> judgements;  ///< in the order of the catalogue
  std::map<Verdict, std::size_t> counts;
  /// The whole was looked at, nothing failed and every MUST was decided.
  bool conformant = false;
  /// The same of the part that the run was limited to (RunRecord::only).
  bool part_met = false;
  /// MUST requirements that stayed inconclusive or were never observed though they apply.
  std::size_t undecided = 0;
};

/// All that a report is made of. The pointers are into objects that outlive the report.
struct ReportInput {
  const RunRecord* run = nullptr;
  const std::vector<Specification>* specifications = nullptr;
  const std::vector<RequirementResult>* results =
      nullptr;  ///< every requirement of the catalogue, in its order
  const std::vector<ProfileVerdict>* verdicts = nullptr;
};

}  // namespace oauthentic

#pragma once
// Flows and scenarios as they were written, checked, and ready to run.
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "script/diagnostic.hpp"

namespace oauthentic::script {

/// One condition on one fact: `token.expires_in: { at_most: 3600 }`.
struct FactCondition {
  std::string path;         ///< below the step: "headers.cache-control"
  std::string matcher;      ///< a word of matchers()
  nlohmann::json argument;  ///< may hold placeholders
};

/// What has to be seen of one step: a word (`is:` beside conditions), or conditions on its facts. Conditions
/// alone need a step that was accepted; `if: refused` asks them of a refusal, and of nothing else.
struct Expectation {
  std::string word;      ///< a word of expectation_words(); empty: conditions only
  std::string provided;  ///< `if:` a word without which the question does not arise
  std::vector<FactCondition> conditions;
  std::string describe() const;
};

/// An expectation of a step and the requirement that it decides.
struct Question {
  std::string requirement;         ///< empty in `given:`, where nothing is decided
  std::vector<std::string> steps;  ///< usually one; "a or b": the first of them that refuses decides
  Expectation expectation;
  bool about_error = false;  ///< decided only where the step was refused: does it name one of `errors`?
  std::vector<std::string> errors;
  bool inverted = false;  ///< answered with its opposite, to prove that somebody notices
  Place place;
};

struct Step {
  std::string verb;
  std::string name;                ///< `as:`, or the verb
  std::string instance;            ///< `of:` the flow instance that it belongs to; empty: the scenario's own
  nlohmann::json arguments;        ///< an object; may hold placeholders
  nlohmann::json deviation;        ///< operations on the request; null if it is honest
  std::vector<std::string> needs;  ///< capabilities without which the step is left out
  std::string expected =
      "accepted";  ///< what an honest peer does; unless a question says otherwise, what follows needs it
  Place place;
};

struct Flow {
  std::string id;
  std::string title;
  std::vector<std::string> needs;  ///< capabilities
  std::vector<Step> steps;
  Place place;
};

/// A flow instance that runs before the scenario's own steps, under its own name.
struct Instance {
  std::string name;
  std::string flow;
  std::string client;
  std::string user;
  std::string until;  ///< last step that is run; empty: all
  Place place;
};

/// One row of a scenario's table.
struct Row {
  std::string name;                                  ///< "parameter=code"; empty for a scenario without a table
  nlohmann::json values;                             ///< what "{{each.NAME}}" stands for
  std::map<std::string, nlohmann::json> deviations;  ///< by step; replaces the scenario's of that step
  std::vector<Question> questions;                   ///< in place of the scenario's, if any
  Place place;
};

/// Rows that are known only once the target is: `from:` a fact of it, `less:` another.
struct RowSource {
  std::string variable;
  std::string from;
  std::string less;
};

enum class Disturbs { nothing, grant, session, user, client };

struct Scenario {
  std::string topic;
  std::string id;  ///< "pkce/verifier-mismatch"
  std::string title;
  std::string why;
  std::string flow;  ///< its honest flow, also its positive control
  std::vector<std::string> needs;
  std::map<std::string, std::vector<std::string>> when;  ///< slot of the variant → allowed values
  std::vector<std::string> varies_with;
  std::string client;  ///< which client of the target; empty: the variant's
  std::string user = "user";
  std::string variant;  ///< a variant to run on; empty: the profile's primary one
  std::vector<Instance> instances;
  std::vector<Row> rows;  ///< at least one unless `row_source`
  std::optional<RowSource> row_source;
  bool has_table = false;
  bool fresh_session = false;                                    ///< signs in anew
  std::optional<std::map<std::string, nlohmann::json>> control;  ///< deviations of the table's control row
  bool is_own_control = false;  ///< it asks whether the honest flow works: a flow that fails decides it
  std::string control_client;   ///< whose honest flow is the positive control; empty: the scenario's own
  std::map<std::string, nlohmann::json> deviations;  ///< by step
  std::vector<Step> steps;                           ///< the flow's (or its own) and then `then:`
  std::vector<Step> cleanup;                         ///< `finally:`
  std::vector<Question> given;                       ///< if one does not hold: not applicable
  std::vector<Question> questions;
  Disturbs disturbs = Disturbs::grant;
  std::string only_when_asked;  ///< class of checks that is off by default, such as "lockout" or "flood"
  int rounds = 1;
  Place place;

  std::vector<std::string> requirements() const;  ///< every id that it can decide, sorted
  /// Why it cannot be run in this version (a verb or variant that is only checked), or empty.
  std::string not_yet() const;
};

}  // namespace oauthentic::script

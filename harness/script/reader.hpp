#pragma once
// Reads flows and scenarios from a document that its schema has passed; tells what the schema cannot see.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "script/document.hpp"
#include "script/scenario.hpp"

namespace oauthentic::script {

/// What scripts may refer to.
struct Names {
  std::set<std::string> requirements;
  std::map<std::string, Flow> flows;
};

std::optional<Flow> read_flow(const Document& document, Diagnostics& diagnostics);

/// All scenarios of one file (one topic). `names` must already hold every flow.
std::vector<Scenario> read_scenarios(const Document& document, const Names& names, Diagnostics& diagnostics);

/// "unknown flow ...", with the one that was probably meant.
std::string unknown_flow(const std::string& id, const Names& names);

/// `instances:` of a scenario at `pointer`.
class InstanceReader {
 public:
  InstanceReader(const Document& document, const Names& names, Diagnostics& diagnostics)
      : document_(document), names_(names), diagnostics_(diagnostics) {}
  /// What its flows need the scenario needs as well; the full names of their steps are `taken`.
  void read(const std::string& pointer, std::set<std::string>& taken, Scenario& scenario) const;
  /// Every step that is `of:` an instance is of one that there is.
  void check(const std::vector<Step>& steps, const Scenario& scenario) const;

 private:
  const Document& document_;
  const Names& names_;
  Diagnostics& diagnostics_;
};

/// Every placeholder of the scenario at `pointer` begins with a step that is there, a flow instance or a known
/// root, and goes on with a fact that it yields.
void check_placeholders(const Document& document, const std::string& pointer, const Scenario& scenario,
                        const Names& names, Diagnostics& diagnostics);

/// One `steps:` or `then:` list at `pointer`; the names of its steps have to be unique, also against `taken`.
class StepReader {
 public:
  StepReader(const Document& document, Diagnostics& diagnostics)
      : document_(document), diagnostics_(diagnostics) {}
  std::vector<Step> read(const std::string& pointer, std::set<std::string>& taken) const;
  /// The operations of one deviation at `pointer`: known words, and for `authentication` known parts.
  void check_deviation(const nlohmann::json& operations, const std::string& pointer) const;

 private:
  Step read_one(const nlohmann::json& step, const std::string& pointer) const;
  const Document& document_;
  Diagnostics& diagnostics_;
};

/// The questions of a scenario, a row or a step: `expect`, `error` and `proves` in all their shapes.
class QuestionReader {
 public:
  QuestionReader(const Document& document, const Names& names, Diagnostics& diagnostics)
      : document_(document), names_(names), diagnostics_(diagnostics) {}

  /// `node` at `pointer` may have expect, error and proves; where `step` is set they are that step's, else maps
  /// from step to expectation. `steps` maps the names of the scenario's steps to their verbs. `fallback` is
  /// what `proves` means where `node` has none.
  std::vector<Question> read(const nlohmann::json& node, const std::string& pointer, const std::string& step,
                             const std::map<std::string, std::string>& steps,
                             const nlohmann::json& fallback) const;
  /// `given:` conditions, which decide nothing.
  std::vector<Question> read_given(const nlohmann::json& given, const std::string& pointer,
                                   const std::map<std::string, std::string>& steps) const;

 private:
  using Steps = std::map<std::string, std::string>;
  std::vector<std::string> step_names(const std::string& key, const std::string& pointer,
                                      const Steps& steps) const;
  Expectation expectation(const nlohmann::json& node, const std::string& pointer) const;
  void expectations(const nlohmann::json& node, const std::string& pointer, const std::string& step,
                    const Steps& steps, const std::string& requirement, std::vector<Question>& out) const;
  void errors(const nlohmann::json& node, const std::string& pointer, const std::string& step,
              const Steps& steps, std::vector<Question>& out) const;
  /// The conditions of `expected` are on facts that the steps yield, by matchers that there are.
  void check_facts(const nlohmann::json& expected, const std::string& pointer,
                   const std::vector<std::string>& asked, const Steps& steps) const;
  bool known_requirement(const std::string& id, const std::string& pointer) const;

  const Document& document_;
  const Names& names_;
  Diagnostics& diagnostics_;
};

}  // namespace oauthentic::script

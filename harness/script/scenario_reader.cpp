#include <fmt/format.h>

#include <algorithm>

#include "core/suggest.hpp"
#include "oauth/json_document.hpp"
#include "script/reader.hpp"
#include "script/table_product.hpp"
#include "script/vocabulary.hpp"

namespace oauthentic::script {

using nlohmann::json;

namespace {

const std::set<std::string> kRowKeys = {"row", "expect", "error", "proves", "deviate"};

std::vector<std::string> list_of(const json& node) {
  if (node.is_string()) return {node.get<std::string>()};
  std::vector<std::string> texts;
  if (!node.is_array()) return texts;
  for (const auto& text : node) {
    if (text.is_string()) texts.push_back(text.get<std::string>());
  }
  return texts;
}

std::vector<std::string> ids_of(const std::vector<Question>& questions) {
  std::vector<std::string> ids;
  for (const auto& question : questions)
    ids.push_back(question.requirement);
  return ids;
}

Disturbs disturbs_from(const std::string& word) {
  if (word == "nothing") return Disturbs::nothing;
  if (word == "session") return Disturbs::session;
  if (word == "user") return Disturbs::user;
  if (word == "client") return Disturbs::client;
  return Disturbs::grant;
}

/// Reads the scenarios of one document.
class ScenarioReader {
 public:
  ScenarioReader(const Document& document, const Names& names, Diagnostics& diagnostics)
      : document_(document),
        names_(names),
        diagnostics_(diagnostics),
        step_reader_(document, diagnostics),
        question_reader_(document, names, diagnostics) {}

  std::vector<Scenario> read() {
    std::vector<Scenario> all;
    const auto& root = document_.value();
    const auto topic = root.at("topic").get<std::string>();
    const auto& list = root.at("scenarios");
    if (list.empty()) tell("/scenarios", "a topic without scenarios");
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto pointer = pointer_to("/scenarios", i);
      auto scenario = read_one(list[i], pointer, topic);
      all.push_back(std::move(scenario));
    }
    return all;
  }

 private:
  void tell(const std::string& pointer, std::string message) {
    diagnostics_.add(document_.place(pointer), std::move(message));
  }

  Scenario read_one(const json& node, const std::string& pointer, const std::string& topic) {
    Scenario s;
    const auto mistakes = diagnostics_.all().size();
    s.topic = topic;
    s.id = topic + "/" + node.at("id").get<std::string>();
    s.title = node.at("title").get<std::string>();
    s.why = node.value("why", std::string());
    s.place = document_.place(pointer_to(pointer, "id"));
    s.client = node.value("client", std::string());
    s.is_own_control = oauth::string_member(oauth::member(node, "control"), "flow") == "none";
    s.control_client = oauth::string_member(oauth::member(node, "control"), "client");
    s.user = node.value("user", std::string("user"));
    s.variant = node.value("variant", std::string());
    s.fresh_session = node.value("session", std::string()) == "fresh";
    s.rounds = node.value("rounds", 1);
    s.only_when_asked = node.value("only_when_asked", std::string());
    s.disturbs = disturbs_from(node.value("disturbs", std::string("grant")));
    s.varies_with = node.value("varies_with", std::vector<std::string>());
    if (const auto when = node.find("when"); when != node.end()) {
      for (const auto& [slot, values] : when->items()) {
        s.when[slot] = list_of(values);
        static const std::vector<std::string> kSlots = {"client", "client_authentication", "request",
                                                        "pkce",   "sender_constraint",     "response_mode"};
        if (std::ranges::find(kSlots, slot) != kSlots.end()) continue;
        diagnostics_.add(document_.place(pointer_to(pointer_to(pointer, "when"), slot)),
                         fmt::format("there is no slot \"{}\"{}", slot, did_you_mean(slot, kSlots)));
      }
    }
    if (!read_flow_and_steps(node, pointer, s)) return s;
    read_needs(node, pointer, s);
    if (const auto deviate = node.find("deviate"); deviate != node.end()) {
      s.deviations = read_deviations(*deviate, pointer_to(pointer, "deviate"));
    }
    read_table(node, pointer, s);
    if (const auto control = node.find("control"); control != node.end() && control->contains("deviate")) {
      const auto below = pointer_to(pointer_to(pointer, "control"), "deviate");
      s.control = read_deviations(control->at("deviate"), below);
    }
    if (const auto given = node.find("given"); given != node.end()) {
      s.given = question_reader_.read_given(*given, pointer_to(pointer, "given"), verbs_);
    }
    const auto own = question_reader_.read(node, pointer, "", verbs_, json());
    s.questions.insert(s.questions.begin(), own.begin(), own.end());
    const auto decided = s.requirements();
    if (mistakes == diagnostics_.all().size()) check_proved(node, pointer, decided);
    if (decided.empty() && mistakes == diagnostics_.all().size())
      tell(pointer, "a scenario that decides nothing; add `proves:` and `expect:`");
    check_placeholders(document_, pointer, s, names_, diagnostics_);
    return s;
  }

  /// What `proves` names without an expectation of its own has to be asked somewhere.
  void check_proved(const json& node, const std::string& pointer, const std::vector<std::string>& decided) {
    const auto proves = node.find("proves");
    if (proves == node.end()) return;
    for (const auto& id : list_of(*proves)) {
      if (!names_.requirements.contains(id) || std::ranges::find(decided, id) != decided.end()) continue;
      tell(pointer_to(pointer, "proves"), fmt::format("what proves \"{}\"? Add `expect:`", id));
    }
  }

  bool read_flow_and_steps(const json& node, const std::string& pointer, Scenario& s) {
    std::set<std::string> taken;
    verbs_.clear();
    s.flow = node.at("flow").get<std::string>();
    const auto flow = names_.flows.find(s.flow);
    if (flow == names_.flows.end()) {
      tell(pointer_to(pointer, "flow"), unknown_flow(s.flow, names_));
      return false;
    }
    s.needs = flow->second.needs;
    const InstanceReader instances(document_, names_, diagnostics_);
    if (node.contains("instances")) instances.read(pointer_to(pointer, "instances"), taken, s);
    const bool own_steps = node.contains("steps");
    if (own_steps) {
      s.steps = step_reader_.read(pointer_to(pointer, "steps"), taken);
    } else if (s.instances.empty()) {
      s.steps = flow->second.steps;
      for (const auto& step : s.steps)
        taken.insert(step.name);
    }
    const auto own = s.steps.size();
    if (node.contains("then")) {
      for (auto& step : step_reader_.read(pointer_to(pointer, "then"), taken))
        s.steps.push_back(std::move(step));
    }
    if (node.contains("finally")) s.cleanup = step_reader_.read(pointer_to(pointer, "finally"), taken);
    for (const auto& step : s.steps)
      verbs_[step.name] = step.verb;
    if (own_steps) read_step_questions(node.at("steps"), pointer_to(pointer, "steps"), 0, node, s);
    if (node.contains("then")) read_step_questions(node.at("then"), pointer_to(pointer, "then"), own, node, s);
    if (node.contains("finally")) refuse_questions(node.at("finally"), pointer_to(pointer, "finally"));
    instances.check(s.steps, s);
    instances.check(s.cleanup, s);
    return true;
  }

  void read_step_questions(const json& list, const std::string& pointer, std::size_t first, const json& node,
                           Scenario& s) {
    const json fallback =
        node.contains("proves") && !node.at("proves").is_object() ? node.at("proves") : json();
    for (std::size_t i = 0; i < list.size() && first + i < s.steps.size(); ++i) {
      const auto& name = s.steps[first + i].name;
      if (name.empty()) continue;  // a step without a known verb, which was told
      const auto asked = question_reader_.read(list[i], pointer_to(pointer, i), name, verbs_, fallback);
      check_proved(list[i], pointer_to(pointer, i), ids_of(asked));
      s.questions.insert(s.questions.end(), asked.begin(), asked.end());
    }
  }

  void refuse_questions(const json& list, const std::string& pointer) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      for (const auto* key : {"expect", "error", "proves"}) {
        if (list[i].contains(key))
          tell(pointer_to(pointer_to(pointer, i), key), "a step of `finally:` decides nothing");
      }
    }
  }

  void read_needs(const json& node, const std::string& pointer, Scenario& s) {
    for (const auto& need : node.value("needs", std::vector<std::string>())) {
      if (!contains(capabilities(), need)) {
        tell(pointer_to(pointer, "needs"),
             fmt::format("unknown capability \"{}\"{}", need, did_you_mean(need, names(capabilities()))));
      }
      if (std::ranges::find(s.needs, need) == s.needs.end()) s.needs.push_back(need);
    }
  }

  std::map<std::string, json> read_deviations(const json& node, const std::string& pointer) {
    std::map<std::string, json> all;
    for (const auto& [step, operations] : node.items()) {
      const auto at = pointer_to(pointer, step);
      if (!verbs_.contains(step)) {
        std::vector<std::string> known;
        for (const auto& [name, unused] : verbs_)
          known.push_back(name);
        tell(at, fmt::format("there is no step \"{}\" to deviate from{}", step, did_you_mean(step, known)));
      }
      step_reader_.check_deviation(operations, at);
      all[step] = operations;
    }
    return all;
  }

  void read_table(const json& node, const std::string& pointer, Scenario& s) {
    const auto each = node.find("each");
    if (each == node.end()) {
      s.rows.emplace_back();
      s.rows.back().place = s.place;
      return;
    }
    s.has_table = true;
    const auto mistakes = diagnostics_.all().size();
    const auto at = pointer_to(pointer, "each");
    if (each->is_array()) {
      for (std::size_t i = 0; i < each->size(); ++i)
        read_row((*each)[i], pointer_to(at, i), node, s);
    } else {
      read_column(*each, at, s);
    }
    if (s.rows.empty() && !s.row_source && mistakes == diagnostics_.all().size()) tell(at, "an empty table");
    std::set<std::string> taken;
    for (const auto& row : s.rows) {
      if (!taken.insert(row.name).second) {
        diagnostics_.add(row.place,
                         fmt::format("there is already a row \"{}\"; name this one: {{ row: ... }}", row.name));
      }
    }
  }

  /// `each: { name: [values] }`, over several names each with each, or `each: { name: { from: ..., less: ... }
  /// }`
  void read_column(const json& each, const std::string& at, Scenario& s) {
    if (each.size() > 1) return read_product(document_, each, at, s.rows, diagnostics_);
    if (each.empty()) return tell(at, "a table over a name, or a list of rows");
    const auto& name = each.begin().key();
    const auto& values = each.begin().value();
    const auto below = pointer_to(at, name);
    if (values.is_object()) {
      s.row_source = RowSource{name, values.value("from", std::string()), values.value("less", std::string())};
      if (s.row_source->from.empty()) tell(below, "a table needs a list, or `from:`");
      return;
    }
    if (values.is_string()) return read_product(document_, each, at, s.rows, diagnostics_);
    for (std::size_t i = 0; i < values.size(); ++i) {
      Row row;
      row.values = json::object({{name, values[i]}});
      row.name = fmt::format("{}={}", name, text_of(values[i]));
      row.place = document_.place(pointer_to(below, i));
      s.rows.push_back(std::move(row));
    }
  }

  void read_row(const json& node, const std::string& pointer, const json& scenario, Scenario& s) {
    Row row;
    row.place = document_.place(pointer);
    row.values = json::object();
    for (const auto& [key, value] : node.items()) {
      if (!kRowKeys.contains(key)) row.values[key] = value;
    }
    row.name = node.value("row", std::string());
    if (row.name.empty() && !row.values.empty()) {
      row.name = fmt::format("{}={}", row.values.begin().key(), text_of(row.values.begin().value()));
    }
    if (const auto deviate = node.find("deviate"); deviate != node.end()) {
      row.deviations = read_deviations(*deviate, pointer_to(pointer, "deviate"));
    }
    if (node.contains("expect") || node.contains("error") || node.contains("proves")) {
      json merged = node;
      for (const auto* key : {"expect", "error", "proves"}) {
        if (!merged.contains(key) && scenario.contains(key)) merged[key] = scenario.at(key);
      }
      row.questions = question_reader_.read(merged, pointer, "", verbs_, json());
      for (auto& question : row.questions)
        question.place = row.place;
      check_proved(node, pointer, ids_of(row.questions));
    }
    s.rows.push_back(std::move(row));
  }

  const Document& document_;
  const Names& names_;
  Diagnostics& diagnostics_;
  StepReader step_reader_;
  QuestionReader question_reader_;
  std::map<std::string, std::string> verbs_;  ///< of the scenario that is being read: step → verb
};

}  // namespace

std::vector<std::string> Scenario::requirements() const {
  std::set<std::string> ids;
  for (const auto& question : questions)
    ids.insert(question.requirement);
  for (const auto& row : rows) {
    for (const auto& question : row.questions)
      ids.insert(question.requirement);
  }
  return {ids.begin(), ids.end()};
}

std::string Scenario::not_yet() const {
  for (const auto* list : {&steps, &cleanup}) {
    for (const auto& step : *list) {
      const auto* verb = find_verb(step.verb);
      if (verb && !verb->available) return fmt::format("the verb \"{}\" cannot be run yet", step.verb);
    }
  }
  return variant.empty() ? std::string() : fmt::format("the variant \"{}\" cannot be run yet", variant);
}

std::vector<Scenario> read_scenarios(const Document& document, const Names& names, Diagnostics& diagnostics) {
  return ScenarioReader(document, names, diagnostics).read();
}

}  // namespace oauthentic::script

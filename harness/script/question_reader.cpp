#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/message.hpp"
#include "core/suggest.hpp"
#include "oauth/json_document.hpp"
#include "script/reader.hpp"
#include "script/vocabulary.hpp"

namespace oauthentic::script {

using nlohmann::json;

namespace {

std::vector<std::string> keys_of(const std::map<std::string, std::string>& map) {
  std::vector<std::string> keys;
  for (const auto& [key, unused] : map)
    keys.push_back(key);
  return keys;
}

/// Facts that have members; below any other fact stand matchers.
const std::set<std::string_view> kFactsWithMembers = {
    "body",         "headers",         "parameters",      "request",
    "challenge",    "id_token_claims", "id_token_header", "sign_in_page",
    "consent_page", "first_response"};

/// The facts below `node`: "body.issuer: x" and "body: { issuer: x }" are the same, as long as a map's keys are
/// no matchers.
void conditions_of(const json& node, const std::string& path, std::vector<FactCondition>& out) {
  if (!node.is_object()) {
    out.push_back({path, "equals", node});
    return;
  }
  for (const auto& [key, value] : node.items()) {
    if (contains(matchers(), key)) {
      out.push_back({path, key, value});
    } else {
      conditions_of(value, path.empty() ? key : path + "." + key, out);
    }
  }
}

}  // namespace

std::string Expectation::describe() const {
  std::string text = provided.empty() ? word : fmt::format("if {}: {}", provided, word);
  if (!provided.empty() && word.empty()) text = fmt::format("if {}", provided);
  for (const auto& condition : conditions) {
    if (!text.empty()) text += ", ";
    if (condition.matcher == "equals") {
      text += fmt::format("{} is {}", condition.path, condition.argument.dump());
    } else if (condition.matcher == "present") {
      text += fmt::format("{} is {}", condition.path, condition.argument == true ? "present" : "absent");
    } else if (condition.matcher == "optional") {
      text += fmt::format("if {} is present", condition.path);
    } else {
      std::string words = condition.matcher;
      for (auto& c : words)
        c = c == '_' ? ' ' : c;
      text += fmt::format("{} {} {}", condition.path, words, condition.argument.dump());
    }
  }
  return text;
}

std::vector<std::string> QuestionReader::step_names(const std::string& key, const std::string& pointer,
                                                    const Steps& steps) const {
  std::vector<std::string> found;
  std::string_view rest = key;
  constexpr std::string_view kOr = " or ";
  for (;;) {
    const auto at = rest.find(kOr);
    const std::string name(trim(rest.substr(0, at)));
    if (!steps.contains(name)) {
      diagnostics_.add(document_.place(pointer),
                       fmt::format("there is no step \"{}\" here{}", name, did_you_mean(name, keys_of(steps))));
    }
    found.push_back(name);
    if (at == std::string_view::npos) return found;
    rest.remove_prefix(at + kOr.size());
  }
}

Expectation QuestionReader::expectation(const json& node, const std::string& pointer) const {
  Expectation result;
  const auto word = [&](const json& value, const std::string& at) {
    auto text = value.is_string() ? value.get<std::string>() : oauth::dump(value);
    if (!contains(expectation_words(), text)) {
      diagnostics_.add(document_.place(at), fmt::format("unknown expectation \"{}\"{}", text,
                                                        did_you_mean(text, names(expectation_words()))));
    }
    return text;
  };
  if (node.is_string()) {
    result.word = word(node, pointer);
  } else if (node.is_object() && !node.empty()) {
    for (const auto& [key, value] : node.items()) {
      const auto at = pointer_to(pointer, key);
      if (key == "is") {
        result.word = word(value, at);
      } else if (key == "if") {
        result.provided = word(value, at);
      } else {
        const auto before = result.conditions.size();
        conditions_of(value, key, result.conditions);
        if (result.conditions.size() == before) diagnostics_.add(document_.place(at), "an empty condition");
      }
    }
  } else {
    diagnostics_.add(document_.place(pointer),
                     "an expectation is a word such as `refused`, or conditions on facts");
  }
  return result;
}

void QuestionReader::check_facts(const json& expected, const std::string& pointer,
                                 const std::vector<std::string>& asked, const Steps& steps) const {
  if (!expected.is_object()) return;
  for (const auto& [key, value] : expected.items()) {
    const auto fact = key.substr(0, key.find('.'));
    if (key == "is" || key == "if" || fact.find("{{") != std::string::npos) continue;
    const auto at = pointer_to(pointer, key);
    bool known = true;
    for (const auto& name : asked) {
      const auto step = steps.find(name);
      const auto* verb = step == steps.end() ? nullptr : find_verb(step->second);
      if (!verb || contains(verb->facts, fact) || contains(common_facts(), fact)) continue;
      auto facts = names(verb->facts);
      for (const auto& word : common_facts())
        facts.emplace_back(word.name);
      diagnostics_.add(document_.place(at), fmt::format("step \"{}\" ({}) yields no \"{}\"{}", name, verb->name,
                                                        fact, did_you_mean(fact, facts)));
      known = false;
    }
    if (!known || !value.is_object() || kFactsWithMembers.contains(fact)) continue;
    for (const auto& [word, unused] : value.items()) {
      if (contains(matchers(), word)) continue;
      diagnostics_.add(document_.place(pointer_to(at, word)),
                       fmt::format("unknown matcher \"{}\"{}", word, did_you_mean(word, names(matchers()))));
    }
  }
}

bool QuestionReader::known_requirement(const std::string& id, const std::string& pointer) const {
  if (names_.requirements.contains(id)) return true;
  const std::vector<std::string> all(names_.requirements.begin(), names_.requirements.end());
  diagnostics_.add(document_.place(pointer),
                   fmt::format("unknown requirement \"{}\"{}", id, did_you_mean(id, all)));
  return false;
}

void QuestionReader::expectations(const json& node, const std::string& pointer, const std::string& step,
                                  const Steps& steps, const std::string& requirement,
                                  std::vector<Question>& out) const {
  const auto add = [&](std::vector<std::string> asked, const json& expected, const std::string& at) {
    Question question;
    question.requirement = requirement;
    question.steps = std::move(asked);
    question.expectation = expectation(expected, at);
    question.place = document_.place(at);
    check_facts(expected, at, question.steps, steps);
    const auto& asked_for = question.expectation;
    if (question.steps.size() > 1 && (!asked_for.conditions.empty() || !asked_for.provided.empty())) {
      diagnostics_.add(document_.place(at), "\"a or b\" takes a word such as `refused`, and no conditions");
    }
    out.push_back(std::move(question));
  };
  if (!step.empty()) return add({step}, node, pointer);
  if (!node.is_object() || node.empty()) {
    diagnostics_.add(document_.place(pointer),
                     "expected a map from step to expectation, such as { redeem: refused }");
    return;
  }
  for (const auto& [key, expected] : node.items()) {
    const auto at = pointer_to(pointer, key);
    add(step_names(key, at, steps), expected, at);
  }
}

void QuestionReader::errors(const json& node, const std::string& pointer, const std::string& step,
                            const Steps& steps, std::vector<Question>& out) const {
  const auto one = [&](const std::string& name, const json& value, const std::string& at) {
    Question question;
    question.about_error = true;
    question.steps = {name};
    question.place = document_.place(at);
    const bool explicit_row = value.is_object();
    const json codes = explicit_row ? value.value("is", json()) : value;
    for (const auto& code : codes.is_array() ? codes : json::array({codes})) {
      if (code.is_string()) question.errors.push_back(code.get<std::string>());
    }
    if (question.errors.empty() || (codes.is_array() && question.errors.size() != codes.size())) {
      diagnostics_.add(document_.place(at), "expected an error code, or a list of those that would be right");
      return;
    }
    if (const auto found = steps.find(name); found != steps.end()) {
      const auto* verb = find_verb(found->second);
      question.requirement =
          explicit_row ? oauth::string_member(value, "proves")
                       : error_requirement(verb ? verb->endpoint : Endpoint::none, question.errors.front());
      if (question.requirement.empty()) {
        diagnostics_.add(document_.place(at),
                         "no requirement speaks of this error; write { is: CODE, proves: REQUIREMENT }");
        return;
      }
      if (known_requirement(question.requirement, at)) out.push_back(std::move(question));
    }
  };
  if (!step.empty()) return one(step, node, pointer);
  if (!node.is_object()) {
    diagnostics_.add(document_.place(pointer),
                     "expected a map from step to error code, such as { redeem: invalid_grant }");
    return;
  }
  for (const auto& [key, value] : node.items()) {
    const auto at = pointer_to(pointer, key);
    for (const auto& name : step_names(key, at, steps))
      one(name, value, at);
  }
}

std::vector<Question> QuestionReader::read(const json& node, const std::string& pointer,
                                           const std::string& step, const Steps& steps,
                                           const json& fallback) const {
  std::vector<Question> out;
  const auto expect = node.find("expect");
  const auto own = node.find("proves");
  const auto proves_at = pointer_to(pointer, "proves");
  const json& proves = own == node.end() ? fallback : *own;
  if (own != node.end() && own->is_object()) {
    for (const auto& [id, expected] : own->items()) {
      const auto at = pointer_to(proves_at, id);
      if (known_requirement(id, at)) expectations(expected, at, step, steps, id, out);
    }
  }
  const auto is_text = [](const json& id) { return id.is_string(); };
  if (own != node.end() && !own->is_object() && !own->is_string() &&
      !(own->is_array() && std::ranges::all_of(*own, is_text))) {
    diagnostics_.add(document_.place(proves_at),
                     "\"proves\" takes a requirement, a list of them, or a map to expectations");
  }
  if (expect != node.end()) {
    std::vector<Question> asked;
    expectations(*expect, pointer_to(pointer, "expect"), step, steps, "", asked);
    const json ids = proves.is_string() ? json::array({proves}) : proves;
    for (const auto& id : ids.is_array() ? ids : json::array()) {
      if (!id.is_string() || !known_requirement(id.get<std::string>(), own == node.end() ? pointer : proves_at))
        continue;
      for (auto& question : asked)
        question.requirement = id.get<std::string>();
      out.insert(out.end(), asked.begin(), asked.end());
    }
  }
  if (const auto error = node.find("error"); error != node.end()) {
    errors(*error, pointer_to(pointer, "error"), step, steps, out);
  }
  return out;
}

std::vector<Question> QuestionReader::read_given(const json& given, const std::string& pointer,
                                                 const Steps& steps) const {
  std::vector<Question> out;
  expectations(given, pointer, "", steps, "", out);
  return out;
}

}  // namespace oauthentic::script

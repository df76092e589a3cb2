#include <fmt/format.h>

#include "core/suggest.hpp"
#include "oauth/json_document.hpp"
#include "script/reader.hpp"
#include "script/vocabulary.hpp"

namespace oauthentic::script {

using nlohmann::json;

namespace {

/// Keys of a step that are not its verb.
const std::set<std::string> kStepKeys = {"expect", "error", "proves", "needs", "deviate"};

std::vector<std::string> verb_names() {
  std::vector<std::string> all;
  for (const auto& verb : verbs())
    all.emplace_back(verb.name);
  return all;
}

/// The texts of a list; nothing in place of each part that is none, and in place of a member that is no list.
std::vector<std::optional<std::string>> texts_of(const json& node, const char* member) {
  std::vector<std::optional<std::string>> texts;
  const auto found = node.find(member);
  if (found == node.end()) return texts;
  if (!found->is_array()) return {std::nullopt};
  for (const auto& one : *found) {
    texts.push_back(one.is_string() ? std::optional(one.get<std::string>()) : std::nullopt);
  }
  return texts;
}

}  // namespace

std::vector<Step> StepReader::read(const std::string& pointer, std::set<std::string>& taken) const {
  std::vector<Step> steps;
  const auto& list = document_.value().at(json::json_pointer(pointer));
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto step = read_one(list[i], pointer_to(pointer, i));
    if (step.verb.empty()) {
      steps.push_back(std::move(step));  // told; it keeps its place, so that the others keep theirs
      continue;
    }
    const auto full = step.instance.empty() ? step.name : step.instance + "." + step.name;
    if (!taken.insert(full).second) {
      diagnostics_.add(
          step.place,
          fmt::format("there is already a step \"{}\"; give this one another name: {}: {{ as: ... }}", full,
                      step.verb));
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

Step StepReader::read_one(const json& node, const std::string& pointer) const {
  Step step;
  step.place = document_.place(pointer);
  bool unknown = false;
  for (const auto& [key, value] : node.items()) {
    if (kStepKeys.contains(key)) continue;
    const auto at = pointer_to(pointer, key);
    const auto* verb = find_verb(key);
    if (!verb) {
      diagnostics_.add(document_.place(at),
                       fmt::format("unknown verb \"{}\"{}", key, did_you_mean(key, verb_names())));
      unknown = true;
      continue;
    }
    if (!step.verb.empty()) {
      diagnostics_.add(document_.place(at),
                       fmt::format("a step has one verb; \"{}\" and \"{}\" are two", step.verb, key));
      continue;
    }
    step.verb = key;
    step.place = document_.place(at);
    step.arguments = value.is_null() ? json::object() : value;
    if (!step.arguments.is_object()) {
      diagnostics_.add(document_.place(at),
                       fmt::format("\"{}\" takes named arguments: {}: {{ name: value }}", key, key));
      step.arguments = json::object();
    }
    for (const auto& [name, unused] : step.arguments.items()) {
      if (contains(verb->arguments, name)) continue;
      diagnostics_.add(document_.place(pointer_to(at, name)),
                       fmt::format("\"{}\" has no argument \"{}\"{}", key, name,
                                   did_you_mean(name, names(verb->arguments))));
    }
  }
  if (step.verb.empty()) {
    if (!unknown) diagnostics_.add(step.place, "a step needs a verb, such as `redeem: {}`");
    return step;
  }
  const auto take_name = [&](const char* argument, std::string usual) {
    const auto found = step.arguments.find(argument);
    if (found == step.arguments.end()) return usual;
    if (found->is_string() && found->get_ref<const std::string&>().find_first_of(".{ ") == std::string::npos) {
      usual = found->get<std::string>();
    } else {
      diagnostics_.add(document_.place(pointer_to(pointer_to(pointer, step.verb), argument)),
                       fmt::format("\"{}\" takes a name", argument));
    }
    step.arguments.erase(found);
    return usual;
  };
  step.name = take_name("as", step.verb);
  step.instance = take_name("of", "");
  if (const auto expect = node.find("expect"); expect != node.end() && expect->is_string()) {
    step.expected = expect->get<std::string>();
  }
  if (const auto deviate = node.find("deviate"); deviate != node.end()) {
    step.deviation = *deviate;
    check_deviation(*deviate, pointer_to(pointer, "deviate"));
  }
  for (const auto& need : texts_of(node, "needs")) {
    if (need && contains(capabilities(), *need)) {
      step.needs.push_back(*need);
      continue;
    }
    const auto at = document_.place(pointer_to(pointer, "needs"));
    diagnostics_.add(
        at, need ? fmt::format("unknown capability \"{}\"{}", *need, did_you_mean(*need, names(capabilities())))
                 : "\"needs\" takes a list of capabilities");
  }
  return step;
}

void StepReader::check_deviation(const json& operations, const std::string& pointer) const {
  if (!operations.is_object() || operations.empty()) {
    diagnostics_.add(document_.place(pointer),
                     "a deviation names what is changed, such as { set: { code: x } }");
    return;
  }
  for (const auto& [word, value] : operations.items()) {
    const auto at = pointer_to(pointer, word);
    if (!contains(deviations(), word)) {
      diagnostics_.add(document_.place(at), fmt::format("unknown deviation \"{}\"{}", word,
                                                        did_you_mean(word, names(deviations()))));
    } else if (word == "authentication") {
      if (!value.is_object()) {
        diagnostics_.add(document_.place(at),
                         "\"authentication\" names what is changed, such as { method: none }");
        continue;
      }
      for (const auto& [part, unused] : value.items()) {
        if (contains(authentication_deviations(), part)) continue;
        diagnostics_.add(document_.place(pointer_to(at, part)),
                         fmt::format("unknown deviation of authentication \"{}\"{}", part,
                                     did_you_mean(part, names(authentication_deviations()))));
      }
    } else if ((word == "set" || word == "rename" || word == "shape" || word == "headers") &&
               !value.is_object()) {
      diagnostics_.add(document_.place(at), fmt::format("\"{}\" takes a map from name to value", word));
    }
  }
}

namespace {
/// A flow is honest and decides nothing; it may say that a step is refused.
void check_flow_step(const Document& document, const std::string& pointer, Diagnostics& diagnostics) {
  const auto& node = document.value().at(json::json_pointer(pointer));
  for (const auto* key : {"proves", "error", "deviate"}) {
    if (!node.contains(key)) continue;
    diagnostics.add(document.place(pointer_to(pointer, key)),
                    fmt::format("a step of a flow has no \"{}\"", key));
  }
  const auto expect = node.find("expect");
  if (expect == node.end() ||
      (expect->is_string() && contains(expectation_words(), expect->get<std::string>())))
    return;
  const auto word = expect->is_string() ? expect->get<std::string>() : oauth::dump(*expect);
  diagnostics.add(
      document.place(pointer_to(pointer, "expect")),
      fmt::format("unknown expectation \"{}\"{}", word, did_you_mean(word, names(expectation_words()))));
}
}  // namespace

std::optional<Flow> read_flow(const Document& document, Diagnostics& diagnostics) {
  const auto& root = document.value();
  Flow flow;
  flow.id = root.at("flow").get<std::string>();
  flow.title = root.at("title").get<std::string>();
  flow.needs = root.value("needs", std::vector<std::string>());
  flow.place = document.place("/flow");
  for (const auto& need : flow.needs) {
    if (contains(capabilities(), need)) continue;
    diagnostics.add(document.place("/needs"), fmt::format("unknown capability \"{}\"{}", need,
                                                          did_you_mean(need, names(capabilities()))));
  }
  std::set<std::string> taken;
  flow.steps = StepReader(document, diagnostics).read("/steps", taken);
  for (std::size_t i = 0; i < flow.steps.size(); ++i)
    check_flow_step(document, pointer_to("/steps", i), diagnostics);
  if (flow.steps.empty()) diagnostics.add(document.place("/steps"), "a flow without steps");
  return flow;
}

}  // namespace oauthentic::script

#include "run/walker.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "verbs/verb.hpp"

namespace oauthentic::run {

using nlohmann::json;
using session::Disposition;
using session::StepResult;

Walker::Walker(session::World& world, std::string id, const script::Client& client, const std::string& user,
               bool fresh)
    : world_(world), session_(world, std::move(id), client, user, fresh) {}

std::vector<std::string> Walker::exchanges(const std::string& step) const {
  std::vector<std::string> ids;
  for (const auto& [name, sent] : exchanges_) {
    if (name == step) {
      ids.insert(ids.end(), sent.begin(), sent.end());
      return ids;
    }
    if (!sent.empty()) ids.push_back(sent.back());
  }
  return ids;
}

bool Walker::lacks_capability(const script::Step& step) const {
  return std::ranges::any_of(step.needs,
                             [&](const auto& need) { return !world_.discovery.capabilities.contains(need); });
}

const StepResult* Walker::perform(const script::Step& step, const json& deviation, bool check_effect) {
  const auto code = verbs::find(step.verb);
  if (!code) throw session::HarnessError(fmt::format("the verb \"{}\" cannot be run yet", step.verb));
  verbs::Call call;
  call.step = &step;
  call.check_effect = check_effect;
  std::string missing;
  call.arguments = session_.resolve(step.arguments, missing);
  call.deviation = session_.resolve(deviation, missing);
  if (!missing.empty()) {
    seen_.stopped = fmt::format("there is no {}", missing);
    const auto source = seen_.steps.find(missing.substr(0, missing.find('.')));
    seen_.stopped_by_refusal =
        source != seen_.steps.end() && source->second.disposition == Disposition::refused;
    return nullptr;
  }
  auto result = code(session_, call);
  auto ids = session_.flush();
  all_exchanges_.insert(all_exchanges_.end(), ids.begin(), ids.end());
  steps_run_.push_back(step.instance.empty() ? step.name : step.instance + "." + step.name);
  exchanges_.emplace_back(step.name, std::move(ids));
  session_.facts()[step.name] = result.facts;
  if (!step.instance.empty()) session_.facts()[step.instance][step.name] = result.facts;
  return &(seen_.steps[step.name] = std::move(result));
}

const StepResult* Walker::perform_honest(const std::string& verb) {
  script::Step step;
  step.verb = step.name = verb;
  step.arguments = json::object();
  return perform(step, nullptr, false);
}

bool as_expected(const std::string& expected, const StepResult& result) {
  return decide_word(expected, result) == Result::satisfied;
}

}  // namespace oauthentic::run

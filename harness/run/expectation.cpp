#include "run/expectation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "oauth/json_document.hpp"
#include "script/placeholder.hpp"

namespace oauthentic::run {

using nlohmann::json;
using session::Disposition;
using session::StepResult;

namespace {

/// For a person, once secrets are gone: a part of one would be found no more.
std::string shortened(const std::string& text) {
  constexpr std::size_t kShown = 160;
  if (text.size() <= kShown) return text;
  auto end = kShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  return text.substr(0, end) + "...";
}

}  // namespace

Result decide_word(const std::string& word, const StepResult& seen) {
  const bool accepted = seen.disposition == Disposition::accepted;
  const bool refused = seen.disposition == Disposition::refused;
  if (word == "not_delivered") {
    if (seen.delivered) return Result::violated;
    const bool elsewhere = seen.facts.contains("delivered_to");
    return refused || accepted || elsewhere ? Result::satisfied : Result::inconclusive;
  }
  if (word == "delivered") {
    if (seen.delivered) return Result::satisfied;
    return refused || accepted || seen.facts.contains("delivered_to") ? Result::violated : Result::inconclusive;
  }
  if (word == "answered") return seen.facts.value("status", 0) > 0 ? Result::satisfied : Result::inconclusive;
  if (word == "nothing_issued" && !accepted) {
    const auto status = seen.facts.value("status", 0);
    const bool answered =
        seen.disposition != Disposition::no_answer && seen.understood && status > 0 && status < 500;
    return refused || answered ? Result::satisfied : Result::inconclusive;
  }
  if (!accepted && !refused) return Result::inconclusive;
  if (word == "accepted") return accepted ? Result::satisfied : Result::violated;
  if (accepted) return Result::violated;
  if (word == "refused_at_page") return seen.place == "page" ? Result::satisfied : Result::violated;
  if (word == "refused_by_redirect") {
    return seen.place == "redirect" && seen.delivered ? Result::satisfied : Result::violated;
  }
  return Result::satisfied;
}

namespace {

Decision not_reached(const std::string& step, const Seen& seen) {
  return {Result::inconclusive, "",
          seen.stopped.empty() ? fmt::format("step {} was not reached", step)
                               : fmt::format("step {} was not reached: {}", step, seen.stopped),
          step};
}

/// Whether the step could not look at the fact that the path begins with: that it is not there says nothing.
bool is_unseen(const StepResult& step, std::string_view path) {
  const auto unseen = step.facts.find("unseen");
  if (unseen == step.facts.end()) return false;
  const auto first = path.substr(0, path.find('.'));
  return std::any_of(unseen->begin(), unseen->end(), [&](const auto& name) { return name == first; });
}

/// All conditions on the facts of one step.
void decide_conditions(const script::Question& question, const StepResult& step, session::Session& session,
                       Decision& decision) {
  decision.result = Result::satisfied;
  const auto& conditions = question.expectation.conditions;
  for (const auto& condition : conditions) {
    if (condition.matcher != "optional" || condition.argument != true) continue;
    if (script::at_path(step.facts, condition.path)) continue;
    decision.result = Result::not_applicable;
    decision.observed = fmt::format("there is no {}", condition.path);
    return;
  }
  std::string shown;
  for (const auto& condition : conditions) {
    if (condition.matcher == "optional") continue;
    const auto* value = script::at_path(step.facts, condition.path);
    if (!value && is_unseen(step, condition.path)) {
      decision.result = Result::inconclusive;
      decision.observed = fmt::format("the agent at the pages does not see {}", condition.path);
      return;
    }
    std::string missing;
    const auto argument = session.resolve(condition.argument, missing);
    if (!missing.empty()) {
      decision.result = Result::inconclusive;
      decision.observed = fmt::format("there is no {} to compare {} with", missing, condition.path);
      return;
    }
    const auto wrong = mismatch(value, condition.matcher, argument);
    if (!wrong.empty()) {
      decision.result = Result::violated;
      decision.observed = shortened(session.redact(fmt::format("{}: {}", condition.path, wrong)));
      return;
    }
    if (value && condition.path != "text") {
      const auto text = session.redact(value->is_string() ? value->get<std::string>() : oauth::dump(*value));
      shown += fmt::format("{}{}: {}", shown.empty() ? "" : "; ", condition.path, shortened(text));
    } else if (!value) {
      shown += fmt::format("{}no {}", shown.empty() ? "" : "; ", condition.path);
    }
  }
  decision.observed = shown.empty() ? step.observed : shown;
}

Decision decide_error(const script::Question& question, const Seen& seen) {
  const auto& name = question.steps.front();
  const auto at = seen.steps.find(name);
  if (at == seen.steps.end()) return not_reached(name, seen);
  const auto& step = at->second;
  Decision decision{Result::inconclusive, fmt::format("error {}", fmt::join(question.errors, " or ")),
                    step.observed, name};
  if (step.disposition == Disposition::accepted) {
    decision.result = Result::not_applicable;
    decision.observed = "it was not refused: " + step.observed;
  } else if (step.disposition == Disposition::refused) {
    const auto told = oauth::string_member(step.facts, "error");
    const bool right = std::ranges::find(question.errors, told) != question.errors.end();
    decision.result = right ? Result::satisfied : Result::violated;
  }
  return decision;
}

/// "a or b": the first step that refuses satisfies a refusal.
Decision decide_any(const script::Question& question, const Seen& seen) {
  Decision decision;
  for (const auto& name : question.steps) {
    const auto at = seen.steps.find(name);
    if (at == seen.steps.end()) return not_reached(name, seen);
    decision.step = name;
    decision.observed = at->second.observed;
    decision.result = decide_word(question.expectation.word, at->second);
    if (decision.result != Result::violated) break;
  }
  return decision;
}

Result opposite(Result result) {
  if (result == Result::satisfied) return Result::violated;
  return result == Result::violated ? Result::satisfied : result;
}

Decision decide_one(const script::Question& question, const Seen& seen, session::Session& session) {
  const auto& name = question.steps.front();
  const auto at = seen.steps.find(name);
  if (at == seen.steps.end()) {
    auto decision = not_reached(name, seen);
    // "If it is accepted ...": it was not even possible, for lack of what was refused before.
    if (seen.stopped_by_refusal && question.expectation.provided == "accepted")
      decision.result = Result::not_applicable;
    return decision;
  }
  const auto& step = at->second;
  const auto& expectation = question.expectation;
  Decision decision{Result::inconclusive, "", step.observed, name};
  if (!expectation.provided.empty()) {
    const auto provided = decide_word(expectation.provided, step);
    if (provided == Result::inconclusive) return decision;
    if (provided == Result::violated) {
      decision.result = Result::not_applicable;
      return decision;
    }
  }
  if (!expectation.word.empty()) {
    decision.result = decide_word(expectation.word, step);
    if (decision.result != Result::satisfied) return decision;
  } else if (expectation.provided.empty() && step.disposition != Disposition::accepted) {
    return decision;
  }
  if (!expectation.conditions.empty()) decide_conditions(question, step, session, decision);
  return decision;
}

}  // namespace

Decision decide(const script::Question& question, const Seen& seen, session::Session& session) {
  auto decision = question.about_error        ? decide_error(question, seen)
                  : question.steps.size() > 1 ? decide_any(question, seen)
                                              : decide_one(question, seen, session);
  if (question.inverted) decision.result = opposite(decision.result);
  if (!decision.expected.empty()) return decision;
  auto expectation = question.expectation;
  for (auto& condition : expectation.conditions) {
    std::string missing;
    auto value = session.resolve(condition.argument, missing);
    if (missing.empty()) condition.argument = std::move(value);
  }
  decision.expected = expectation.describe();
  return decision;
}

}  // namespace oauthentic::run

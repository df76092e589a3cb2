#pragma once
// From what steps showed to what that means for a requirement. A question is never answered by something that
// merely failed: no answer, or a page that nobody understands, is inconclusive.
#include <map>
#include <string>

#include "core/outcome.hpp"
#include "script/scenario.hpp"
#include "session/facts.hpp"
#include "session/session.hpp"

namespace oauthentic::run {

struct Decision {
  Result result = Result::inconclusive;
  std::string expected;
  std::string observed;
  std::string step;  ///< the step that decided
};

/// Steps by name; one that was not reached is missing, and `stopped` says why.
struct Seen {
  std::map<std::string, session::StepResult> steps;
  std::string stopped;
  bool stopped_by_refusal = false;  ///< what the next step would have needed was refused
};

/// A word of the vocabulary against what a step showed.
Result decide_word(const std::string& word, const session::StepResult& seen);

Decision decide(const script::Question& question, const Seen& seen, session::Session& session);

/// Whether a `given:` condition holds: satisfied, violated (it does not), or inconclusive.
inline Decision decide_given(const script::Question& question, const Seen& seen, session::Session& session) {
  return decide(question, seen, session);
}

/// One matcher on one value (null pointer: there is no such fact). The text says what is wrong, or is empty.
std::string mismatch(const nlohmann::json* value, const std::string& matcher, const nlohmann::json& argument);

}  // namespace oauthentic::run

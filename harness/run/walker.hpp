#pragma once
// Runs steps in a session, and keeps what they showed.
#include <string>
#include <utility>
#include <vector>

#include "run/expectation.hpp"
#include "script/scenario.hpp"
#include "session/session.hpp"

namespace oauthentic::run {

class Walker {
 public:
  Walker(session::World& world, std::string id, const script::Client& client, const std::string& user,
         bool fresh);

  session::Session& session() { return session_; }
  Seen& seen() { return seen_; }
  /// What a step rests on: the last exchange of each step before it, and all of its own. If it was not run,
  /// what there is.
  std::vector<std::string> exchanges(const std::string& step) const;
  const std::vector<std::string>& all_exchanges() const { return all_exchanges_; }
  const std::vector<std::string>& steps_run() const { return steps_run_; }

  bool lacks_capability(const script::Step& step) const;

  /// Nothing if a placeholder had no value: `seen().stopped` then says which. Throws HarnessError for a mistake
  /// of ours or of the script. `check_effect`: a token that is issued is tried out.
  const session::StepResult* perform(const script::Step& step, const nlohmann::json& deviation,
                                     bool check_effect);
  /// The same of an honest step without arguments.
  const session::StepResult* perform_honest(const std::string& verb);

 private:
  session::World& world_;
  session::Session session_;
  Seen seen_;
  std::vector<std::pair<std::string, std::vector<std::string>>> exchanges_;  ///< by step, in order
  std::vector<std::string> all_exchanges_;
  std::vector<std::string> steps_run_;
};

/// The step went as an honest flow needs it: `expected` is what its script says, "accepted" unless told
/// otherwise.
bool as_expected(const std::string& expected, const session::StepResult& result);

}  // namespace oauthentic::run

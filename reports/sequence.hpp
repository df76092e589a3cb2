#pragma once
// A scenario as a sequence of messages between the parties of OAuth (RFC 6749 §1.1), for the diagrams of the
// HTML report.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/run_record.hpp"

namespace oauthentic::reports {

enum class Party { user_agent, client, authorization_server, api };
std::string_view to_string(Party party);  ///< "User agent", ...

struct SequenceStep {
  Party from = Party::client;
  Party to = Party::authorization_server;
  std::string label;      ///< the step's name
  std::string request;    ///< "POST /token"
  std::string answer;     ///< "200 access_token, id_token"; empty for a delivery that was read and not followed
  std::string exchange;   ///< Exchange::id
  bool deviates = false;  ///< here stands the one deviation
  std::optional<Result> judged;  ///< here an outcome was decided
};

struct Sequence {
  std::string title;
  std::string deviation;
  std::vector<SequenceStep> steps;
  std::size_t left_out = 0;  ///< exchanges over the limit or not recorded
};

/// At most this many exchanges are drawn.
inline constexpr std::size_t kMaxSequenceSteps = 40;

/// `judged`: the outcome that the diagram explains; may be null.
Sequence sequence_of(const RunRecord& run, const ScenarioRun& scenario, const Outcome* judged);

/// The diagram as inline SVG, and as a list for narrow screens and for those who listen. `link` gives the
/// address of an exchange's evidence, or an empty text. Empty if there is nothing to draw.
std::string draw_sequence(const Sequence& sequence,
                          const std::function<std::string(const std::string& exchange)>& link);

}  // namespace oauthentic::reports

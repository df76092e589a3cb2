#pragma once
// What was seen of one requirement in one scenario. An outcome knows nothing of severity: that is the
// profile's.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic {

/// Ordered from harmless to grave: the worst over all rows and variants is a requirement's result.
enum class Result { not_applicable, satisfied, inconclusive, violated, harness_error };
std::string_view to_string(Result result);
std::optional<Result> result_from(std::string_view text);

struct Outcome {
  std::string requirement;
  std::string scenario;  ///< "pkce/verifier-mismatch"
  std::string row;       ///< the row of the scenario's table, such as "parameter=code"; empty if it has none
  std::string variant;   ///< such as "confidential"
  std::string step;      ///< the step that was judged
  Result result = Result::not_applicable;
  std::string expected;
  std::string observed;
  std::vector<std::string> exchanges;  ///< Exchange::id, the deciding one last
  std::string place;                   ///< file:line of the expectation
};

}  // namespace oauthentic

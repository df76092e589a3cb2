#pragma once
// Which exchanges the HTML report shows, and where: each one once, under the requirement that needs it most.
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reports/view.hpp"

namespace oauthentic::reports {

struct EvidenceLimits {
  std::size_t total = 3000;     ///< exchanges in a report
  std::size_t grave = 16;       ///< under a requirement that is violated or undecided
  std::size_t harmless = 3;     ///< under any other: the deciding exchanges only
  std::size_t per_outcome = 6;  ///< the last ones
};

class EvidencePlan {
 public:
  /// `sign_in`: the scenario on the first screen, whose exchanges are all shown there; may be null.
  EvidencePlan(const View& view, const ScenarioRun* sign_in, EvidenceLimits limits = {});

  /// The exchanges to show under the requirement, in the order in which they are shown.
  const std::vector<std::string>& shown_under(const std::string& requirement) const;
  const std::vector<std::string>& shown_at_sign_in() const { return sign_in_; }
  /// The exchange's anchor in the page, such as "x-12"; empty if it is not shown.
  std::string anchor(const std::string& exchange) const;
  /// "#x-12", or empty.
  std::string link(const std::string& exchange) const;

 private:
  void place(const Finding& finding);

  EvidenceLimits limits_;
  std::unordered_map<std::string, std::size_t> numbers_;
  std::unordered_map<std::string, std::vector<std::string>> shown_;
  std::vector<std::string> sign_in_;
};

}  // namespace oauthentic::reports

#pragma once
// What the examination of a target found at one step, whose fault it is, and what to do about it.
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic::run {

enum class Health {
  ok,
  warning,    ///< a run is possible, but something will show in it
  failed,     ///< an honest flow cannot be completed, or would test something else than is meant
  not_tried,  ///< it depends on a step that failed, or the target has no such thing
};
std::string_view to_string(Health health);  ///< "ok", "warning", "failed", "not tried"

enum class Culprit {
  nobody,
  configuration,  ///< the target file, or what it says was registered
  provider,
  harness,  ///< what this program does not understand
};
std::string_view to_string(Culprit culprit);

struct Finding {
  std::string step;  ///< "TLS", "client confidential", "credentials"
  Health health = Health::ok;
  Culprit culprit = Culprit::nobody;
  std::string seen;    ///< for a person; no secrets
  std::string advice;  ///< what to do; empty if there is nothing to do
};
using Findings = std::vector<Finding>;

Finding well(std::string step, std::string seen);
Finding not_tried(std::string step, std::string why);
Finding failed(std::string step, Culprit culprit, std::string seen, std::string advice);
Finding warning(std::string step, Culprit culprit, std::string seen, std::string advice);

/// The first that failed, on which those after it may depend; nothing if all went well.
const Finding* first_failure(const Findings& findings);

}  // namespace oauthentic::run

#include "run/finding.hpp"

#include <algorithm>

namespace oauthentic::run {

std::string_view to_string(Health health) {
  switch (health) {
    case Health::ok:
      return "ok";
    case Health::warning:
      return "warning";
    case Health::failed:
      return "failed";
    case Health::not_tried:
      return "not tried";
  }
  return "";
}

std::string_view to_string(Culprit culprit) {
  switch (culprit) {
    case Culprit::nobody:
      return "nobody";
    case Culprit::configuration:
      return "configuration";
    case Culprit::provider:
      return "provider";
    case Culprit::harness:
      return "harness";
  }
  return "";
}

Finding well(std::string step, std::string seen) {
  return {std::move(step), Health::ok, Culprit::nobody, std::move(seen), ""};
}

Finding not_tried(std::string step, std::string why) {
  return {std::move(step), Health::not_tried, Culprit::nobody, std::move(why), ""};
}

Finding failed(std::string step, Culprit culprit, std::string seen, std::string advice) {
  return {std::move(step), Health::failed, culprit, std::move(seen), std::move(advice)};
}

Finding warning(std::string step, Culprit culprit, std::string seen, std::string advice) {
  return {std::move(step), Health::warning, culprit, std::move(seen), std::move(advice)};
}

const Finding* first_failure(const Findings& findings) {
  const auto at = std::ranges::find(findings, Health::failed, &Finding::health);
  return at == findings.end() ? nullptr : &*at;
}

}  // namespace oauthentic::run

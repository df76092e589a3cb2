#include "cli/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "cli/command.hpp"

namespace oauthentic::cli {

using run::Culprit;
using run::Finding;
using run::Health;

namespace {

std::string_view colour_of(Health health) {
  switch (health) {
    case Health::ok:
      return "\x1b[32m";
    case Health::warning:
      return "\x1b[33m";
    case Health::failed:
      return "\x1b[31m";
    case Health::not_tried:
      return "\x1b[2m";
  }
  return "";
}

/// What a terminal would act on is a question mark: a provider chose some of the text.
std::string printable(std::string text) {
  std::ranges::replace_if(text, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }, '?');
  return text;
}

}  // namespace

std::string findings_text(const run::Findings& findings, bool colour) {
  constexpr std::size_t kHealthWidth = 10;
  std::size_t width = 0;
  for (const auto& finding : findings)
    width = std::max(width, finding.step.size());
  std::string out;
  for (const auto& finding : findings) {
    out += fmt::format("{}{:<{}}{} {:<{}}  {}\n", colour ? colour_of(finding.health) : "",
                       to_string(finding.health), kHealthWidth, colour ? "\x1b[0m" : "", finding.step, width,
                       printable(finding.seen));
    const std::string indent(kHealthWidth + width + 3, ' ');
    if (finding.culprit != Culprit::nobody)
      out += fmt::format("{}whose fault: {}\n", indent, to_string(finding.culprit));
    if (!finding.advice.empty()) out += fmt::format("{}what to do: {}\n", indent, printable(finding.advice));
  }
  return out;
}

std::string blame(const Finding& finding) {
  return fmt::format("It went wrong at the step \"{}\", probably by fault of the {}. {}", finding.step,
                     to_string(finding.culprit), printable(finding.advice));
}

int exit_status(const run::Findings& findings) {
  const auto* failure = run::first_failure(findings);
  if (!failure) return kDone;
  switch (failure->culprit) {
    case Culprit::harness:
      return kOurFault;
    case Culprit::provider:
      return kUnreachable;
    default:
      return kWrongInput;
  }
}

}  // namespace oauthentic::cli

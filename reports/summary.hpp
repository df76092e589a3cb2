#pragma once
// The last words of a run on a terminal: what a person reads in five seconds.
#include <string>

#include "core/run_record.hpp"

namespace oauthentic::reports {

/// At most 80 columns wide. Verdicts by profile, violations with the evidence's place, what could not be
/// decided and why, and where the report is (`report_path`; empty if none was written). `colour`: with ANSI
/// escape sequences of our own; those that a peer sent are made visible in any case.
std::string terminal_summary(const ReportInput& input, bool colour, const std::string& report_path);

}  // namespace oauthentic::reports

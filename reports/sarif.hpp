#pragma once
// SARIF 2.1.0 (OASIS), for code hosts and editors: one rule a requirement, one result a violated outcome.
#include <string>

#include "core/run_record.hpp"

namespace oauthentic::reports {

/// Only what a selected profile asks for becomes a result: MUST is an error, SHOULD a warning, MAY a note.
std::string write_sarif(const ReportInput& input);

}  // namespace oauthentic::reports

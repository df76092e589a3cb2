#pragma once
// The report for people: one HTML file that needs nothing else, with or without JavaScript, on screen and on
// paper.
#include <string>

#include "core/run_record.hpp"

namespace oauthentic::reports {

/// A Content-Security-Policy in the page lets only its own style and script act, and loads nothing. Whatever a
/// peer sent is shown and stays inert. Every requirement's id is an anchor.
std::string write_html(const ReportInput& input);

}  // namespace oauthentic::reports

#pragma once
// What `oauthentic analyze` prints for people, at 80 columns.
#include <string>

#include "analysis/analysis.hpp"

namespace oauthentic::cli {

std::string analysis_text(const analysis::Report& report, bool colour);

/// "Of 4 secrets 1 is weak or too short: refresh_token."
std::string analysis_summary(const std::vector<analysis::Report>& reports);

}  // namespace oauthentic::cli

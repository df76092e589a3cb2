#pragma once
// The page of `oauthentic analyze`: one HTML file that needs nothing else.
#include <chrono>
#include <string>
#include <vector>

#include "analysis/analysis.hpp"

namespace oauthentic::reports {

struct AnalysisPage {
  std::string source;  ///< issuer, or the file's name
  std::string version;
  std::chrono::system_clock::time_point time;
  std::vector<analysis::Report> kinds;
  std::vector<std::string> missing;  ///< sentences on kinds of which there are no values
};

/// A Content-Security-Policy in the page lets only its own style act, and loads nothing. The plots are SVG,
/// each told in words as well.
std::string write_analysis_html(const AnalysisPage& page);

}  // namespace oauthentic::reports

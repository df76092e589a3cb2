#pragma once
// How findings are printed.
#include <string>

#include "run/finding.hpp"

namespace oauthentic::cli {

/// One line each, with what to do below those that went wrong.
std::string findings_text(const run::Findings& findings, bool colour);

/// "At step X, probably by fault of the provider: ADVICE"
std::string blame(const run::Finding& finding);

/// 0 all well, 2 configuration, 3 the provider, 5 the harness: by the first step that failed.
int exit_status(const run::Findings& findings);

}  // namespace oauthentic::cli

#pragma once
// JUnit XML, as CI systems read it: one suite a selected profile, one case a requirement that it asks for.
#include <string>

#include "core/run_record.hpp"

namespace oauthentic::reports {

/// A violated MUST is a failure, an undecided MUST and a fault of the harness an error. A violated SHOULD or
/// MAY passes with a word in system-out; what did not apply or was not observed is skipped. XML 1.0 whatever a
/// peer sent.
std::string write_junit(const ReportInput& input);

}  // namespace oauthentic::reports

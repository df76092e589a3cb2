#pragma once
// The machine's report: everything that was judged, in one JSON document. The exchanges stay in the journal.
#include <string>

#include "core/run_record.hpp"

namespace oauthentic::reports {

/// {"format": "oauthentic-run", "version": 1, ...}; octets that are no UTF-8 become U+FFFD.
std::string write_json(const ReportInput& input);

}  // namespace oauthentic::reports

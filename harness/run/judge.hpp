#pragma once
// Judging a recorded run by profiles. Needs no provider: any profile judges any journal.
#include <vector>

#include "core/run_record.hpp"
#include "script/library.hpp"

namespace oauthentic::run {

/// Every requirement's result, in the order of the catalogue; outcomes of equivalents count for all of their
/// class.
std::vector<RequirementResult> results_of(const RunRecord& run, const script::Library& library);

/// `results` must outlive the verdict. Of a class of equivalents one is judged, at the strictest level.
ProfileVerdict judge(const Profile& profile, const RunRecord& run,
                     const std::vector<RequirementResult>& results, const script::Library& library);

/// Exit status of a run (0 conformant, 1 violations, 4 nothing checked or a MUST undecided, 5 a fault of ours).
int exit_status(const std::vector<ProfileVerdict>& verdicts);

}  // namespace oauthentic::run

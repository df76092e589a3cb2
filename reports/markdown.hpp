#pragma once
// A short summary in Markdown, for the step summary of a CI job and for a comment on a change.
#include <string>

#include "core/run_record.hpp"

namespace oauthentic::reports {

/// GitHub takes no step summary over this many octets.
inline constexpr std::size_t kMaxMarkdown = 1024 * 1024;

/// The most important first; always under kMaxMarkdown. What a peer sent stands in code spans only.
std::string write_markdown(const ReportInput& input);

}  // namespace oauthentic::reports

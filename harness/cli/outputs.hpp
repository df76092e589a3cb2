#pragma once
// The files of a run's folder, all derived from its journal.
#include <memory>
#include <string>
#include <vector>

#include "core/run_record.hpp"
#include "script/library.hpp"

namespace oauthentic::cli {

/// A journal, judged.
struct Judged {
  std::unique_ptr<RunRecord> run;
  std::vector<RequirementResult> results;
  std::vector<ProfileVerdict> verdicts;
  ReportInput input(const script::Library& library) const;
};

/// Reads and judges; nothing, and the reason in `error`, if the journal cannot be read. Empty `profiles`: those
/// of the run.
std::unique_ptr<Judged> judge_journal(const std::string& path, const script::Library& library,
                                      const std::vector<const Profile*>& profiles, std::string& error);

/// The formats there are: "html", "json", "junit", "sarif", "markdown".
const std::vector<std::string>& format_names();
std::string file_name(const std::string& format);  ///< "report.html", "run.json", "junit.xml", ...
std::string render(const std::string& format, const ReportInput& input);

/// Writes the whole text, or says why not.
bool write_file(const std::string& path, const std::string& text, std::string& error);

}  // namespace oauthentic::cli

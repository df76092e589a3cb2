// oauthentic report: any format from a journal, offline
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/command.hpp"
#include "cli/outputs.hpp"
#include "cli/streams.hpp"
#include "core/suggest.hpp"
#include "reports/summary.hpp"
#include "run/judge.hpp"

namespace oauthentic::cli {

int report(const ReportOptions& options) {
  const auto library = load_library_or_tell(options.profiles_dir, "");
  if (!library) return kWrongInput;
  std::vector<const Profile*> profiles;
  if (!options.profiles.empty()) {
    const auto found = find_profiles(*library, options.profiles);
    if (!found) return kWrongInput;
    profiles = *found;
  }
  const auto& known = format_names();
  for (const auto& format : options.formats) {
    if (std::ranges::find(known, format) != known.end()) continue;
    say("unknown format \"{}\"{} (there are html, json, junit, sarif and markdown)\n", format,
        did_you_mean(format, known));
    return kWrongInput;
  }
  std::string error;
  const bool folder = std::filesystem::is_directory(options.journal);
  const auto journal =
      folder ? (std::filesystem::path(options.journal) / "journal.ndjson").string() : options.journal;
  const auto judged = judge_journal(journal, *library, profiles, error);
  if (!judged) {
    say("{}\n", error);
    return kWrongInput;
  }
  const auto input = judged->input(*library);
  // Without a word about formats, a run's folder gets all of them, so that none tells of another judgement.
  auto formats = options.formats;
  if (formats.empty()) formats = folder && options.out.empty() ? known : std::vector<std::string>{"html"};
  if (options.out == "-") {
    for (const auto& format : formats)
      print_results(render(format, input));
    return run::exit_status(judged->verdicts);
  }
  const auto base = std::filesystem::path(journal).parent_path();
  std::string shown;
  for (const auto& format : formats) {
    const bool one = !options.out.empty() && formats.size() == 1 && !std::filesystem::is_directory(options.out);
    const auto path = one                   ? options.out
                      : options.out.empty() ? (base / file_name(format)).string()
                                            : (std::filesystem::path(options.out) / file_name(format)).string();
    if (!write_file(path, render(format, input), error)) {
      say("{}\n", error);
      return kWrongInput;
    }
    if (shown.empty() || format == "html") shown = path;
  }
  print_results(reports::terminal_summary(input, use_colour(options.color, 1), shown));
  return run::exit_status(judged->verdicts);
}

}  // namespace oauthentic::cli

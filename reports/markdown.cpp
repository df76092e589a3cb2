#include "reports/markdown.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "reports/text.hpp"
#include "reports/view.hpp"

namespace oauthentic::reports {

namespace {

constexpr std::size_t kMaxText = 400;
/// Each entry is a few kilobytes at most, so that this many stay far below kMaxMarkdown.
constexpr std::size_t kMaxEntries = 150;

/// Prose: visible, on one line, and no Markdown, HTML, mention or link in it.
std::string prose(std::string_view text) {
  std::string out;
  for (const char c : visible(cut(text, kMaxText), Lines::fold)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '@':
        out += "&#64;&#8203;";
        break;
      case '\\':
      case '`':
      case '*':
      case '_':
      case '[':
      case ']':
      case '|':
      case '#':
      case '~':
      case '!':
      case '$':
        out += '\\';
        [[fallthrough]];
      default:
        out += c;
    }
  }
  return out;
}

/// A code span that its content cannot leave (CommonMark §6.1): the fence is longer than any run of backticks
/// in it. A bar would end a table's cell even inside of it.
std::string code(std::string_view text) {
  auto shown = visible(cut(text, kMaxText), Lines::fold);
  if (shown.empty()) return "–";
  std::size_t longest = 0, run = 0;
  std::string escaped;
  for (const char c : shown) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  const std::string fence(longest + 1, '`');
  const auto* pad = shown.front() == '`' || shown.back() == '`' ? " " : "";
  return fence + pad + escaped + pad + fence;
}

std::string section_link(const Finding& finding) {
  const auto url = section_url(finding);
  const auto name = prose(section_name(finding));
  const bool plain = url.find_first_of("()<> \n|") == std::string::npos;
  return url.empty() || !plain ? name : fmt::format("[{}]({})", name, url);
}

std::string level_of(const Finding& finding) {
  return std::string(finding.level ? to_string(*finding.level) : "–");
}

std::string profiles_table(const View& view) {
  std::string out =
      "| | Profile | ✓ pass | ✕ fail | ▲ warn | ? undecided | ○ not observed "
      "|\n|---|---|--:|--:|--:|--:|--:|\n";
  for (const auto* verdict : view.selected()) {
    out += fmt::format("| {} | **{}** {} | {} | {} | {} | {} | {} |\n", symbol(overall(*verdict)),
                       prose(verdict->profile->title), standing(*verdict), count_of(*verdict, Verdict::pass),
                       count_of(*verdict, Verdict::fail), count_of(*verdict, Verdict::warn),
                       count_of(*verdict, Verdict::inconclusive) + count_of(*verdict, Verdict::harness_error),
                       count_of(*verdict, Verdict::not_observed));
  }
  return out;
}

std::string violation_entry(const Violation& violation) {
  const auto& finding = *violation.finding;
  const auto& requirement = *finding.requirement;
  auto out = fmt::format("- {} **{}** {} ({}, {})\n", symbol(finding.verdict), level_of(finding),
                         prose(requirement.summary), section_link(finding), code(requirement.id));
  if (const auto* outcome = finding.deciding()) {
    const auto row = outcome->row.empty() ? "" : " " + code(outcome->row);
    out += fmt::format("  - seen in {}{}: {}\n", code(outcome->scenario), row, code(outcome->observed));
  }
  if (!requirement.mend.empty()) out += fmt::format("  - mend: {}\n", prose(requirement.mend));
  for (const auto* same : violation.also) {
    out += fmt::format("  - the same is asked by {} ({})\n", section_link(*same), code(same->requirement->id));
  }
  return out;
}

std::string undecided_entry(const Finding& finding) {
  const auto* outcome = finding.deciding();
  return fmt::format("- {} **{}** {} ({}): {}\n", symbol(finding.verdict), level_of(finding),
                     prose(finding.requirement->summary), section_link(finding),
                     code(outcome ? outcome->observed : ""));
}

template <class Entries, class Writer>
std::string section(std::string_view title, const Entries& entries, Writer write) {
  if (entries.empty()) return {};
  auto out = fmt::format("\n### {} ({})\n\n", title, entries.size());
  const auto shown = std::min(entries.size(), kMaxEntries);
  for (std::size_t i = 0; i < shown; ++i)
    out += write(entries[i]);
  if (entries.size() > shown)
    out += fmt::format("- … and {} more in the full report\n", entries.size() - shown);
  return out;
}

}  // namespace

std::string write_markdown(const ReportInput& input) {
  const View view(input);
  const auto& run = view.run();
  auto out =
      fmt::format("## Oauthentic: {}\n\n{}, {} against {}\n\n", prose(view.headline()),
                  readable_time(run.started), counted(run.exchange_count, "exchange"), code(run.target.issuer));
  if (!run.finished) out += "**The run was cut short:** what follows is what it saw until then.\n\n";
  out += profiles_table(view);
  out += section("Mend first", view.violations(), violation_entry);
  out += section("Not decided", view.undecided(),
                 [](const Finding* finding) { return undecided_entry(*finding); });
  out += section("Problems of the run itself", run.problems,
                 [](const std::string& problem) { return fmt::format("- {}\n", code(problem)); });
  if (!view.unobserved().empty()) {
    out += fmt::format("\n{} asked for {} not observed in this run.\n",
                       counted(view.unobserved().size(), "requirement"),
                       view.unobserved().size() == 1 ? "was" : "were");
  }
  out += fmt::format("\n<sub>Oauthentic {}, seed {}. A test report, no certification.</sub>\n",
                     prose(run.tool_version), code(run.seed));
  // The limits above keep it far below; this holds whatever a catalogue brings.
  if (out.size() > kMaxMarkdown - 100) out = cut(out, kMaxMarkdown - 100) + "\n\n(cut here)\n";
  return out;
}

}  // namespace oauthentic::reports

#include "cli/analysis_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/explanation.hpp"
#include "reports/text.hpp"

namespace oauthentic::cli {

using analysis::Report;
using analysis::Verdict;

namespace {

constexpr std::size_t kColumns = 80;

std::string labelled(std::string_view label, const std::string& text) {
  constexpr std::size_t kIndent = 14;
  std::string out;
  // A claim's name or a file's was chosen by somebody else.
  for (const auto& line : reports::wrap(reports::visible(text, reports::Lines::fold), kColumns - kIndent)) {
    out += out.empty() ? fmt::format("  {:<{}}", label, kIndent - 2) : std::string(kIndent, ' ');
    out += line + "\n";
  }
  return out;
}

std::string_view colour_of(const Report& report) {
  if (report.verdict == Verdict::no_weakness) return "\x1b[32m";
  return analysis::is_violation(report) ? "\x1b[31m" : "\x1b[33m";
}

}  // namespace

std::string analysis_text(const Report& report, bool colour) {
  std::string out;
  for (const auto& line :
       reports::wrap(fmt::format("{}: {}", report.kind, analysis::verdict_sentence(report)), kColumns - 2))
    out += out.empty() ? line + "\n" : "  " + line + "\n";
  if (colour) out = fmt::format("{}{}\x1b[0m\n", colour_of(report), out.substr(0, out.size() - 1));
  for (const auto& proof : report.proofs)
    out += labelled("proof", proof);
  if (!analysis::is_secret(report.kind)) out += labelled("no secret", "it does not count as a violation");
  out += labelled("values", analysis::shape_sentence(report));
  if (const auto bounds = analysis::bounds_sentence(report); !bounds.empty()) out += labelled("§10.10", bounds);
  for (const auto& note : report.notes)
    out += labelled("note", note);
  if (const auto advice = analysis::advice(report); !advice.empty()) out += labelled("what to do", advice);
  return out;
}

std::string analysis_summary(const std::vector<Report>& reports) {
  std::vector<std::string> bad, unknown;
  std::size_t secrets = 0;
  for (const auto& report : reports) {
    secrets += analysis::is_secret(report.kind);
    if (analysis::is_violation(report)) bad.push_back(report.kind);
    if (report.verdict == Verdict::too_few && analysis::is_secret(report.kind)) unknown.push_back(report.kind);
  }
  std::string out = bad.empty()
                        ? fmt::format("No weakness was found in {}.", reports::counted(secrets, "secret"))
                        : fmt::format("Weak or too short (RFC 6749 §10.10): {}.", fmt::join(bad, ", "));
  if (bad.empty() && unknown.size() == secrets) out.clear();
  if (!unknown.empty())
    out += fmt::format("{}Too few values: {}.", out.empty() ? "" : " ", fmt::join(unknown, ", "));
  return out;
}

}  // namespace oauthentic::cli

#include "reports/summary.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "reports/text.hpp"
#include "reports/view.hpp"

namespace oauthentic::reports {

namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kIndent = 11;  // "  ✕ MUST   "
constexpr std::size_t kMaxViolations = 12;
constexpr std::size_t kMaxUndecided = 6;

enum class Tone { plain, strong, faint, good, bad, caution, doubt };

class Writer {
 public:
  explicit Writer(bool colour) : colour_(colour) {}

  Writer& put(std::string_view text, Tone tone = Tone::plain) {
    const auto code = colour_ ? sequence(tone) : std::string_view();
    out_ += code;
    out_ += text;
    if (!code.empty()) out_ += "\x1b[0m";
    return *this;
  }
  Writer& line(std::string_view text = {}, Tone tone = Tone::plain) { return put(text, tone).put("\n"); }

  /// Paragraphs below an entry, at most `most` lines of them.
  void indented(std::string_view text, std::size_t most, Tone tone = Tone::plain) {
    constexpr std::size_t kRoom = kWidth - kIndent;
    const auto shown = visible(cut(text, 4 * kRoom * most), Lines::fold);
    auto lines = most == 1 ? std::vector{fit(shown, kRoom)} : wrap(shown, kRoom);
    const bool more = lines.size() > most;
    lines.resize(std::min(lines.size(), most));
    if (more) lines.back() = fit(lines.back() + " …", kRoom);
    for (const auto& each : lines)
      put(std::string(kIndent, ' ')).line(each, tone);
  }

  std::string take() { return std::move(out_); }

 private:
  static std::string_view sequence(Tone tone) {
    switch (tone) {
      case Tone::plain:
        return {};
      case Tone::strong:
        return "\x1b[1m";
      case Tone::faint:
        return "\x1b[2m";
      case Tone::good:
        return "\x1b[32m";
      case Tone::bad:
        return "\x1b[31m";
      case Tone::caution:
        return "\x1b[33m";
      case Tone::doubt:
        return "\x1b[35m";
    }
    return {};
  }

  bool colour_;
  std::string out_;
};

Tone tone_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return Tone::good;
    case Verdict::fail:
      return Tone::bad;
    case Verdict::warn:
      return Tone::caution;
    case Verdict::harness_error:
    case Verdict::inconclusive:
      return Tone::doubt;
    case Verdict::info:
    case Verdict::not_applicable:
    case Verdict::not_observed:
    case Verdict::not_checkable:
      return Tone::plain;
  }
  return Tone::plain;
}

void write_head(Writer& out, const View& view) {
  const auto& run = view.run();
  out.line(
      fit(fmt::format("Oauthentic {} · {}", visible(run.tool_version), visible(run.target.issuer, Lines::fold)),
          kWidth),
      Tone::strong);
  auto facts =
      fmt::format("{}, {}", counted(run.scenarios.size(), "scenario"), counted(run.exchange_count, "exchange"));
  if (run.finished) {
    facts += " in " + readable_duration(
                          std::chrono::duration_cast<std::chrono::microseconds>(*run.finished - run.started));
  } else {
    facts += ", cut short";
  }
  out.line(facts, Tone::faint).line();
}

void write_profile(Writer& out, const ProfileVerdict& verdict) {
  const auto worst = overall(verdict);
  std::string counts;
  for (const auto which :
       {Verdict::pass, Verdict::fail, Verdict::warn, Verdict::inconclusive, Verdict::harness_error}) {
    const auto count = count_of(verdict, which);
    if (count == 0) continue;
    const auto name = which == Verdict::inconclusive ? "undecided" : words(to_string(which));
    counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", count, name);
  }
  std::string rest;
  for (const auto which : {Verdict::not_observed, Verdict::not_applicable, Verdict::not_checkable}) {
    const auto count = count_of(verdict, which);
    if (count > 0) rest += fmt::format("{}{} {}", rest.empty() ? "" : ", ", count, words(to_string(which)));
  }
  const auto state = fmt::format("{:<15}", standing(verdict));
  const auto room = kWidth - 4 - state.size() - 1;
  out.put("  ").put(symbol(worst), tone_of(worst)).put(" ").put(state, tone_of(worst)).put(" ");
  out.line(fit(visible(verdict.profile->title, Lines::fold), room), Tone::strong);
  for (const auto& line : {counts, rest}) {
    if (!line.empty()) out.put(std::string(4 + state.size() + 1, ' ')).line(fit(line, room), Tone::faint);
  }
}

void write_entry(Writer& out, const Finding& finding) {
  const auto level = fmt::format("{:<6}", finding.level ? to_string(*finding.level) : std::string_view());
  const auto section = section_name(finding);
  const auto id =
      fit(visible(finding.requirement->id), kWidth - kIndent - 2 - std::min<std::size_t>(columns(section), 24));
  out.put("  ")
      .put(symbol(finding.verdict), tone_of(finding.verdict))
      .put(" ")
      .put(level, tone_of(finding.verdict))
      .put(" ");
  out.put(id, Tone::strong).put("  ").line(fit(section, 24), Tone::faint);
}

void write_violations(Writer& out, const View& view) {
  const auto& violations = view.violations();
  if (violations.empty()) return;
  out.line().line(fmt::format("Violated ({})", violations.size()), Tone::strong);
  for (std::size_t i = 0; i < std::min(violations.size(), kMaxViolations); ++i) {
    const auto& finding = *violations[i].finding;
    write_entry(out, finding);
    out.indented(finding.requirement->summary, 2);
    const auto* outcome = finding.deciding();
    if (!outcome) continue;
    out.indented("seen: " + outcome->observed, 2);
    const auto row = outcome->row.empty() ? "" : fmt::format(" [{}]", outcome->row);
    const auto evidence = outcome->exchanges.empty() ? outcome->scenario + row : outcome->exchanges.back();
    out.indented("evidence: " + evidence, 1, Tone::faint);
  }
  if (violations.size() > kMaxViolations)
    out.line(fmt::format("  … and {} more in the report", violations.size() - kMaxViolations));
}

void write_undecided(Writer& out, const View& view) {
  const auto& undecided = view.undecided();
  if (!undecided.empty()) out.line().line(fmt::format("Not decided ({})", undecided.size()), Tone::strong);
  for (std::size_t i = 0; i < std::min(undecided.size(), kMaxUndecided); ++i) {
    write_entry(out, *undecided[i]);
    if (const auto* outcome = undecided[i]->deciding()) out.indented(outcome->observed, 2);
  }
  if (undecided.size() > kMaxUndecided)
    out.line(fmt::format("  … and {} more in the report", undecided.size() - kMaxUndecided));
  if (!view.unobserved().empty()) {
    out.line().line(fmt::format("  ○ {} asked for, but nothing in this run observed {}",
                                counted(view.unobserved().size(), "requirement"),
                                view.unobserved().size() == 1 ? "it" : "them"));
  }
}

}  // namespace

std::string terminal_summary(const ReportInput& input, bool colour, const std::string& report_path) {
  const View view(input);
  Writer out(colour);
  write_head(out, view);
  for (const auto* verdict : view.selected())
    write_profile(out, *verdict);
  write_violations(out, view);
  write_undecided(out, view);
  if (!view.run().problems.empty()) {
    out.line().line("Problems of the run itself", Tone::strong);
    for (const auto& problem : view.run().problems)
      out.indented(problem, 3, Tone::bad);
  }
  out.line().line(view.headline() + ".", view.conformant()           ? Tone::good
                                         : view.violations().empty() ? Tone::doubt
                                                                     : Tone::bad);
  // NB: the path alone is not cut to the width: it has to be copied whole.
  if (!report_path.empty()) out.line("Report: " + visible(report_path));
  return out.take();
}

}  // namespace oauthentic::reports

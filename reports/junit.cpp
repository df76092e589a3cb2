#include "reports/junit.hpp"

#include <fmt/core.h>

#include "reports/text.hpp"
#include "reports/view.hpp"

namespace oauthentic::reports {

namespace {

constexpr std::size_t kMaxMessage = 1000;
constexpr std::size_t kMaxOutcomes = 20;

enum class Kind { passed, failure, error, skipped };

Kind kind_of(const Judgement& judgement) {
  switch (judgement.verdict) {
    case Verdict::fail:
      return Kind::failure;
    case Verdict::harness_error:
      return Kind::error;
    case Verdict::inconclusive:
      return judgement.level == Level::must ? Kind::error : Kind::skipped;
    case Verdict::not_applicable:
    case Verdict::not_observed:
    case Verdict::not_checkable:
      return Kind::skipped;
    case Verdict::pass:
    case Verdict::warn:
    case Verdict::info:
      return Kind::passed;
  }
  return Kind::error;
}

const Outcome* deciding(const Judgement& judgement) {
  return judgement.result && !judgement.result->outcomes.empty() ? judgement.result->outcomes.front() : nullptr;
}

/// Why a case is not simply passed, in one line.
std::string message_of(const Judgement& judgement) {
  if (judgement.verdict == Verdict::not_observed) return "nothing in this run observed it";
  if (judgement.verdict == Verdict::not_checkable) return judgement.requirement->excluded;
  const auto* outcome = deciding(judgement);
  return outcome ? cut(outcome->observed, kMaxMessage) : words(to_string(judgement.verdict));
}

/// Every outcome as bad as the result itself, with its evidence.
std::string details_of(const Judgement& judgement) {
  std::string text = judgement.requirement->summary + "\n";
  std::size_t shown = 0;
  if (judgement.result) {
    for (const auto* outcome : judgement.result->outcomes) {
      if (outcome->result != judgement.result->result) continue;
      if (++shown > kMaxOutcomes) continue;
      text += fmt::format("\n{}{}{}\n  expected: {}\n  observed: {}\n", outcome->scenario,
                          outcome->row.empty() ? "" : " [" + outcome->row + "]",
                          outcome->variant.empty() ? "" : " (" + outcome->variant + ")",
                          cut(outcome->expected, kMaxMessage), cut(outcome->observed, kMaxMessage));
      for (const auto& exchange : outcome->exchanges)
        text += fmt::format("  exchange: {}\n", exchange);
      if (!outcome->place.empty()) text += fmt::format("  script: {}\n", outcome->place);
    }
  }
  if (shown > kMaxOutcomes) text += fmt::format("\n... and {} more\n", shown - kMaxOutcomes);
  if (!judgement.requirement->mend.empty()) text += fmt::format("\nMend: {}\n", judgement.requirement->mend);
  return text;
}

std::string property(std::string_view name, std::string_view value) {
  return fmt::format("        <property name=\"{}\" value=\"{}\"/>\n", name, escape_markup(value, Lines::fold));
}

void append_case(std::string& out, const ProfileVerdict& verdict, const Judgement& judgement) {
  const auto& requirement = *judgement.requirement;
  out += fmt::format("    <testcase classname=\"{}.{}\" name=\"{}\">\n      <properties>\n",
                     escape_markup(verdict.profile->id), escape_markup(requirement.spec),
                     escape_markup(requirement.id));
  out += property("level", to_string(judgement.level)) + property("verdict", to_string(judgement.verdict)) +
         property("section", requirement.section) + property("summary", requirement.summary);
  out += "      </properties>\n";
  const auto message = escape_markup(message_of(judgement), Lines::fold);
  switch (kind_of(judgement)) {
    case Kind::failure:
    case Kind::error: {
      const auto* element = kind_of(judgement) == Kind::failure ? "failure" : "error";
      out += fmt::format("      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n", element,
                         to_string(judgement.verdict), message, escape_markup(details_of(judgement)));
      break;
    }
    case Kind::skipped:
      out += fmt::format("      <skipped message=\"{}\"/>\n", message);
      break;
    case Kind::passed:
      if (judgement.verdict != Verdict::pass) {
        out += fmt::format("      <system-out>{}: {}</system-out>\n", to_string(judgement.verdict),
                           escape_markup(details_of(judgement)));
      }
  }
  out += "    </testcase>\n";
}

struct Totals {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  std::string attributes() const {
    return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"", tests, failures, errors,
                       skipped);
  }
};

void count(Totals& totals, Kind kind) {
  ++totals.tests;
  if (kind == Kind::failure) ++totals.failures;
  if (kind == Kind::error) ++totals.errors;
  if (kind == Kind::skipped) ++totals.skipped;
}

void append_error(std::string& out, Totals& totals, std::string_view suite, std::string_view name,
                  std::string_view message) {
  count(totals, Kind::error);
  out += fmt::format(
      "    <testcase classname=\"{}\" name=\"{}\">\n      <error message=\"{}\"/>\n    </testcase>\n",
      escape_markup(suite), escape_markup(name), escape_markup(message, Lines::fold));
}

/// What went wrong with the run itself, as a suite of its own; empty if nothing did.
std::string run_suite(const RunRecord& run, Totals& all) {
  Totals totals;
  std::string cases;
  if (!run.finished) append_error(cases, totals, "run", "finished", "the run was cut short");
  for (std::size_t i = 0; i < run.problems.size(); ++i) {
    append_error(cases, totals, "run", fmt::format("problem {}", i + 1), cut(run.problems[i], kMaxMessage));
  }
  all.tests += totals.tests;
  all.errors += totals.errors;
  if (cases.empty()) return {};
  return fmt::format("  <testsuite name=\"run\" {}>\n{}  </testsuite>\n", totals.attributes(), cases);
}

}  // namespace

std::string write_junit(const ReportInput& input) {
  const View view(input);
  const auto& run = view.run();
  const auto seconds = run.finished ? std::chrono::duration<double>(*run.finished - run.started).count() : 0.0;
  Totals all;
  auto suites = run_suite(run, all);
  for (const auto* verdict : view.selected()) {
    Totals totals;
    std::string cases;
    for (const auto& judgement : verdict->judgements) {
      count(totals, kind_of(judgement));
      count(all, kind_of(judgement));
      append_case(cases, *verdict, judgement);
    }
    if (!verdict->conformant && !verdict->part_met && totals.failures + totals.errors == 0) {
      // Not knowing is red: a suite of passed and skipped cases alone would look conformant.
      append_error(cases, totals, verdict->profile->id, "every MUST is decided",
                   fmt::format("{} stayed undecided or was not observed",
                               counted(verdict->undecided, "MUST requirement")));
      count(all, Kind::error);
    }
    auto stamp = iso_time(run.started);
    stamp.pop_back();  // the schema of old readers takes no zone
    suites += fmt::format(
        "  <testsuite name=\"{}\" {} time=\"{:.3f}\" timestamp=\"{}\" hostname=\"{}\">\n{}  </testsuite>\n",
        escape_markup(verdict->profile->id), totals.attributes(), seconds, stamp,
        escape_markup(run.target.issuer, Lines::fold), cases);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"oauthentic\" {} time=\"{:.3f}\">\n{}"
      "</testsuites>\n",
      all.attributes(), seconds, suites);
}

}  // namespace oauthentic::reports

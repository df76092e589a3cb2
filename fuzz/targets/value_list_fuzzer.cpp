// Property: a list of values is read whole or refused with the line's number; whatever stands in it is examined
// within bounds, numbers stay numbers, and no report repeats a value. Input: the list, as a file holds it.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/analysis.hpp"
#include "analysis/explanation.hpp"
#include "fuzz/target.hpp"

namespace oauthentic::fuzz {

namespace {

constexpr std::size_t kMostExamined = 4096;  // octets: the examination of more is slow

void check_numbers(const analysis::Report& report, std::string_view input) {
  for (const double bits : {report.by_shape, report.upper, report.lower}) {
    require(std::isfinite(bits) && bits >= 0, "bits are a number", input);
  }
  require(report.upper <= report.by_shape + 1e-6 && report.lower <= report.upper + 1e-6, "bounds are in order",
          input);
  require(report.verdict != analysis::Verdict::weak || !report.proofs.empty(), "a weakness is proven", input);
  require(report.distinct <= report.count && report.shortest <= report.longest, "the counts fit", input);
}

void check_text(const analysis::Report& report, const analysis::Values& values) {
  require(!analysis::verdict_sentence(report).empty(), "every verdict has words");
  const auto text = analysis::to_json(report).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  for (const auto& value : values) {
    // Shorter ones may be a word of ours, and names in JWTs are told on purpose.
    // libFuzzer has seen the report, whose own marks a value may repeat.
    const bool telling =
        value.size() >= 24 && report.structure != "JWT" && value.find_first_of(" \"") == value.npos;
    require(!telling || !text.contains(value), "no value is told", value);
  }
}

}  // namespace

OAUTHENTIC_FUZZ_TARGET(value_list, input) {
  const auto values = analysis::read_list(input);
  if (!values) return require(values.error().starts_with("line "), "a refusal names the line", values.error());
  require(values->size() <= static_cast<std::size_t>(std::ranges::count(input, '\n')) + 1,
          "no value comes from nowhere", input);
  std::size_t octets = 0;
  for (const auto& value : *values) {
    require(!value.empty() && !value.contains('\n'), "a value is a line", value);
    octets += value.size();
  }
  require(octets <= input.size(), "values are no longer than the list", input);
  if (octets > kMostExamined) return;
  const auto report = analysis::analyze("value", *values);
  check_numbers(report, input);
  check_text(report, *values);
  for (const auto& part : report.parts)
    check_numbers(part, input);
}

}  // namespace oauthentic::fuzz

#include "reports/analysis_html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/explanation.hpp"
#include "reports/template.hpp"
#include "reports/text.hpp"

namespace oauthentic::reports {

namespace {

using Json = nlohmann::json;
using analysis::Report;
using analysis::Verdict;

// Lengths in SVG user units, which are CSS pixels at full size.
constexpr double kLeft = 40;
constexpr double kTop = 8;
constexpr double kHeight = 120;
constexpr std::size_t kMostBits = 512;  // more would be thinner than a pixel

/// One stroke a bit, from one half to its share of ones; behind it what a fair coin does 999 times of 1000.
std::string draw_bias(const Report& report) {
  const auto& ones = report.bias.ones;
  const auto bits = std::min(ones.size(), kMostBits);
  if (bits == 0) return {};
  const double step = std::clamp(1024.0 / static_cast<double>(bits), 2.0, 8.0);
  const double width = step * static_cast<double>(bits);
  const auto y = [](double share) { return kTop + kHeight * (1 - share); };
  const double chance = std::min(0.5, 3.29 / (2 * std::sqrt(static_cast<double>(report.count))));
  std::string strokes;
  for (std::size_t b = 0; b < bits; ++b)
    strokes += fmt::format("M{:.1f} {:.1f}V{:.1f}", kLeft + step * (static_cast<double>(b) + 0.5), y(0.5),
                           y(ones[b]) + (ones[b] == 0.5 ? 0.5 : 0));
  auto out = fmt::format(
      "<svg class=\"plot\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\" role=\"img\" "
      "aria-label=\"{2}\">",
      kLeft + width + 8, kTop + kHeight + 22,
      escape_markup("Share of ones, bit by bit: " + analysis::bias_sentence(report), Lines::fold));
  out += fmt::format("<rect class=\"chance\" x=\"{}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>", kLeft,
                     y(0.5 + chance), width, 2 * chance * kHeight);
  for (const double share : {0.0, 0.5, 1.0}) {
    out += fmt::format("<line class=\"half\" x1=\"{0}\" x2=\"{1:.1f}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>", kLeft,
                       kLeft + width, y(share));
    out += fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{:.0f} %</text>", kLeft - 4,
                       y(share) + 4, 100 * share);
  }
  out += fmt::format("<path class=\"share\" d=\"{}\"/>", strokes);
  return out + fmt::format(
                   "<text x=\"{}\" y=\"{}\">bit 1</text><text x=\"{:.1f}\" y=\"{}\" "
                   "text-anchor=\"end\">bit {}</text></svg>",
                   kLeft, kTop + kHeight + 16, kLeft + width, kTop + kHeight + 16, bits);
}

std::string_view verdict_class_of(const Report& report) {
  switch (report.verdict) {
    case Verdict::no_weakness:
      return "verdict-pass";
    case Verdict::too_few:
      return "verdict-inconclusive";
    default:
      return analysis::is_secret(report.kind) ? "verdict-fail" : "verdict-info";
  }
}

std::string_view symbol_of(const Report& report) {
  if (report.verdict == Verdict::no_weakness) return "✓";
  if (report.verdict == Verdict::too_few) return "?";
  return analysis::is_secret(report.kind) ? "✗" : "i";
}

Json texts(const std::vector<std::string>& all) {
  auto out = Json::array();
  for (const auto& one : all)
    out.push_back({{"text", one}});
  return out;
}

Json view_of(const Report& report) {
  auto facts = Json::array();
  const auto fact = [&](std::string_view name, const std::string& text) {
    if (!text.empty()) facts.push_back({{"name", name}, {"text", text}});
  };
  fact("values", analysis::shape_sentence(report));
  fact("RFC 6749 §10.10", analysis::bounds_sentence(report));
  for (const auto& note : report.notes)
    fact("note", note);
  for (const auto& one : report.estimates)
    fact(fmt::format("estimator: {}", one.name),
         fmt::format("{:.3f} bits a {}", one.per_symbol, report.decoded ? "bit" : "character"));
  fact("what to do", analysis::advice(report));
  return {{"kind", report.kind},
          {"class", verdict_class_of(report)},
          {"symbol", symbol_of(report)},
          {"verdict", analysis::verdict_sentence(report)},
          {"any_proofs", !report.proofs.empty()},
          {"proofs", texts(report.proofs)},
          {"public", !analysis::is_secret(report.kind)},
          {"facts", std::move(facts)},
          {"plot", draw_bias(report)},
          {"plot_text", analysis::bias_sentence(report)}};
}

}  // namespace

std::string write_analysis_html(const AnalysisPage& page) {
  auto kinds = Json::array();
  for (const auto& report : page.kinds)
    kinds.push_back(view_of(report));
  const auto style = std::string(asset("report.css")) + std::string(asset("analysis.css"));
  return Template("analysis.mustache")
      .render({{"source", page.source},
               {"version", page.version},
               {"time", readable_time(page.time)},
               {"time_iso", iso_time(page.time)},
               {"style", style},
               {"style_source", source_hash(style)},
               {"kinds", std::move(kinds)},
               {"missing", texts(page.missing)}});
}

}  // namespace oauthentic::reports

// Draws a sequence: lanes from left to right in the order of Party, time from top to bottom.
#include <fmt/core.h>

#include <algorithm>

#include "reports/sequence.hpp"
#include "reports/text.hpp"
#include "reports/view.hpp"

namespace oauthentic::reports {

namespace {

// Lengths in SVG user units, which are CSS pixels at full size.
constexpr int kMargin = 84;
constexpr int kLaneGap = 236;
constexpr int kHeadHeight = 34;
constexpr int kRow = 54;
constexpr int kDeliveryRow = 32;
constexpr int kBanner = 24;     // above a deviating exchange
constexpr int kBannerFoot = 8;  // and below it
constexpr double kCharacter = 6.7;

std::string safe(std::string_view text) {
  return escape_markup(text, Lines::fold);
}

class Drawing {
 public:
  Drawing(const Sequence& sequence, const std::function<std::string(const std::string&)>& link)
      : sequence_(sequence), link_(link) {
    for (const auto party : {Party::user_agent, Party::client, Party::authorization_server, Party::api}) {
      const auto speaks = [party](const SequenceStep& step) { return step.from == party || step.to == party; };
      if (std::ranges::any_of(sequence.steps, speaks)) lanes_.push_back(party);
    }
  }

  std::string svg() {
    int y = kHeadHeight + 14;
    std::string bands, rows;
    int number = 0;
    for (const auto& step : sequence_.steps) {
      if (step.deviates) bands += band(y), y += kBanner;
      rows += step.answer.empty() ? delivery(step, y) : exchange(step, y, ++number);
      y += (step.answer.empty() ? kDeliveryRow : kRow) + (step.deviates ? kBannerFoot : 0);
    }
    const int width = 2 * kMargin + kLaneGap * (static_cast<int>(lanes_.size()) - 1);
    return fmt::format(
        "<svg class=\"sequence-drawing\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" role=\"img\" "
        "aria-label=\"{2}\">{3}{4}{5}"
        "</svg>",
        width, y + 6, safe("Sequence diagram: " + sequence_.title), bands, lanes(y + 2), rows);
  }

 private:
  int x(Party party) const {
    return kMargin + kLaneGap * static_cast<int>(std::ranges::find(lanes_, party) - lanes_.begin());
  }

  std::string lanes(int bottom) const {
    std::string out;
    for (const auto party : lanes_) {
      const int at = x(party);
      out += fmt::format("<line class=\"lane\" x1=\"{0}\" y1=\"{1}\" x2=\"{0}\" y2=\"{2}\"/>", at, kHeadHeight,
                         bottom);
      out += fmt::format("<rect class=\"party\" x=\"{}\" y=\"1\" width=\"156\" height=\"{}\" rx=\"7\"/>",
                         at - 78, kHeadHeight - 4);
      out += fmt::format("<text class=\"party-name\" x=\"{}\" y=\"20\" text-anchor=\"middle\">{}</text>", at,
                         to_string(party));
    }
    return out;
  }

  std::string band(int y) const {
    const int left = x(lanes_.front()) - kMargin + 4;
    const int right = x(lanes_.back()) + kMargin - 4;
    return fmt::format(
        "<rect class=\"deviation\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"/>"
        "<text class=\"deviation-text\" x=\"{}\" y=\"{}\">◆ the one deviation: {}</text>",
        left, y - 6, right - left, kRow + kBanner + 3, left + 10, y + 10,
        safe(fit(sequence_.deviation, static_cast<std::size_t>((right - left) / kCharacter) - 26)));
  }

  /// A horizontal arrow with its head; no marker elements, which would need ids that are unique in the page.
  std::string arrow(int from, int to, int y, std::string_view kind) const {
    const int back = to > from ? -8 : 8;
    return fmt::format(
        "<line class=\"{0}\" x1=\"{1}\" y1=\"{3}\" x2=\"{2}\" y2=\"{3}\"/>"
        "<path class=\"head {0}-head\" d=\"M{2} {3}l{4} -4v8z\"/>",
        kind, from, to, y, back);
  }

  std::string label(int from, int to, int y, std::string_view text, std::string_view kind,
                    std::string_view aside = {}) const {
    const auto room = static_cast<std::size_t>((std::abs(to - from) - 34) / kCharacter);
    const auto shown = fit(visible(text, Lines::fold), room);
    // The step's name stands beside the request where there is room for it.
    const auto name = visible(words(aside), Lines::fold);
    const bool fits = !name.empty() && columns(shown) + columns(name) + 3 <= room;
    return fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}{}</text>", kind,
                       (from + to) / 2 + (to > from ? 6 : -6), y, safe(shown),
                       fits ? fmt::format("<tspan class=\"aside\">  {}</tspan>", safe(name)) : std::string());
  }

  std::string linked(const SequenceStep& step, const std::string& drawn) const {
    const auto address = link_(step.exchange);
    const auto title = fmt::format(
        "<title>{}</title>", safe(cut(fmt::format("{}: {} ⇒ {}", step.label, step.request, step.answer), 400)));
    const auto* kind = step.deviates ? "step deviating" : "step";
    if (address.empty()) return fmt::format("<g class=\"{}\">{}{}</g>", kind, title, drawn);
    return fmt::format("<a class=\"{}\" href=\"{}\">{}{}</a>", kind, safe(address), title, drawn);
  }

  std::string exchange(const SequenceStep& step, int y, int number) const {
    const int from = x(step.from);
    const int to = x(step.to);
    std::string_view kind = "reply";
    auto answer = step.answer;
    if (step.judged) {
      kind = *step.judged == Result::violated    ? "reply-bad"
             : *step.judged == Result::satisfied ? "reply-good"
                                                 : "reply-doubt";
      answer = fmt::format("{} {}", symbol(as_verdict(*step.judged)), answer);
    }
    const int gap = to > from ? 10 : -10;
    auto drawn = arrow(from + gap, to, y + 18, "call") +
                 label(from, to, y + 12, step.request, "call-text", step.label) +
                 arrow(to, from, y + 42, kind) + label(to, from, y + 36, answer, fmt::format("{}-text", kind)) +
                 fmt::format(
                     "<circle class=\"number\" cx=\"{0}\" cy=\"{1}\" r=\"10\"/><text class=\"number-text\" "
                     "x=\"{0}\" y=\"{2}\" "
                     "text-anchor=\"middle\">{3}</text>",
                     from, y + 18, y + 22, number);
    return linked(step, drawn);
  }

  std::string delivery(const SequenceStep& step, int y) const {
    const int from = x(step.from);
    const int to = x(step.to);
    return linked(step,
                  arrow(from, to, y + 18, "delivery") + label(from, to, y + 12, step.request, "call-text"));
  }

  const Sequence& sequence_;
  const std::function<std::string(const std::string&)>& link_;
  std::vector<Party> lanes_;
};

std::string as_list(const Sequence& sequence, const std::function<std::string(const std::string&)>& link) {
  std::string out = "<ol class=\"sequence-list\">";
  for (const auto& step : sequence.steps) {
    const auto address = link(step.exchange);
    const auto parties = fmt::format("{} → {}", to_string(step.from), to_string(step.to));
    out += fmt::format("<li><span class=\"parties\">{}</span> ", parties);
    const auto request = fmt::format("<code>{}</code>", safe(fit(step.request, 160)));
    out += address.empty() ? request : fmt::format("<a href=\"{}\">{}</a>", safe(address), request);
    const auto mark = step.judged ? fmt::format("{} ", symbol(as_verdict(*step.judged))) : std::string();
    if (!step.answer.empty())
      out += fmt::format(" <span class=\"answer\">{}{}</span>", mark, safe(fit(step.answer, 160)));
    if (step.deviates)
      out += fmt::format(" <span class=\"deviates\">◆ {}</span>", safe(fit(sequence.deviation, 160)));
    out += "</li>";
  }
  return out + "</ol>";
}

}  // namespace

std::string draw_sequence(const Sequence& sequence,
                          const std::function<std::string(const std::string&)>& link) {
  if (sequence.steps.empty()) return {};
  auto out = "<div class=\"sequence\">" + Drawing(sequence, link).svg() + as_list(sequence, link);
  if (sequence.left_out > 0) {
    out += fmt::format("<p class=\"note\">{} not drawn.</p>", counted(sequence.left_out, "exchange"));
  }
  return out + "</div>\n";
}

}  // namespace oauthentic::reports

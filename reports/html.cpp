#include "reports/html.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <unordered_set>

#include "reports/fragments.hpp"
#include "reports/text.hpp"

namespace oauthentic::reports {

namespace {

void append_specification(std::string& out, const Page& page, const Specification& specification) {
  const auto belongs = [&](const Finding& finding) { return finding.requirement->spec == specification.id; };
  if (std::ranges::none_of(page.view.findings(), belongs)) return;
  out += fmt::format(
      "<section class=\"specification\" id=\"spec-{}\"><h3>{} <span class=\"spec-title\">{}</span></h3>\n",
      escape_markup(specification.id), escape_markup(specification.name), escape_markup(specification.title));
  for (const auto& finding : page.view.findings()) {
    if (belongs(finding)) out += requirement_fragment(page, finding);
  }
  out += "</section>\n";
}

}  // namespace

std::string write_html(const ReportInput& input) {
  const View view(input);
  const Page page(view);
  auto out = opening_fragment(page);
  std::unordered_set<std::string_view> known;
  for (const auto& specification : *input.specifications) {
    if (known.insert(specification.id).second) append_specification(out, page, specification);
  }
  for (const auto& finding : view.findings()) {
    const auto& id = finding.requirement->spec;
    // A requirement whose specification the catalogue does not name must not vanish from the report.
    if (known.insert(id).second) append_specification(out, page, {id, id, "", ""});
  }
  return out + closing_fragment(page);
}

}  // namespace oauthentic::reports

#include "run/page_outline.hpp"

#include <fmt/format.h>

#include "oauth/html_text.hpp"
#include "oauth/url.hpp"

namespace oauthentic::run {

namespace {

constexpr std::size_t kMostLines = 40;
constexpr std::size_t kMostOctets = 100;

std::string brief(const std::string& text) {
  return oauth::fold_space(text, kMostOctets);
}

}  // namespace

std::string page_outline(const oauth::HtmlPage& page) {
  std::string out = fmt::format("title \"{}\"\n", brief(page.title));
  std::size_t lines = 1;
  const auto add = [&](const std::string& line) {
    if (++lines < kMostLines) out += line + "\n";
    if (lines == kMostLines) out += "...\n";
  };
  if (page.forms.empty()) add(page.has_script ? "no form; the page has scripts, which are not run" : "no form");
  for (const auto& form : page.forms) {
    add(fmt::format("form {} {}", form.method, oauth::without_query(form.action)));
    for (const auto& field : form.fields) {
      const auto what = field.tag == "input" ? field.type : field.tag;
      add(fmt::format("  {} {}{}{}", what, brief(field.name),
                      field.label.empty() ? "" : fmt::format(" \"{}\"", brief(field.label)),
                      field.hidden ? ", hidden" : ""));
    }
  }
  return out;
}

}  // namespace oauthentic::run

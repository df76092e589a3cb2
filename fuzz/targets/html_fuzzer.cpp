// Property: a page of any octets is read within its limits; every address in it is absolute or can be resolved
// by nobody, every text is UTF-8 and as short as promised, and text that was escaped comes back as text.
#include <chrono>

#include "fuzz/target.hpp"
#include "oauth/html.hpp"
#include "oauth/url.hpp"

namespace oauthentic::fuzz {

namespace {

constexpr std::string_view kPage = "https://as.example/login/page?x=1";

bool has_scheme(std::string_view text) {
  const auto colon = text.find(':');
  return colon != 0 && colon != std::string_view::npos && colon < text.find_first_of("/?#");
}

void check_address(const std::string& address) {
  require(has_scheme(address) || !oauth::resolve_url(kPage, address), "an address is absolute, if it is any",
          address);
}

void check_text(const std::string& text, std::size_t limit) {
  require(oauth::is_utf8(text) && text.size() <= limit, "a text is UTF-8 and keeps to its limit", text);
}

void check_form(const oauth::HtmlForm& form) {
  check_address(form.action);
  check_text(form.text, 2000 * 4);
  require(form.method == "get" || form.method == "post", "a form has one of two methods", form.method);
  for (const auto& field : form.fields) {
    if (!field.form_action.empty()) check_address(field.form_action);
    require(!field.tag.empty() && !field.type.empty(), "a field has a tag and a type", field.name);
    check_text(field.label, 4096);
  }
}

void check_page(const oauth::HtmlPage& page) {
  check_text(page.title, 4096);
  check_text(page.text, 10'000 * 4);
  for (const auto& form : page.forms)
    check_form(form);
  for (const auto& link : page.links)
    check_address(link.href);
  for (const auto& address : page.subresources)
    check_address(address);
  if (page.refresh) check_address(*page.refresh);
  require(!page.auto_submits || !page.forms.empty(), "what submits itself is a form");
}

void check_escaped(std::string_view input) {
  const auto value = std::string(input.substr(0, input.find_first_of(std::string_view("\0\r", 2))));
  if (!oauth::is_utf8(value)) return;
  const auto page = oauth::parse_html("<!DOCTYPE html><form action=\"/x\"><input name=\"v\" value=\"" +
                                          oauth::html_escape(value) + "\"></form>",
                                      kPage);
  require(page && page->forms.size() == 1 && page->forms[0].fields.size() == 1, "escaped text is no markup",
          value);
  // NB: gumbo reads U+FFFD for control characters and for noncharacters.
  const auto& back = page->forms[0].fields[0].value;
  require(back == value || back.contains("\xEF\xBF\xBD"), "escaped text comes back", value);
}

}  // namespace

OAUTHENTIC_FUZZ_TARGET(html, input) {
  if (const auto page = oauth::parse_html(input, kPage)) {
    check_page(*page);
  } else {
    require(page.error().starts_with("the page "), "a refusal says which limit was passed", page.error());
  }
  check_escaped(input);
}

}  // namespace oauthentic::fuzz

#pragma once
// What a resource owner's agent sees of an HTML page (HTML Living Standard §4.10): forms, fields, buttons,
// links, title.
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "oauth/encoding.hpp"

namespace oauthentic::oauth {

struct HtmlOption {
  std::string value;
  std::string text;
  bool selected = false;
};

/// An input, select, textarea or button that belongs to a form.
struct HtmlField {
  std::string tag;   ///< "input", "select", "textarea", "button"
  std::string type;  ///< lower case; "text" for an input and "submit" for a button that say nothing
  std::string name;
  std::string value;
  std::string id;
  std::string label;         ///< text of its <label>, aria-label or placeholder; for a button its text
  std::string autocomplete;  ///< lower case
  std::string mark;          ///< data-oauthentic: by which an agent knows it again in a browser
  std::string form_action;   ///< formaction, resolved; empty if there is none
  std::string form_method;
  unsigned max_length = 0;  ///< maxlength; 0 if there is none that counts
  bool checked = false;
  bool disabled = false;
  bool required = false;
  bool hidden = false;  ///< type=hidden, or the `hidden` attribute, or style display:none on itself
  std::vector<HtmlOption> options;
};

struct HtmlForm {
  std::string action;  ///< resolved against the page's base; the page's own URL if there is none
  std::string method;  ///< "get" or "post"
  std::string enctype;
  std::string id;
  std::string name;
  std::string text;  ///< visible text inside, white space folded, cut at 2,000 characters
  std::vector<HtmlField> fields;
};

struct HtmlLink {
  std::string href;  ///< resolved
  std::string text;
  std::string id;
  std::string mark;  ///< data-oauthentic
};

struct HtmlPage {
  std::string title;
  std::string text;  ///< visible text, white space folded, cut at 10,000 characters
  std::string language;
  std::vector<HtmlForm> forms;
  std::vector<HtmlLink> links;
  std::optional<std::string> refresh;  ///< resolved URL of <meta http-equiv=refresh>
  std::string referrer;                ///< content of <meta name=referrer>
  std::vector<std::string>
      subresources;           ///< resolved: what the page makes a browser load, style sheets included
  bool auto_submits = false;  ///< a script or onload submits the first form (response_mode=form_post)
  bool has_script = false;
};

struct HtmlLimits {
  std::size_t octets = 2 * 1024 * 1024;
  std::size_t depth = 512;  ///< nesting; looked at before the parser, which is quadratic in it
};

/// `text` must be UTF-8; other octets are replaced. The error says which limit was passed.
std::expected<HtmlPage, std::string> parse_html(std::string_view text, std::string_view page_url,
                                                HtmlLimits limits = {});

/// `&`, `<`, `>`, `"` and `'` as character references.
std::string html_escape(std::string_view text);

}  // namespace oauthentic::oauth

#pragma once
// Reads an HtmlPage out of a parse tree. Only html*.cpp include this.
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "oauth/html.hpp"
#include "oauth/html_text.hpp"
#include "oauth/html_tree.hpp"

namespace oauthentic::oauth {

/// A visitor for walk(). URLs are resolved against `base`.
class HtmlBuilder {
 public:
  HtmlBuilder(const HtmlTree& tree, std::string base, std::string page_url);

  bool enter(const GumboNode* node);
  void leave(const GumboNode* node);
  void text(std::string_view text);

  HtmlPage finish();

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  struct OpenForm {
    FoldedText text{2000};
    std::size_t begin = 0;  ///< offset of its start tag in the source
    std::size_t end = 0;    ///< offset of the end tag that follows it there
  };
  struct Control {
    std::size_t form;       ///< index, or kNone
    std::size_t offset;     ///< in the source
    std::string form_id;    ///< the `form` attribute
    std::string label_for;  ///< its own id, for labels that point at it
    std::string fallback;   ///< aria-label, placeholder, title or alt
    bool without_script;    ///< stands in a noscript element
    HtmlField field;
  };
  struct Gathering {  ///< text of an element that is open: a label, a button, a link, a title
    const GumboNode* node;
    FoldedText text;
    std::size_t index;  ///< of the control or link; for a label, of the control inside it
    std::string target;
  };

  bool enter_control(const GumboNode* node, GumboTag tag);
  void enter_form(const GumboNode* node);
  void enter_link(const GumboNode* node);
  void enter_option(const GumboNode* node);
  void enter_other(const GumboNode* node, GumboTag tag);
  void note_subresource(const GumboNode* node, const char* name);
  void note_subresource(std::string_view url);
  void note_style(std::string_view css);
  bool submits_itself() const;
  void finish_gathering(Gathering gathering);
  void finish_label(Gathering gathering);
  std::size_t owner_of(const Control& control) const;
  std::string resolve(std::string_view url) const { return resolve_attribute_url(base_, url); }

  const HtmlTree& tree_;
  std::string base_;
  std::string page_url_;
  HtmlPage page_;
  FoldedText page_text_{10'000};
  std::vector<OpenForm> open_forms_;
  std::vector<std::size_t> form_stack_;
  std::map<std::string, std::size_t> form_ids_;  ///< the first form of each id
  std::vector<Control> controls_;
  std::vector<Gathering> gathering_;
  std::multimap<std::string, std::string> labels_;  ///< id of the control → text
  std::size_t select_ = kNone;
  std::size_t next_form_end_ = 0;
  unsigned invisible_ = 0;  ///< how many open elements keep their text from being seen
  unsigned noscript_ = 0;   ///< open noscript elements
  bool script_submits_ = false;
  bool onload_submits_ = false;
};

}  // namespace oauthentic::oauth

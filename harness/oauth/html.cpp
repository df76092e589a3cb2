#include "oauth/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "oauth/html_builder.hpp"
#include "oauth/html_nesting.hpp"
#include "oauth/html_text.hpp"
#include "oauth/html_tree.hpp"
#include "oauth/url.hpp"

namespace oauthentic::oauth {

namespace {

/// The first `<base href>` counts, wherever it stands (HTML Living Standard §4.2.3).
struct BaseFinder {
  std::string_view href;
  bool enter(const GumboNode* node) {
    if (href.empty() && node->v.element.tag == GUMBO_TAG_BASE) href = attribute(node, "href");
    return href.empty() && node->type != GUMBO_NODE_TEMPLATE;
  }
  void leave(const GumboNode*) {}
  void text(std::string_view) {}
};

/// The URL that relative ones are resolved against; a base that is none itself counts as absent (HTML Living
/// Standard §4.2.3, "fallback base URL").
std::string base_url(const std::string& page_url, std::string_view href) {
  if (href.empty()) return page_url;
  auto base = resolve_attribute_url(page_url, href);
  const auto parsed = parse_url(base);
  return parsed && parsed->has_authority ? base : page_url;
}

bool is_button(const HtmlField& field) {
  return field.tag == "button" || field.type == "submit" || field.type == "button" || field.type == "image" ||
         field.type == "reset";
}

}  // namespace

void HtmlBuilder::finish_gathering(Gathering gathering) {
  switch (gathering.node->v.element.tag) {
    case GUMBO_TAG_A:
    case GUMBO_TAG_AREA: {
      auto text = gathering.text.take();
      if (!text.empty()) page_.links[gathering.index].text = std::move(text);
      break;
    }
    case GUMBO_TAG_BUTTON:
      controls_[gathering.index].field.label = gathering.text.take();
      break;
    case GUMBO_TAG_OPTION: {
      if (select_ == kNone) break;
      auto& option = controls_[select_].field.options[gathering.index];
      option.text = gathering.text.take();
      if (!has_attribute(gathering.node, "value")) option.value = option.text;
      break;
    }
    case GUMBO_TAG_TITLE:
      page_.title = gathering.text.take();
      break;
    case GUMBO_TAG_LABEL:
      finish_label(std::move(gathering));
      break;
    default:
      break;
  }
}

void HtmlBuilder::finish_label(Gathering gathering) {
  auto text = gathering.text.take();
  if (!gathering.target.empty()) {
    labels_.emplace(std::move(gathering.target), std::move(text));
  } else if (gathering.index != kNone) {
    auto& label = controls_[gathering.index].field.label;
    if (label.empty()) label = std::move(text);
  }
}

std::size_t HtmlBuilder::owner_of(const Control& control) const {
  if (!control.form_id.empty()) {
    const auto named = form_ids_.find(control.form_id);
    return named == form_ids_.end() ? kNone : named->second;
  }
  if (control.form != kNone) return control.form;
  // A form that was opened inside a table, or closed early by a stray end tag, holds nothing in the tree; the
  // control still belongs to it (HTML Living Standard §13.2.6.1, "form element pointer"): it stands between the
  // two tags.
  const auto after = std::ranges::upper_bound(open_forms_, control.offset, {}, &OpenForm::begin);
  if (after == open_forms_.begin()) return kNone;
  const auto last = std::prev(after);
  return control.offset < last->end ? static_cast<std::size_t>(last - open_forms_.begin()) : kNone;
}

bool HtmlBuilder::submits_itself() const {
  if (!onload_submits_ && !script_submits_) return false;
  std::size_t fields = 0;
  for (const auto& control : controls_) {
    if (owner_of(control) != 0) continue;
    ++fields;
    if (control.field.hidden) continue;
    if (!is_button(control.field)) return false;
    // A button that everybody sees is for a person to press: scripts submit such a form for other reasons as
    // well.
    if (!control.without_script && !onload_submits_) return false;
  }
  return fields > 0;
}

HtmlPage HtmlBuilder::finish() {
  page_.auto_submits = submits_itself();
  for (auto& control : controls_) {
    const auto owner = owner_of(control);
    if (owner == kNone) continue;
    auto& field = control.field;
    const auto label = control.label_for.empty() ? labels_.end() : labels_.find(control.label_for);
    if (label != labels_.end() && !is_button(field)) field.label = label->second;
    if (field.label.empty() && field.tag == "input" && is_button(field))
      field.label = fold_space(field.value, 300);
    if (field.label.empty()) field.label = std::move(control.fallback);
    page_.forms[owner].fields.push_back(std::move(field));
  }
  for (std::size_t i = 0; i < page_.forms.size(); ++i)
    page_.forms[i].text = open_forms_[i].text.take();
  page_.text = page_text_.take();
  return std::move(page_);
}

std::expected<HtmlPage, std::string> parse_html(std::string_view text, std::string_view page_url,
                                                HtmlLimits limits) {
  if (text.size() > limits.octets) {
    return std::unexpected(fmt::format("the page has {} octets, more than {}", text.size(), limits.octets));
  }
  if (html_nesting(text, limits.depth) > limits.depth) {
    return std::unexpected(fmt::format("the page nests its elements more than {} deep", limits.depth));
  }
  auto tree = HtmlTree::parse(replace_invalid_utf8(text));
  if (!tree) return std::unexpected(tree.error());
  BaseFinder finder;
  walk(tree->root(), finder);
  const std::string url(page_url);
  HtmlBuilder builder(*tree, base_url(url, finder.href), url);
  walk(tree->root(), builder);
  return builder.finish();
}

}  // namespace oauthentic::oauth

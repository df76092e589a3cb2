#include "oauth/html_builder.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/message.hpp"
#include "oauth/css_urls.hpp"

namespace oauthentic::oauth {

namespace {

/// Elements inside a line of text: their borders do not part words.
bool is_inline(GumboTag tag) {
  constexpr std::array kInline = {GUMBO_TAG_A,      GUMBO_TAG_B,    GUMBO_TAG_I,     GUMBO_TAG_U,
                                  GUMBO_TAG_EM,     GUMBO_TAG_SPAN, GUMBO_TAG_SMALL, GUMBO_TAG_SUB,
                                  GUMBO_TAG_SUP,    GUMBO_TAG_ABBR, GUMBO_TAG_CODE,  GUMBO_TAG_MARK,
                                  GUMBO_TAG_STRONG, GUMBO_TAG_FONT};
  return std::ranges::find(kInline, tag) != kInline.end();
}

/// Their content is never shown. A noscript element's is: this agent runs no scripts.
bool is_never_shown(GumboTag tag) {
  constexpr std::array kNever = {GUMBO_TAG_SCRIPT, GUMBO_TAG_STYLE,    GUMBO_TAG_TEMPLATE, GUMBO_TAG_TITLE,
                                 GUMBO_TAG_SELECT, GUMBO_TAG_TEXTAREA, GUMBO_TAG_IFRAME,   GUMBO_TAG_SVG};
  return std::ranges::find(kNever, tag) != kNever.end();
}

std::string first_attribute(const GumboNode* node, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto value = trim(attribute(node, name));
    if (!value.empty()) return fold_space(value, 300);
  }
  return {};
}

std::string lower_attribute(const GumboNode* node, const char* name) {
  return to_lower(trim(attribute(node, name)));
}

/// HTML Living Standard §4.10.18.6: anything but "post" is a GET for an agent that knows no dialogs.
std::string method_of(std::string_view value) {
  return iequals(trim(value), "post") ? "post" : "get";
}

bool submits(std::string_view code) {
  return code.contains(".submit(") || code.contains(".requestSubmit(") || code.contains(".click(");
}

constexpr std::size_t kTextOfOne = 300;

}  // namespace

HtmlBuilder::HtmlBuilder(const HtmlTree& tree, std::string base, std::string page_url)
    : tree_(tree), base_(std::move(base)), page_url_(std::move(page_url)) {}

namespace {

/// The text of an element that holds nothing else.
std::string own_text(const GumboNode* node) {
  std::string text;
  for (unsigned i = 0; i < node->v.element.children.length; ++i) {
    const auto* child = static_cast<const GumboNode*>(node->v.element.children.data[i]);
    if (child->type == GUMBO_NODE_TEXT) text += child->v.text.text;
  }
  return text;
}

}  // namespace

bool HtmlBuilder::enter(const GumboNode* node) {
  const auto tag = node->v.element.tag;
  if (!is_inline(tag)) text(" ");
  const bool foreign = node->v.element.tag_namespace != GUMBO_NAMESPACE_HTML;
  if (is_never_shown(tag) || is_hidden_element(node)) ++invisible_;
  note_style(attribute(node, "style"));
  if (foreign) return node->type != GUMBO_NODE_TEMPLATE;
  if (tag == GUMBO_TAG_FORM) {
    enter_form(node);
  } else if (tag == GUMBO_TAG_A || tag == GUMBO_TAG_AREA) {
    enter_link(node);
  } else if (!enter_control(node, tag)) {
    enter_other(node, tag);
  }
  return node->type != GUMBO_NODE_TEMPLATE;
}

void HtmlBuilder::leave(const GumboNode* node) {
  const auto tag = node->v.element.tag;
  while (!gathering_.empty() && gathering_.back().node == node) {
    auto done = std::move(gathering_.back());
    gathering_.pop_back();
    finish_gathering(std::move(done));
  }
  const bool html = node->v.element.tag_namespace == GUMBO_NAMESPACE_HTML;
  if (html && tag == GUMBO_TAG_FORM && !form_stack_.empty()) form_stack_.pop_back();
  if (html && tag == GUMBO_TAG_SELECT) select_ = kNone;
  if (html && tag == GUMBO_TAG_NOSCRIPT) --noscript_;
  if (is_never_shown(tag) || is_hidden_element(node)) --invisible_;
  if (!is_inline(tag)) text(" ");
}

void HtmlBuilder::text(std::string_view text) {
  for (auto& open : gathering_) {
    const auto tag = open.node->v.element.tag;
    // What these hold is their value, hidden from the page's own text or not.
    const bool own = tag == GUMBO_TAG_TITLE || tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_OPTION ||
                     tag == GUMBO_TAG_TEXTAREA;
    if (own || invisible_ == 0) open.text.add(text);
  }
  if (invisible_ > 0) return;
  page_text_.add(text);
  if (!form_stack_.empty()) open_forms_[form_stack_.back()].text.add(text);
}

void HtmlBuilder::enter_form(const GumboNode* node) {
  HtmlForm form;
  const auto action = attribute(node, "action");
  form.action = trim(action).empty() ? page_url_ : resolve(action);
  form.method = method_of(attribute(node, "method"));
  form.enctype = lower_attribute(node, "enctype");
  if (form.enctype != "multipart/form-data" && form.enctype != "text/plain") {
    form.enctype = "application/x-www-form-urlencoded";
  }
  form.id = attribute(node, "id");
  form.name = attribute(node, "name");
  OpenForm open;
  open.begin = node->v.element.start_pos.offset;
  if (next_form_end_ <= open.begin) {
    const auto found = tree_.text().find("</form", open.begin);
    next_form_end_ = found == std::string_view::npos ? tree_.text().size() : found;
  }
  open.end = next_form_end_;
  if (!form.id.empty()) form_ids_.emplace(form.id, page_.forms.size());
  form_stack_.push_back(page_.forms.size());
  page_.forms.push_back(std::move(form));
  open_forms_.push_back(std::move(open));
}

void HtmlBuilder::enter_link(const GumboNode* node) {
  const auto href = attribute(node, "href");
  if (href.empty() || page_.links.size() >= 2000) return;
  HtmlLink link;
  link.href = resolve(href);
  link.text = first_attribute(node, {"aria-label", "title"});
  link.id = attribute(node, "id");
  link.mark = attribute(node, "data-oauthentic");
  gathering_.push_back({node, FoldedText(kTextOfOne), page_.links.size(), {}});
  page_.links.push_back(std::move(link));
}

bool HtmlBuilder::enter_control(const GumboNode* node, GumboTag tag) {
  if (tag == GUMBO_TAG_OPTION) {
    enter_option(node);
    return true;
  }
  if (tag != GUMBO_TAG_INPUT && tag != GUMBO_TAG_SELECT && tag != GUMBO_TAG_TEXTAREA &&
      tag != GUMBO_TAG_BUTTON) {
    return false;
  }
  Control control{form_stack_.empty() ? kNone : form_stack_.back(),
                  node->v.element.start_pos.offset,
                  {},
                  {},
                  {},
                  noscript_ > 0,
                  {}};
  control.form_id = attribute(node, "form");
  control.fallback = first_attribute(node, {"aria-label", "placeholder", "title", "alt"});
  auto& field = control.field;
  field.tag = gumbo_normalized_tagname(tag);
  field.type = lower_attribute(node, "type");
  if (field.type.empty())
    field.type = tag == GUMBO_TAG_BUTTON ? "submit" : tag == GUMBO_TAG_INPUT ? "text" : field.tag;
  field.name = attribute(node, "name");
  field.value = attribute(node, "value");
  // HTML Living Standard §4.10.5.1.15: the default of a box that is ticked.
  const bool box = field.type == "checkbox" || field.type == "radio";
  if (box && !has_attribute(node, "value")) field.value = "on";
  field.id = control.label_for = attribute(node, "id");
  field.mark = attribute(node, "data-oauthentic");
  field.autocomplete = lower_attribute(node, "autocomplete");
  if (has_attribute(node, "formaction")) field.form_action = resolve(attribute(node, "formaction"));
  if (has_attribute(node, "formmethod")) field.form_method = method_of(attribute(node, "formmethod"));
  const auto most = attribute(node, "maxlength");
  if (most.size() < 6 && most.find_first_not_of("0123456789") == std::string_view::npos && !most.empty())
    field.max_length = static_cast<unsigned>(std::stoul(std::string(most)));
  field.checked = has_attribute(node, "checked");
  field.disabled = has_attribute(node, "disabled");
  field.required = has_attribute(node, "required") || attribute(node, "aria-required") == "true";
  field.hidden = field.type == "hidden" || is_hidden_element(node);
  const auto index = controls_.size();
  for (auto& open : gathering_) {
    if (open.node->v.element.tag == GUMBO_TAG_LABEL && open.index == kNone) open.index = index;
  }
  if (tag == GUMBO_TAG_SELECT) select_ = index;
  if (tag == GUMBO_TAG_BUTTON) gathering_.push_back({node, FoldedText(kTextOfOne), index, {}});
  if (tag == GUMBO_TAG_TEXTAREA && node->v.element.children.length > 0) {
    const auto* child = static_cast<const GumboNode*>(node->v.element.children.data[0]);
    if (child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_WHITESPACE)
      field.value = child->v.text.text;
  }
  controls_.push_back(std::move(control));
  return true;
}

void HtmlBuilder::enter_option(const GumboNode* node) {
  if (select_ == kNone || has_attribute(node, "disabled")) return;
  auto& options = controls_[select_].field.options;
  options.push_back({std::string(attribute(node, "value")), {}, has_attribute(node, "selected")});
  gathering_.push_back({node, FoldedText(kTextOfOne), options.size() - 1, {}});
}

void HtmlBuilder::enter_other(const GumboNode* node, GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_HTML:
      page_.language = lower_attribute(node, "lang");
      break;
    case GUMBO_TAG_NOSCRIPT:
      ++noscript_;
      break;
    case GUMBO_TAG_LABEL:
      gathering_.push_back({node, FoldedText(kTextOfOne), kNone, std::string(attribute(node, "for"))});
      break;
    case GUMBO_TAG_TITLE:
      if (page_.title.empty()) gathering_.push_back({node, FoldedText(kTextOfOne), kNone, {}});
      break;
    case GUMBO_TAG_SCRIPT:
      page_.has_script = true;
      note_subresource(node, "src");
      script_submits_ |= submits(own_text(node));
      break;
    case GUMBO_TAG_STYLE:
      note_style(own_text(node));
      break;
    case GUMBO_TAG_BODY:
      page_.has_script |= has_attribute(node, "onload");
      onload_submits_ |= submits(attribute(node, "onload"));
      break;
    case GUMBO_TAG_IMG:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_EMBED:
    case GUMBO_TAG_AUDIO:
    case GUMBO_TAG_VIDEO:
    case GUMBO_TAG_SOURCE:
    case GUMBO_TAG_TRACK:
      note_subresource(node, "src");
      note_subresource(node, "poster");
      break;
    case GUMBO_TAG_OBJECT:
      note_subresource(node, "data");
      break;
    case GUMBO_TAG_LINK:
      note_subresource(node, "href");
      break;
    case GUMBO_TAG_META:
      if (iequals(trim(attribute(node, "http-equiv")), "refresh") && !page_.refresh) {
        const auto target = refresh_target(attribute(node, "content"));
        if (!target.empty()) page_.refresh = resolve(target);
      }
      if (iequals(trim(attribute(node, "name")), "referrer")) page_.referrer = attribute(node, "content");
      break;
    default:
      break;
  }
}

void HtmlBuilder::note_subresource(const GumboNode* node, const char* name) {
  note_subresource(attribute(node, name));
}

void HtmlBuilder::note_subresource(std::string_view url) {
  if (!url.empty() && page_.subresources.size() < 500) page_.subresources.push_back(resolve(url));
}

void HtmlBuilder::note_style(std::string_view css) {
  for (const auto& url : css_urls(css))
    note_subresource(url);
}

}  // namespace oauthentic::oauth

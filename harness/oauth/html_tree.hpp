#pragma once
// A parse tree of gumbo's within bounds of memory and time. Only html*.cpp include this.
#include <gumbo.h>

#include <chrono>
#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic::oauth {

/// Owns the text and every octet that the parser allocated for it; released as a whole, without walking the
/// tree (which gumbo does recursively).
class HtmlTree {
 public:
  struct Limits {
    std::size_t octets = 256 * 1024 * 1024;  ///< memory that the tree may take
    std::chrono::milliseconds time{5000};
  };

  /// `text` must be UTF-8. The error says which limit was passed: a page can make any tree builder's work
  /// quadratic (unclosed formatting elements are repeated in each paragraph), so looking at its nesting alone
  /// is not enough.
  static std::expected<HtmlTree, std::string> parse(std::string text, Limits limits);
  static std::expected<HtmlTree, std::string> parse(std::string text) {
    return parse(std::move(text), Limits{});
  }

  const GumboNode* root() const { return root_; }
  std::string_view text() const { return *text_; }

 private:
  class Arena;
  HtmlTree() = default;
  struct Free {
    void operator()(Arena* arena) const;
  };
  std::unique_ptr<std::string> text_;
  std::unique_ptr<Arena, Free> arena_;
  const GumboNode* root_ = nullptr;
};

/// Goes through a tree in document order without recursion: `enter` and `leave` of a visitor for each element,
/// `text` for each run of text.
template <class Visitor>
void walk(const GumboNode* root, Visitor& visitor) {
  struct Level {
    const GumboNode* node;
    unsigned next;
  };
  std::vector<Level> levels;
  const auto open = [&](const GumboNode* node) {
    if (node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE) {
      if (visitor.enter(node)) {
        levels.push_back({node, 0});
      } else {
        visitor.leave(node);
      }
    } else if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE ||
               node->type == GUMBO_NODE_CDATA) {
      visitor.text(std::string_view(node->v.text.text));
    }
  };
  open(root);
  while (!levels.empty()) {
    auto& level = levels.back();
    const auto& children = level.node->v.element.children;
    if (level.next < children.length) {
      open(static_cast<const GumboNode*>(children.data[level.next++]));
    } else {
      visitor.leave(level.node);
      levels.pop_back();
    }
  }
}

/// The attribute's value, empty if it is absent.
std::string_view attribute(const GumboNode* element, const char* name);
bool has_attribute(const GumboNode* element, const char* name);
/// `hidden`, or display:none or visibility:hidden in its own style.
bool is_hidden_element(const GumboNode* element);

}  // namespace oauthentic::oauth

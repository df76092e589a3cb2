#include "oauth/html_nesting.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/message.hpp"

namespace oauthentic::oauth {

namespace {

using Names = std::initializer_list<std::string_view>;

bool is_one_of(std::string_view name, Names names) {
  return std::ranges::find(names, name) != names.end();
}

bool is_void(std::string_view name) {
  return is_one_of(name, {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
                          "source", "track", "wbr", "basefont", "bgsound", "frame", "keygen"});
}

/// Their end tags may be left out (HTML Living Standard §13.1.2.4), so that counting them would see depth in a
/// long list.
bool ends_by_itself(std::string_view name) {
  return is_one_of(
      name, {"p",     "li",       "dt",      "dd", "option", "optgroup", "tr", "td",   "th",   "tbody", "thead",
             "tfoot", "colgroup", "caption", "rb", "rt",     "rtc",      "rp", "html", "head", "body"});
}

bool holds_text_only(std::string_view name) {
  return is_one_of(name, {"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"});
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

class Scanner {
 public:
  Scanner(std::string_view text, std::size_t enough) : text_(text), enough_(enough) {}

  std::size_t run() {
    while (deepest_ <= enough_) {
      at_ = text_.find('<', at_);
      if (at_ == std::string_view::npos || at_ + 1 >= text_.size()) break;
      const char next = text_[at_ + 1];
      if (next == '/') {
        end_tag();
      } else if (next == '!' || next == '?') {
        skip_comment();
      } else if (is_letter(next)) {
        start_tag();
      } else {
        ++at_;
      }
    }
    return deepest_;
  }

 private:
  void skip_past(std::string_view mark, std::size_t from) {
    const auto found = text_.find(mark, from);
    at_ = found == std::string_view::npos ? text_.size() : found + mark.size();
  }

  void skip_comment() {
    if (text_.substr(at_, 4) == "<!--") {
      // "<!-->" is a whole comment: the search may begin inside the opening mark.
      skip_past("-->", at_ + 2);
    } else if (foreign_ > 0 && text_.substr(at_, 9) == "<![CDATA[") {
      skip_past("]]>", at_);
    } else {
      skip_past(">", at_);
    }
  }

  std::string read_name() {
    const auto from = at_;
    while (at_ < text_.size() && std::string_view(" \t\r\n\f/>").find(text_[at_]) == std::string_view::npos)
      ++at_;
    return to_lower(text_.substr(from, std::min<std::size_t>(at_ - from, 40)));
  }

  /// Leaves at_ behind the tag's `>`; true if the tag ended in `/>`.
  bool skip_attributes() {
    char last = 0;
    bool value_next = false;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '>') return last == '/';
      if (value_next && (c == '"' || c == '\'')) {
        const auto quote = text_.find(c, at_);
        at_ = quote == std::string_view::npos ? text_.size() : quote + 1;
        value_next = false;
        last = c;
        continue;
      }
      const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
      value_next = c == '=' || (value_next && space);
      last = c;
    }
    return false;
  }

  void start_tag() {
    ++at_;
    const auto name = read_name();
    const bool closed = skip_attributes();
    if (is_void(name) || ends_by_itself(name)) return;
    if (closed && foreign_ > 0) return;
    if (foreign_ == 0 && holds_text_only(name)) return skip_text(name);
    if (name == "svg" || name == "math") ++foreign_;
    open_.push_back(name);
    deepest_ = std::max(deepest_, open_.size());
  }

  void end_tag() {
    at_ += 2;
    if (at_ < text_.size() && !is_letter(text_[at_])) return skip_past(">", at_);
    const auto name = read_name();
    skip_attributes();
    for (auto i = open_.size(); i-- > 0;) {
      if (open_[i] != name) continue;
      for (auto k = i; k < open_.size(); ++k) {
        foreign_ -= open_[k] == "svg" || open_[k] == "math";
      }
      open_.resize(i);
      return;
    }
  }

  void skip_text(std::string_view name) {
    for (;;) {
      at_ = text_.find("</", at_);
      if (at_ == std::string_view::npos) {
        at_ = text_.size();
        return;
      }
      if (iequals(text_.substr(at_ + 2, name.size()), name)) return skip_past(">", at_);
      at_ += 2;
    }
  }

  std::string_view text_;
  std::size_t enough_;
  std::size_t at_ = 0;
  std::size_t deepest_ = 0;
  int foreign_ = 0;
  std::vector<std::string> open_;
};

}  // namespace

std::size_t html_nesting(std::string_view text, std::size_t enough) {
  return Scanner(text, enough).run();
}

}  // namespace oauthentic::oauth

#pragma once
// Text and URLs inside HTML: what a browser does to them before it uses them.
#include <string>
#include <string_view>

namespace oauthentic::oauth {

/// Each octet that is no part of well-formed UTF-8 becomes U+FFFD.
std::string replace_invalid_utf8(std::string_view text);

/// Appends the code point as UTF-8; surrogates and values over U+10FFFF become U+FFFD.
void append_utf8(std::string& out, unsigned long code_point);

/// Collects text with its white space folded to single spaces, up to a limit of octets; never cuts a character
/// in half.
class FoldedText {
 public:
  explicit FoldedText(std::size_t limit) : limit_(limit) {}
  void add(std::string_view text);
  void separate() { space_ = true; }
  bool full() const { return full_; }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::size_t limit_;
  bool space_ = false;
  bool full_ = false;
};

std::string fold_space(std::string_view text, std::size_t limit);

/// An attribute's URL against the page's base (WHATWG URL §4.4, as far as pages need it): white space around it
/// and line breaks inside it fall away, what no URL may hold is percent-encoded. What cannot be resolved is
/// returned as it stands.
std::string resolve_attribute_url(std::string_view base, std::string_view value);

/// The URL of a `<meta http-equiv=refresh>` or a Refresh field (HTML Living Standard §4.2.5.3), as written;
/// empty if it names none or waits longer than 30 seconds, which is a timer and no redirect.
std::string refresh_target(std::string_view content);

}  // namespace oauthentic::oauth

#include "oauth/css_urls.hpp"

#include "core/message.hpp"

namespace oauthentic::oauth {

namespace {

constexpr std::size_t kMost = 100;

std::string without_comments(std::string_view css) {
  std::string text;
  for (std::size_t at = 0; at < css.size();) {
    const auto begin = css.find("/*", at);
    text += css.substr(at, begin - at);
    if (begin == std::string_view::npos) break;
    const auto end = css.find("*/", begin + 2);
    if (end == std::string_view::npos) break;
    text += ' ';
    at = end + 2;
  }
  return text;
}

bool is_quote(char c) {
  return c == '"' || c == '\'';
}

/// What stands at the beginning of the text, in quotation marks or up to `end`.
std::string_view quoted_or_until(std::string_view text, char end) {
  text = trim(text);
  if (text.empty()) return {};
  if (is_quote(text.front())) {
    const auto close = text.find(text.front(), 1);
    return close == std::string_view::npos ? std::string_view() : text.substr(1, close - 1);
  }
  return trim(text.substr(0, text.find(end)));
}

}  // namespace

std::vector<std::string> css_urls(std::string_view css) {
  const auto text = without_comments(css);
  const auto lower = to_lower(text);
  std::vector<std::string> urls;
  const auto add = [&](std::string_view url) {
    if (!url.empty() && urls.size() < kMost) urls.emplace_back(url);
  };
  constexpr std::string_view kUrl = "url(", kImport = "@import";
  for (auto at = lower.find(kUrl); at != std::string::npos; at = lower.find(kUrl, at + kUrl.size()))
    add(quoted_or_until(std::string_view(text).substr(at + kUrl.size()), ')'));
  for (auto at = lower.find(kImport); at != std::string::npos; at = lower.find(kImport, at + kImport.size())) {
    const auto rest = trim(std::string_view(text).substr(at + kImport.size()));
    if (!rest.empty() && is_quote(rest.front())) add(quoted_or_until(rest, ';'));
  }
  return urls;
}

}  // namespace oauthentic::oauth

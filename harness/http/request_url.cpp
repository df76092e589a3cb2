#include "http/request_url.hpp"

#include <algorithm>

namespace oauthentic::http {

std::optional<oauth::Url> parse_request_url(std::string_view text) {
  if (auto url = oauth::parse_url(text)) return url;
  const auto mark = text.find('?');
  if (mark == std::string_view::npos || text.size() > oauth::kMaxUrlOctets) return std::nullopt;
  const auto query = text.substr(mark + 1, text.find('#', mark) - mark - 1);
  const auto ends_line = [](unsigned char octet) { return octet <= 0x20 || octet == 0x7F; };
  if (std::ranges::any_of(query, ends_line)) return std::nullopt;
  auto url = oauth::parse_url(text.substr(0, mark));
  if (url) url->query = query;
  return url;
}

}  // namespace oauthentic::http

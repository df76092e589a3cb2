#include "reports/loose_url.hpp"

#include <algorithm>

namespace oauthentic::reports {

namespace {

/// The first `#` outside of a tag.
std::size_t find_fragment(std::string_view url) {
  for (std::size_t at = 0; at < url.size(); ++at) {
    if (url[at] == '#') return at;
    if (!url.substr(at).starts_with("‹")) continue;
    const auto close = url.find("›", at);
    if (close == std::string_view::npos) return url.find('#', at);
    at = close;
  }
  return std::string_view::npos;
}

std::string_view after(std::string_view text, std::size_t at) {
  return at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
}

}  // namespace

LooseUrl split_url(std::string_view url) {
  LooseUrl parts;
  const auto hash = find_fragment(url);
  parts.fragment = after(url, hash);
  const auto before = url.substr(0, hash);
  const auto question = before.find('?');
  parts.query = after(before, question);
  parts.path = before.substr(0, question);
  const auto scheme = parts.path.find("://");
  if (scheme == std::string_view::npos) return parts;
  const auto slash = std::min(parts.path.find('/', scheme + 3), parts.path.size());
  parts.origin = parts.path.substr(0, slash);
  parts.path = slash < parts.path.size() ? parts.path.substr(slash) : "/";
  return parts;
}

std::string_view address_of(std::string_view url) {
  const auto before = url.substr(0, find_fragment(url));
  return before.substr(0, before.find('?'));
}

oauth::Parameters parameters_of(std::string_view url) {
  const auto parts = split_url(url);
  auto parameters = oauth::form_decode_leniently(parts.query);
  for (auto& parameter : oauth::form_decode_leniently(parts.fragment))
    parameters.push_back(std::move(parameter));
  return parameters;
}

}  // namespace oauthentic::reports

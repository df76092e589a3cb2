#include "agent/opened_by_url.hpp"

#include <fmt/format.h>

#include "agent/delivery.hpp"
#include "agent/page_reader.hpp"
#include "oauth/url.hpp"

namespace oauthentic::agent {

std::optional<std::string> not_by_url(const Journey& journey) {
  constexpr std::string_view kWhy = "this request cannot be made by opening a URL in a browser";
  if (journey.from) return fmt::format("{}: it answers a page that another user agent was shown", kWhy);
  if (journey.first.octets) return fmt::format("{}: its octets are given", kWhy);
  if (journey.first.method != "GET") return fmt::format("{}: its method is {}", kWhy, journey.first.method);
  if (!journey.first.headers.empty()) {
    return fmt::format("{}: it has the header field {}", kWhy, journey.first.headers.begin()->name);
  }
  return std::nullopt;
}

bool leads_away(const std::string& url, const Journey& journey) {
  if (is_redirect_uri(url, journey.redirect_uris)) return true;
  if (!oauth::parse_url(url)) return begins_with_redirect_uri(url, journey.redirect_uris);
  return !is_at_provider(url, journey.origins) ||
         answers_request(read_delivery(url, journey.redirect_uri()), journey.first);
}

}  // namespace oauthentic::agent

#include "agent/browser_fields.hpp"

#include <utility>

#include "oauth/url.hpp"

namespace oauthentic::agent {

void add_browser_fields(Request& request, const std::string& page_url) {
  const auto add = [&](const char* name, std::string value) {
    if (!request.headers.has(name)) request.headers.add(name, std::move(value));
  };
  add("User-Agent", "Oauthentic/0.1");
  add("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
  add("Accept-Language", "en");
  const auto target = oauth::parse_url(request.url);
  const auto page = oauth::parse_url(page_url);
  if (!page || !target) return;
  const bool same = page->origin() == target->origin();
  // Referrer Policy §3.8, strict-origin-when-cross-origin: what browsers do unless told otherwise.
  const bool downgrade = page->scheme == "https" && target->scheme != "https";
  if (!downgrade) add("Referer", same ? page_url.substr(0, page_url.find('#')) : page->origin() + '/');
  if (request.method != "GET") add("Origin", page->origin());
}

}  // namespace oauthentic::agent

#include "session/redirect_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "oauth/url.hpp"

namespace oauthentic::session {

using nlohmann::json;

namespace {

std::string in_other_case(std::string text) {
  const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; };
  auto capitals = text;
  std::ranges::transform(capitals, capitals.begin(), upper);
  return capitals != text ? capitals : to_lower(text);
}

}  // namespace

json redirect_parts(const std::string& redirect_uri) {
  auto parts = json::object();
  const auto url = oauth::parse_url(redirect_uri);
  if (!url) return parts;
  parts = {{"scheme", url->scheme},
           {"host", url->ipv6 ? "[" + url->host + "]" : url->host},
           {"authority", url->authority()},
           {"origin", url->origin()},
           {"path", url->path}};
  if (const auto other = in_other_case(url->path); other != url->path) parts["path_in_capitals"] = other;
  if (url->path.size() > 1) {
    parts["path_percent_encoded"] = fmt::format("{}%{:02X}", url->path.substr(0, url->path.size() - 1),
                                                static_cast<unsigned char>(url->path.back()));
  }
  return parts;
}

std::string web_redirect_uri(const script::Target& target, const script::Client& client) {
  const auto is_web = [](const std::string& uri) {
    const auto url = oauth::parse_url(uri);
    return url && url->scheme == "https" && !oauth::is_loopback_host(url->host);
  };
  if (is_web(client.redirect_uri)) return client.redirect_uri;
  const auto at = std::ranges::find_if(target.redirect_uris, is_web);
  return at == target.redirect_uris.end() ? std::string() : *at;
}

bool is_loopback_redirect_uri(const std::string& redirect_uri) {
  const auto url = oauth::parse_url(redirect_uri);
  return url && url->scheme == "http" && url->host != "localhost" && oauth::is_loopback_host(url->host);
}

}  // namespace oauthentic::session

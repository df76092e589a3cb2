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

std::string escaped(char octet) {
  return fmt::format("%{:02X}", static_cast<unsigned char>(octet));
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
  const auto host = parts["host"].get<std::string>();
  const auto port = url->port_written ? fmt::format(":{}", url->port) : std::string();
  parts["port_suffix"] = port;
  if (port.empty() && url->port != 0) {
    parts["authority_with_default_port"] = fmt::format("{}:{}", host, url->port);
  }
  parts["scheme_in_capitals"] = in_other_case(url->scheme);
  if (const auto other = in_other_case(host); other != host) parts["host_in_capitals"] = other;
  if (const auto other = in_other_case(url->path); other != url->path) parts["path_in_capitals"] = other;
  if (!url->ipv6 && !host.empty()) parts["host_percent_encoded"] = escaped(host.front()) + host.substr(1);
  if (oauth::is_loopback_host(url->host)) parts["other_loopback_host"] = url->ipv6 ? "127.0.0.1" : "[::1]";
  if (url->path.size() > 1) {
    const auto begin = url->path.substr(0, url->path.size() - 1);
    const auto escape = escaped(url->path.back());
    parts["path_percent_encoded"] = begin + escape;
    if (to_lower(escape) != escape) parts["path_percent_encoded_small"] = begin + to_lower(escape);
    parts["path_percent_encoded_twice"] = begin + "%25" + escape.substr(1);
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

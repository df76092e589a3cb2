#include "http/proxy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <charconv>

#include "core/message.hpp"
#include "http/resolver.hpp"

namespace oauthentic::http {

namespace {

namespace ip = boost::asio::ip;

std::optional<int> number(std::string_view text, int most) {
  int value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || value < 0 || value > most)
    return std::nullopt;
  return value;
}

/// `address` lies in the block of `bits` that `network` begins.
bool in_block(const std::string& address, const std::string& network, int bits) {
  boost::system::error_code no_address, no_network;
  const auto one = ip::make_address(address, no_address);
  const auto block = ip::make_address(network, no_network);
  if (no_address || no_network || one.is_v4() != block.is_v4() || bits > (one.is_v4() ? 32 : 128)) return false;
  if (one.is_v4()) {
    const auto length = static_cast<unsigned short>(bits);
    return ip::network_v4(one.to_v4(), length).canonical() == ip::network_v4(block.to_v4(), length).canonical();
  }
  const auto length = static_cast<unsigned short>(bits);
  return ip::network_v6(one.to_v6(), length).canonical() == ip::network_v6(block.to_v6(), length).canonical();
}

bool is_at_or_below(std::string_view host, std::string_view domain) {
  if (host == domain) return true;
  return host.size() > domain.size() && host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.';
}

}  // namespace

std::expected<Proxy, std::string> parse_proxy(std::string_view text) {
  const auto written = std::string(trim(text));
  auto url = oauth::parse_url(written.contains("://") ? written : "http://" + written);
  // What stands before an @ is a password: no message repeats it.
  const auto shown = written.substr(written.rfind('@') == std::string::npos ? 0 : written.rfind('@') + 1);
  if (url && !url->host.empty() && url->scheme != "http") {
    return std::unexpected(
        fmt::format("the proxy at {} is {}; only http:// proxies are supported", shown, url->scheme));
  }
  if (!url || url->host.empty() || url->port == 0)
    return std::unexpected(fmt::format("\"{}\" is no proxy; write http://host:port", shown));
  Proxy proxy{.url = *url, .authorization = ""};
  if (!url->port_written) proxy.url.port = 1080;  // as curl has it
  proxy.url.port_written = true;
  if (!url->userinfo.empty()) {
    const auto colon = url->userinfo.find(':');
    const auto decoded = [](std::string_view part) {
      return oauth::percent_decode(part).value_or(std::string(part));
    };
    const auto user = decoded(std::string_view(url->userinfo).substr(0, colon));
    const auto password = colon == std::string::npos ? std::string() : decoded(url->userinfo.substr(colon + 1));
    proxy.authorization = "Basic " + oauth::base64_encode(user + ":" + password);
  }
  return proxy;
}

NoProxy::NoProxy(std::string_view list) {
  constexpr std::string_view kSeparators = ", \t\r\n";
  for (;;) {
    const auto begin = list.find_first_not_of(kSeparators);
    if (begin == std::string_view::npos) return;
    list.remove_prefix(begin);
    const auto end = std::min(list.find_first_of(kSeparators), list.size());
    auto host = to_lower(list.substr(0, end));
    list.remove_prefix(end);
    Entry entry;
    if (const auto slash = host.rfind('/'); slash != std::string::npos) {
      const auto bits = number(std::string_view(host).substr(slash + 1), 128);
      if (!bits) continue;
      entry.bits = *bits;
      host.resize(slash);
    }
    const auto colon = host.rfind(':');
    const bool one_colon = colon != std::string::npos && host.find(':') == colon;
    if (colon != std::string::npos && (one_colon || host[colon - 1] == ']')) {
      const auto port = number(std::string_view(host).substr(colon + 1), 65535);
      if (!port) continue;
      entry.port = static_cast<std::uint16_t>(*port);
      host.resize(colon);
    }
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host.starts_with("*.")) host.erase(0, 1);
    while (host.starts_with('.'))
      host.erase(0, 1);
    entry.host = std::move(host);
    if (!entry.host.empty()) entries_.push_back(std::move(entry));
  }
}

bool NoProxy::covers(const oauth::Url& url) const {
  return std::ranges::any_of(entries_, [&](const Entry& entry) {
    if (entry.port != 0 && entry.port != url.port) return false;
    if (entry.host == "*") return true;
    if (entry.bits >= 0) return in_block(url.host, entry.host, entry.bits);
    return is_at_or_below(url.host, entry.host);
  });
}

Proxies::Proxies(Proxy proxy, NoProxy no_proxy)
    : http_(proxy), https_(std::move(proxy)), no_proxy_(std::move(no_proxy)) {}

std::expected<Proxies, std::string> Proxies::from_environment(const Environment& environment) {
  const auto value_of = [&](std::initializer_list<const char*> names) {
    for (const auto* name : names) {
      const auto* value = environment(name);
      if (value && *value) return std::pair(std::string(name), std::string(value));
    }
    return std::pair(std::string(), std::string());
  };
  Proxies proxies;
  proxies.spares_loopback_ = true;
  proxies.no_proxy_ = NoProxy(value_of({"no_proxy", "NO_PROXY"}).second);
  const auto read = [&](std::initializer_list<const char*> names,
                        std::optional<Proxy>& into) -> std::optional<std::string> {
    const auto [name, value] = value_of(names);
    if (value.empty()) return std::nullopt;
    auto proxy = parse_proxy(value);
    if (!proxy) return fmt::format("the environment variable {}: {}", name, proxy.error());
    into = std::move(*proxy);
    return std::nullopt;
  };
  if (auto wrong = read({"http_proxy", "all_proxy", "ALL_PROXY"}, proxies.http_))
    return std::unexpected(*std::move(wrong));
  if (auto wrong = read({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}, proxies.https_))
    return std::unexpected(*std::move(wrong));
  return proxies;
}

const Proxy* Proxies::proxy_for(const oauth::Url& url) const {
  const auto& proxy = url.scheme == "https" ? https_ : http_;
  if (!proxy || no_proxy_.covers(url)) return nullptr;
  if (spares_loopback_ && oauth::is_loopback_host(url.host)) return nullptr;
  return &*proxy;
}

std::string connect_request(const oauth::Url& url, const Proxy& proxy) {
  auto request = fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n", host_and_port(url));
  if (!proxy.authorization.empty()) request += "Proxy-Authorization: " + proxy.authorization + "\r\n";
  return request + "\r\n";
}

std::string through_proxy(std::string octets, const oauth::Url& url, const Proxy& proxy) {
  const auto space = octets.find(' ');
  const auto line = octets.find("\r\n");
  if (space == std::string::npos || line == std::string::npos || space > line || octets[space + 1] != '/')
    return octets;
  if (!proxy.authorization.empty())
    octets.insert(line + 2, "Proxy-Authorization: " + proxy.authorization + "\r\n");
  octets.insert(space + 1, url.scheme + "://" + url.authority());
  return octets;
}

}  // namespace oauthentic::http

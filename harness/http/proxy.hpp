#pragma once
// HTTP proxies between us and the provider: which one a request takes, and what is said to it (RFC 9110 §7.3.2
// and §9.3.6, RFC 9112 §3.2.2).
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "oauth/url.hpp"

namespace oauthentic::http {

struct Proxy {
  oauth::Url url;             ///< http://host:port; nothing else of it is used
  std::string authorization;  ///< value of Proxy-Authorization; empty: none is sent
  std::string authority() const { return url.authority(); }
};

/// "http://user:password@host:port", or without the scheme as people write it. The error says what is wrong.
std::expected<Proxy, std::string> parse_proxy(std::string_view text);

/// Hosts that are reached without a proxy, as curl and others read NO_PROXY: names with all that is below them
/// (a leading dot or "*." changes nothing), addresses, CIDR blocks, each with or without a port; "*" is
/// everything.
class NoProxy {
 public:
  NoProxy() = default;
  /// Separated by commas or white space.
  explicit NoProxy(std::string_view list);
  bool covers(const oauth::Url& url) const;

 private:
  struct Entry {
    std::string host;        ///< lower case, without brackets; "*" for all
    std::uint16_t port = 0;  ///< 0: any
    int bits = -1;           ///< of a CIDR block; -1: it is none
  };
  std::vector<Entry> entries_;
};

/// Which proxy a URL takes.
class Proxies {
 public:
  using Environment = std::function<const char*(const char* name)>;

  Proxies() = default;
  /// The same proxy for everything but `no_proxy`, loopback included: somebody wrote it down for this provider.
  Proxies(Proxy proxy, NoProxy no_proxy);
  /// https_proxy, http_proxy (lower case only, as a CGI server sets the other from a header), all_proxy and
  /// no_proxy, with HTTPS_PROXY, ALL_PROXY and NO_PROXY where those are not set. Hosts on loopback are never
  /// reached through such a proxy: it would look for them on its own machine.
  static std::expected<Proxies, std::string> from_environment(const Environment& environment);

  /// Nothing: the connection goes straight there.
  const Proxy* proxy_for(const oauth::Url& url) const;

 private:
  std::optional<Proxy> http_;
  std::optional<Proxy> https_;
  NoProxy no_proxy_;
  bool spares_loopback_ = false;
};

/// The request that opens a tunnel to the host of `url`.
std::string connect_request(const oauth::Url& url, const Proxy& proxy);
/// An http request as a proxy reads it: the target in absolute form, and Proxy-Authorization. Octets that are
/// no request line with a path are left as they are.
std::string through_proxy(std::string octets, const oauth::Url& url, const Proxy& proxy);

}  // namespace oauthentic::http

#pragma once
// A cookie jar (RFC 6265 §5), for one user agent.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/message.hpp"
#include "oauth/url.hpp"

namespace oauthentic::oauth {

struct Cookie {
  std::string name;
  std::string value;
  std::string domain;  ///< lower case, without leading dot
  std::string path;
  bool host_only = true;
  bool secure = false;
  bool http_only = false;
  std::string same_site;        ///< lower case; empty if absent
  std::optional<Time> expires;  ///< nothing: a session cookie
};

/// One Set-Cookie value as seen at `url`; nothing if it has to be ignored (RFC 6265 §5.2, §5.3).
std::optional<Cookie> parse_set_cookie(std::string_view field_value, const Url& url, Time now);

class CookieJar {
 public:
  static constexpr std::size_t kMaxCookies = 300;
  static constexpr std::size_t kMaxCookieOctets = 8192;

  /// Takes all Set-Cookie fields of a response that came from `url`.
  void store(std::string_view url, const Headers& response, Time now);
  /// The value of the Cookie field for a request to `url`, or nothing. Loopback http counts as secure, as in
  /// browsers.
  std::optional<std::string> header_for(std::string_view url, Time now) const;
  const std::vector<Cookie>& cookies() const { return cookies_; }
  void clear() { cookies_.clear(); }

 private:
  std::vector<Cookie> cookies_;
};

}  // namespace oauthentic::oauth

#include "oauth/cookies.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <numeric>

#include "oauth/cookie_date.hpp"

namespace oauthentic::oauth {

namespace {

bool has_control_octet(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7F; });
}

bool is_address(const Url& url) {
  if (url.ipv6) return true;
  return !url.host.empty() && url.host.find_first_not_of("0123456789.") == std::string::npos;
}

/// RFC 6265 §5.1.3.
bool domain_matches(std::string_view host, std::string_view domain) {
  if (host == domain) return true;
  return host.size() > domain.size() && host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.';
}

/// RFC 6265 §5.1.4.
std::string default_path(std::string_view path) {
  if (!path.starts_with('/')) return "/";
  const auto last = path.rfind('/');
  return last == 0 ? "/" : std::string(path.substr(0, last));
}

bool path_matches(std::string_view request, std::string_view cookie) {
  if (!request.starts_with(cookie)) return false;
  return request.size() == cookie.size() || cookie.ends_with('/') || request[cookie.size()] == '/';
}

bool is_trustworthy(const Url& url) {
  return url.scheme == "https" || is_loopback_host(url.host);
}

/// RFC 6265 §5.2.2: a delta in seconds; nothing if the value is no number. What overflows counts as very large.
std::optional<std::chrono::seconds> max_age(std::string_view value) {
  const bool negative = value.starts_with('-');
  const auto digits = value.substr(negative ? 1 : 0);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  if (negative) return std::chrono::seconds(0);
  constexpr long long kLongest = 400LL * 24 * 3600;  // as browsers cap it (RFC 6265bis §5.5)
  long long seconds = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (error != std::errc()) seconds = kLongest;
  return std::chrono::seconds(std::min(seconds, kLongest));
}

struct Attributes {
  std::optional<std::string> domain;
  std::optional<std::string> path;
  std::optional<Time> expires;
  std::optional<std::chrono::seconds> age;
};

/// The last of each attribute counts (RFC 6265 §5.3).
Attributes read_attributes(std::string_view text, Cookie& cookie) {
  Attributes out;
  while (!text.empty()) {
    const auto end = text.find(';');
    const auto pair = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    const auto equals = pair.find('=');
    const auto name = trim(pair.substr(0, equals));
    const auto value = equals == std::string_view::npos ? std::string_view() : trim(pair.substr(equals + 1));
    if (iequals(name, "Secure")) cookie.secure = true;
    if (iequals(name, "HttpOnly")) cookie.http_only = true;
    if (iequals(name, "SameSite")) cookie.same_site = to_lower(value);
    if (iequals(name, "Path"))
      out.path = value.starts_with('/') ? std::optional(std::string(value)) : std::nullopt;
    if (iequals(name, "Domain") && !value.empty()) {
      out.domain = to_lower(value.starts_with('.') ? value.substr(1) : value);
    }
    if (iequals(name, "Expires")) {
      if (const auto date = parse_cookie_date(value)) out.expires = date;
    }
    if (iequals(name, "Max-Age")) {
      if (const auto age = max_age(value)) out.age = age;
    }
  }
  return out;
}

/// RFC 6265bis §4.1.3: what a name promises has to hold. Compared without case, as browsers do.
bool keeps_prefix_promise(const Cookie& cookie, bool path_given) {
  const auto name = to_lower(cookie.name);
  if (name.starts_with("__secure-")) return cookie.secure;
  if (name.starts_with("__host-")) return cookie.secure && cookie.host_only && path_given && cookie.path == "/";
  return true;
}

bool is_same(const Cookie& a, const Cookie& b) {
  return a.name == b.name && a.domain == b.domain && a.path == b.path && a.host_only == b.host_only;
}

}  // namespace

std::optional<Cookie> parse_set_cookie(std::string_view field_value, const Url& url, Time now) {
  if (has_control_octet(field_value)) return std::nullopt;
  const auto end = field_value.find(';');
  const auto pair = field_value.substr(0, end);
  const auto equals = pair.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  Cookie cookie;
  cookie.name = trim(pair.substr(0, equals));
  cookie.value = trim(pair.substr(equals + 1));
  if (cookie.name.empty() || cookie.name.size() + cookie.value.size() > CookieJar::kMaxCookieOctets) {
    return std::nullopt;
  }
  const auto attributes =
      read_attributes(end == std::string_view::npos ? std::string_view() : field_value.substr(end + 1), cookie);
  cookie.domain = url.host;
  if (attributes.domain && *attributes.domain != url.host) {
    // NB: without the public suffix list a domain of one label stands for all of them ("com").
    const bool too_wide = !attributes.domain->contains('.');
    if (too_wide || is_address(url) || !domain_matches(url.host, *attributes.domain)) return std::nullopt;
    cookie.domain = *attributes.domain;
  }
  cookie.host_only = !attributes.domain || is_address(url);
  cookie.path = attributes.path ? *attributes.path : default_path(url.path);
  if (attributes.age) {
    cookie.expires = attributes.age->count() <= 0 ? Time{} : now + *attributes.age;
  } else {
    cookie.expires = attributes.expires;
  }
  if (cookie.secure && !is_trustworthy(url)) return std::nullopt;
  if (!keeps_prefix_promise(cookie, attributes.path.has_value())) return std::nullopt;
  return cookie;
}

void CookieJar::store(std::string_view url, const Headers& response, Time now) {
  const auto origin = parse_url(url);
  if (!origin) return;
  std::erase_if(cookies_, [&](const Cookie& c) { return c.expires && *c.expires <= now; });
  for (const auto& field : response.all("Set-Cookie")) {
    auto cookie = parse_set_cookie(field, *origin, now);
    if (!cookie) continue;
    const auto old = std::ranges::find_if(cookies_, [&](const Cookie& c) { return is_same(c, *cookie); });
    if (cookie->expires && *cookie->expires <= now) {
      if (old != cookies_.end()) cookies_.erase(old);
    } else if (old != cookies_.end()) {
      *old = *std::move(cookie);  // keeps its place, which is its creation time (RFC 6265 §5.3 step 11)
    } else {
      if (cookies_.size() >= kMaxCookies) cookies_.erase(cookies_.begin());
      cookies_.push_back(*std::move(cookie));
    }
  }
}

std::optional<std::string> CookieJar::header_for(std::string_view url, Time now) const {
  const auto target = parse_url(url);
  if (!target) return std::nullopt;
  const std::string path = target->path.empty() ? "/" : target->path;
  std::vector<const Cookie*> matching;
  for (const auto& cookie : cookies_) {
    if (cookie.expires && *cookie.expires <= now) continue;
    if (cookie.secure && !is_trustworthy(*target)) continue;
    if (cookie.host_only ? cookie.domain != target->host : !domain_matches(target->host, cookie.domain))
      continue;
    if (path_matches(path, cookie.path)) matching.push_back(&cookie);
  }
  if (matching.empty()) return std::nullopt;
  // Longer paths first, then the older cookie: they lie in the order of their creation (RFC 6265 §5.4 step 2).
  std::ranges::sort(matching, [](const Cookie* a, const Cookie* b) {
    return a->path.size() != b->path.size() ? a->path.size() > b->path.size() : a < b;
  });
  std::string field;
  for (const auto* cookie : matching) {
    if (!field.empty()) field += "; ";
    field += cookie->name + '=' + cookie->value;
  }
  return field;
}

}  // namespace oauthentic::oauth

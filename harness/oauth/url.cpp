#include "oauth/url.hpp"

#include <algorithm>
#include <boost/url.hpp>
#include <charconv>

#include "core/message.hpp"

namespace oauthentic::oauth {

namespace urls = boost::urls;

namespace {

/// Boost.URL's views convert to Boost's own string_view only.
std::string text_of(boost::core::string_view text) {
  return {text.data(), text.size()};
}

std::uint16_t default_port(std::string_view scheme) {
  if (scheme == "https") return 443;
  if (scheme == "http") return 80;
  return 0;
}

/// NB: Boost.URL 1.81 takes 65536 and above, and its port_number() wraps round.
std::optional<std::uint16_t> parse_port(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return port;
}

std::optional<urls::url_view> parse_reference(std::string_view text) {
  if (text.size() > kMaxUrlOctets) return std::nullopt;
  const auto parsed = urls::parse_uri_reference({text.data(), text.size()});
  if (!parsed) return std::nullopt;
  // NB: Boost.URL 1.81 takes "http://[::1]x" for a host and the path "x" (RFC 3986 §3.3: the path begins with a
  // slash).
  const auto path = text_of(parsed->encoded_path());
  if (parsed->has_authority() && !path.empty() && path.front() != '/') return std::nullopt;
  return *parsed;
}

/// RFC 3986 §5.2.4. Boost.URL's own resolution keeps `..` above the root and decodes escapes.
std::string remove_dot_segments(std::string_view path) {
  std::string out;
  const bool rooted = path.starts_with('/');
  if (rooted) path.remove_prefix(1);
  const auto segments = split(path, '/');
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    if (segments[i] == "..") {
      if (!out.empty()) out.pop_back();
      out.erase(out.rfind('/') + 1);
    } else if (segments[i] != ".") {
      out += segments[i];
      if (!last) out += '/';
    }
  }
  return rooted ? "/" + out : out;
}

/// RFC 3986 §5.2.3.
std::string merge_paths(const urls::url_view& base, std::string_view path) {
  const auto base_path = text_of(base.encoded_path());
  if (base.has_authority() && base_path.empty()) return "/" + std::string(path);
  return base_path.substr(0, base_path.rfind('/') + 1) + std::string(path);
}

std::string authority_prefix(const urls::url_view& url) {
  return url.has_authority() ? "//" + text_of(url.encoded_authority()) : std::string();
}

/// Authority and path of what was resolved. Without an authority a path cannot begin with two slashes (RFC 3986
/// §3.3): removing dot segments must not make one, so that "/." stays in front of them (WHATWG URL §4.5).
std::string authority_and_path(const urls::url_view& url, std::string_view path) {
  const auto authority = authority_prefix(url);
  const bool ambiguous = !url.has_authority() && path.starts_with("//");
  return authority + (ambiguous ? "/." : "") + std::string(path);
}

std::string query_part(const urls::url_view& url) {
  return url.has_query() ? "?" + text_of(url.encoded_query()) : std::string();
}

/// Where the authority of a reference begins and ends; both 0 if it has none.
std::pair<std::size_t, std::size_t> authority_range(std::string_view text) {
  const auto slashes = text.find("//");
  if (slashes == std::string_view::npos) return {0, 0};
  const auto before = text.substr(0, slashes);
  if (before.find_first_of("/?#") != std::string_view::npos || !(before.empty() || before.ends_with(':')))
    return {0, 0};
  return {slashes + 2, std::min(text.find_first_of("/?#", slashes + 2), text.size())};
}

bool is_escape(std::string_view text, std::size_t at) {
  return percent_decode(text.substr(at, 3)).has_value();
}

Parameters decoded_after(std::string_view text, std::size_t mark) {
  return mark == std::string_view::npos ? Parameters() : form_decode_leniently(text.substr(mark + 1));
}

}  // namespace

std::string Url::authority() const {
  auto out = ipv6 ? "[" + host + "]" : host;
  if (port != default_port(scheme)) out += ":" + std::to_string(port);
  return out;
}

std::string Url::origin() const {
  return host.empty() ? "null" : scheme + "://" + authority();
}

std::string Url::target() const {
  auto out = path.starts_with('/') ? path : "/" + path;
  if (query) out += "?" + *query;
  return out;
}

std::string Url::to_string() const {
  auto out = scheme + ":";
  if (has_authority) {
    out += "//";
    if (!userinfo.empty()) out += userinfo + "@";
    out += authority();
    if (port_written && port == default_port(scheme)) out += ":" + std::to_string(port);
  }
  out += path;
  if (query) out += "?" + *query;
  if (fragment) out += "#" + *fragment;
  return out;
}

std::optional<Url> parse_url(std::string_view text) {
  const auto parsed = parse_reference(text);
  if (!parsed || !parsed->has_scheme()) return std::nullopt;
  Url url;
  url.scheme = to_lower(text_of(parsed->scheme()));
  url.has_authority = parsed->has_authority();
  url.userinfo = text_of(parsed->encoded_userinfo());
  url.ipv6 = parsed->host_type() == urls::host_type::ipv6;
  url.host = to_lower(text_of(url.ipv6 ? parsed->encoded_host_address() : parsed->encoded_host()));
  url.port = default_port(url.scheme);
  if (const auto digits = text_of(parsed->port()); !digits.empty()) {
    const auto port = parse_port(digits);
    if (!port) return std::nullopt;
    url.port = *port;
    url.port_written = true;
  }
  if (url.host.empty() && (url.scheme == "http" || url.scheme == "https")) return std::nullopt;
  url.path = text_of(parsed->encoded_path());
  if (parsed->has_query()) url.query = text_of(parsed->encoded_query());
  if (parsed->has_fragment()) url.fragment = text_of(parsed->encoded_fragment());
  return url;
}

std::optional<std::string> resolve_url(std::string_view base, std::string_view reference) {
  const auto from = parse_reference(base);
  const auto to = parse_reference(reference);
  if (!from || !from->has_scheme() || !to) return std::nullopt;
  const auto path = text_of(to->encoded_path());
  const auto fragment = to->has_fragment() ? "#" + text_of(to->encoded_fragment()) : std::string();
  // RFC 3986 §5.2.2, the cases in its order; §5.3 puts the parts together.
  const auto tail = query_part(*to) + fragment;
  if (to->has_scheme()) {
    return text_of(to->scheme()) + ":" + authority_and_path(*to, remove_dot_segments(path)) + tail;
  }
  const auto scheme = text_of(from->scheme()) + ":";
  if (to->has_authority()) return scheme + authority_prefix(*to) + remove_dot_segments(path) + tail;
  if (path.empty()) {
    const auto query = to->has_query() ? query_part(*to) : query_part(*from);
    return scheme + authority_and_path(*from, text_of(from->encoded_path())) + query + fragment;
  }
  const auto merged = remove_dot_segments(path.front() == '/' ? path : merge_paths(*from, path));
  return scheme + authority_and_path(*from, merged) + tail;
}

std::string repair_reference(std::string_view text) {
  const auto blank = [](char c) { return c >= 0 && c <= ' '; };
  while (!text.empty() && blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && blank(text.back()))
    text.remove_suffix(1);
  const auto [host_begin, host_end] = authority_range(text);
  constexpr std::string_view kForbidden = " \"<>\\^`{|}";
  bool in_fragment = false;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\t' || c == '\r' || c == '\n') continue;
    const bool bracket = (c == '[' || c == ']') && (i < host_begin || i >= host_end);
    const bool strange = c < ' ' || c == '\x7F' || kForbidden.contains(c) || bracket;
    if (strange || (c == '%' && !is_escape(text, i)) || (c == '#' && in_fragment)) {
      out += c == '%' ? "%25" : percent_encode(std::string_view(&c, 1));
    } else {
      out += c;
    }
    in_fragment = in_fragment || c == '#';
  }
  return out;
}

std::string with_query(std::string_view url, const Parameters& parameters) {
  if (parameters.empty()) return std::string(url);
  const auto fragment = std::min(url.find('#'), url.size());
  std::string out(url.substr(0, fragment));
  const auto query = out.find('?');
  if (query == std::string::npos) {
    out += '?';
  } else if (query + 1 < out.size() && !out.ends_with('&')) {
    out += '&';
  }
  out += form_encode(parameters);
  out += url.substr(fragment);
  return out;
}

Parameters query_of(std::string_view url) {
  const auto before_fragment = url.substr(0, url.find('#'));
  return decoded_after(before_fragment, before_fragment.find('?'));
}

Parameters fragment_of(std::string_view url) {
  return decoded_after(url, url.find('#'));
}

std::string without_query(std::string_view url) {
  return std::string(url.substr(0, url.find_first_of("?#")));
}

bool is_uri_reference(std::string_view text) {
  return is_nqschar(text) && !text.contains(' ') && parse_reference(text).has_value();
}

bool is_loopback_host(std::string_view host) {
  if (iequals(host, "localhost")) return true;
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    if (!host.contains(':')) return false;
  }
  const boost::core::string_view text(host.data(), host.size());
  if (const auto v4 = urls::parse_ipv4_address(text)) return v4->is_loopback();
  const auto v6 = urls::parse_ipv6_address(text);
  return v6 && v6->is_loopback();
}

std::string metadata_url_inserted(std::string_view issuer, std::string_view suffix) {
  auto url = parse_url(issuer);
  if (!url) return {};
  if (url->path.ends_with('/')) url->path.pop_back();
  url->path = "/.well-known/" + std::string(suffix) + url->path;
  url->fragment.reset();
  return url->to_string();
}

std::string metadata_url_appended(std::string_view issuer, std::string_view suffix) {
  auto url = parse_url(issuer);
  if (!url) return {};
  if (url->path.ends_with('/')) url->path.pop_back();
  url->path += "/.well-known/" + std::string(suffix);
  url->fragment.reset();
  return url->to_string();
}

}  // namespace oauthentic::oauth

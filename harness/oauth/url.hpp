#pragma once
// URLs as OAuth uses them (RFC 3986), on top of Boost.URL. Boost.URL stays out of the headers.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "oauth/encoding.hpp"

namespace oauthentic::oauth {

/// The parts of an absolute http, https or other hierarchical URL, as written (nothing is normalised but the
/// case of scheme and host).
struct Url {
  std::string scheme;    ///< lower case
  std::string userinfo;  ///< as written, without `@`
  std::string host;      ///< lower case; an IPv6 address without brackets
  bool ipv6 = false;
  std::uint16_t port = 0;  ///< the scheme's default where none is written (80, 443), else 0
  std::string path;        ///< as written; may be empty
  std::optional<std::string> query;
  std::optional<std::string> fragment;
  bool port_written = false;  ///< so that to_string() keeps a written default port
  bool has_authority = true;  ///< false for `urn:a:b` and `com.example.app:/callback`

  /// `https://host:port`, the port only when it is not the scheme's default (RFC 6454 §6.2); "null" without a
  /// host.
  std::string origin() const;
  /// path (at least "/") and query: what stands in a request line.
  std::string target() const;
  /// host and, unless it is the default, port: what stands in the Host field.
  std::string authority() const;
  std::string to_string() const;
};

/// A longer text is no URL to any function here.
inline constexpr std::size_t kMaxUrlOctets = 64 * 1024;

/// Nothing if the text is no absolute URL with a scheme (RFC 3986 §4.3, fragment allowed), if its port is over
/// 65535, or if it is http or https without a host (RFC 9110 §4.2.1).
std::optional<Url> parse_url(std::string_view text);
/// RFC 3986 §5.2: `reference` against `base`; nothing if either is unusable.
std::optional<std::string> resolve_url(std::string_view base, std::string_view reference);
/// What a browser makes of a Location or href that is no URI reference: white space at the ends goes, and the
/// octets that RFC 3986 does not know, brackets outside the host and stray `%` are percent-encoded (WHATWG URL
/// §4.4 is as kind).
std::string repair_reference(std::string_view text);
/// Adds the parameters to the query, after those that are there (RFC 6749 §3.1), before a fragment.
std::string with_query(std::string_view url, const Parameters& parameters);
/// The decoded query, leniently; empty if there is none. The rest of `url` need not be well-formed.
Parameters query_of(std::string_view url);
Parameters fragment_of(std::string_view url);
/// Without query and fragment.
std::string without_query(std::string_view url);
/// The text is a URI reference of RFC 3986 §4.1 in the characters RFC 6749 Appendix A.9 allows for error_uri.
bool is_uri_reference(std::string_view text);
/// 127.0.0.0/8, ::1 (with or without brackets) or "localhost".
bool is_loopback_host(std::string_view host);

/// RFC 8414 §3.1: the well-known path goes between host and path, and a slash that ends the issuer goes:
/// `https://h/.well-known/oauth-authorization-server/path`. `suffix` is the registered name,
/// "oauth-authorization-server". A query stays at the end (RFC 9728 §3.1). Empty if `issuer` is no URL.
std::string metadata_url_inserted(std::string_view issuer, std::string_view suffix);
/// OpenID Connect Discovery 1.0 §4: it is appended: `https://h/path/.well-known/openid-configuration`
std::string metadata_url_appended(std::string_view issuer, std::string_view suffix);

}  // namespace oauthentic::oauth

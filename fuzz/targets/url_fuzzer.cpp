// Property: parsing a URL, writing it and parsing it again is stable; resolving a reference gives the same the
// second time and never makes an authority out of a path; parameters that were added are found again. Input: a
// base URL, a line feed, a reference.
#include "fuzz/target.hpp"
#include "oauth/url.hpp"

namespace oauthentic::fuzz {

namespace {

bool same(const oauth::Url& a, const oauth::Url& b) {
  return a.scheme == b.scheme && a.userinfo == b.userinfo && a.host == b.host && a.ipv6 == b.ipv6 &&
         a.port == b.port && a.path == b.path && a.query == b.query && a.fragment == b.fragment &&
         a.port_written == b.port_written && a.has_authority == b.has_authority;
}

void check_round_trip(std::string_view text) {
  const auto url = oauth::parse_url(text);
  if (!url) return;
  const auto written = url->to_string();
  const auto again = oauth::parse_url(written);
  require(again && same(*url, *again), "parse(to_string(parse(x))) is parse(x)", text);
  require(again->to_string() == written, "to_string is stable", written);
  for (const auto& part : {url->target(), url->authority(), url->origin()}) {
    require(part.find_first_of(" \r\n") == std::string::npos, "no part can end a line of a request", part);
  }
  if (!url->host.empty()) {
    const auto origin = oauth::parse_url(url->origin());
    require(origin && origin->origin() == url->origin(), "an origin is a URL with that origin", text);
  }
  for (const auto* suffix : {"oauth-authorization-server", "openid-configuration"}) {
    for (const auto& where :
         {oauth::metadata_url_inserted(text, suffix), oauth::metadata_url_appended(text, suffix)}) {
      const auto there = oauth::parse_url(where);
      require(there && there->origin() == url->origin(), "metadata is looked for at the issuer's origin",
              where);
    }
  }
}

void check_resolution(std::string_view base, std::string_view reference) {
  // A reference without a path keeps that of the base as it is (RFC 3986 §5.2.2), dot segments and all.
  const auto plain_base = oauth::resolve_url(base, base);
  if (!plain_base) return;
  const auto resolved = oauth::resolve_url(*plain_base, reference);
  if (!resolved) return;
  require(oauth::resolve_url(base, *resolved) == *resolved, "what is resolved resolves to itself", *resolved);
}

/// The parts of a reference in front of its path, as RFC 3986 Appendix B finds them.
struct Front {
  bool scheme = false;
  bool authority = false;
};

Front front_of(std::string_view reference) {
  const auto colon = reference.find(':');
  const bool scheme = colon != std::string_view::npos && colon < reference.find_first_of("/?#");
  if (scheme) reference.remove_prefix(colon + 1);
  return {scheme, reference.starts_with("//")};
}

void check_authority(std::string_view base, std::string_view reference) {
  const auto resolved = oauth::resolve_url(base, reference);
  const auto front = front_of(reference);
  const bool inherits = !front.scheme && front_of(base).authority;
  if (!resolved || front.authority || inherits) return;
  require(!front_of(*resolved).authority, "dot segments do not turn a path into an authority", *resolved);
}

void check_query(std::string_view url) {
  const auto before = oauth::query_of(url);
  const oauth::Parameters added = {{"code", "a b&c=d#e%"}, {"", "\xC3\xA9"}};
  if (before.size() + added.size() > oauth::kMaxFormParameters) return;
  auto expected = before;
  expected.insert(expected.end(), added.begin(), added.end());
  const auto longer = oauth::with_query(url, added);
  require(oauth::query_of(longer) == expected, "added parameters follow those that were there", longer);
  require(oauth::fragment_of(longer) == oauth::fragment_of(url), "the fragment stays", longer);
}

}  // namespace

OAUTHENTIC_FUZZ_TARGET(url, input) {
  auto rest = input;
  const auto base = take_until(rest, '\n');
  check_round_trip(base);
  check_round_trip(rest);
  check_resolution(base, rest);
  check_authority(base, rest);
  check_query(base);
  const auto repaired = oauth::repair_reference(rest);
  require(oauth::repair_reference(repaired) == repaired, "a reference is repaired once", repaired);
  check_resolution(base, repaired);
  check_authority(base, repaired);
  if (oauth::is_uri_reference(rest)) {
    require(rest.find_first_of("\r\n \"\\") == std::string_view::npos, "a URI reference has no forbidden octet",
            rest);
  }
}

}  // namespace oauthentic::fuzz

// Which redirect URIs a client may be answered at (RFC 6749 §3.1.2.3, RFC 8252 §7.3, RFC 9700 §2.1, §4.1.3).
#include <algorithm>

#include "mock_servers/authorization_server/authorization_server.hpp"
#include "oauth/url.hpp"

namespace oauthentic::mock {

namespace {

/// Both are http on the same loopback IP address, and nothing but the port differs. The name "localhost" does
/// not count: it may resolve to anything (RFC 8252 §8.3).
bool same_but_loopback_port(std::string_view registered, std::string_view sent, bool any_loopback_host) {
  const auto a = oauth::parse_url(registered);
  const auto b = oauth::parse_url(sent);
  if (!a || !b || a->scheme != "http" || a->host == "localhost" || !oauth::is_loopback_host(a->host))
    return false;
  if (!sent.starts_with("http://") || !b->userinfo.empty() || b->fragment || b->port == 0) return false;
  const bool same_host = a->host == b->host || (any_loopback_host && oauth::is_loopback_host(b->host));
  return same_host && a->path == b->path && a->query == b->query;
}

std::string_view without_query(std::string_view uri) {
  return uri.substr(0, uri.find_first_of("?#"));
}

bool same_origin(std::string_view registered, std::string_view sent) {
  const auto a = oauth::parse_url(registered);
  const auto b = oauth::parse_url(sent);
  return a && b && a->origin() == b->origin();
}

bool same_but_port(std::string_view registered, std::string_view sent) {
  const auto a = oauth::parse_url(registered);
  const auto b = oauth::parse_url(sent);
  return a && b && a->scheme == b->scheme && a->host == b->host && a->path == b->path && a->query == b->query &&
         !b->fragment && b->userinfo.empty();
}

std::string_view without_slash(std::string_view uri) {
  return uri.ends_with('/') ? uri.substr(0, uri.size() - 1) : uri;
}

/// Another host, and nothing else that differs.
bool same_but_host(std::string_view registered, std::string_view sent,
                   bool (*alike)(const oauth::Url&, const oauth::Url&)) {
  const auto a = oauth::parse_url(registered);
  const auto b = oauth::parse_url(sent);
  return a && b && a->host != b->host && alike(*a, *b) && a->scheme == b->scheme && a->port == b->port &&
         a->path == b->path && a->query == b->query && !b->fragment && b->userinfo.empty();
}

bool host_ends_alike(const oauth::Url& registered, const oauth::Url& sent) {
  return sent.host.ends_with(registered.host);
}

bool host_begins_alike(const oauth::Url& registered, const oauth::Url& sent) {
  return sent.host.starts_with(registered.host);
}

std::string without_userinfo(std::string_view uri) {
  const auto begin = uri.find("://");
  const auto end = uri.find('@');
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return std::string(uri);
  return std::string(uri.substr(0, begin + 3)) + std::string(uri.substr(end + 1));
}

std::string without_default_port(std::string_view uri) {
  auto url = oauth::parse_url(uri);
  if (!url || url->port != 443 || url->scheme != "https" || !uri.starts_with("https://"))
    return std::string(uri);
  const auto at = uri.find(":443");
  if (at == std::string_view::npos) return std::string(uri);
  return std::string(uri.substr(0, at)) + std::string(uri.substr(at + 4));
}

/// The comparisons that providers have made after changing what was sent.
bool matches_when_changed(const Deployment& deployment, std::string_view registered, std::string_view sent) {
  const auto broken = [&](Fault fault) { return deployment.broken(fault); };
  // FAULT: redirect_uri_decoded
  if (broken(Fault::redirect_uri_decoded) && registered == oauth::percent_decode(sent).value_or(""))
    return true;
  // FAULT: redirect_uri_dots_resolved
  if (broken(Fault::redirect_uri_dots_resolved) &&
      registered == oauth::resolve_url("https://base.invalid/", sent).value_or(""))
    return true;
  // FAULT: redirect_uri_userinfo_ignored
  if (broken(Fault::redirect_uri_userinfo_ignored) && registered == without_userinfo(sent)) return true;
  // FAULT: redirect_uri_trimmed
  if (broken(Fault::redirect_uri_trimmed) && registered == trim(sent)) return true;
  // FAULT: redirect_uri_path_parameters_ignored
  if (broken(Fault::redirect_uri_path_parameters_ignored) && registered == sent.substr(0, sent.find(';')))
    return true;
  // FAULT: redirect_uri_default_port_dropped
  if (broken(Fault::redirect_uri_default_port_dropped) && registered == without_default_port(sent)) return true;
  return false;
}

/// The comparisons that providers have used in place of the right one.
bool matches_wrongly(const Deployment& deployment, std::string_view registered, std::string_view sent) {
  const auto broken = [&](Fault fault) { return deployment.broken(fault); };
  // FAULT: redirect_uri_unchecked
  if (broken(Fault::redirect_uri_unchecked) && !sent.empty()) return true;
  // FAULT: redirect_uri_prefix
  if (broken(Fault::redirect_uri_prefix) && sent.starts_with(registered)) return true;
  // FAULT: redirect_uri_contained
  if (broken(Fault::redirect_uri_contained) && sent.find(registered) != std::string_view::npos) return true;
  // FAULT: redirect_uri_origin_only
  if (broken(Fault::redirect_uri_origin_only) && same_origin(registered, sent)) return true;
  // FAULT: redirect_uri_case_ignored
  if (broken(Fault::redirect_uri_case_ignored) && iequals(registered, sent)) return true;
  // FAULT: redirect_uri_query_ignored
  if (broken(Fault::redirect_uri_query_ignored) && without_query(registered) == without_query(sent))
    return true;
  // FAULT: redirect_uri_slash_ignored
  if (broken(Fault::redirect_uri_slash_ignored) && without_slash(registered) == without_slash(sent))
    return true;
  // FAULT: redirect_uri_port_ignored
  if (broken(Fault::redirect_uri_port_ignored) && same_but_port(registered, sent)) return true;
  // FAULT: redirect_uri_fragment_accepted
  if (broken(Fault::redirect_uri_fragment_accepted) && registered == sent.substr(0, sent.find('#')))
    return true;
  // FAULT: redirect_uri_host_suffix
  if (broken(Fault::redirect_uri_host_suffix) && same_but_host(registered, sent, host_ends_alike)) return true;
  // FAULT: redirect_uri_host_prefix
  if (broken(Fault::redirect_uri_host_prefix) && same_but_host(registered, sent, host_begins_alike))
    return true;
  return matches_when_changed(deployment, registered, sent);
}

}  // namespace

bool redirect_uri_is_registered(const Deployment& deployment, const Client& client, std::string_view uri) {
  // NB: also where a fault lets everything pass, no octet may end a header field.
  if (!is_clean(uri)) return false;
  return std::ranges::any_of(client.redirect_uris, [&](const std::string& registered) {
    if (registered == uri) return true;
    // FAULT: loopback_port_fixed, loopback_host_ignored
    if (client.native && deployment.stance.loopback_port_is_free &&
        !deployment.broken(Fault::loopback_port_fixed) &&
        same_but_loopback_port(registered, uri, deployment.broken(Fault::loopback_host_ignored))) {
      return true;
    }
    return matches_wrongly(deployment, registered, uri);
  });
}

}  // namespace oauthentic::mock

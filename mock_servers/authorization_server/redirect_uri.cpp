// Which redirect URIs a client may be answered at (RFC 6749 §3.1.2.3, RFC 8252 §7.3, RFC 9700 §2.1, §4.1.3).
#include <algorithm>

#include "mock_servers/authorization_server/authorization_server.hpp"
#include "oauth/url.hpp"

namespace oauthentic::mock {

namespace {

/// Both are http on the same loopback IP address, and nothing but the port differs. The name "localhost" does
/// not count: it may resolve to anything (RFC 8252 §8.3).
bool same_but_loopback_port(std::string_view registered, std::string_view sent) {
  const auto a = oauth::parse_url(registered);
  const auto b = oauth::parse_url(sent);
  if (!a || !b || a->scheme != "http" || a->host == "localhost" || !oauth::is_loopback_host(a->host))
    return false;
  if (!sent.starts_with("http://") || !b->userinfo.empty() || b->fragment || b->port == 0) return false;
  return a->host == b->host && a->path == b->path && a->query == b->query;
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

/// The comparisons that providers have used in place of the right one.
bool matches_wrongly(const Deployment& deployment, std::string_view registered, std::string_view sent) {
  const auto broken = [&](Fault fault) { return deployment.broken(fault); };
  // FAULT: redirect_uri_unchecked
  if (broken(Fault::redirect_uri_unchecked)) return !sent.empty();
  // FAULT: redirect_uri_prefix
  if (broken(Fault::redirect_uri_prefix)) return sent.starts_with(registered);
  // FAULT: redirect_uri_contained
  if (broken(Fault::redirect_uri_contained)) return sent.find(registered) != std::string_view::npos;
  // FAULT: redirect_uri_origin_only
  if (broken(Fault::redirect_uri_origin_only)) return same_origin(registered, sent);
  // FAULT: redirect_uri_case_ignored
  if (broken(Fault::redirect_uri_case_ignored)) return iequals(registered, sent);
  // FAULT: redirect_uri_query_ignored
  if (broken(Fault::redirect_uri_query_ignored)) return without_query(registered) == without_query(sent);
  // FAULT: redirect_uri_slash_ignored
  if (broken(Fault::redirect_uri_slash_ignored)) return without_slash(registered) == without_slash(sent);
  // FAULT: redirect_uri_port_ignored
  if (broken(Fault::redirect_uri_port_ignored)) return same_but_port(registered, sent);
  // FAULT: redirect_uri_fragment_accepted
  if (broken(Fault::redirect_uri_fragment_accepted)) return registered == sent.substr(0, sent.find('#'));
  return false;
}

}  // namespace

bool redirect_uri_is_registered(const Deployment& deployment, const Client& client, std::string_view uri) {
  // NB: also where a fault lets everything pass, no octet may end a header field.
  if (!is_clean(uri)) return false;
  return std::ranges::any_of(client.redirect_uris, [&](const std::string& registered) {
    if (registered == uri) return true;
    // FAULT: loopback_port_fixed
    if (client.native && deployment.stance.loopback_port_is_free &&
        !deployment.broken(Fault::loopback_port_fixed) && same_but_loopback_port(registered, uri)) {
      return true;
    }
    return matches_wrongly(deployment, registered, uri);
  });
}

}  // namespace oauthentic::mock

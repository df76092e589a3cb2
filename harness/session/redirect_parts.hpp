#pragma once
// The parts of a redirect URI, for scripts that put another one together from them.
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "session/world.hpp"

namespace oauthentic::session {

/// scheme, host, authority, origin, path, port_suffix (":8443" as written, or empty); the same in other words:
/// authority_with_default_port (absent where a port is written), scheme_in_capitals, host_in_capitals and
/// path_in_capitals (the other letter case where it is in capitals already; absent without a letter),
/// host_percent_encoded (its first octet in %XX; absent for IPv6), path_percent_encoded (its last octet in
/// %XX), path_percent_encoded_small (in %xx; absent without a letter) and path_percent_encoded_twice (in
/// %25XX); other_loopback_host (of the other IP version; absent where the host is not on loopback). An empty
/// object if the text is no URL.
nlohmann::json redirect_parts(const std::string& redirect_uri);

/// A registered redirect URI, the client's own or another of the target, that is https and not on loopback;
/// empty if there is none.
std::string web_redirect_uri(const script::Target& target, const script::Client& client);

/// http on a loopback IP address, as of a native application (RFC 8252 §7.3); the name "localhost" does not
/// count (§8.3).
bool is_loopback_redirect_uri(const std::string& redirect_uri);

}  // namespace oauthentic::session

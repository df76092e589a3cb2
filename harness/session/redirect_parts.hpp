#pragma once
// The parts of a redirect URI, for scripts that put another one together from them.
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "session/world.hpp"

namespace oauthentic::session {

/// scheme, host, authority, origin, path, path_in_capitals (the other letter case where it is in capitals
/// already; absent if it has no letter) and path_percent_encoded (its last octet in %XX); an empty object if
/// the text is no URL.
nlohmann::json redirect_parts(const std::string& redirect_uri);

/// A registered redirect URI, the client's own or another of the target, that is https and not on loopback;
/// empty if there is none.
std::string web_redirect_uri(const script::Target& target, const script::Client& client);

/// http on a loopback IP address, as of a native application (RFC 8252 §7.3); the name "localhost" does not
/// count (§8.3).
bool is_loopback_redirect_uri(const std::string& redirect_uri);

}  // namespace oauthentic::session

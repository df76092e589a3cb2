#pragma once
// What is to be known of an ID token (OpenID Connect Core 1.0 §2, §3.1.3.6, §3.1.3.7).
#include <nlohmann/json_fwd.hpp>

#include "session/session.hpp"

namespace oauthentic::verbs {

/// Reads the `id_token` of a token response into facts of their own; adds nothing if it is no JWS. Times are in
/// seconds by the session's clock.
void read_id_token(session::Session& session, nlohmann::json& facts);

}  // namespace oauthentic::verbs

#pragma once
// Whether the provider knows the clients of the target file and their redirect URIs.
#include <string>

#include "run/finding.hpp"
#include "session/facts.hpp"
#include "session/world.hpp"

namespace oauthentic::run {

/// What was asked of the provider for one client.
struct ClientProbe {
  bool asked_to_authorize = false;
  session::StepResult authorize;  ///< an authorization request, up to the sign-in page
  session::StepResult right;      ///< a made-up code, with the credentials of the target file
  bool tried_wrong = false;       ///< at most once a client, and not where `right` was refused as a client
  session::StepResult wrong;      ///< the same with another secret
  std::size_t requests = 0;
};

/// Sends it: one authorization request where `authorize` says so, one token request, and a second one with
/// wrong credentials if the first was not refused for its credentials.
ClientProbe probe_client(session::World& world, const script::Client& client, bool authorize);

/// The token request was refused for who the client is or says it is.
bool is_client_refusal(const session::StepResult& result);

/// "client NAME"
Finding client_finding(const script::Client& client, const ClientProbe& probe);
/// "redirect_uri of NAME"
Finding redirect_uri_finding(const script::Client& client, const ClientProbe& probe);

/// Further redirect URIs of the target file: an authorization request for each; "redirect_uris".
Finding further_uris_finding(session::World& world, const script::Client& client, std::size_t& requests);

}  // namespace oauthentic::run

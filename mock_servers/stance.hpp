#pragma once
// Specifications contradict one another, so the mock provider takes a stance: one named set of policies. The
// code asks for a policy, never for a stance's name.
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic::mock {

struct Stance {
  std::string_view name;

  /// Public clients have to send a challenge (RFC 9700 §2.1.1).
  bool public_clients_need_pkce;
  /// So does everybody else, but for a confidential client that asks for an ID token with a nonce (OAuth 2.1
  /// §7.5.1).
  bool all_clients_need_pkce;
  /// `plain` is supported, and the method of a challenge that names none (RFC 7636 §4.3).
  bool plain_challenges;
  /// A verifier for a code without challenge is refused (RFC 9700 §2.1.1), or ignored as any unknown parameter.
  bool refuses_stray_verifier;
  /// A public client gets a new refresh token each time; the old one ends (RFC 9700 §2.2.2).
  bool rotates_for_public_clients;
  /// redirect_uri stands in the token request if it stood in the authorization request (RFC 6749 §4.1.3).
  bool redirect_uri_at_token_endpoint;
  /// The user signs in before an error is sent to a redirect URI (RFC 9700 §4.11.2).
  bool sign_in_before_error_redirect;
  /// The port of a native client's loopback IP redirect URI is free (RFC 8252 §7.3, RFC 9700 §4.1.3).
  bool loopback_port_is_free;
  /// Token responses carry `Pragma: no-cache` (RFC 6749 §5.1).
  bool pragma;
  /// The API reads a token from a form body (RFC 6750 §2.2) and from the query (§2.3).
  bool token_in_body;
  bool token_in_query;
  /// Only a second request that is right in everything else revokes the code's tokens (OAuth 2.1 §4.1.3).
  bool only_valid_replay_revokes;
  /// The issuer is the one audience of client assertions; the URL of the token endpoint is none (OAuth 2.1
  /// §2.4).
  bool assertion_audience_is_issuer;
  /// A registration with what is not supported gets something else instead (RFC 7591 §2, §3.2.1), or is
  /// refused.
  bool registration_replaces;
  /// Scope values that are not understood are ignored (OpenID Connect Core §3.1.2.1) rather than refused.
  bool ignores_unknown_scopes;
};

/// Throws std::invalid_argument for an unknown name, naming those there are.
const Stance& stance_named(std::string_view name);
const std::vector<std::string>& stance_names();

}  // namespace oauthentic::mock

#pragma once
// What was wrong with a request that the provider took nevertheless.
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/network/render.hpp"

namespace oauthentic::fuzz {

/// What the step's placeholders stood for, and who sent it.
struct Entitlement {
  std::string client_id;
  std::string client_secret;  ///< empty: a public client
  std::string grant_client_id;
  std::string code;
  std::string code_verifier;
  std::string redirect_uri;
  std::string access_token;
  std::string refresh_token;
};

/// The answer gives what the request asked for: tokens, a code, an active token, what the API guards.
bool is_success(Surface surface, const Response& response);

/// Of a token request whose grant_type says another grant than its surface has.
Surface surface_asked(Surface surface, const Request& request);

/// Each reason why a strict server refuses that request, such as "wrong code_verifier"; empty if it was in
/// order.
std::vector<std::string> unearned(Surface surface, const Request& request, const Entitlement& right);

}  // namespace oauthentic::fuzz

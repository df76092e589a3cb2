#pragma once
// How a client proves who it is at the token endpoint (RFC 6749 §2.3, RFC 7521, RFC 7523).
#include <optional>
#include <string>
#include <string_view>

namespace oauthentic::oauth {

enum class AuthenticationMethod {
  none,
  client_secret_basic,
  client_secret_post,
  client_secret_jwt,
  private_key_jwt
};
std::string_view to_string(AuthenticationMethod method);
std::optional<AuthenticationMethod> authentication_method_from(std::string_view text);

inline constexpr std::string_view kJwtBearerAssertion =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The value of the Authorization field: id and secret are form-encoded first (RFC 6749 §2.3.1).
std::string basic_authorization(std::string_view client_id, std::string_view client_secret);

struct BasicCredentials {
  std::string user;
  std::string password;
};
/// From the value of an Authorization field: scheme without case, strict Base64, first colon splits, both parts
/// form-decoded. Nothing if it is not well-formed Basic.
std::optional<BasicCredentials> parse_basic(std::string_view authorization);
/// The token of `Authorization: Bearer ...` (RFC 6750 §2.1, scheme without case); nothing if it is not
/// b64token.
std::optional<std::string> parse_bearer(std::string_view authorization);

}  // namespace oauthentic::oauth

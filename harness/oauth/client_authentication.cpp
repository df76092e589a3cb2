#include "oauth/client_authentication.hpp"

#include <array>
#include <utility>

#include "core/message.hpp"
#include "oauth/encoding.hpp"

namespace oauthentic::oauth {

namespace {

using enum AuthenticationMethod;
/// The names of the IANA registry "OAuth Token Endpoint Authentication Methods" (RFC 7591 §2, OpenID Connect
/// Core §9).
constexpr std::array<std::pair<AuthenticationMethod, std::string_view>, 5> kMethods = {{
    {none, "none"},
    {client_secret_basic, "client_secret_basic"},
    {client_secret_post, "client_secret_post"},
    {client_secret_jwt, "client_secret_jwt"},
    {private_key_jwt, "private_key_jwt"},
}};

/// What follows the scheme and its spaces (RFC 9110 §11.4: `auth-scheme 1*SP token68`).
std::optional<std::string_view> credentials_of(std::string_view authorization, std::string_view scheme) {
  if (!iequals(authorization.substr(0, scheme.size()), scheme)) return std::nullopt;
  authorization.remove_prefix(scheme.size());
  const auto start = authorization.find_first_not_of(' ');
  if (start == 0 || start == std::string_view::npos) return std::nullopt;
  return authorization.substr(start);
}

}  // namespace

std::string_view to_string(AuthenticationMethod method) {
  for (const auto& [value, name] : kMethods) {
    if (value == method) return name;
  }
  return "unknown";
}

std::optional<AuthenticationMethod> authentication_method_from(std::string_view text) {
  for (const auto& [value, name] : kMethods) {
    if (name == text) return value;
  }
  return std::nullopt;
}

std::string basic_authorization(std::string_view client_id, std::string_view client_secret) {
  return "Basic " + base64_encode(form_encode(client_id) + ":" + form_encode(client_secret));
}

std::optional<BasicCredentials> parse_basic(std::string_view authorization) {
  const auto encoded = credentials_of(authorization, "Basic");
  if (!encoded) return std::nullopt;
  const auto pair = base64_decode(*encoded);
  if (!pair) return std::nullopt;
  // RFC 7617 §2: the user-id has no colon, the password may have some.
  const auto colon = pair->find(':');
  if (colon == std::string::npos) return std::nullopt;
  const std::string_view text = *pair;
  auto user = form_decode_component(text.substr(0, colon));
  auto password = form_decode_component(text.substr(colon + 1));
  if (!user || !password) return std::nullopt;
  return BasicCredentials{std::move(*user), std::move(*password)};
}

std::optional<std::string> parse_bearer(std::string_view authorization) {
  constexpr std::string_view kB64Token = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/";
  const auto token = credentials_of(authorization, "Bearer");
  if (!token) return std::nullopt;
  const auto padding = token->find_first_not_of(kB64Token);
  if (padding == 0) return std::nullopt;
  if (padding != std::string_view::npos && token->find_first_not_of('=', padding) != std::string_view::npos) {
    return std::nullopt;
  }
  return std::string(*token);
}

}  // namespace oauthentic::oauth

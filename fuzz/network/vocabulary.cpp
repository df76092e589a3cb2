#include "fuzz/network/vocabulary.hpp"

#include <array>
#include <vector>

#include "fuzz/network/symptom.hpp"

namespace oauthentic::fuzz {

using namespace std::string_view_literals;

std::span<const std::string_view> parameter_names() {
  static constexpr std::array all = {"grant_type"sv,
                                     "code"sv,
                                     "redirect_uri"sv,
                                     "code_verifier"sv,
                                     "client_id"sv,
                                     "client_secret"sv,
                                     "refresh_token"sv,
                                     "scope"sv,
                                     "state"sv,
                                     "response_type"sv,
                                     "code_challenge"sv,
                                     "code_challenge_method"sv,
                                     "token"sv,
                                     "token_type_hint"sv,
                                     "nonce"sv,
                                     "prompt"sv,
                                     "max_age"sv,
                                     "claims"sv,
                                     "id_token_hint"sv,
                                     "login_hint"sv,
                                     "response_mode"sv,
                                     "request"sv,
                                     "request_uri"sv,
                                     "resource"sv,
                                     "audience"sv,
                                     "acr_values"sv,
                                     "ui_locales"sv,
                                     "display"sv,
                                     "username"sv,
                                     "password"sv,
                                     "client_assertion"sv,
                                     "client_assertion_type"sv,
                                     "assertion"sv,
                                     "device_code"sv,
                                     "user_code"sv,
                                     "access_token"sv,
                                     "subject_token"sv,
                                     "dpop_jkt"sv,
                                     "authorization_details"sv,
                                     "error"sv,
                                     "error_hint"sv,
                                     "_method"sv,
                                     "__proto__"sv,
                                     "constructor"sv,
                                     "callback"sv,
                                     "registration"sv,
                                     "id_token"sv,
                                     "lang"sv};
  return all;
}

std::span<const std::string_view> parameter_names(Surface surface) {
  static constexpr std::array token = {
      "scope"sv, "client_id"sv,    "client_secret"sv, "resource"sv,      "audience"sv, "grant_type"sv,
      "code"sv,  "redirect_uri"sv, "code_verifier"sv, "refresh_token"sv, "state"sv};
  static constexpr std::array authorization = {
      "scope"sv,      "state"sv,         "nonce"sv,         "prompt"sv,        "max_age"sv,    "claims"sv,
      "login_hint"sv, "ui_locales"sv,    "response_mode"sv, "response_type"sv, "error_hint"sv, "redirect_uri"sv,
      "request"sv,    "id_token_hint"sv, "acr_values"sv,    "display"sv,       "resource"sv,   "client_id"sv};
  static constexpr std::array about_token = {"token"sv, "token_type_hint"sv, "client_id"sv, "client_secret"sv};
  static constexpr std::array guarded = {"access_token"sv, "scope"sv, "claims"sv};
  if (is_token_surface(surface)) return token;
  if (surface == Surface::introspection || surface == Surface::revocation) return about_token;
  if (surface == Surface::userinfo || surface == Surface::api) return guarded;
  return authorization;
}

std::span<const std::string_view> parameter_values() {
  static constexpr std::array all = {"authorization_code"sv,
                                     "refresh_token"sv,
                                     "client_credentials"sv,
                                     "password"sv,
                                     "urn:ietf:params:oauth:grant-type:device_code"sv,
                                     "urn:ietf:params:oauth:grant-type:jwt-bearer"sv,
                                     "urn:ietf:params:oauth:grant-type:token-exchange"sv,
                                     "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"sv,
                                     "{{code}}"sv,
                                     "{{code_verifier}}"sv,
                                     "{{redirect_uri}}"sv,
                                     "{{client_id}}"sv,
                                     "{{client_secret}}"sv,
                                     "{{access_token}}"sv,
                                     "{{refresh_token}}"sv,
                                     "{{scope}}"sv,
                                     "code"sv,
                                     "token"sv,
                                     "id_token"sv,
                                     "code token"sv,
                                     "none"sv,
                                     "S256"sv,
                                     "plain"sv,
                                     "s256"sv,
                                     "query"sv,
                                     "fragment"sv,
                                     "form_post"sv,
                                     "login"sv,
                                     "consent"sv,
                                     "openid"sv,
                                     "openid profile"sv,
                                     "*"sv,
                                     "access_token"sv,
                                     "true"sv,
                                     "null"sv,
                                     "undefined"sv,
                                     "0"sv,
                                     "-1"sv,
                                     "NaN"sv,
                                     "1e400"sv,
                                     "99999999999999999999"sv,
                                     "{}"sv,
                                     "[]"sv,
                                     "[{}]"sv,
                                     "{\"id_token\":{\"sub\":{\"value\":1}}}"sv,
                                     "eyJhbGciOiJub25lIn0.e30."sv,
                                     "a.b.c"sv,
                                     "oa7f3a-unknown-0123456789"sv,
                                     "{{redirect_origin}}@attacker.test{{redirect_path}}"sv,
                                     "{{redirect_origin}}.attacker.test{{redirect_path}}"sv,
                                     "{{redirect_origin}}\\@attacker.test{{redirect_path}}"sv,
                                     "{{redirect_uri}}/../other"sv,
                                     "https://attacker.test/{{redirect_uri}}"sv,
                                     "https://attacker.test/callback"sv,
                                     "//attacker.test"sv,
                                     "https://api.test/#fragment"sv,
                                     "javascript:alert(1)"sv,
                                     "http://["sv,
                                     "http://127.0.0.1:99999/"sv,
                                     "urn:a"sv};
  return all;
}

std::span<const std::string_view> parameter_values(std::string_view name) {
  static constexpr std::array redirect_uris = {"{{redirect_origin}}@attacker.test{{redirect_path}}"sv,
                                               "{{redirect_origin}}.attacker.test{{redirect_path}}"sv,
                                               "{{redirect_origin}}\\@attacker.test{{redirect_path}}"sv,
                                               "{{redirect_uri}}/../other"sv,
                                               "{{redirect_uri}}#a"sv,
                                               "{{redirect_uri}}?a=b"sv,
                                               "https://attacker.test/{{redirect_uri}}"sv,
                                               "https://attacker.test/callback"sv,
                                               "//attacker.test/callback"sv,
                                               "{{redirect_uri}}/"sv,
                                               "javascript:alert(1)//{{redirect_uri}}"sv};
  static constexpr std::array grant_types = {"authorization_code"sv,
                                             "refresh_token"sv,
                                             "client_credentials"sv,
                                             "password"sv,
                                             "implicit"sv,
                                             "urn:ietf:params:oauth:grant-type:device_code"sv,
                                             "urn:ietf:params:oauth:grant-type:jwt-bearer"sv,
                                             "urn:ietf:params:oauth:grant-type:token-exchange"sv};
  static constexpr std::array scopes = {"{{scope}}"sv,       "openid"sv, "openid profile"sv,
                                        "offline_access"sv,  "*"sv,      "{{scope}} ${7331*1337}"sv,
                                        "{{scope}}\tmore"sv, "admin"sv,  "{{scope}}  {{scope}}"sv};
  static constexpr std::array resources = {"https://api.test/#fragment"sv,
                                           "https://api.test/"sv,
                                           "urn:a"sv,
                                           "{{redirect_uri}}"sv,
                                           "api"sv,
                                           "http://["sv};
  static constexpr std::array response_types = {"code"sv,       "token"sv, "id_token"sv,
                                                "code token"sv, "none"sv,  "token code"sv};
  static constexpr std::array challenge_methods = {"S256"sv, "plain"sv, "s256"sv, "none"sv, "S512"sv};
  static constexpr std::array tokens = {"{{access_token}}"sv,
                                        "{{refresh_token}}"sv,
                                        "{{access_token}} x"sv,
                                        "{{access_token|cut}}"sv,
                                        "a.b.c"sv,
                                        "eyJhbGciOiJub25lIn0.e30."sv};
  if (name == "redirect_uri") return redirect_uris;
  if (name == "grant_type") return grant_types;
  if (name == "scope") return scopes;
  if (name == "resource" || name == "audience") return resources;
  if (name == "response_type") return response_types;
  if (name == "code_challenge_method") return challenge_methods;
  if (name == "token" || name == "access_token") return tokens;
  return parameter_values();
}

std::span<const std::string_view> fragments() {
  static constexpr std::array all = {"\0"sv,
                                     "\0more"sv,
                                     "\x01"sv,
                                     "\x7F"sv,
                                     "\t"sv,
                                     " "sv,
                                     "  "sv,
                                     "\n"sv,
                                     "\r\n"sv,
                                     "\r\nX-Oa7f3a: 1\r\nX-Oa7f3b: "sv,
                                     "\nX-Oa7f3a: 1"sv,
                                     "'"sv,
                                     "\""sv,
                                     "''"sv,
                                     "' OR '1'='1"sv,
                                     "\\"sv,
                                     "`"sv,
                                     kMarkup,
                                     "<"sv,
                                     "${7331*1337}"sv,
                                     "#{7331*1337}"sv,
                                     "{7331*1337}"sv,
                                     "<%=7331*1337%>"sv,
                                     "%{7331*1337}"sv,
                                     "@attacker.test"sv,
                                     ":80@attacker.test/"sv,
                                     ".attacker.test"sv,
                                     "@attacker.test/callback"sv,
                                     "#"sv,
                                     "#@"sv,
                                     "?"sv,
                                     "&"sv,
                                     "="sv,
                                     ";"sv,
                                     ","sv,
                                     "%"sv,
                                     "%00"sv,
                                     "%zz"sv,
                                     "%2e%2e%2f"sv,
                                     "../"sv,
                                     "/..;/"sv,
                                     "/"sv,
                                     "//"sv,
                                     "\\@"sv,
                                     "*"sv,
                                     "+"sv,
                                     ":"sv,
                                     "$ne"sv,
                                     "\xC3\xA9"sv,
                                     "\xF0\x9F\x94\x91"sv,
                                     "\xFF"sv,
                                     "\xE9"sv,
                                     "\xC0\xAF"sv,
                                     "\xED\xA0\x80"sv,
                                     "\xEF\xBB\xBF"sv,
                                     "\xEF\xBC\x8F"sv,
                                     "\xE2\x80\xAE"sv,
                                     "[]"sv,
                                     "."sv,
                                     "-"sv,
                                     "!"sv,
                                     "0"sv,
                                     "A"sv,
                                     "%s%n"sv,
                                     "\x1B[31m"sv};
  return all;
}

std::span<const std::string_view> likely_fragments() {
  static constexpr std::array all = {"\0"sv,
                                     "'"sv,
                                     "\""sv,
                                     kMarkup,
                                     "\r\nX-Oa7f3a: 1\r\nX-Oa7f3b: "sv,
                                     "${7331*1337}"sv,
                                     "\t"sv,
                                     " "sv,
                                     "#"sv,
                                     "%"sv,
                                     "\xFF"sv,
                                     "\xC3\xA9"sv,
                                     "[]"sv,
                                     "@attacker.test"sv};
  return all;
}

std::span<const std::string_view> raw_fragments() {
  static constexpr std::array all = {"%"sv,   "%z"sv,       "%zz"sv,   "%0"sv,   "%u0041"sv, "%c0%af"sv,
                                     "%ff"sv, "%00"sv,      "+"sv,     ";"sv,    "&"sv,      "&&"sv,
                                     "="sv,   "%26a%3db"sv, "%252e"sv, "\xFF"sv, "%0d%0a"sv};
  return all;
}

std::span<const std::string_view> name_endings() {
  static constexpr std::array all = {"[]"sv, "[a]"sv, "[$ne]"sv, "[$ne]"sv,       "[$regex]"sv, "[0]"sv,
                                     "."sv,  " "sv,   "\0"sv,    "[__proto__]"sv, "["sv,        ".x"sv};
  return all;
}

}  // namespace oauthentic::fuzz

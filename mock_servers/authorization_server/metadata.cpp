// What the server says of itself: metadata (RFC 8414 §2, OpenID Connect Discovery §3, RFC 9207 §3) and keys
// (RFC 7517).
#include <nlohmann/json.hpp>

#include "mock_servers/answers.hpp"
#include "mock_servers/authorization_server/authorization_server.hpp"
#include "oauth/json_document.hpp"

namespace oauthentic::mock {

namespace {

using Json = nlohmann::ordered_json;

Json complete(const Deployment& deployment) {
  const auto& issuer = deployment.options.issuer;
  Json methods = {"client_secret_basic", "client_secret_post", "private_key_jwt"};
  const Json algorithms = {"ES256", "RS256"};
  Json all_methods = methods;
  all_methods.push_back("none");
  Json challenges = {"S256"};
  if (deployment.stance.plain_challenges) challenges.push_back("plain");
  return {
      {"issuer", issuer},
      {"authorization_endpoint", issuer + "/authorize"},
      {"token_endpoint", issuer + "/token"},
      {"jwks_uri", issuer + "/jwks"},
      {"introspection_endpoint", issuer + "/introspect"},
      {"revocation_endpoint", issuer + "/revoke"},
      {"userinfo_endpoint", issuer + "/userinfo"},
      {"registration_endpoint", issuer + "/register"},
      {"scopes_supported", {"openid", "profile", "email", "phone", "offline_access", "admin"}},
      {"claims_supported", kClaimNames},
      {"response_types_supported", {"code"}},
      {"response_modes_supported", {"query", "form_post"}},
      {"grant_types_supported", {"authorization_code", "refresh_token", "client_credentials"}},
      {"subject_types_supported", {"public"}},
      {"id_token_signing_alg_values_supported", algorithms},
      {"token_endpoint_auth_methods_supported", all_methods},
      {"token_endpoint_auth_signing_alg_values_supported", algorithms},
      {"introspection_endpoint_auth_methods_supported", methods},
      {"introspection_endpoint_auth_signing_alg_values_supported", algorithms},
      {"revocation_endpoint_auth_methods_supported", all_methods},
      {"revocation_endpoint_auth_signing_alg_values_supported", algorithms},
      {"code_challenge_methods_supported", std::move(challenges)},
      {"prompt_values_supported", {"none", "login", "consent", "select_account"}},
      {"acr_values_supported", {kAcr}},
      {"claims_parameter_supported", true},
      {"request_parameter_supported", false},
      {"request_uri_parameter_supported", false},
      {"authorization_response_iss_parameter_supported", true},
      {"protected_resources", {deployment.options.api}},
  };
}

struct Omission {
  Fault fault;
  const char* member;
};

// Each leaves a member out.
// FAULT: metadata_without_authorization_endpoint, metadata_without_token_endpoint
// FAULT: metadata_without_scopes, metadata_without_response_types
// FAULT: metadata_without_token_algorithms, metadata_without_revocation_algorithms
// FAULT: metadata_without_introspection_algorithms, metadata_without_challenge_methods
// FAULT: metadata_without_iss_support, metadata_without_subject_types
constexpr Omission kOmissions[] = {
    {Fault::metadata_without_authorization_endpoint, "authorization_endpoint"},
    {Fault::metadata_without_token_endpoint, "token_endpoint"},
    {Fault::metadata_without_scopes, "scopes_supported"},
    {Fault::metadata_without_response_types, "response_types_supported"},
    {Fault::metadata_without_token_algorithms, "token_endpoint_auth_signing_alg_values_supported"},
    {Fault::metadata_without_revocation_algorithms, "revocation_endpoint_auth_signing_alg_values_supported"},
    {Fault::metadata_without_introspection_algorithms,
     "introspection_endpoint_auth_signing_alg_values_supported"},
    {Fault::metadata_without_challenge_methods, "code_challenge_methods_supported"},
    {Fault::metadata_without_subject_types, "subject_types_supported"},
    {Fault::metadata_without_iss_support, "authorization_response_iss_parameter_supported"},
};

// Each publishes an endpoint without TLS.
// FAULT: authorization_endpoint_http, token_endpoint_http, jwks_uri_http, revocation_endpoint_http
// FAULT: introspection_endpoint_http, userinfo_endpoint_http, userinfo_published_by_http, issuer_http
constexpr Omission kPlainHttp[] = {
    {Fault::authorization_endpoint_http, "authorization_endpoint"},
    {Fault::token_endpoint_http, "token_endpoint"},
    {Fault::jwks_uri_http, "jwks_uri"},
    {Fault::revocation_endpoint_http, "revocation_endpoint"},
    {Fault::introspection_endpoint_http, "introspection_endpoint"},
    {Fault::userinfo_endpoint_http, "userinfo_endpoint"},
    {Fault::userinfo_published_by_http, "userinfo_endpoint"},
    {Fault::issuer_http, "issuer"},
};

// Each puts a fragment at the end of an endpoint's URL.
// FAULT: authorization_endpoint_with_fragment, token_endpoint_with_fragment, revocation_endpoint_with_fragment
constexpr Omission kFragments[] = {
    {Fault::authorization_endpoint_with_fragment, "authorization_endpoint"},
    {Fault::token_endpoint_with_fragment, "token_endpoint"},
    {Fault::revocation_endpoint_with_fragment, "revocation_endpoint"},
};

void remove_value(Json& list, std::string_view value) {
  for (auto at = list.begin(); at != list.end(); ++at) {
    if (*at == value) {
      list.erase(at);
      return;
    }
  }
}

std::string without_tls(const std::string& url) {
  return url.starts_with("https:") ? "http:" + url.substr(6) : url;
}

void disturb_lists(const Deployment& deployment, Json& metadata) {
  const auto broken = [&](Fault fault) { return deployment.broken(fault); };
  // FAULT: metadata_grant_types_incomplete, metadata_auth_methods_incomplete
  // FAULT: metadata_response_modes_incomplete
  if (broken(Fault::metadata_grant_types_incomplete))
    metadata["grant_types_supported"] = {"authorization_code"};
  // FAULT: used_grant_type_unlisted
  if (broken(Fault::used_grant_type_unlisted))
    remove_value(metadata["grant_types_supported"], "authorization_code");
  if (broken(Fault::metadata_auth_methods_incomplete))
    metadata["token_endpoint_auth_methods_supported"] = {"none", "private_key_jwt"};
  if (broken(Fault::metadata_response_modes_incomplete)) metadata["response_modes_supported"] = {"fragment"};
  // FAULT: private_key_jwt_missing
  if (broken(Fault::private_key_jwt_missing)) {
    for (const auto* endpoint : {"token", "introspection", "revocation"}) {
      const auto prefix = std::string(endpoint) + "_endpoint_auth_";
      remove_value(metadata[prefix + "methods_supported"], "private_key_jwt");
      metadata.erase(prefix + "signing_alg_values_supported");
    }
  }
  // FAULT: token_algorithms_without_rs256, token_algorithms_with_none
  auto& algorithms = metadata["token_endpoint_auth_signing_alg_values_supported"];
  if (broken(Fault::token_algorithms_without_rs256)) remove_value(algorithms, "RS256");
  if (broken(Fault::token_algorithms_with_none)) algorithms.push_back("none");
  if (algorithms.is_null()) metadata.erase("token_endpoint_auth_signing_alg_values_supported");
  // FAULT: revocation_algorithms_with_none, introspection_algorithms_with_none
  if (broken(Fault::revocation_algorithms_with_none))
    metadata["revocation_endpoint_auth_signing_alg_values_supported"].push_back("none");
  if (broken(Fault::introspection_algorithms_with_none))
    metadata["introspection_endpoint_auth_signing_alg_values_supported"].push_back("none");
  // FAULT: advertised_grant_missing, advertised_challenge_method_missing, plain_challenge_accepted
  if (broken(Fault::advertised_grant_missing))
    metadata["grant_types_supported"].push_back("urn:ietf:params:oauth:grant-type:device_code");
  if (broken(Fault::advertised_challenge_method_missing) || broken(Fault::plain_challenge_accepted)) {
    metadata["code_challenge_methods_supported"].push_back("plain");
  }
  // FAULT: id_token_algorithms_without_rs256
  if (broken(Fault::id_token_algorithms_without_rs256))
    remove_value(metadata["id_token_signing_alg_values_supported"], "RS256");
  // FAULT: password_grant_offered
  if (broken(Fault::password_grant_offered)) metadata["grant_types_supported"].push_back("password");
  // FAULT: advertised_endpoint_missing, metadata_with_empty_list, metadata_list_as_text
  if (broken(Fault::advertised_endpoint_missing))
    metadata["device_authorization_endpoint"] = deployment.options.issuer + "/device";
  if (broken(Fault::metadata_with_empty_list)) metadata["ui_locales_supported"] = Json::array();
  if (broken(Fault::metadata_list_as_text)) metadata["scopes_supported"] = "openid profile admin";
}

}  // namespace

std::string AuthorizationServer::sign_metadata(const nlohmann::ordered_json& metadata) const {
  // FAULT: signed_metadata_unsigned, signed_metadata_without_iss, signed_metadata_nested
  Json claims = {{"issuer", metadata.at("issuer")}, {"jwks_uri", metadata.at("jwks_uri")}};
  if (!broken(Fault::signed_metadata_without_iss)) claims["iss"] = deployment_.options.issuer;
  if (broken(Fault::signed_metadata_nested)) claims["signed_metadata"] = "";
  const auto* algorithm = broken(Fault::signed_metadata_unsigned) ? "none" : "ES256";
  return oauth::sign_jwt({{"alg", algorithm}}, claims, es256_key());
}

Response AuthorizationServer::metadata() const {
  auto metadata = complete(deployment_);
  disturb_lists(deployment_, metadata);
  for (const auto& [fault, member] : kOmissions) {
    if (broken(fault)) metadata.erase(member);
  }
  for (const auto& [fault, member] : kPlainHttp) {
    if (broken(fault)) metadata[member] = without_tls(metadata[member].get<std::string>());
  }
  for (const auto& [fault, member] : kFragments) {
    if (broken(fault)) metadata[member] = metadata[member].get<std::string>() + "#top";
  }
  // FAULT: issuer_with_query, issuer_with_slash
  const auto& issuer = deployment_.options.issuer;
  if (broken(Fault::issuer_with_query)) metadata["issuer"] = issuer + "?tenant=1";
  if (broken(Fault::issuer_with_slash)) metadata["issuer"] = issuer + "/";
  // RFC 8414 §2.1. Signed once: no two signatures by ES256 are alike, and a server publishes one document.
  std::call_once(signed_once_, [&] { signed_metadata_ = sign_metadata(metadata); });
  metadata["signed_metadata"] = signed_metadata_;
  // FAULT: metadata_status, metadata_media_type
  auto response = json_answer(broken(Fault::metadata_status) ? 203 : 200, metadata.dump());
  if (broken(Fault::metadata_media_type)) response.headers.set("Content-Type", "text/html");
  response.headers.add("Cache-Control", "public, max-age=3600");
  return response;
}

Response AuthorizationServer::jwks() const {
  Json keys = Json::array({es256_key().public_jwk(), rs256_key().public_jwk()});
  static const auto encryption_key = oauth::Key::generate_p256();
  auto encryption = Json(encryption_key.public_jwk());
  encryption["use"] = "enc";
  encryption["alg"] = "ECDH-ES";
  keys.push_back(std::move(encryption));
  // FAULT: key_use_untold
  if (broken(Fault::key_use_untold)) {
    for (auto& key : keys)
      key.erase("use");
  }
  auto response = json_answer(200, Json{{"keys", std::move(keys)}}.dump());
  // FAULT: keys_without_caching
  if (!broken(Fault::keys_without_caching)) response.headers.add("Cache-Control", "public, max-age=3600");
  return response;
}

}  // namespace oauthentic::mock

// ID tokens (OpenID Connect Core §2, §3.1.3.6, §12.2).
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "mock_servers/authorization_server/authorization_server.hpp"
#include "oauth/encoding.hpp"
#include "oauth/jose.hpp"
#include "oauth/pkce.hpp"

namespace oauthentic::mock {

namespace {

using nlohmann::json;

constexpr std::int64_t kIdTokenLife = 600;

std::string at_hash(std::string_view access_token) {
  return oauth::base64url_encode(oauth::sha256(access_token).substr(0, 16));
}

/// Each alters one claim.
void disturb_claims(const Deployment& deployment, json& claims, const Grant& grant, std::int64_t now) {
  const auto broken = [&](Fault fault) { return deployment.broken(fault); };
  // FAULT: id_token_iss_with_slash, id_token_iss_with_query
  const auto issuer = deployment.options.issuer;
  if (broken(Fault::id_token_iss_with_slash)) claims["iss"] = issuer + "/";
  if (broken(Fault::id_token_iss_with_query)) claims["iss"] = issuer + "?tenant=1";
  // FAULT: id_token_sub_long, id_token_sub_not_ascii, id_token_sub_shared, id_token_sub_changes
  if (broken(Fault::id_token_sub_long)) claims["sub"] = grant.user->sub + std::string(250, 'x');
  if (broken(Fault::id_token_sub_not_ascii)) claims["sub"] = grant.user->sub + "\xC3\xA9";
  if (broken(Fault::id_token_sub_shared)) claims["sub"] = "user";
  if (broken(Fault::id_token_sub_changes)) claims["sub"] = deployment.random.base64url(12);
  // FAULT: id_token_aud_foreign, id_token_azp_foreign, id_token_nonce_missing, id_token_nonce_cut
  if (broken(Fault::id_token_aud_foreign)) claims["aud"] = grant.client->id + "-app";
  if (broken(Fault::id_token_azp_foreign)) claims["azp"] = grant.client->id + "-app";
  if (broken(Fault::id_token_nonce_missing)) claims.erase("nonce");
  if (broken(Fault::id_token_nonce_cut) && claims.contains("nonce"))
    claims["nonce"] = grant.nonce.substr(0, 64);
  // FAULT: id_token_exp_as_text, id_token_exp_past, id_token_iat_as_text
  if (broken(Fault::id_token_exp_as_text)) claims["exp"] = fmt::format("{}", now + kIdTokenLife);
  if (broken(Fault::id_token_exp_past)) claims["exp"] = now - kIdTokenLife;
  if (broken(Fault::id_token_iat_as_text)) claims["iat"] = fmt::format("{}", now);
  // FAULT: auth_time_missing, acr_missing, acr_not_uri, amr_invented, amr_as_text, at_hash_wrong
  if (broken(Fault::auth_time_missing)) claims.erase("auth_time");
  if (broken(Fault::acr_missing)) claims.erase("acr");
  if (broken(Fault::acr_not_uri)) claims["acr"] = "good enough";
  if (broken(Fault::amr_invented)) claims["amr"] = {"pwd", "handshake"};
  if (broken(Fault::amr_as_text)) claims["amr"] = "pwd";
  if (broken(Fault::at_hash_wrong)) claims["at_hash"] = at_hash(claims.at("at_hash").get<std::string>());
}

/// What changes with a refresh (§12.2), or must not.
void disturb_refreshed(const Deployment& deployment, json& claims, const Grant& grant, std::int64_t now) {
  const auto broken = [&](Fault fault) { return deployment.broken(fault); };
  // FAULT: refreshed_sub_changes, refreshed_aud_changes, refreshed_iat_kept, refreshed_auth_time_new
  // FAULT: refreshed_nonce_kept
  if (broken(Fault::refreshed_sub_changes)) claims["sub"] = grant.user->sub + "-2";
  if (broken(Fault::refreshed_aud_changes)) claims["aud"] = {grant.client->id, deployment.options.api};
  if (broken(Fault::refreshed_iat_kept)) claims["iat"] = grant.authenticated.time_since_epoch().count();
  if (broken(Fault::refreshed_auth_time_new)) claims["auth_time"] = now;
  if (broken(Fault::refreshed_nonce_kept) && !grant.nonce.empty()) claims["nonce"] = grant.nonce;
}

}  // namespace

std::string AuthorizationServer::id_token(const Grant& grant, std::string_view access_token, bool refreshed,
                                          Time now) const {
  const auto seconds = now.time_since_epoch().count();
  json claims{
      {"iss", deployment_.options.issuer},
      {"sub", grant.user ? grant.user->sub : grant.client->id},
      {"aud", grant.client->id},
      {"azp", grant.client->id},
      {"iat", seconds},
      {"exp", seconds + kIdTokenLife},
      {"auth_time", grant.authenticated.time_since_epoch().count()},
      {"acr", kAcr},
      {"amr", {"pwd"}},
      {"at_hash", at_hash(access_token)},
  };
  if (!grant.nonce.empty() && !refreshed) claims["nonce"] = grant.nonce;
  if (grant.user) disturb_claims(deployment_, claims, grant, seconds);
  if (grant.user && refreshed) disturb_refreshed(deployment_, claims, grant, seconds);
  const auto& key = es256_key();
  json header{{"alg", "ES256"}, {"typ", "JWT"}, {"kid", key.kid()}};
  // FAULT: id_token_unsigned, id_token_kid_missing, id_token_key_in_header, id_token_mac
  if (broken(Fault::id_token_unsigned)) header["alg"] = "none";
  if (broken(Fault::id_token_kid_missing)) header.erase("kid");
  if (broken(Fault::id_token_key_in_header)) header["jwk"] = key.public_jwk();
  if (broken(Fault::id_token_mac) && grant.client->is_public()) {
    header["alg"] = "HS256";
    return oauth::sign_jwt(header, claims, oauth::Key::from_secret(grant.client->id));
  }
  // FAULT: id_token_foreign_key
  static const auto other = oauth::Key::generate_p256();
  return oauth::sign_jwt(header, claims, broken(Fault::id_token_foreign_key) ? other : key);
}

}  // namespace oauthentic::mock

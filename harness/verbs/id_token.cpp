#include "verbs/id_token.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "oauth/encoding.hpp"
#include "oauth/jose.hpp"
#include "oauth/json_document.hpp"
#include "oauth/pkce.hpp"

namespace oauthentic::verbs {

using nlohmann::json;

namespace {

/// §2: one audience may stand there as a text.
json audiences(const json& claims) {
  const auto& aud = oauth::member(claims, "aud");
  if (aud.is_string()) return json::array({aud});
  return aud.is_array() ? aud : json::array();
}

/// Seconds from a time claim until now; nothing if it is no number, or none that a clock could show.
std::optional<std::int64_t> seconds_since(const json& claims, std::string_view name, std::int64_t now) {
  constexpr double kFarthest = 1e15;
  const auto& value = oauth::member(claims, name);
  if (!value.is_number()) return std::nullopt;
  const auto number = value.get<double>();
  if (!std::isfinite(number) || std::abs(number) > kFarthest) return std::nullopt;
  return now - static_cast<std::int64_t>(number);
}

/// §3.1.3.6: the left half of the hash that belongs to `alg`. Only those on SHA-256 are computed here.
std::optional<bool> at_hash_right(const json& claims, const std::string& algorithm, const std::string& token) {
  const auto& told = oauth::member(claims, "at_hash");
  if (told.is_null() || token.empty() || !algorithm.ends_with("256")) return std::nullopt;
  return told == oauth::base64url_encode(oauth::sha256(token).substr(0, 16));
}

}  // namespace

void read_id_token(session::Session& session, json& facts) {
  const auto parsed = oauth::parse_jws(facts.at("id_token").get<std::string>());
  if (!parsed) return;
  const auto claims = parsed->claims();
  const auto header = parsed->header();
  facts["id_token_claims"] = claims;
  facts["id_token_header"] = header;
  facts["id_token_audiences"] = audiences(claims);
  const auto now = session.now().time_since_epoch().count();
  if (const auto ago = seconds_since(claims, "exp", now)) facts["id_token_expires_in"] = -*ago;
  if (const auto ago = seconds_since(claims, "iat", now)) facts["id_token_issued_ago"] = *ago;
  if (const auto ago = seconds_since(claims, "auth_time", now)) facts["authenticated_ago"] = *ago;
  const auto algorithm = oauth::string_member(header, "alg");
  if (const auto right = at_hash_right(claims, algorithm, oauth::string_member(facts, "access_token")))
    facts["at_hash_right"] = *right;
  const auto& keys = session.discovery().keys;
  if (keys.empty() || algorithm.starts_with("HS")) return;
  facts["id_token_verified"] =
      std::ranges::any_of(keys, [&](const auto& key) { return oauth::verify_jws(*parsed, key, {algorithm}); });
  const auto kid = oauth::string_member(header, "kid");
  if (kid.empty()) return;
  facts["id_token_verified_by_kid"] = std::ranges::any_of(
      keys, [&](const auto& key) { return key.kid() == kid && oauth::verify_jws(*parsed, key, {algorithm}); });
}

}  // namespace oauthentic::verbs

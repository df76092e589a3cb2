// Who sends a token, revocation or introspection request (RFC 6749 §2.3 and §3.2.1, RFC 7523 §3).
#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <vector>

#include "mock_servers/authorization_server/authorization_server.hpp"
#include "oauth/json_document.hpp"

namespace oauthentic::mock {

namespace {

constexpr std::int64_t kSkew = 60;             // seconds that clocks may differ
constexpr std::int64_t kAssertionLife = 3600;  // an assertion that claims to live longer is refused

constexpr OAuthError kFailed{"invalid_client", "The client authentication failed.", 401};
constexpr OAuthError kSeveral{"invalid_request", "The client uses more than one way to authenticate.", 400};

/// As parse_basic, less the form-decoding that RFC 6749 §2.3.1 asks for.
std::optional<oauth::BasicCredentials> parse_basic_as_it_stands(std::string_view authorization) {
  if (authorization.size() < 6 || !iequals(authorization.substr(0, 6), "Basic ")) return std::nullopt;
  const auto text = oauth::base64_decode(trim(authorization.substr(6)));
  if (!text) return std::nullopt;
  const auto colon = text->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return oauth::BasicCredentials{text->substr(0, colon), text->substr(colon + 1)};
}

/// What is left of the field when everything behind the scheme that is no Base64 is skipped.
std::string without_garbage(std::string_view authorization) {
  std::string left(authorization.substr(0, 6));
  for (const char c : authorization.substr(left.size())) {
    if (c != '=' && (std::isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '/')) left += c;
  }
  while ((left.size() - 6) % 4 != 0)
    left += '=';
  return left;
}

/// Everything that a reader without rules would take for the credentials: behind any scheme, of a list the
/// first, encoded once, twice or not at all.
std::vector<std::string> loose_readings(std::string_view authorization) {
  std::vector<std::string> found;
  authorization = authorization.substr(0, authorization.find(','));
  const auto blank = authorization.find(' ');
  for (const auto from : {std::size_t{0}, std::size_t{5}, blank == authorization.npos ? 0 : blank + 1}) {
    std::optional<std::string> text(authorization.substr(std::min(from, authorization.size())));
    for (int depth = 0; text && depth < 3; ++depth) {
      found.push_back(*text);
      text = oauth::base64_decode(trim(*text));
    }
  }
  return found;
}

/// The client whose credentials are among these readings.
const Client* client_read_loosely(const Registry& registry, std::string_view authorization) {
  for (const auto& text : loose_readings(authorization)) {
    const auto colon = text.find(':');
    const auto* client = colon == text.npos ? nullptr : registry.client(text.substr(0, colon));
    if (client && !client->secret.empty() && oauth::form_encode(client->secret) == text.substr(colon + 1))
      return client;
  }
  return nullptr;
}

/// The client whose secret stands somewhere in the decoded credentials.
const Client* secret_holder(const Registry& registry, std::string_view authorization) {
  const auto text = oauth::base64_decode(authorization.substr(std::min<std::size_t>(6, authorization.size())));
  for (const auto& client : registry.clients()) {
    if (text && !client.secret.empty() && text->contains(oauth::form_encode(client.secret))) return &client;
  }
  return nullptr;
}

/// A server that lets the header choose the kind of key: HMAC with the public key's text.
bool passes_by_confusion(const oauth::Jws& jws, const oauth::Key& key) {
  return oauth::verify_jws(jws, oauth::Key::from_secret(key.public_pem()), {"HS256"});
}

std::optional<std::int64_t> whole_seconds(const nlohmann::json& claims, const char* name) {
  const auto at = claims.find(name);
  if (at == claims.end() || !at->is_number()) return std::nullopt;
  const double seconds = at->get<double>();
  if (!(seconds > -1e15 && seconds < 1e15)) return std::nullopt;
  return static_cast<std::int64_t>(seconds);
}

/// RFC 7523 §3, item 3; with `issuer_alone` as OAuth 2.1 §2.4 narrows it.
bool names_audience(const nlohmann::json& claims, std::string_view issuer, bool issuer_alone) {
  const auto at = claims.find("aud");
  if (at == claims.end()) return false;
  const auto is_us = [&](const nlohmann::json& one) {
    if (!one.is_string()) return false;
    const auto& text = one.get_ref<const std::string&>();
    return text == issuer || (!issuer_alone && text == std::string(issuer) + "/token");
  };
  if (!at->is_array()) return is_us(*at);
  if (issuer_alone) return at->size() == 1 && is_us(at->front());
  for (const auto& one : *at) {
    if (is_us(one)) return true;
  }
  return false;
}

/// RFC 7523 §3, items 4 to 6: exp is there and near, nbf and iat are not ahead.
bool is_timely(const nlohmann::json& claims, std::int64_t now) {
  const auto exp = whole_seconds(claims, "exp");
  if (!exp || *exp <= now || *exp > now + kAssertionLife) return false;
  const auto nbf = whole_seconds(claims, "nbf");
  if (claims.contains("nbf") && (!nbf || *nbf > now + kSkew)) return false;
  const auto iat = whole_seconds(claims, "iat");
  return !claims.contains("iat") || (iat && *iat <= now + kSkew);
}

}  // namespace

AuthorizationServer::Authenticated AuthorizationServer::authenticate(const Incoming& in, const Form& form) {
  const auto fields = in.request.headers.all("Authorization");
  const bool by_header = !fields.empty();
  const bool by_body = form.has("client_secret");
  const bool by_jwt = form.has("client_assertion") || form.has("client_assertion_type");
  if (fields.size() > 1) return std::unexpected(kSeveral);
  // FAULT: several_credentials_accepted
  if (by_header + by_body + by_jwt > 1 && !broken(Fault::several_credentials_accepted))
    return std::unexpected(kSeveral);
  if (by_header) return by_basic(form, fields.front());
  if (by_jwt) return by_assertion(form, in.now);
  if (by_body) return by_post(form);
  return by_name(form);
}

bool AuthorizationServer::secret_is_right(const Client& client, std::string_view secret) const {
  if (client.secret.empty()) return false;
  // FAULT: secret_unchecked
  if (broken(Fault::secret_unchecked) && !secret.empty()) return true;
  // FAULT: secret_prefix_suffices
  if (broken(Fault::secret_prefix_suffices))
    return secret.size() >= 8 && secret.substr(0, 8) == client.secret.substr(0, 8);
  // FAULT: secret_case_ignored, secret_cut_accepted
  if (broken(Fault::secret_case_ignored)) return iequals(secret, client.secret);
  if (broken(Fault::secret_cut_accepted))
    return secret.size() + 1 >= client.secret.size() && client.secret.starts_with(secret);
  return secret == client.secret;
}

AuthorizationServer::Authenticated AuthorizationServer::by_basic(const Form& form,
                                                                 std::string_view authorization) const {
  // FAULT: basic_secret_goes_on
  if (broken(Fault::basic_secret_goes_on)) {
    const auto raw = parse_basic_as_it_stands(authorization);
    const auto* named = raw ? deployment_.registry.client(raw->user) : nullptr;
    if (named && !named->secret.empty() && raw->password.starts_with(oauth::form_encode(named->secret)))
      return named;
  }
  // FAULT: basic_scheme_case_sensitive
  const bool usual_scheme = authorization.starts_with("Basic ") && !authorization.starts_with("Basic  ");
  if (broken(Fault::basic_scheme_case_sensitive) && !usual_scheme) return std::unexpected(kFailed);
  // FAULT: basic_read_loosely, basic_secret_anywhere
  const auto* found =
      broken(Fault::basic_read_loosely)      ? client_read_loosely(deployment_.registry, authorization)
      : broken(Fault::basic_secret_anywhere) ? secret_holder(deployment_.registry, authorization)
                                             : nullptr;
  if (found) return found;
  // FAULT: basic_garbage_skipped
  std::string cleaned;
  if (broken(Fault::basic_garbage_skipped) && authorization.size() > 6)
    authorization = cleaned = without_garbage(authorization);
  // FAULT: basic_not_form_decoded, basic_refused
  const auto credentials = broken(Fault::basic_not_form_decoded) ? parse_basic_as_it_stands(authorization)
                                                                 : oauth::parse_basic(authorization);
  if (!credentials || broken(Fault::basic_refused)) return std::unexpected(kFailed);
  if (form.has("client_id") && form.value("client_id") != credentials->user) return std::unexpected(kSeveral);
  const auto* client = deployment_.registry.client(credentials->user);
  if (client && secret_is_right(*client, credentials->password)) return client;
  // FAULT: basic_name_suffices
  if (client && credentials->password.empty() && broken(Fault::basic_name_suffices)) return client;
  // FAULT: raw_basic_accepted_too
  const auto raw = parse_basic_as_it_stands(authorization);
  if (!raw || !broken(Fault::raw_basic_accepted_too)) return std::unexpected(kFailed);
  client = deployment_.registry.client(raw->user);
  return client && secret_is_right(*client, raw->password) ? Authenticated(client) : std::unexpected(kFailed);
}

AuthorizationServer::Authenticated AuthorizationServer::by_post(const Form& form) const {
  const auto* client = deployment_.registry.client(form.value("client_id"));
  // FAULT: body_credentials_refused
  if (!client || broken(Fault::body_credentials_refused)) return std::unexpected(kFailed);
  return secret_is_right(*client, form.value("client_secret")) ? Authenticated(client)
                                                               : std::unexpected(kFailed);
}

AuthorizationServer::Authenticated AuthorizationServer::by_assertion(const Form& form, Time now) {
  // FAULT: private_key_jwt_missing
  if (broken(Fault::private_key_jwt_missing)) return std::unexpected(kFailed);
  if (form.value("client_assertion_type") != oauth::kJwtBearerAssertion) return std::unexpected(kFailed);
  const auto jws = oauth::parse_jws(form.value("client_assertion"));
  if (!jws) return std::unexpected(kFailed);
  const auto claims = jws->claims();
  if (!claims.is_object()) return std::unexpected(kFailed);
  auto id = oauth::string_member(claims, "sub");
  // FAULT: assertion_subject_unchecked
  if (broken(Fault::assertion_subject_unchecked)) id = oauth::string_member(claims, "iss");
  // FAULT: assertion_issuer_unchecked
  const bool own = oauth::string_member(claims, "iss") == id || broken(Fault::assertion_issuer_unchecked);
  if (id.empty() || !own) return std::unexpected(kFailed);
  if (form.has("client_id") && form.value("client_id") != id) return std::unexpected(kFailed);
  const auto* client = deployment_.registry.client(id);
  if (!client || !client->key) return std::unexpected(kFailed);
  // FAULT: unsigned_assertion_accepted
  const bool is_unsigned = iequals(oauth::string_member(jws->header(), "alg"), "none");
  // FAULT: assertion_signature_unchecked, assertion_key_confused
  const bool unchecked = (is_unsigned && broken(Fault::unsigned_assertion_accepted)) ||
                         broken(Fault::assertion_signature_unchecked) ||
                         (broken(Fault::assertion_key_confused) && passes_by_confusion(*jws, *client->key));
  if (!unchecked && !oauth::verify_jws(*jws, *client->key, {"ES256", "RS256"})) {
    return std::unexpected(kFailed);
  }
  // FAULT: assertion_for_endpoint_accepted, assertion_audience_unchecked, assertion_expiry_unchecked
  const bool issuer_alone =
      stance().assertion_audience_is_issuer && !broken(Fault::assertion_for_endpoint_accepted);
  if (!names_audience(claims, deployment_.options.issuer, issuer_alone) &&
      !broken(Fault::assertion_audience_unchecked)) {
    // FAULT: assertion_audience_misnamed
    return std::unexpected(broken(Fault::assertion_audience_misnamed)
                               ? OAuthError{"invalid_request", "The audience is wrong."}
                               : kFailed);
  }
  if (!is_timely(claims, now.time_since_epoch().count()) && !broken(Fault::assertion_expiry_unchecked))
    return std::unexpected(kFailed);
  // FAULT: assertion_jti_optional, assertion_replayable
  const auto jti = oauth::string_member(claims, "jti");
  if (jti.empty())
    return broken(Fault::assertion_jti_optional) ? Authenticated(client) : std::unexpected(kFailed);
  if (!store_.note_assertion(id, jti) && !broken(Fault::assertion_replayable)) return std::unexpected(kFailed);
  return client;
}

AuthorizationServer::Authenticated AuthorizationServer::by_name(const Form& form) const {
  const auto type = form.value("grant_type");
  if (!form.has("client_id")) {
    // FAULT: client_credentials_for_anybody
    if (type == "client_credentials" && broken(Fault::client_credentials_for_anybody))
      return &deployment_.registry.client_of_role("confidential");
    // FAULT: client_taken_from_code
    const auto code =
        broken(Fault::client_taken_from_code) ? store_.code(form.value("code"), Lookup::exact) : nullptr;
    return code ? Authenticated(code->grant->client) : std::unexpected(kFailed);
  }
  const auto* client = deployment_.registry.client(form.value("client_id"));
  if (!client) return std::unexpected(kFailed);
  // FAULT: public_clients_need_secret
  if (client->is_public() && type == "authorization_code" && broken(Fault::public_clients_need_secret))
    return std::unexpected(kFailed);
  if (client->is_public()) return client;
  // FAULT: client_id_suffices_for_code, client_id_suffices_for_refresh
  // FAULT: client_id_suffices_for_client_credentials
  if ((type == "authorization_code" && broken(Fault::client_id_suffices_for_code)) ||
      (type == "refresh_token" && broken(Fault::client_id_suffices_for_refresh)) ||
      (type == "client_credentials" && broken(Fault::client_id_suffices_for_client_credentials))) {
    return client;
  }
  return std::unexpected(kFailed);
}

}  // namespace oauthentic::mock

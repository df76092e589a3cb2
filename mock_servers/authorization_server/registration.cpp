// Clients that register themselves (RFC 7591) and manage what they registered (RFC 7592).
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "mock_servers/answers.hpp"
#include "mock_servers/authorization_server/authorization_server.hpp"
#include "oauth/json_document.hpp"
#include "oauth/url.hpp"

namespace oauthentic::mock {

namespace {

using nlohmann::json;

constexpr std::size_t kMostOctets = 64 * 1024;
constexpr std::size_t kMostValues = 20;

constexpr std::array<std::string_view, 3> kGrantTypes = {"authorization_code", "refresh_token",
                                                         "client_credentials"};
constexpr std::array<std::string_view, 4> kMethods = {"none", "client_secret_basic", "client_secret_post",
                                                      "private_key_jwt"};
/// Members that are known, and kept as they are.
constexpr std::array<std::string_view, 8> kPlain = {"client_name", "client_uri",  "logo_uri",         "tos_uri",
                                                    "policy_uri",  "software_id", "software_version", "scope"};
constexpr std::array<std::string_view, 10> kOthers = {
    "redirect_uris", "grant_types",  "response_types", "token_endpoint_auth_method",
    "jwks",          "jwks_uri",     "contacts",       "application_type",
    "client_id",     "client_secret"};

OAuthError bad_metadata(std::string_view why) {
  return {"invalid_client_metadata", why};
}

/// RFC 7591 §5: https, http on loopback, or an application's own scheme, which has a period in it (RFC 8252
/// §7.1).
bool is_safe(const std::string& uri) {
  const auto url = oauth::parse_url(uri);
  if (!url || url->fragment || !is_clean(uri)) return false;
  if (url->scheme == "https") return !url->host.empty();
  if (url->scheme == "http") return oauth::is_loopback_host(url->host);
  return url->scheme.find('.') != std::string::npos;
}

/// The texts of a list member; nothing if it is no list of a few texts. `fallback` stands in for a missing one.
std::optional<std::vector<std::string>> texts(const json& document, const char* name,
                                              std::vector<std::string> fallback) {
  const auto at = document.find(name);
  if (at == document.end() || at->is_null()) return fallback;
  if (!at->is_array() || at->size() > kMostValues) return std::nullopt;
  std::vector<std::string> all;
  for (const auto& one : *at) {
    if (!one.is_string()) return std::nullopt;
    all.push_back(one.get<std::string>());
  }
  return all;
}

bool has(const auto& texts, std::string_view text) {
  return std::ranges::find(texts, text) != std::ranges::end(texts);
}

Response registration_error(const Deployment& deployment, const OAuthError& error) {
  // FAULT: registration_error_misnamed, registration_error_status
  const auto code = deployment.broken(Fault::registration_error_misnamed) ? "invalid_request" : error.code;
  const int status =
      error.status == 400 && deployment.broken(Fault::registration_error_status) ? 422 : error.status;
  auto response = json_answer(status, json{{"error", code}, {"error_description", error.description}}.dump());
  response.headers.add("Cache-Control", "no-store");
  if (status == 401) response.headers.add("WWW-Authenticate", "Bearer error=\"invalid_token\"");
  return response;
}

/// RFC 7591 §2: an uri member that could run in the user's browser.
bool has_script(const json& document) {
  return std::ranges::any_of(kPlain, [&](std::string_view name) {
    if (!name.ends_with("_uri")) return false;
    const auto text = oauth::string_member(document, name);
    const auto url = oauth::parse_url(text);
    return !text.empty() && (!url || (url->scheme != "https" && url->scheme != "http"));
  });
}

/// RFC 7591 §2: one document, member by member.
class Reader {
 public:
  Reader(const Deployment& deployment, const json& document) : deployment_(deployment), document_(document) {}

  std::expected<Client, OAuthError> read() {
    for (const auto step : {&Reader::read_members, &Reader::read_uris, &Reader::read_grants,
                            &Reader::read_method, &Reader::read_keys}) {
      if (auto error = (this->*step)()) return std::unexpected(*error);
    }
    client_.title = oauth::string_member(document_, "client_name").substr(0, 60);
    if (client_.title.empty() || !is_clean(client_.title))
      client_.title = "An application that registered itself";
    client_.native = client_.is_public() && std::ranges::any_of(client_.redirect_uris, [](const auto& uri) {
                       const auto url = oauth::parse_url(uri);
                       return url && url->scheme == "http";
                     });
    client_.scopes = {"openid", "profile", "admin"};
    if (const auto asked = oauth::string_member(document_, "scope"); !asked.empty())
      std::erase_if(client_.scopes, [&](const auto& one) { return !contains(split_scopes(asked), one); });
    client_.metadata = oauth::dump(metadata());
    return std::move(client_);
  }

 private:
  using Problem = std::optional<OAuthError>;
  bool broken(Fault fault) const { return deployment_.broken(fault); }
  // FAULT: registration_metadata_unchecked
  bool strict() const { return !broken(Fault::registration_metadata_unchecked); }

  Problem read_members() {
    // FAULT: registration_unknown_member_refused
    if (broken(Fault::registration_unknown_member_refused)) {
      for (const auto& [name, unused] : document_.items()) {
        if (!has(kPlain, name) && !has(kOthers, name)) return bad_metadata("A member is not known.");
      }
    }
    return strict() && has_script(document_) ? Problem(bad_metadata("A URL is not usable.")) : std::nullopt;
  }

  Problem read_uris() {
    const auto uris = texts(document_, "redirect_uris", {});
    if (!uris && strict()) return OAuthError{"invalid_redirect_uri", "redirect_uris is no list."};
    client_.redirect_uris = uris.value_or(std::vector<std::string>());
    // FAULT: registration_redirect_uri_unchecked
    if (!broken(Fault::registration_redirect_uri_unchecked) &&
        !std::ranges::all_of(client_.redirect_uris, is_safe))
      return OAuthError{"invalid_redirect_uri", "A redirect URI is not usable."};
    return std::nullopt;
  }

  Problem read_grants() {
    const auto grants = texts(document_, "grant_types", {"authorization_code"});
    const auto types = texts(document_, "response_types", {"code"});
    if ((!grants || !types) && strict()) return bad_metadata("A list has other members than texts.");
    grant_types_ = grants.value_or(std::vector<std::string>{"authorization_code"});
    response_types_ = types.value_or(std::vector<std::string>{"code"});
    const bool known =
        std::ranges::all_of(grant_types_, [](const auto& type) { return has(kGrantTypes, type); });
    if (!known && strict()) return bad_metadata("A grant type is not supported.");
    client_.may_use_code = has(grant_types_, "authorization_code");
    if (strict() && client_.may_use_code != has(response_types_, "code"))
      return bad_metadata("grant_types and response_types contradict one another.");
    // FAULT: registration_without_redirect_uri
    if (client_.may_use_code && client_.redirect_uris.empty() && strict() &&
        !broken(Fault::registration_without_redirect_uri)) {
      return OAuthError{"invalid_redirect_uri", "The code flow needs a redirect URI."};
    }
    return std::nullopt;
  }

  Problem read_method() {
    method_ = oauth::string_member(document_, "token_endpoint_auth_method");
    if (!method_.empty() && !has(kMethods, method_)) {
      if (strict() && !deployment_.stance.registration_replaces)
        return bad_metadata("The authentication method is not supported.");
      method_.clear();
    }
    if (method_.empty()) method_ = "client_secret_basic";
    client_.method = *oauth::authentication_method_from(method_);
    client_.may_use_own_rights = has(grant_types_, "client_credentials") && !client_.is_public();
    return std::nullopt;
  }

  /// Keys are taken by value: nothing of a URL that a client names is ever fetched.
  Problem read_keys() {
    if (strict() && document_.contains("jwks_uri") && !deployment_.stance.registration_replaces)
      return bad_metadata("jwks_uri is not supported.");
    if (client_.method != oauth::AuthenticationMethod::private_key_jwt) return std::nullopt;
    const auto& keys = oauth::member(oauth::member(document_, "jwks"), "keys");
    if (keys.is_array() && !keys.empty()) {
      if (auto key = oauth::Key::from_jwk(keys.front())) client_.key = std::move(*key);
    }
    return client_.key || !strict() ? std::nullopt : Problem(bad_metadata("jwks has no key that can be used."));
  }

  json metadata() const {
    json all = {{"redirect_uris", client_.redirect_uris},
                {"grant_types", grant_types_},
                {"response_types", response_types_},
                {"token_endpoint_auth_method", method_},
                {"scope", oauth::join_scopes(client_.scopes)}};
    for (const auto name : kPlain) {
      const auto text = oauth::string_member(document_, name);
      if (!text.empty() && name != "scope") all[name] = text;
    }
    if (client_.key) all["jwks"] = document_.at("jwks");
    for (const auto* name : {"jwks_uri", "token_endpoint_auth_method"}) {
      if (!strict() && document_.contains(name)) all[name] = document_.at(name);
    }
    return all;
  }

  const Deployment& deployment_;
  const json& document_;
  Client client_;
  std::string method_;
  std::vector<std::string> grant_types_;
  std::vector<std::string> response_types_;
};

}  // namespace

std::expected<Client, OAuthError> AuthorizationServer::registered_client(std::string_view text) const {
  const auto parsed =
      text.size() > kMostOctets ? std::unexpected(std::string("too long")) : oauth::parse_json(text);
  if (!parsed || !parsed->is_object()) return std::unexpected(bad_metadata("The body is no JSON object."));
  return Reader(deployment_, *parsed).read();
}

Response AuthorizationServer::registration_answer(int status, const Client& client) const {
  // FAULT: registration_metadata_untold
  auto body = broken(Fault::registration_metadata_untold) ? json::object() : json::parse(client.metadata);
  body["client_id"] = client.id;
  body["client_id_issued_at"] =
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
  body["registration_client_uri"] = deployment_.options.issuer + "/register/" + client.id;
  body["registration_access_token"] = client.registration_token;
  if (!client.secret.empty()) {
    body["client_secret"] = client.secret;
    // FAULT: registration_secret_end_untold
    if (!broken(Fault::registration_secret_end_untold)) body["client_secret_expires_at"] = 0;
  }
  auto response = json_answer(status, oauth::dump(body));
  // FAULT: registration_cacheable
  if (!broken(Fault::registration_cacheable)) {
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("Pragma", "no-cache");
  }
  return response;
}

Response AuthorizationServer::register_client(const Incoming& in) {
  if (!in.is("POST")) return method_not_allowed("POST");
  // FAULT: registration_media_type_unchecked
  if (!in.has_json() && !broken(Fault::registration_media_type_unchecked))
    return registration_error(deployment_,
                              {"invalid_client_metadata", "The body has to be application/json.", 400});
  auto client = registered_client(in.request.body);
  if (!client) return registration_error(deployment_, client.error());
  using enum oauth::AuthenticationMethod;
  client->id = deployment_.random.base64url(16);
  client->registration_token = deployment_.random.base64url(32);
  if (client->method == client_secret_basic || client->method == client_secret_post)
    client->secret = deployment_.random.base64url(32);
  // FAULT: registration_client_repeated
  if (broken(Fault::registration_client_repeated)) {
    client->id = "the-client";
    if (!client->secret.empty()) client->secret = "the-secret-of-the-client";
  }
  const auto* added = deployment_.registry.add(std::move(*client));
  if (!added) {
    return registration_error(deployment_,
                              {"invalid_client_metadata", "No more clients can be registered here.", 403});
  }
  // FAULT: registration_status
  return registration_answer(broken(Fault::registration_status) ? 200 : 201, *added);
}

Response AuthorizationServer::manage_client(const Incoming& in, std::string_view id) {
  const auto* client = deployment_.registry.client(id);
  const auto token = oauth::parse_bearer(in.request.headers.value("Authorization"));
  // FAULT: registration_token_unchecked
  const bool may =
      client && !client->registration_token.empty() &&
      ((token && *token == client->registration_token) || broken(Fault::registration_token_unchecked));
  // RFC 7592 §2: of a client that is not there the token is worth nothing.
  if (!may)
    return registration_error(deployment_,
                              {"invalid_token", "The registration access token is not right.", 401});
  if (in.is("GET")) return registration_answer(200, *client);
  if (in.is("DELETE")) {
    // FAULT: unregistered_client_lives, unregistration_status
    if (!broken(Fault::unregistered_client_lives)) deployment_.registry.remove(id);
    auto response = text_answer(broken(Fault::unregistration_status) ? 200 : 204, "");
    response.headers.add("Cache-Control", "no-store");
    return response;
  }
  if (!in.is("PUT")) return method_not_allowed("GET, PUT, DELETE");
  const auto document = oauth::parse_json(in.request.body);
  const auto told = document && document->is_object() ? oauth::string_member(*document, "client_id") : "";
  if (!in.has_json() || told != client->id)
    return registration_error(deployment_, bad_metadata("The body is not the metadata of this client."));
  auto changed = registered_client(in.request.body);
  if (!changed) return registration_error(deployment_, changed.error());
  changed->id = client->id;
  changed->secret = changed->is_public() || changed->key ? "" : client->secret;
  if (changed->secret.empty() && !changed->is_public() && !changed->key)
    changed->secret = deployment_.random.base64url(32);
  changed->registration_token = client->registration_token;
  const auto* added = deployment_.registry.add(std::move(*changed));
  return added ? registration_answer(200, *added)
               : registration_error(deployment_,
                                    {"invalid_client_metadata", "No more changes are taken here.", 403});
}

}  // namespace oauthentic::mock

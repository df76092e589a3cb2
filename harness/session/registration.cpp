#include "session/registration.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "oauth/json_document.hpp"
#include "oauth/metadata.hpp"
#include "oauth/pkce.hpp"
#include "session/redirect_parts.hpp"
#include "session/session.hpp"

namespace oauthentic::session {

using nlohmann::json;

namespace {

using Method = oauth::AuthenticationMethod;

json grant_types_of(const World& world, const script::Client& client) {
  json all = {"authorization_code"};
  const auto offers = [&](const char* type) {
    return oauth::metadata_lists(world.discovery.metadata, "grant_types_supported", type);
  };
  if (offers("refresh_token")) all.push_back("refresh_token");
  if (offers("client_credentials") && client.authentication != Method::none)
    all.push_back("client_credentials");
  return all;
}

Request management_request(const Registered& client) {
  Request request;
  request.method = "DELETE";
  request.url = client.client_uri;
  request.headers = {{"Accept", "application/json"}, {"Authorization", "Bearer " + client.client_token}};
  return request;
}

json to_json(const Registered& client) {
  return {{"role", client.role},
          {"client_id", client.client_id},
          {"registration_client_uri", client.client_uri},
          {"registration_access_token", client.client_token}};
}

std::string prefix_of(const std::string& issuer) {
  return "registrations-" + oauth::base64url_encode(oauth::sha256(issuer)).substr(0, 16) + "-";
}

}  // namespace

std::string state_folder() {
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state && *state == '/') return std::string(state) + "/oauthentic";
  const char* home = std::getenv("HOME");
  return home && *home == '/' ? std::string(home) + "/.local/state/oauthentic" : std::string();
}

json registration_document(const World& world, const script::Client& client) {
  const auto& target = *world.target;
  json uris = {client.redirect_uri};
  // OpenID Connect Dynamic Client Registration 1.0 §2: a native application has loopback and private-use URIs
  // alone, and is the only one whose loopback port is free (RFC 8252 §7.3).
  const bool native = client.authentication == Method::none && is_loopback_redirect_uri(client.redirect_uri);
  if (client.name != "single" && !native) {
    for (const auto& uri : target.redirect_uris)
      uris.push_back(uri);
  }
  json document = {{"client_name", "Oauthentic (" + client.name + "), for a conformance test"},
                   {"redirect_uris", uris},
                   {"token_endpoint_auth_method", to_string(client.authentication)},
                   {"grant_types", grant_types_of(world, client)},
                   {"response_types", {"code"}}};
  if (native) document["application_type"] = "native";
  if (const auto scope = oauth::join_scopes(client.scopes); !scope.empty()) document["scope"] = scope;
  if (client.private_key) document["jwks"] = {{"keys", {client.private_key->public_jwk()}}};
  document.update(target.registration.metadata);
  return document;
}

Request registration_request(const World& world, const json& document) {
  Request request;
  request.method = "POST";
  request.url = world.discovery.endpoint("registration_endpoint");
  request.headers = {{"Accept", "application/json"}, {"Content-Type", "application/json"}};
  const auto& token = world.target->registration.initial_access_token;
  if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
  request.body = oauth::dump(document);
  return request;
}

std::optional<Registered> read_registered(const json& body) {
  Registered client;
  client.client_id = oauth::string_member(body, "client_id");
  if (client.client_id.empty()) return std::nullopt;
  client.client_token = oauth::string_member(body, "registration_access_token");
  if (!client.client_token.empty()) client.client_uri = oauth::string_member(body, "registration_client_uri");
  return client;
}

Registrations::Registrations(World& world, script::Target& target, std::string folder)
    : world_(world), target_(target), folder_(std::move(folder)) {
  if (!folder_.empty()) file_ = fmt::format("{}/{}{}.json", folder_, prefix_of(target.issuer), ::getpid());
}

Registrations::~Registrations() {
  try {
    remove_all();
  } catch (...) {  // what is left stands in the file
  }
}

http::Answer Registrations::send(const std::string& label, const Request& request) {
  static const script::Client kNobody;
  Session session(world_, fmt::format("registration/{}", ++count_), kNobody, "user", true);
  auto answer = session.send(label, request);
  const auto sent = request.headers.value("Authorization");
  if (sent.starts_with("Bearer ")) session.secret("registration_access_token", sent.substr(7));
  if (const auto* response = std::get_if<Response>(&answer)) {
    const auto body = oauth::parse_json(response->body);
    for (const auto* name : {"client_secret", "registration_access_token"}) {
      if (body) session.secret(name, oauth::string_member(*body, name));
    }
  }
  session.flush();
  return answer;
}

std::optional<std::string> Registrations::register_one(script::Client& client) {
  if (client.authentication == Method::private_key_jwt && !client.private_key)
    client.private_key = oauth::Key::generate_p256();
  const auto answer =
      send("register " + client.name, registration_request(world_, registration_document(world_, client)));
  if (const auto* error = std::get_if<TransportError>(&answer)) return error->message;
  const auto& response = std::get<Response>(answer);
  const auto body = oauth::parse_json(response.body);
  auto registered = body && body->is_object() && response.status >= 200 && response.status < 300
                        ? read_registered(*body)
                        : std::nullopt;
  if (!registered) {
    auto why = fmt::format("status {}", response.status);
    for (const auto* name : {"error", "error_description"}) {
      const auto told = body && body->is_object() ? oauth::string_member(*body, name) : std::string();
      if (!told.empty()) why += ", " + told.substr(0, 200);
    }
    return why;
  }
  registered->role = client.name;
  registered_.push_back(*registered);
  keep();
  client.client_id = registered->client_id;
  client.client_secret = oauth::string_member(*body, "client_secret");
  // The provider may have replaced what was asked for (RFC 7591 §3.2.1).
  if (const auto method =
          oauth::authentication_method_from(oauth::string_member(*body, "token_endpoint_auth_method")))
    client.authentication = *method;
  if (!client.client_secret.empty()) target_.secrets.emplace_back("client_secret", client.client_secret);
  target_.secrets.emplace_back("registration_access_token", registered->client_token);
  return std::nullopt;
}

std::vector<std::string> Registrations::register_all() {
  std::vector<std::string> refused;
  for (auto at = target_.clients.begin(); at != target_.clients.end();) {
    auto& client = at->second;
    if (!client.client_id.empty()) {
      ++at;
      continue;
    }
    if (const auto why = register_one(client)) {
      refused.push_back(fmt::format("client {}: {}", at->first, *why));
      at = target_.clients.erase(at);
    } else {
      ++at;
    }
  }
  world_.forget_target_redactor();
  world_.discovery.capabilities = capabilities_of(target_, world_.discovery);
  return refused;
}

std::string Registrations::remove(const Registered& client) {
  if (client.client_uri.empty())
    return fmt::format("{}: the provider offers no way to remove it (RFC 7592)", client.client_id);
  const auto answer = send("unregister " + client.role, management_request(client));
  if (const auto* error = std::get_if<TransportError>(&answer))
    return fmt::format("{}: {}", client.client_id, error->message);
  const auto status = std::get<Response>(answer).status;
  // 401 and 404: it is gone already (RFC 7592 §2.3).
  if ((status >= 200 && status < 300) || status == 401 || status == 404) return "";
  return fmt::format("{}: status {}", client.client_id, status);
}

std::vector<std::string> Registrations::remove_all() {
  std::vector<std::string> left;
  while (!registered_.empty()) {
    if (auto why = remove(registered_.back()); !why.empty()) left.push_back(std::move(why));
    registered_.pop_back();
    keep();
  }
  return left;
}

/// Written anew at each change, readable by nobody else.
void Registrations::keep() const {
  if (file_.empty()) return;
  std::error_code ignored;
  if (registered_.empty()) {
    std::filesystem::remove(file_, ignored);
    return;
  }
  std::filesystem::create_directories(folder_, ignored);
  json all = json::array();
  for (const auto& one : registered_)
    all.push_back(to_json(one));
  const auto text = all.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
  const auto fresh = file_ + ".new";
  const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return;
  const bool whole = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(descriptor);
  if (whole) std::filesystem::rename(fresh, file_, ignored);
}

std::size_t Registrations::remove_left_behind() {
  if (folder_.empty()) return 0;
  std::size_t count = 0;
  const auto prefix = prefix_of(target_.issuer);
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, code)) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with(prefix) || !name.ends_with(".json")) continue;
    const int pid = std::atoi(name.c_str() + prefix.size());
    if (pid <= 0 || ::kill(pid, 0) == 0) continue;  // a run that goes on, perhaps this one
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    const auto all = oauth::parse_json(text.str());
    for (const auto& one : all && all->is_array() ? *all : json::array()) {
      auto client = one.is_object() ? read_registered(one) : std::nullopt;
      if (!client || client->client_uri.empty()) continue;
      client->role = oauth::string_member(one, "role");
      if (remove(*client).empty()) ++count;
    }
    std::error_code ignored;
    std::filesystem::remove(entry.path(), ignored);
  }
  return count;
}

}  // namespace oauthentic::session

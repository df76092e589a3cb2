#include "mock_servers/registry.hpp"

#include <algorithm>
#include <stdexcept>

namespace oauthentic::mock {

namespace {

using enum oauth::AuthenticationMethod;

constexpr std::size_t kIdOctets = 16;      // 22 characters
constexpr std::size_t kSecretOctets = 32;  // 43 characters

const std::string kCallback = "http://127.0.0.1:8765/callback";
const std::string kOther = "http://127.0.0.1:8765/other?kept=1";
const std::string kWeb = "https://client.test/callback";  // never reached: no host has that name

Client make(std::string role, std::string title, oauth::AuthenticationMethod method, Random& random) {
  Client client;
  client.role = std::move(role);
  client.title = std::move(title);
  client.id = random.base64url(kIdOctets);
  client.method = method;
  if (method == client_secret_basic || method == client_secret_post)
    client.secret = random.base64url(kSecretOctets);
  client.redirect_uris = {kCallback, kOther, kWeb};
  client.scopes = {"openid", "profile", "email", "phone", "offline_access", "admin"};
  return client;
}

Client native(Random& random) {
  auto client = make("public", "Example on your device", none, random);
  client.native = true;
  client.may_use_own_rights = false;
  return client;
}

Client with_key(Random& random) {
  auto client = make("jwt", "Example with a key", private_key_jwt, random);
  client.key = jwt_client_key();
  return client;
}

/// Identifier and secret need RFC 6749 §2.3.1's form-encoding before they may stand in Basic credentials.
Client encoded(Random& random) {
  auto client = make("encoded", "Example of encodings", client_secret_basic, random);
  client.id = "a+b%2F/d " + client.id;  // no colon: then nobody could read it unencoded (RFC 7617 §2)
  client.secret = "s:+%41/ \xC3\xA9" + client.secret;
  return client;
}

Client single(Random& random) {
  auto client = make("single", "Example with one address", client_secret_basic, random);
  client.redirect_uris = {kCallback};
  return client;
}

Client limited(Random& random) {
  auto client = make("limited", "Example service", client_secret_basic, random);
  client.redirect_uris = {kCallback};
  client.scopes = {"profile"};
  client.may_use_code = false;
  client.may_use_own_rights = false;
  return client;
}

Client protected_resource(Random& random) {
  auto client = make("resource_server", "Example API", client_secret_basic, random);
  client.redirect_uris.clear();
  client.scopes.clear();
  client.may_use_code = false;
  client.may_use_own_rights = false;
  client.may_introspect_all = true;
  return client;
}

Client web_application(const RegistryOptions& options, Random& random) {
  auto client = make("relying_party", "Example App", client_secret_basic, random);
  client.redirect_uris = {options.relying_party + "/callback"};
  return client;
}

}  // namespace

const oauth::Key& jwt_client_key() {
  static const auto key = oauth::Key::generate_p256();
  return key;
}

Registry::Registry(const RegistryOptions& options, Random& random) {
  clients_ = {
      make("confidential", "Example", client_secret_basic, random),
      native(random),
      make("other", "Another example", client_secret_basic, random),
      make("post", "Example by form", client_secret_post, random),
      with_key(random),
      encoded(random),
      single(random),
      limited(random),
      protected_resource(random),
      web_application(options, random),
  };
  users_ = {
      {"alice", "correct h\xC3\xB6rse " + random.base64url(6), "user-" + random.base64url(12), "Alice Example"},
      {"bob", "battery st\xC3\xA1ple " + random.base64url(6), "user-" + random.base64url(12), "Bob Example"},
  };
}

const Client* Registry::client(std::string_view id) const {
  const auto at = std::ranges::find(clients_, id, &Client::id);
  if (at != clients_.end()) return &*at;
  const std::lock_guard lock(mutex_);
  return registered(id);
}

const Client* Registry::registered(std::string_view id) const {
  const auto at = std::ranges::find_if(
      registered_, [&](const Client& client) { return client.id == id && !client.has_ended(); });
  return at == registered_.end() ? nullptr : &*at;
}

const Client* Registry::add(Client client) {
  // Requests that are under way still look at a client that has ended: none is ever taken out.
  constexpr std::size_t kMost = 5000;
  const std::lock_guard lock(mutex_);
  if (registered_.size() >= kMost) return nullptr;
  if (const auto* before = registered(client.id)) *before->ended = true;
  client.ended = std::make_shared<std::atomic<bool>>(false);
  return &registered_.emplace_back(std::move(client));
}

bool Registry::remove(std::string_view id) {
  const std::lock_guard lock(mutex_);
  const auto* client = registered(id);
  if (client) *client->ended = true;
  return client != nullptr;
}

const Client& Registry::client_of_role(std::string_view role) const {
  const auto at = std::ranges::find(clients_, role, &Client::role);
  if (at == clients_.end()) throw std::logic_error("the mock provider has no such client");
  return *at;
}

const User* Registry::user(std::string_view username) const {
  const auto at = std::ranges::find(users_, username, &User::username);
  return at == users_.end() ? nullptr : &*at;
}

const User* Registry::user_of_sub(std::string_view sub) const {
  const auto at = std::ranges::find(users_, sub, &User::sub);
  return at == users_.end() ? nullptr : &*at;
}

}  // namespace oauthentic::mock

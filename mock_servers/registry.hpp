#pragma once
// The accounts and clients that a mock provider knows: from its construction on, and registered later (RFC
// 7591).
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "oauth/client_authentication.hpp"
#include "oauth/jose.hpp"

namespace oauthentic::mock {

using Scopes = std::vector<std::string>;

struct Client {
  std::string role;   ///< the name that the target file gives it: "confidential", "public", ...
  std::string title;  ///< what the consent page calls it
  std::string id;
  std::string secret;  ///< empty: it has none
  oauth::AuthenticationMethod method = oauth::AuthenticationMethod::client_secret_basic;
  std::optional<oauth::Key> key;  ///< the public key of private_key_jwt
  std::vector<std::string> redirect_uris;
  Scopes scopes;                    ///< all it may ever ask for
  bool may_use_code = true;         ///< authorization_code and refresh_token
  bool may_use_own_rights = true;   ///< client_credentials
  bool may_introspect_all = false;  ///< a protected resource (RFC 7662 §4)
  bool native = false;              ///< RFC 8252: loopback redirect URIs, their port is free
  std::string
      registration_token;  ///< of a client that registered itself: what it is managed with (RFC 7592 §3)
  std::string metadata;    ///< of such a client: what was registered, a JSON object
  std::shared_ptr<std::atomic<bool>> ended;  ///< of such a client: it was deleted or replaced

  bool is_public() const { return method == oauth::AuthenticationMethod::none; }
  bool has_ended() const { return ended && *ended; }
};

struct User {
  std::string username;
  std::string password;
  std::string sub;
  std::string name;
};

/// Origins that the clients' redirect URIs and the users' rights refer to.
struct RegistryOptions {
  std::string relying_party;
};

class Registry {
 public:
  Registry(const RegistryOptions& options, Random& random);

  /// May be called from several threads, as what follows; what it returns stays where it is.
  const Client* client(std::string_view id) const;
  /// Takes up a client that registered itself; one of the same id ends. Nothing once there have been too many.
  const Client* add(Client client);
  /// The client of that id is gone, with all that it was issued; false if it did not register itself.
  bool remove(std::string_view id);
  const Client& client_of_role(std::string_view role) const;
  const User* user(std::string_view username) const;
  const User* user_of_sub(std::string_view sub) const;
  const std::vector<Client>& clients() const { return clients_; }
  const std::vector<User>& users() const { return users_; }

 private:
  const Client* registered(std::string_view id) const;

  std::vector<Client> clients_;
  std::vector<User> users_;
  mutable std::mutex mutex_;
  std::deque<Client> registered_;
};

/// The private key of the client of role "jwt"; made once in a process, since that takes a while.
const oauth::Key& jwt_client_key();

}  // namespace oauthentic::mock

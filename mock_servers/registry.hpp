#pragma once
// The accounts and clients that a mock provider knows from its construction on.
#include <map>
#include <memory>
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

  bool is_public() const { return method == oauth::AuthenticationMethod::none; }
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

  const Client* client(std::string_view id) const;
  const Client& client_of_role(std::string_view role) const;
  const User* user(std::string_view username) const;
  const User* user_of_sub(std::string_view sub) const;
  const std::vector<Client>& clients() const { return clients_; }
  const std::vector<User>& users() const { return users_; }

 private:
  std::vector<Client> clients_;
  std::vector<User> users_;
};

/// The private key of the client of role "jwt"; made once in a process, since that takes a while.
const oauth::Key& jwt_client_key();

}  // namespace oauthentic::mock

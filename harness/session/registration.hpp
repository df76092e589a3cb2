#pragma once
// Clients that are registered at the provider for a run (RFC 7591 §3) and removed after it (RFC 7592 §2.3).
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "session/world.hpp"

namespace oauthentic::session {

/// The metadata that `client` would register: its authentication, redirect URIs and scope, what the target file
/// adds, and a key of its own where it authenticates by one.
nlohmann::json registration_document(const World& world, const script::Client& client);

/// A request to the registration endpoint, with the initial access token of the target file, if there is one.
Request registration_request(const World& world, const nlohmann::json& document);

/// A client as the provider registered it.
struct Registered {
  std::string role;  ///< its name in the target file
  std::string client_id;
  std::string client_uri;    ///< where it is managed; empty: the provider offers no management
  std::string client_token;  ///< registration access token
};

/// What a registration's answer says; nothing if it registered no client.
std::optional<Registered> read_registered(const nlohmann::json& body);

/// Registers the clients that the target file asks for, and removes them at the latest when it ends. What is
/// still registered is kept in a file (mode 0600) as well, so that a later run can remove what a killed one
/// left.
class Registrations {
 public:
  /// `folder`: for the files; empty: none is kept.
  Registrations(World& world, script::Target& target, std::string folder);
  ~Registrations();
  Registrations(const Registrations&) = delete;
  Registrations& operator=(const Registrations&) = delete;

  /// Removes what earlier runs that are no more left at this issuer; returns how many that were.
  std::size_t remove_left_behind();
  /// Replaces the clients of the target file that stand for a role by registered ones, and drops those that the
  /// provider will not register. What it refused, for a person; nothing of it if at least one client could be
  /// registered.
  std::vector<std::string> register_all();
  /// Removes all of them. What could not be removed, for a person.
  std::vector<std::string> remove_all();

  const std::vector<Registered>& all() const { return registered_; }

 private:
  std::optional<std::string> register_one(script::Client& client);
  std::string remove(const Registered& client);
  http::Answer send(const std::string& label, const Request& request);
  void keep() const;

  World& world_;
  script::Target& target_;
  std::string folder_;
  std::string file_;
  std::vector<Registered> registered_;
  int count_ = 0;
};

/// $XDG_STATE_HOME/oauthentic, or ~/.local/state/oauthentic; empty if there is neither.
std::string state_folder();

}  // namespace oauthentic::session

#pragma once
// The target file: what a run is pointed at. Secrets come from the environment (`${NAME}`) or a file
// (`${file:PATH}`).
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/page_step.hpp"
#include "oauth/client_authentication.hpp"
#include "oauth/jose.hpp"
#include "oauth/totp.hpp"
#include "script/diagnostic.hpp"

namespace oauthentic::script {

struct Client {
  std::string name;  ///< its key in the target file: "confidential", "public", "other", ...
  std::string client_id;
  std::string client_secret;
  oauth::AuthenticationMethod authentication = oauth::AuthenticationMethod::none;
  std::optional<oauth::Key> private_key;
  std::string audience;      ///< aud of client assertions; empty: the issuer (RFC 7523 §3 leaves it open)
  std::string redirect_uri;  ///< its own, or the target's
  std::vector<std::string> scopes;  ///< its own, or the target's
};

/// Clients that the run registers itself (RFC 7591).
struct Registration {
  bool wanted = false;
  std::string initial_access_token;                    ///< empty: the endpoint is open
  nlohmann::json metadata = nlohmann::json::object();  ///< added to what each client registers
};

struct User {
  std::string username;
  std::string password;
  std::string agent = "forms";                     ///< "forms", "steps", "webdriver", "command" or "manual"
  std::optional<oauth::Totp> totp = std::nullopt;  ///< of the second factor (RFC 6238)
  std::vector<PageStep> steps = {};                ///< of the agents "steps" and "webdriver"
  std::string webdriver = {};                      ///< URL of a running driver; empty: chromedriver is started
  std::vector<std::string> command = {};           ///< of the agent "command": program and arguments
};

struct Api {
  std::string url;
  std::string scope;  ///< the scope it asks for; empty if it asks for none
  std::string method = "GET";
};

struct Target {
  std::string name;
  std::string issuer;
  nlohmann::json metadata;  ///< members that override what is discovered; an object
  /// Those without a client_id stand for a role, and are registered before a run.
  std::map<std::string, Client> clients;
  Registration registration;
  std::string redirect_uri;
  std::vector<std::string> redirect_uris;  ///< further registered ones
  std::string callback_certificate;  ///< PEM; of our listener on an https redirect URI; empty: made on the spot
  std::string callback_key;          ///< PEM
  std::vector<std::string> scopes;
  std::map<std::string, User> users;  ///< "user", "other_user"
  std::vector<Api> api;
  std::string relying_party;                 ///< the web application that offers the sign-in; may be empty
  std::set<std::string> origins;             ///< further origins of the provider that may see the password
  std::map<std::string, bool> capabilities;  ///< overrides what the metadata says
  std::map<std::string, std::string> authorization_parameters;  ///< sent with every authorization request
  std::size_t jobs = 256;                                       ///< scenarios at once, at the most
  double requests_per_second = 0;                               ///< to each host; 0: no limit
  std::chrono::milliseconds timeout{10'000};
  std::chrono::seconds code_lifetime{600};  ///< after that long a code is expected to be dead
  std::chrono::seconds refresh_grace{0};
  std::string ca_file;
  bool insecure = false;
  std::string certificate_file;  ///< PEM; of the client, for a server that asks for one
  std::string key_file;          ///< PEM; empty: it stands in certificate_file
  std::string proxy;         ///< http://host:port; empty: as the environment says; "none": whatever that says
  std::string no_proxy;      ///< hosts that are reached without it
  bool gzip = false;         ///< responses may come compressed
  std::string clock_header;  ///< a mock server's: moves its clock for one request
  std::vector<std::pair<std::string, std::string>> secrets;  ///< kind, value: for redaction
};

/// Reads and checks a target file. On a mistake nothing is returned and `diagnostics` tells it; a file that
/// cannot be read is such a mistake. `environment` is asked for `${NAME}`; nothing means it is not set.
std::optional<Target> load_target(const std::string& path, Diagnostics& diagnostics);
std::optional<Target> parse_target(std::string_view text, const std::string& file, Diagnostics& diagnostics);

}  // namespace oauthentic::script

#pragma once
// A whole provider for tests and demonstrations: authorization server, resource server and a relying party that
// offers the sign-in, with accounts and clients that the target file names.
#include <map>
#include <memory>
#include <string>

#include "core/clock.hpp"
#include "http/transport.hpp"
#include "mock_servers/faults.hpp"
#include "mock_servers/manners.hpp"

namespace oauthentic::mock {

/// A request to any mock server that carries this header (whole seconds, may be negative) is handled as if it
/// came that much later: each scenario has its own time, and no scenario disturbs another.
inline constexpr std::string_view kClockHeader = "Oauthentic-Clock-Offset";

/// The path of the issuer where a fault gives it one.
inline constexpr std::string_view kTenant = "/tenant";

struct ProviderOptions {
  std::string issuer = "https://as.test";  ///< origin of the authorization server, also its issuer
  std::string api = "https://api.test";    ///< origin of the resource server
  std::string relying_party =
      "https://app.test";      ///< origin of the web application with the "Sign in with" button
  std::string stance = "bcp";  ///< rfc6749, bcp or oauth21
  FaultSet faults = {};
  MannerSet manners = {};
  const Clock* clock = nullptr;  ///< nothing: the machine's; must outlive the provider
  Random* random = nullptr;      ///< nothing: the machine's; must outlive the provider
};

class Provider {
 public:
  /// Throws std::invalid_argument for an unknown stance, naming those there are.
  explicit Provider(ProviderOptions options);
  ~Provider();

  /// Each server's logic by origin; may be called from several threads for as long as the provider lives.
  const std::map<std::string, http::Handler>& handlers() const;
  /// A complete target file (YAML) for this provider, with its clients, user and API.
  std::string target_yaml() const;

  static const std::vector<std::string>& stances();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oauthentic::mock

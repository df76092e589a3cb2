#pragma once
// The mock provider as the stage of a fuzz target: everything by calls, no sockets, the same for each input.
// What it issued beforehand stands in a ledger, so that a target can tell for itself what a request is entitled
// to.
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/message.hpp"
#include "mock_servers/authorization_server/authorization_server.hpp"
#include "mock_servers/deployment.hpp"
#include "mock_servers/faults.hpp"
#include "mock_servers/resource_server/resource_server.hpp"
#include "oauth/pkce.hpp"

namespace oauthentic::fuzz {

inline constexpr std::string_view kVerifier = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGH";
inline constexpr std::string_view kOtherVerifier = "HGFEDCBAzyxwvutsrqponmlkjihgfedcba9876543210";

/// What came of one consent: tokens that end together.
struct Family {
  const mock::Client* client = nullptr;
  bool ended = false;
};

struct IssuedCode {
  std::shared_ptr<Family> family;
  mock::Scopes scopes;
  std::string redirect_uri;
  bool redirect_uri_sent = true;
  std::string challenge;  ///< empty: none
  oauth::ChallengeMethod method = oauth::ChallengeMethod::s256;
  Time issued;
  bool bought = false;  ///< it was redeemed
};

struct IssuedToken {
  bool is_refresh_token = false;
  std::shared_ptr<Family> family;
  mock::Scopes scopes;
  std::string resource;  ///< empty: every resource
  Time issued;
  bool ended = false;  ///< revoked or replaced by another

  bool is_live(Time now) const;
};

struct Ledger {
  std::map<std::string, IssuedCode, std::less<>> codes;
  std::map<std::string, IssuedToken, std::less<>> tokens;
  /// Client assertions that the key of the client "jwt" signed, and their claims.
  std::map<std::string, std::string, std::less<>> assertions;
  std::set<std::string> spent_assertions;  ///< by jti

  /// Takes up the tokens of a token response; the refresh token has the scopes of what it came from.
  void record(const Response& answer, const IssuedToken& like);
  const IssuedToken* token(std::string_view name) const;
};

class Stage {
 public:
  /// An unknown stance is "bcp". One stage at a time.
  explicit Stage(std::string_view stance);
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  Response send(const Request& request);
  void let_pass(std::chrono::seconds time);
  /// The server's time for this request.
  Time now(const Request& request) const { return deployment().now(request); }
  const mock::Deployment& deployment() const;
  const mock::Stance& stance() const { return deployment().stance; }
  const mock::Registry& registry() const { return deployment().registry; }
  const mock::Client* client_of_role(std::string_view role) const;

  /// "issuer", "confidential.id", "public.code": see stage.cpp. Codes and tokens are issued when they are first
  /// asked for. Empty if there is no such thing.
  std::string value(std::string_view name);
  /// The session of the user who consented beforehand; empty if nothing was issued.
  const std::string& session() const { return session_; }
  /// Makes the request that of this client, as it usually authenticates.
  void authenticate(Request& request, const mock::Client& client);
  /// A client assertion by a key: "own", "other", "public" (HMAC with the text of the public key) or "none".
  std::string assertion(std::string_view key, const std::string& claims);

  Ledger ledger;

 private:
  struct Setting;
  static Setting& setting_of(std::string_view stance);
  Time base_time() const { return deployment().options.clock->now(); }
  Response browse(std::string_view method, const std::string& target, const oauth::Parameters& form = {});
  std::string common_value(std::string_view name) const;
  std::string value_of(const mock::Client& client, std::string_view name);
  std::string issue_code(const mock::Client& client, std::string_view kind);
  std::string issue_tokens(const mock::Client& client, std::string_view wanted);
  std::string issue_own_token(const mock::Client& client, const std::string& resource);

  Setting& setting_;
  mock::AuthorizationServer authorization_server_;
  mock::ResourceServer resource_server_;
  std::map<std::string, std::string, std::less<>> issued_;
  std::string session_;  ///< of the user who consented beforehand
  int assertions_ = 0;
};

/// The provider of each stage has this fault, as long as this lives: proof that a property can fail. A fuzz
/// program takes one from the environment (OAUTHENTIC_FUZZ_FAULT=code-reusable).
class FaultOnStage {
 public:
  explicit FaultOnStage(mock::Fault fault);
  ~FaultOnStage();
  FaultOnStage(const FaultOnStage&) = delete;
  FaultOnStage& operator=(const FaultOnStage&) = delete;
};

/// The value of the hidden field of that name in a page of the provider; empty if there is none.
std::string hidden_field(const Response& page, std::string_view name);
/// The cookie "session" that an answer sets; empty if it sets none.
std::string session_cookie(const Response& answer);

}  // namespace oauthentic::fuzz

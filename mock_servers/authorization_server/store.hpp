#pragma once
// What an authorization server remembers: who is signed in, what was asked, granted and issued.
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "mock_servers/bounded_map.hpp"
#include "mock_servers/registry.hpp"
#include "oauth/pkce.hpp"

namespace oauthentic::mock {

inline constexpr std::chrono::seconds kCodeLife{60};
inline constexpr std::chrono::seconds kAccessTokenLife{3600};
inline constexpr std::chrono::seconds kRefreshTokenLife{30 * 24 * 3600};
inline constexpr std::chrono::seconds kSessionLife{8 * 3600};
inline constexpr std::chrono::seconds kTransactionLife{3600};

/// An error as OAuth tells it. The texts are literals: nothing that a peer sent is ever among them.
struct OAuthError {
  std::string_view code;
  std::string_view description;
  int status = 400;
};

/// A browser's session. Anonymous until the sign-in, which starts a new one.
struct Session {
  std::string id;
  const User* user = nullptr;
  Time authenticated;
  Time expires;
  std::mutex mutex;                                        ///< of what follows
  std::map<std::string, std::set<std::string>> consented;  ///< client_id → scopes
};

/// What an OpenID Connect request asks for beyond OAuth (Core 1.0 §3.1.2.1, §5.5).
struct OpenIdRequest {
  std::optional<std::int64_t> max_age;  ///< seconds since the sign-in, at most
  std::string wanted_sub;               ///< by id_token_hint or claims; empty: anybody
  bool wants_acr = false;               ///< acr_values, or the claim acr
  std::set<std::string> userinfo;       ///< claims for UserInfo, by the parameter claims
};

/// An authorization request whose client and redirect URI are good (RFC 6749 §4.1.1).
struct AuthorizationRequest {
  const Client* client = nullptr;
  std::string redirect_uri;
  bool redirect_uri_sent = false;
  std::string response_mode = "query";
  Scopes scopes;
  std::optional<std::string> state;
  std::string nonce;
  std::string challenge;  ///< empty: none
  oauth::ChallengeMethod method = oauth::ChallengeMethod::s256;
  std::string resource;  ///< RFC 8707; empty: every resource there is
  std::set<std::string> prompt;
  OpenIdRequest openid;
  std::optional<OAuthError> error;  ///< what the client is told instead of a code
};

/// A request that waits for its user.
struct Transaction {
  std::string id;
  std::string session;  ///< the browser's session, now
  std::string csrf;
  AuthorizationRequest request;
  bool signed_in_anew = false;  ///< prompt=login was done
  Time expires;
};

/// What one user granted one client: the family of all tokens that come of it.
struct Grant {
  const Client* client = nullptr;
  const User* user = nullptr;  ///< nothing: the client acts for itself
  Scopes scopes;
  std::string resource;
  std::string nonce;
  Time authenticated;
  OpenIdRequest openid;
  std::atomic<bool> access_revoked{false};   ///< no access token of this grant works any more
  std::atomic<bool> refresh_revoked{false};  ///< no refresh token does
};

struct Code {
  std::shared_ptr<Grant> grant;
  std::string redirect_uri;
  bool redirect_uri_sent = false;
  std::string challenge;
  oauth::ChallengeMethod method = oauth::ChallengeMethod::s256;
  Time expires;
  std::atomic<bool> used{false};
  std::atomic<int> redemptions{0};  ///< of the fault code_race
};

struct AccessToken {
  std::shared_ptr<Grant> grant;
  Scopes scopes;
  std::string resource;  ///< RFC 8707; empty: every resource there is
  Time issued;
  Time expires;
  std::atomic<bool> revoked{false};

  bool is_revoked() const { return revoked || grant->access_revoked || grant->client->has_ended(); }
};

struct RefreshToken {
  std::shared_ptr<Grant> grant;
  Scopes scopes;
  Time issued;
  Time expires;
  std::atomic<bool> used{false};  ///< rotated away
  std::atomic<bool> revoked{false};

  bool is_revoked() const { return revoked || grant->refresh_revoked || grant->client->has_ended(); }
};

/// How a name that a peer presents is looked up.
enum class Lookup {
  exact,
  by_half,  ///< for faults: a part of the name is enough
};

/// Every method may be called from several threads. What it returns is shared; only atomics change after `put`.
class Store {
 public:
  void put(std::string name, std::shared_ptr<Code> value);
  void put(std::string name, std::shared_ptr<AccessToken> value);
  void put(std::string name, std::shared_ptr<RefreshToken> value);
  void put(std::string name, std::shared_ptr<Session> value);
  void put(std::string name, std::shared_ptr<Transaction> value);

  std::shared_ptr<Code> code(std::string_view name, Lookup lookup) const;
  std::shared_ptr<AccessToken> access_token(std::string_view name, Lookup lookup) const;
  std::shared_ptr<RefreshToken> refresh_token(std::string_view name, Lookup lookup) const;
  std::shared_ptr<Session> session(std::string_view name) const;
  std::shared_ptr<Transaction> transaction(std::string_view name) const;
  void end_transaction(std::string_view name);
  void end_session(std::string_view name);

  /// False if this assertion was seen before (RFC 7523 §3).
  bool note_assertion(const std::string& client_id, const std::string& jti);
  /// For the fault challenge_not_bound_to_code: which challenges a client ever sent.
  void note_challenge(const std::string& client_id, std::string_view challenge);
  bool knows_challenge(const std::string& client_id, std::string_view challenge) const;
  /// For the fault code_race: waits until two redemptions of the code are under way, or for a moment:
  /// second.
  void wait_for_second_redemption(Code& code);

 private:
  mutable std::mutex mutex_;
  BoundedMap<Code> codes_{20'000, 2 * kCodeLife};
  BoundedMap<AccessToken> access_tokens_{50'000, 2 * kAccessTokenLife};
  BoundedMap<RefreshToken> refresh_tokens_{50'000, kRefreshTokenLife};
  BoundedMap<Session> sessions_{20'000, kSessionLife};
  BoundedMap<Transaction> transactions_{20'000, kTransactionLife};
  BoundedMap<bool> assertions_{20'000, kTransactionLife};
  BoundedMap<bool> challenges_{20'000, kTransactionLife};
  std::condition_variable second_redemption_;
};

}  // namespace oauthentic::mock

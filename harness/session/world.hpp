#pragma once
// What all sessions of one run share: the target, the wire, the sign-ins that are kept, and where exchanges are
// recorded.
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "agent/agent.hpp"
#include "core/exchange.hpp"
#include "http/transport.hpp"
#include "oauth/cookies.hpp"
#include "oauth/jose.hpp"
#include "oauth/redaction.hpp"
#include "script/target.hpp"
#include "session/traffic.hpp"

namespace oauthentic::session {

/// What is known of the provider once its metadata was read.
struct Discovery {
  nlohmann::json metadata = nlohmann::json::object();  ///< published, overridden by the target file
  nlohmann::json openid = nlohmann::json::object();    ///< the OpenID document, if there is one
  nlohmann::json resource =
      nlohmann::json::object();  ///< protected resource metadata of the first API (RFC 9728)
  std::vector<oauth::Key> keys;  ///< of jwks_uri
  std::set<std::string> capabilities;
  std::string endpoint(std::string_view name) const;  ///< "token_endpoint" → URL, or empty
};

/// Signed-in user agents that wait for their next use. One is never used by two sessions at once: providers
/// give a new session identifier at each step of a journey, and a second agent with the old one would be signed
/// out in the middle of its own. May be used from several threads.
class SignIns {
 public:
  /// A jar of that user that nobody uses now, or an empty one.
  oauth::CookieJar take(const std::string& user);
  void give_back(const std::string& user, oauth::CookieJar jar);

  /// One sign-in of a user at a time, and one answer to a consent page: protection against guessed passwords
  /// takes several at once for an attack, and two consents at once have been stored twice.
  struct Turns {
    std::mutex sign_in;
    std::mutex consent;
  };
  Turns& turns(const std::string& user);

 private:
  std::mutex mutex_;
  std::map<std::string, std::vector<oauth::CookieJar>> idle_;
  std::map<std::string, Turns> turns_;
};

struct World {
  const script::Target* target = nullptr;
  http::Transport* transport = nullptr;
  std::shared_ptr<agent::Agent> agent;
  std::map<std::string, std::shared_ptr<agent::Agent>> agents;  ///< of users that need another one
  Discovery discovery;
  SignIns sign_ins;
  std::unique_ptr<RateLimiter> limiter;
  Breaker breaker;
  std::shared_ptr<oauth::TagRegistry> tags;
  std::string seed;
  /// Takes exchanges that are already redacted; nothing: they are not kept (and not redacted).
  std::function<void(const Exchange&)> record;
  /// Lets real time pass; may give the caller's place to another job meanwhile.
  std::function<void(std::chrono::seconds)> wait;
  std::function<bool()> interrupted = [] { return false; };

  /// The client that a scenario uses unless it names one: the first of confidential, public, or whatever there
  /// is.
  const script::Client& primary_client() const;
  const script::Client* client(const std::string& name) const;
  /// The agent of that user of the target file.
  agent::Agent& agent_of(const std::string& user) const;

  /// Knows the secrets of the target file, for all sessions alike; made when it is first asked for.
  std::shared_ptr<const oauth::Redactor> target_redactor();
  /// The target has more secrets now.
  void forget_target_redactor();

 private:
  std::mutex target_redactor_mutex_;
  std::shared_ptr<const oauth::Redactor> target_redactor_;
};

/// How one exchange of discovery went, for messages to the user.
struct DiscoveryProblem {
  std::string what;
  bool unreachable = false;  ///< nothing answered at all
  int status = 0;            ///< of the answer; 0 if there was none
};

/// Reads metadata, keys and resource metadata; whatever is missing stays empty. `problems` says what went
/// wrong.
Discovery discover(World& world, std::vector<DiscoveryProblem>& problems);

/// Which capabilities the provider claims, and the target file makes usable.
std::set<std::string> capabilities_of(const script::Target& target, const Discovery& discovery);

}  // namespace oauthentic::session

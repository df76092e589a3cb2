#pragma once
// Fresh codes and tokens, obtained by honest sign-ins beside the fuzzer: an authorization code serves once.
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "session/world.hpp"

namespace oauthentic::fuzz {

enum class Kind { code, tokens };

struct FreshGrant {
  std::string code;
  std::string code_verifier;
  std::string redirect_uri;
  std::string access_token;
  std::string refresh_token;
  std::chrono::steady_clock::time_point made;
  unsigned uses = 0;
};

/// One honest sign-in, with redemption of the code where tokens are wanted. Nothing, and the reason in `why`,
/// if it fails. `id` names the session.
std::optional<FreshGrant> sign_in(session::World& world, const script::Client& client, Kind kind,
                                  const std::string& id, std::string& why, bool alone = false);

/// May be used from one thread; a thread of its own fills it.
class Pool {
 public:
  explicit Pool(session::World& world);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// The next grant of that client; waits for it. Nothing if sign-ins fail: `trouble` says why.
  std::optional<FreshGrant> take(const std::string& client, Kind kind);
  /// One that the provider did not take: it may serve again, as long as it is young.
  void give_back(const std::string& client, Kind kind, FreshGrant grant);
  /// Those that wait may be of no more use: the provider was restarted, or revoked them.
  void forget();
  std::string trouble() const;
  std::size_t made() const;

 private:
  using Key = std::pair<std::string, Kind>;
  struct Shelf {
    std::deque<FreshGrant> grants;
    bool wanted = false;
    unsigned failures = 0;  ///< in a row
  };
  void fill(const std::stop_token& stop);
  const Key* next_to_fill();

  session::World& world_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<Key, Shelf> shelves_;
  std::string trouble_;
  std::size_t made_ = 0;
  std::size_t number_ = 0;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace oauthentic::fuzz

#pragma once
// Sends an input to the target and says what came of it.
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "fuzz/network/honest.hpp"
#include "fuzz/network/pool.hpp"
#include "fuzz/network/symptom.hpp"
#include "oauth/cookies.hpp"
#include "run/walker.hpp"

namespace oauthentic::fuzz {

struct Execution {
  std::vector<Sent> sent;
  std::vector<Symptom> symptoms;
  std::vector<Hash> features;
  bool answered = false;  ///< at least one request was
  bool possible = true;   ///< false: there was no fresh code or token for it
};

struct ExecutorOptions {
  std::chrono::milliseconds timeout{
      3000};  ///< a target that answers fast is given less: 200 times what is usual
  std::string seed;
  /// Called with each input before it is sent.
  std::function<void(const Input&)> about_to_run = {};
};

/// For one thread.
class Executor {
 public:
  Executor(session::World& world, const Honest& honest, ExecutorOptions options);

  enum class State {
    shared,  ///< codes and tokens that other requests left good
    fresh,   ///< of this execution alone, of a session that others share
    alone,   ///< with a sign-in of its own: for what has to be certain
  };
  Execution run(const Input& input, State state = State::shared);

  Pool& pool() { return pool_; }
  Fingerprints& prints() { return prints_; }
  /// Sends honest requests to learn what answers vary in, how long they take, and whether codes survive a
  /// refusal. Returns why the target cannot be fuzzed; empty if it can.
  std::string learn();
  std::size_t requests() const { return requests_; }
  std::size_t put_off() const { return put_off_; }

 private:
  class Bindings;
  std::optional<FreshGrant> sign_in_alone(const std::string& client, Kind kind);
  void begin_session(const std::string& client);
  Sent send(const Step& step, Bindings& bindings);
  void follow(const Sent& sent, const Step& step, Bindings& bindings);
  unsigned latency_class(std::chrono::microseconds duration) const;

  session::World& world_;
  const Honest& honest_;
  ExecutorOptions options_;
  Pool pool_;
  Fingerprints prints_;
  SeededRandom random_;
  std::unique_ptr<run::Walker> own_session_;
  oauth::CookieJar cookies_;
  std::size_t authorizations_ = 0;
  bool codes_survive_ = false;
  std::chrono::microseconds usual_{0};
  std::chrono::microseconds slow_;
  std::size_t requests_ = 0;
  std::size_t put_off_ = 0;
};

}  // namespace oauthentic::fuzz

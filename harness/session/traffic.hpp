#pragma once
// How fast requests go out, and when no more do: shared by all sessions of a run, used from several threads.
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "http/transport.hpp"

namespace oauthentic::session {

/// Spaces the requests to each host evenly, over all threads. A host that puts requests off (429, or 503 with
/// Retry-After) gets fewer from then on.
class RateLimiter {
 public:
  using Duration = std::chrono::milliseconds;

  /// `per_second`: to each host; 0: no limit of ours.
  explicit RateLimiter(double per_second) : per_second_(per_second) {}

  /// Until it is the turn of a request to that URL, or `interrupted` says so.
  void wait(const std::string& url, const std::function<bool()>& interrupted = {});
  /// Nothing is sent to that host before `pause` has passed; afterwards half as many a second as before.
  void put_off(const std::string& url, Duration pause);

  struct Slowdown {
    std::string origin;
    std::size_t times = 0;  ///< requests that were put off
    Duration spacing{0};    ///< between two requests, at the end
  };
  /// Hosts that put requests off.
  std::vector<Slowdown> slowdowns() const;

 private:
  struct Host {
    std::chrono::steady_clock::time_point next{};
    std::chrono::steady_clock::time_point slowed_until{};  ///< what is put off before then tells nothing new
    std::chrono::microseconds spacing{0};
    std::size_t put_off = 0;
  };
  Host& host_of(const std::string& url);

  double per_second_;
  mutable std::mutex mutex_;
  std::map<std::string, Host> hosts_;
};

/// How long a response asks to wait (RFC 9110 §10.2.3: seconds or a date); nothing if it does not put the
/// request off.
std::optional<RateLimiter::Duration> put_off_by(const Response& response);

/// Stops a run whose target died, and spares it the deadlines of an endpoint that never answered. An endpoint
/// is given up after several requests in a row without an answer, and after a probe of its own found the same:
/// one request that a server cannot bear is no death.
class Breaker {
 public:
  /// Before it is armed it only counts.
  void arm() { armed_ = true; }

  /// Instead of sending: why that endpoint gets no more requests.
  std::optional<TransportError> refuses(const std::string& url) const;
  /// What came of a request; `exchange` names it. `probe` sends an honest request to that URL; it is called
  /// without a lock, at most once at a time for one endpoint.
  void note(const std::string& url, const http::Answer& answer, const std::string& exchange,
            const std::function<http::Answer(const std::string& url)>& probe);

  /// An endpoint that had answered died.
  bool is_open() const { return open_; }
  /// When and how; empty while all is well.
  std::string death() const;

 private:
  struct Endpoint {
    std::size_t unanswered = 0;  ///< in a row
    bool answered = false;       ///< at least once
    bool probing = false;
    std::string last_answered;  ///< exchange
    std::optional<TransportError> given_up;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Endpoint> endpoints_;
  std::string death_;
  std::atomic<bool> open_ = false;
  std::atomic<bool> any_given_up_ = false;  ///< spares all other requests a look at the endpoints
  bool armed_ = false;
};

}  // namespace oauthentic::session

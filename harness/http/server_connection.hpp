#pragma once
// One connection of the listener: reads requests, calls the handler, writes responses, all on the listener's
// threads.
#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <mutex>
#include <string>
#include <unordered_set>

#include "http/transport.hpp"
#include "http/wire.hpp"

namespace oauthentic::http {

/// A connection as the watch over idle ones sees it.
class Watched {
 public:
  using Clock = std::chrono::steady_clock;
  void expire_after(Clock::duration time) { expiry_.store(Clock::now() + time, std::memory_order_relaxed); }
  void never_expire() { expiry_.store(Clock::time_point::max(), std::memory_order_relaxed); }
  bool expired(Clock::time_point now) const { return expiry_.load(std::memory_order_relaxed) <= now; }

 protected:
  ~Watched() = default;

 private:
  std::atomic<Clock::time_point> expiry_ = Clock::time_point::max();
};

/// Ends connections whose time is up. It knows their descriptors and shuts them down, which a pending operation
/// then sees as the end of the stream: no timer and no strand for each connection.
class IdleWatch {
 public:
  /// `descriptor` must stay open until remove().
  void add(Watched* connection, int descriptor);
  void remove(Watched* connection, int descriptor);
  void end_expired();

 private:
  struct Entry {
    Watched* connection;
    int descriptor;
    bool operator==(const Entry&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Entry& entry) const { return std::hash<int>()(entry.descriptor); }
  };
  std::mutex mutex_;
  std::unordered_set<Entry, Hash> entries_;
};

/// What all connections of a listener share; outlives them.
struct Service {
  Handler handler;
  ServerLimits limits;
  std::chrono::milliseconds idle_timeout;
  std::string scheme;
  std::string authority;  ///< where HTTP/1.0 names no host
  IdleWatch watch;
};

/// Serves the connection until it ends; it keeps itself alive. `tls`: nothing for plain TCP.
void serve(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls, Service& service);

}  // namespace oauthentic::http

#pragma once
// How a request reaches a peer and what comes back. Two implementations: the wire (beast_client.hpp) and a call
// into a server in this process (loopback_transport.hpp). Both may be used from several threads at once.
#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/exchange.hpp"

namespace oauthentic::http {

using Answer = std::variant<Response, TransportError>;

struct SendLimits {
  std::chrono::milliseconds timeout{10'000};  ///< for the whole exchange, connecting included
  std::size_t head_octets = 64 * 1024;
  std::size_t body_octets = 4 * 1024 * 1024;
};

class Transport {
 public:
  virtual ~Transport() = default;

  /// Blocks until the answer is whole, a limit is passed or the deadline ends it. Redirects are never followed.
  virtual Answer send(const Request& request, const SendLimits& limits) = 0;

  /// Sends all at the same instant: every connection stands open with all but its last octet written, then the
  /// last octets go out together. Answers are in the order of the requests.
  virtual std::vector<Answer> send_together(std::span<const Request> requests, const SendLimits& limits) = 0;
};

/// A server's logic, without sockets. Must be callable from several threads.
using Handler = std::function<Response(const Request&)>;

}  // namespace oauthentic::http

#pragma once
// Calls a server's logic in this process: no sockets, same interface. Octet-exact requests are parsed as a
// server would.
#include <map>
#include <string>

#include "http/transport.hpp"

namespace oauthentic::http {

class LoopbackTransport : public Transport {
 public:
  /// `handlers`: origin ("http://as.test") → logic. Any other origin answers with
  /// TransportError::Kind::connect.
  explicit LoopbackTransport(std::map<std::string, Handler> handlers);
  Answer send(const Request& request, const SendLimits& limits) override;
  std::vector<Answer> send_together(std::span<const Request> requests, const SendLimits& limits) override;

 private:
  std::map<std::string, Handler> handlers_;
};

}  // namespace oauthentic::http

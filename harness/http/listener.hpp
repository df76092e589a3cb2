#pragma once
// Serves a Handler on a loopback port: the mock servers, the callback listener and servers in tests.
#include <chrono>
#include <memory>
#include <string>

#include "http/transport.hpp"
#include "http/wire.hpp"

namespace oauthentic::http {

struct ListenerOptions {
  std::string address = "127.0.0.1";  ///< or "::1"; anything but loopback is refused
  unsigned short port = 0;            ///< 0: the system chooses
  unsigned threads = 4;               ///< handlers that may run at once
  bool tls = false;                   ///< with a certificate made on the spot, unless one is given
  std::string certificate_pem;
  std::string key_pem;
  std::string
      client_ca_pem;  ///< clients have to show a certificate of this authority (RFC 8446 §4.3.2); empty: none
  ServerLimits limits;
  std::chrono::milliseconds idle_timeout{60'000};  ///< for a peer that neither sends nor reads
};

/// Listens from its construction to its destruction. Throws std::runtime_error with the address and the reason
/// if it cannot.
class Listener {
 public:
  Listener(Handler handler, const ListenerOptions& options);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  unsigned short port() const;
  std::string origin() const;           ///< "http://127.0.0.1:40123"
  std::string certificate_pem() const;  ///< what a client has to trust; empty without TLS

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct Certificate {
  std::string certificate_pem;
  std::string key_pem;
};
/// A self-signed P-256 certificate for localhost, 127.0.0.1 and ::1, valid for a day.
Certificate make_certificate();

}  // namespace oauthentic::http

#pragma once
// The wire: HTTP/1.1 over TCP or TLS with keep-alive connections, deadlines and limits. Beast and Asio stay
// behind it.
#include <memory>
#include <string>

#include "http/transport.hpp"

namespace oauthentic::http {

struct TlsOptions {
  std::string ca_file;    ///< PEM; in addition to the system's trust
  bool insecure = false;  ///< accept any certificate; the report says so
};

struct ClientOptions {
  TlsOptions tls;
  std::size_t idle_connections = 32;  ///< kept open per origin
};

/// Throws std::runtime_error if `ca_file` cannot be read.
std::unique_ptr<Transport> make_client(ClientOptions options = {});

}  // namespace oauthentic::http

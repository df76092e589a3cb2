#pragma once
// The wire: HTTP/1.1 over TCP or TLS with keep-alive connections, deadlines and limits. Beast and Asio stay
// behind it.
#include <memory>
#include <string>

#include "http/proxy.hpp"
#include "http/transport.hpp"

namespace oauthentic::http {

struct TlsOptions {
  std::string ca_file;    ///< PEM; in addition to the system's trust
  bool insecure = false;  ///< accept any certificate; the report says so
  std::string certificate_file =
      {};                     ///< PEM, with its chain: shown to a server that asks for one (RFC 8446 §4.3.2)
  std::string key_file = {};  ///< PEM, not encrypted; empty: it stands in certificate_file
};

struct ClientOptions {
  TlsOptions tls;
  std::size_t idle_connections = 32;  ///< kept open per origin
  Proxies proxies = {};
  /// Asks for gzip and decodes it, up to the limit on bodies. Without it an encoded body is an error of its
  /// own.
  bool gzip = false;
};

/// Throws std::runtime_error if a file of `tls` cannot be used.
std::unique_ptr<Transport> make_client(ClientOptions options = {});

}  // namespace oauthentic::http

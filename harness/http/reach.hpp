#pragma once
// How far one gets towards a host without sending it a request: name, connection, TLS.
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/exchange.hpp"
#include "http/beast_client.hpp"

namespace oauthentic::http {

/// Why a certificate is not trusted.
enum class Distrust { none, unknown_issuer, expired, not_yet_valid, other_host, other };

struct Reach {
  std::string proxy;  ///< host and port of the proxy on the way, which looks the host up; or empty
  std::vector<std::string>
      addresses;            ///< of the host name (of the proxy, if there is one); empty if it has none
  bool connected = false;   ///< one of them took the connection; through a proxy: the way is open
  bool secured = false;     ///< the TLS handshake is done; false for http
  std::string tls_version;  ///< "TLSv1.3"
  /// Of the certificate that was shown, also where it is not trusted: the names that it is for, comma between.
  std::string certificate_names;
  std::optional<Time> certificate_ends;
  Distrust distrust = Distrust::none;
  std::optional<TransportError> error;  ///< what stopped it
};

/// Connects, shakes hands and closes. Throws std::runtime_error if `tls.ca_file` cannot be read. A certificate
/// that is not trusted is looked at over a second connection.
Reach reach(const std::string& url, const ClientOptions& client, std::chrono::milliseconds timeout);

}  // namespace oauthentic::http

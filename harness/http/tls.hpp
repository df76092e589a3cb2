#pragma once
// OpenSSL as the client and the listener use it.
#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>
#include <string>

#include "http/beast_client.hpp"
#include "http/listener.hpp"
#include "oauth/url.hpp"

namespace oauthentic::http {

/// A client's context, TLS 1.2 or later, that trusts `ca_file`. Throws std::runtime_error if that cannot be
/// read.
boost::asio::ssl::context client_tls_context(const TlsOptions& options);
/// Adds what the system trusts. Kept apart because it reads over a hundred certificates.
void trust_system(boost::asio::ssl::context& context);
/// Names the peer for SNI (host names only, RFC 6066 §3) and for the verification of its certificate (RFC 9110
/// §4.3.4). False if no certificate can be for such a host.
bool expect_peer(SSL* tls, const oauth::Url& url, const TlsOptions& options);
/// Why a handshake failed, in plain words.
std::string tls_failure(const SSL* tls, const boost::system::error_code& error);

/// A server's context that demands certificates of `client_ca_pem` of its clients, unless that is empty. Throws
/// std::runtime_error if certificate, key or authority cannot be used.
boost::asio::ssl::context server_tls_context(const Certificate& certificate,
                                             const std::string& client_ca_pem = {});

}  // namespace oauthentic::http

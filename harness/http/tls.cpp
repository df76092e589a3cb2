#include "http/tls.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <stdexcept>

namespace oauthentic::http {

namespace ssl = boost::asio::ssl;

namespace {

ssl::context context_for(ssl::context::method method) {
  ssl::context context(method);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  return context;
}

std::string certificate_failure(long result) {
  switch (result) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return "the certificate is self-signed and not trusted";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return "the certificate's root is not trusted";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "the certificate's issuer is not known, or an intermediate certificate is missing";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "the certificate has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "the certificate is not valid yet";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "the certificate is for another host";
    default:
      return fmt::format("the certificate is not trusted: {}", X509_verify_cert_error_string(result));
  }
}

/// The client's own certificate and key.
void show_certificate(ssl::context& context, const TlsOptions& options) {
  boost::system::error_code error;
  context.use_certificate_chain_file(options.certificate_file, error);
  if (error) {
    throw std::runtime_error(fmt::format("cannot read a client certificate from \"{}\": {}",
                                         options.certificate_file, error.message()));
  }
  const auto& key = options.key_file.empty() ? options.certificate_file : options.key_file;
  // Nobody sits here who could type a passphrase.
  bool encrypted = false;
  context.set_password_callback([&](std::size_t, ssl::context::password_purpose) {
    encrypted = true;
    return std::string();
  });
  context.use_private_key_file(key, ssl::context::pem, error);
  context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); });
  if (encrypted)
    throw std::runtime_error(fmt::format("the private key in \"{}\" is encrypted; give one that is not", key));
  if (error && ERR_GET_REASON(static_cast<unsigned long>(error.value())) == X509_R_KEY_VALUES_MISMATCH) {
    throw std::runtime_error(
        fmt::format("the private key in \"{}\" does not belong to the certificate in \"{}\"", key,
                    options.certificate_file));
  }
  if (error)
    throw std::runtime_error(fmt::format("cannot read a private key from \"{}\": {}", key, error.message()));
}

}  // namespace

ssl::context client_tls_context(const TlsOptions& options) {
  auto context = context_for(ssl::context::tls_client);
  context.set_verify_mode(options.insecure ? ssl::verify_none : ssl::verify_peer);
  if (!options.ca_file.empty()) {
    boost::system::error_code error;
    context.load_verify_file(options.ca_file, error);
    if (error) {
      throw std::runtime_error(
          fmt::format("cannot read certificates from \"{}\": {}", options.ca_file, error.message()));
    }
  }
  if (!options.certificate_file.empty()) show_certificate(context, options);
  return context;
}

void trust_system(ssl::context& context) {
  // A machine without a trust store is no mistake: then nothing but ca_file is trusted.
  boost::system::error_code ignored;
  context.set_default_verify_paths(ignored);
}

bool expect_peer(SSL* tls, const oauth::Url& url, const TlsOptions& options) {
  auto* parameters = SSL_get0_param(tls);
  const auto* host = url.host.c_str();
  boost::system::error_code no_literal;
  boost::asio::ip::make_address(url.host, no_literal);
  if (!no_literal) return options.insecure || X509_VERIFY_PARAM_set1_ip_asc(parameters, host) == 1;
  SSL_set_tlsext_host_name(tls, host);
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return options.insecure || X509_VERIFY_PARAM_set1_host(parameters, host, url.host.size()) == 1;
}

std::string tls_failure(const SSL* tls, const boost::system::error_code& error) {
  if (const auto result = SSL_get_verify_result(tls); result != X509_V_OK) return certificate_failure(result);
  if (error == boost::asio::error::eof || error == ssl::error::stream_truncated ||
      error == boost::asio::error::connection_reset) {
    return "the peer closed the connection during the handshake";
  }
  if (error.category() == boost::asio::error::get_ssl_category() &&
      ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_WRONG_VERSION_NUMBER) {
    return "the peer does not speak TLS";
  }
  return fmt::format("the handshake failed: {}", error.message());
}

ssl::context server_tls_context(const Certificate& certificate, const std::string& client_ca_pem) {
  auto context = context_for(ssl::context::tls_server);
  const auto buffer = [](const std::string& pem) { return boost::asio::const_buffer(pem.data(), pem.size()); };
  boost::system::error_code error;
  context.use_certificate_chain(buffer(certificate.certificate_pem), error);
  if (!error) context.use_private_key(buffer(certificate.key_pem), ssl::context::pem, error);
  if (!error && SSL_CTX_check_private_key(context.native_handle()) != 1) {
    throw std::runtime_error("the key does not belong to the certificate");
  }
  if (error)
    throw std::runtime_error(fmt::format("cannot use the certificate and its key: {}", error.message()));
  if (!client_ca_pem.empty()) {
    context.add_certificate_authority(buffer(client_ca_pem), error);
    if (error)
      throw std::runtime_error(fmt::format("cannot use the authority of clients: {}", error.message()));
    context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
  }
  return context;
}

}  // namespace oauthentic::http

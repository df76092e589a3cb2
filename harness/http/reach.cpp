#include "http/reach.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "http/client_connection.hpp"
#include "http/tls.hpp"

namespace oauthentic::http {

namespace {

constexpr std::size_t kMostNames = 20;

template <auto free_function>
struct Free {
  void operator()(auto* object) const { free_function(object); }
};
using X509Pointer = std::unique_ptr<X509, Free<X509_free>>;
using NamesPointer = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;

Distrust distrust_of(long result) {
  switch (result) {
    case X509_V_OK:
      return Distrust::none;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return Distrust::unknown_issuer;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return Distrust::expired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Distrust::not_yet_valid;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return Distrust::other_host;
    default:
      return Distrust::other;
  }
}

std::string text_of(const ASN1_STRING* string) {
  const auto* data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(string));
  return {data, static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::string address_of(const ASN1_OCTET_STRING* octets) {
  const auto bytes = text_of(octets);
  if (bytes.size() == 4) {
    boost::asio::ip::address_v4::bytes_type v4;
    std::copy(bytes.begin(), bytes.end(), v4.begin());
    return boost::asio::ip::make_address_v4(v4).to_string();
  }
  if (bytes.size() == 16) {
    boost::asio::ip::address_v6::bytes_type v6;
    std::copy(bytes.begin(), bytes.end(), v6.begin());
    return boost::asio::ip::make_address_v6(v6).to_string();
  }
  return "";
}

/// The names of subjectAltName (RFC 6125 §6.4: where there are any, no other name counts).
std::string names_of(const X509* certificate) {
  const NamesPointer names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string all;
  const int count = names ? sk_GENERAL_NAME_num(names.get()) : 0;
  for (int i = 0; i < count && static_cast<std::size_t>(i) < kMostNames; ++i) {
    const auto* name = sk_GENERAL_NAME_value(names.get(), i);
    std::string text;
    if (name->type == GEN_DNS) text = text_of(name->d.dNSName);
    if (name->type == GEN_IPADD) text = address_of(name->d.iPAddress);
    if (!text.empty()) all += (all.empty() ? "" : ", ") + text;
  }
  return all;
}

void look_at_certificate(const SSL* tls, Reach& reached) {
  const X509Pointer certificate(SSL_get1_peer_certificate(tls));
  if (!certificate) return;
  reached.certificate_names = names_of(certificate.get());
  std::tm ends{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &ends) == 1)
    reached.certificate_ends = std::chrono::sys_seconds(std::chrono::seconds(::timegm(&ends)));
}

}  // namespace

Reach reach(const std::string& url, const ClientOptions& client, std::chrono::milliseconds timeout) {
  const auto& tls = client.tls;
  Reach reached;
  const auto parsed = oauth::parse_url(url);
  if (!parsed || parsed->host.empty() || (parsed->scheme != "http" && parsed->scheme != "https")) {
    reached.error = {TransportError::Kind::refused, fmt::format("\"{}\" is no http or https URL", url)};
    return reached;
  }
  const bool secure = parsed->scheme == "https";
  auto context = client_tls_context(tls);
  if (secure && !tls.insecure) trust_system(context);
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const auto* proxy = client.proxies.proxy_for(*parsed);
  if (proxy) reached.proxy = proxy->authority();
  const auto addresses = resolve(proxy ? proxy->url : *parsed, deadline);
  if (!addresses) {
    reached.error = addresses.error();
    return reached;
  }
  for (const auto& address : *addresses)
    reached.addresses.push_back(address.to_string());

  ClientConnection connection(secure ? &context : nullptr, tls);
  reached.error = connection.open(*parsed, deadline, proxy);
  const auto* handle = connection.tls();
  reached.connected = !reached.error || handle;  // the handshake begins once it stands
  reached.secured = !reached.error && handle;
  if (!handle) return reached;
  reached.tls_version = SSL_get_version(handle);
  if (reached.secured) {
    look_at_certificate(handle, reached);
    return reached;
  }
  reached.distrust = distrust_of(SSL_get_verify_result(handle));
  if (reached.distrust == Distrust::none) return reached;
  const TlsOptions any{.ca_file = "", .insecure = true};
  auto lenient = client_tls_context(any);
  ClientConnection again(&lenient, any);
  if (!again.open(*parsed, std::chrono::steady_clock::now() + timeout, proxy))
    look_at_certificate(again.tls(), reached);
  return reached;
}

}  // namespace oauthentic::http

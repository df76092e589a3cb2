// A throw-away certificate for servers on loopback (RFC 5280).
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

#include "http/listener.hpp"

namespace oauthentic::http {

namespace {

template <auto free_function>
struct Free {
  void operator()(auto* object) const { free_function(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using X509Pointer = std::unique_ptr<X509, Free<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;

void check(bool worked) {
  if (!worked) throw std::runtime_error("OpenSSL could not make a certificate");
}

void add_extension(X509* certificate, int id, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value));
  check(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

void set_random_serial(X509* certificate) {
  std::uint64_t serial = 0;
  check(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  check(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial | 1) == 1);
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

Certificate make_certificate() {
  constexpr long kHour = 60 * 60;
  const Key key(EVP_EC_gen("P-256"));
  const X509Pointer certificate(X509_new());
  check(key && certificate);
  auto* x509 = certificate.get();
  set_random_serial(x509);
  // An hour back, for peers whose clock is slow.
  check(X509_set_version(x509, X509_VERSION_3) == 1 && X509_gmtime_adj(X509_getm_notBefore(x509), -kHour) &&
        X509_gmtime_adj(X509_getm_notAfter(x509), 24 * kHour) && X509_set_pubkey(x509, key.get()) == 1);
  auto* name = X509_get_subject_name(x509);
  const auto* common_name = reinterpret_cast<const unsigned char*>("localhost");
  check(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1 &&
        X509_set_issuer_name(x509, name) == 1);
  add_extension(x509, NID_subject_key_identifier, "hash");
  add_extension(x509, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(x509, NID_key_usage, "critical,digitalSignature,keyCertSign");
  add_extension(x509, NID_ext_key_usage, "serverAuth,clientAuth");
  add_extension(x509, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
  check(X509_sign(x509, key.get(), EVP_sha256()) > 0);

  const Bio certificate_text(BIO_new(BIO_s_mem()));
  const Bio key_text(BIO_new(BIO_s_mem()));
  check(certificate_text && key_text && PEM_write_bio_X509(certificate_text.get(), x509) == 1 &&
        PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return {text_of(certificate_text.get()), text_of(key_text.get())};
}

}  // namespace oauthentic::http

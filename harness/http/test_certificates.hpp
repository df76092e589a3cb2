#pragma once
// For tests only: certificates that a client has to refuse.
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <string>

#include "http/listener.hpp"

namespace oauthentic::http::testing {

/// The certificate as it would be `seconds` later, signed anew.
inline Certificate aged(const Certificate& certificate, long seconds) {
  const auto bio_of = [](const std::string& text) {
    return BIO_new_mem_buf(text.data(), static_cast<int>(text.size()));
  };
  BIO* input = bio_of(certificate.certificate_pem);
  BIO* key_input = bio_of(certificate.key_pem);
  X509* x509 = PEM_read_bio_X509(input, nullptr, nullptr, nullptr);
  EVP_PKEY* key = PEM_read_bio_PrivateKey(key_input, nullptr, nullptr, nullptr);
  X509_gmtime_adj(X509_getm_notBefore(x509), seconds);
  X509_gmtime_adj(X509_getm_notAfter(x509), seconds + 60);
  X509_sign(x509, key, EVP_sha256());
  BIO* output = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(output, x509);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(output, &data);
  Certificate result{std::string(data, static_cast<std::size_t>(size)), certificate.key_pem};
  for (BIO* bio : {input, key_input, output})
    BIO_free(bio);
  X509_free(x509);
  EVP_PKEY_free(key);
  return result;
}

/// The key under a passphrase, as `openssl pkcs8 -topk8` writes it.
inline std::string encrypted(const std::string& key_pem, const std::string& passphrase) {
  BIO* input = BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(input, nullptr, nullptr, nullptr);
  BIO* output = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(output, key, EVP_aes_128_cbc(), passphrase.data(),
                                static_cast<int>(passphrase.size()), nullptr, nullptr);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(output, &data);
  std::string text(data, static_cast<std::size_t>(size));
  for (BIO* bio : {input, output})
    BIO_free(bio);
  EVP_PKEY_free(key);
  return text;
}

}  // namespace oauthentic::http::testing

#include "oauth/pkce.hpp"

#include <openssl/evp.h>

#include <stdexcept>

#include "oauth/encoding.hpp"

namespace oauthentic::oauth {

std::string_view to_string(ChallengeMethod method) {
  return method == ChallengeMethod::s256 ? "S256" : "plain";
}

std::optional<ChallengeMethod> challenge_method_from(std::string_view text) {
  for (const auto method : {ChallengeMethod::plain, ChallengeMethod::s256}) {
    if (text == to_string(method)) return method;
  }
  return std::nullopt;
}

std::string code_challenge(std::string_view verifier, ChallengeMethod method) {
  return method == ChallengeMethod::s256 ? base64url_encode(sha256(verifier)) : std::string(verifier);
}

bool is_code_verifier(std::string_view text) {
  // The unreserved characters are those that percent-encoding leaves alone (RFC 3986 §2.3).
  return text.size() >= 43 && text.size() <= 128 && percent_encode(text) == text;
}

bool is_code_challenge(std::string_view text) {
  return is_code_verifier(text);
}

std::string sha256(std::string_view octets) {
  std::string digest(32, '\0');
  std::size_t length = 0;
  if (EVP_Q_digest(nullptr, "SHA256", nullptr, octets.data(), octets.size(),
                   reinterpret_cast<unsigned char*>(digest.data()), &length) != 1 ||
      length != digest.size()) {
    throw std::runtime_error("SHA-256 is not available from OpenSSL");
  }
  return digest;
}

}  // namespace oauthentic::oauth

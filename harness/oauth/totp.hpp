#pragma once
// One-time codes from a shared secret and the time (RFC 6238), as authenticator applications show them.
#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"

namespace oauthentic::oauth {

/// Longer secrets and URIs than these are refused; they are far beyond what any provider hands out.
inline constexpr std::size_t kMaxTotpText = 2048;

struct Totp {
  enum class Algorithm { sha1, sha256, sha512 };

  std::string key;  ///< octets
  Algorithm algorithm = Algorithm::sha1;
  int digits = 6;                   ///< 6 to 8 (RFC 4226 §5.3)
  std::chrono::seconds period{30};  ///< the time step X (RFC 6238 §4.1), at most an hour

  /// The code of the time step that `now` lies in, leading zeros kept. Times before 1970 count as 1970.
  std::string code_at(Time now) const;
};

/// A Base32 secret as providers print it (case, spaces, hyphens and padding do not matter), or an `otpauth://`
/// URI with its secret, digits, period and algorithm. The error says what is wrong, and never shows the secret.
std::expected<Totp, std::string> parse_totp(std::string_view text);

/// RFC 4648 §6, upper or lower case, padding optional; nothing if the text is no Base32.
std::optional<std::string> base32_decode(std::string_view text);

}  // namespace oauthentic::oauth

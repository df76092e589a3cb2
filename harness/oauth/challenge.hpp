#pragma once
// WWW-Authenticate (RFC 9110 §11.6.1) and the Bearer challenge (RFC 6750 §3).
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "oauth/encoding.hpp"

namespace oauthentic::oauth {

struct Challenge {
  std::string scheme;     ///< as written
  std::string token68;    ///< empty unless the challenge has that form
  Parameters parameters;  ///< in order, names as written, values unquoted; repeated names are kept

  const std::string* find(std::string_view name) const;  ///< without case
  std::size_t count(std::string_view name) const;        ///< without case
};

inline constexpr std::size_t kMaxChallengeOctets = 64 * 1024;
/// All challenges of one field value, which may be none (RFC 9110 §5.6.1.2: empty list elements are taken); the
/// error says what is malformed and at which octet.
std::expected<std::vector<Challenge>, std::string> parse_challenges(std::string_view field_value);

}  // namespace oauthentic::oauth

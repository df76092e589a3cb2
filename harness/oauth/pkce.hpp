#pragma once
// Proof Key for Code Exchange (RFC 7636).
#include <optional>
#include <string>
#include <string_view>

namespace oauthentic::oauth {

enum class ChallengeMethod { plain, s256 };
std::string_view to_string(ChallengeMethod method);                           ///< "plain", "S256"
std::optional<ChallengeMethod> challenge_method_from(std::string_view text);  ///< case-sensitive

/// RFC 7636 §4.2.
std::string code_challenge(std::string_view verifier, ChallengeMethod method);
/// 43 to 128 unreserved characters (RFC 7636 §4.1).
bool is_code_verifier(std::string_view text);
/// The same grammar (RFC 7636 §4.2).
bool is_code_challenge(std::string_view text);

/// SHA-256 of the octets, 32 octets.
std::string sha256(std::string_view octets);

}  // namespace oauthentic::oauth

#pragma once
// The encodings of the field: Base64, percent-encoding and application/x-www-form-urlencoded.
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic::oauth {

/// RFC 4648 §4, padded.
std::string base64_encode(std::string_view octets);
/// RFC 4648 §5, without padding, as JOSE and PKCE use it.
std::string base64url_encode(std::string_view octets);
/// Strict: alphabet, padding and the zero bits at the end are checked. Nothing if the text is not Base64.
std::optional<std::string> base64_decode(std::string_view text);
std::optional<std::string> base64url_decode(std::string_view text);

/// Percent-encodes all but RFC 3986 §2.3 unreserved characters.
std::string percent_encode(std::string_view octets);
/// Nothing on a bad escape (`%`, `%4`, `%ZZ`). `+` stays `+`.
std::optional<std::string> percent_decode(std::string_view text);

struct Parameter {
  std::string name;
  std::string value;
  bool operator==(const Parameter&) const = default;
};

/// Names and values in order; a name may occur more than once (that is for the caller to judge).
using Parameters = std::vector<Parameter>;

const std::string* find(const Parameters& parameters, std::string_view name);
std::string_view value(const Parameters& parameters, std::string_view name);
std::size_t count(const Parameters& parameters, std::string_view name);
/// Replaces the first of that name and removes the others, or appends.
void set(Parameters& parameters, std::string_view name, std::string value);
std::size_t remove(Parameters& parameters, std::string_view name);

/// RFC 6749 Appendix B (HTML 4.01 §17.13.4): space becomes `+`, all but letters, digits and `-._*` is
/// percent-encoded.
std::string form_encode(std::string_view octets);
std::string form_encode(const Parameters& parameters);

enum class FormError { bad_escape, too_many_parameters };
std::string_view to_string(FormError error);
inline constexpr std::size_t kMaxFormParameters = 1000;
/// Strict decoding of a body or a query: `+` is space, a bad escape is an error. Empty pairs (`a&&b`) are
/// skipped.
std::expected<Parameters, FormError> form_decode(std::string_view text);
/// One name or value: `+` is space; nothing on a bad escape.
std::optional<std::string> form_decode_component(std::string_view text);
/// As browsers do (WHATWG URL §5.1): a bad escape is kept as it stands. Never fails; stops at
/// kMaxFormParameters.
Parameters form_decode_leniently(std::string_view text);

/// Every octet is %x20-7E (RFC 6749 Appendix A, VSCHAR).
bool is_vschar(std::string_view text);
/// Every octet is %x20-21 / %x23-5B / %x5D-7E (NQSCHAR: `error`, `error_description`).
bool is_nqschar(std::string_view text);
/// A scope: NQCHAR tokens, one space between them (RFC 6749 §3.3).
bool is_scope(std::string_view text);
/// One space between them.
std::string join_scopes(const std::vector<std::string>& scopes);
/// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates.
bool is_utf8(std::string_view text);
/// How many octets stand before the first ill-formed UTF-8 sequence; the text's length if there is none.
std::size_t utf8_prefix(std::string_view text);

}  // namespace oauthentic::oauth

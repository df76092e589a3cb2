#pragma once
// HTTP Basic credentials (RFC 6749 §2.3.1, RFC 7617) in forms that a server has to take, and in such as no
// client sends.
#include <string>
#include <string_view>

namespace oauthentic::session {

/// The value of an Authorization field that carries `id` and `secret`, form-encoded and colon between them, in
/// one of these forms. A server takes `lower_case` and `upper_case` (of the scheme) and `several_blanks`
/// (RFC 7235 §2.1). These are malformed: `garbage_behind` the Base64 and `garbage_inside` it (octets that are
/// not of the alphabet, RFC 4648 §3.3), `encoded_twice`, `not_encoded`, `no_blank`, `no_scheme`,
/// `other_scheme`, `twice`. These name nobody or prove nothing: `no_colon`, `encoded_colon`, `swapped`,
/// `no_secret`, `no_identifier`. Throws HarnessError for another word.
std::string basic_in_form(std::string_view id, std::string_view secret, std::string_view form);

}  // namespace oauthentic::session

#pragma once
// Redaction by the name of the field: which names are secret, and what becomes of their values.
#include <string>
#include <string_view>
#include <vector>

#include "oauth/redaction_text.hpp"

namespace oauthentic::oauth {

/// A secret that was met by its name: other parts of the same exchange may hold it as well.
struct FoundSecret {
  std::string kind;
  std::string value;
};
using FoundSecrets = std::vector<FoundSecret>;

/// The kind of secret that a field of this name holds, in any case, with or without `[...]` behind it; empty if
/// none.
std::string_view secret_kind(std::string_view field_name);
/// A claim about a person (OpenID Connect Core §5.1) that reports do not show.
bool is_personal_claim(std::string_view name);
/// A word of the protocol that somebody uses as a password: replacing it everywhere would destroy the evidence.
bool is_protocol_word(std::string_view value);
/// `code` is also the name under which many APIs put the code of an error.
bool looks_like_error_code(std::string_view value);

/// What stands in place of a secret field's value: known secrets in it by their own tags, else one tag for all
/// of it. A JWT loses its signature only. `raw` is as it stands in the message, `decoded` without its encoding.
std::string redact_value(std::string_view kind, std::string_view raw, std::string_view decoded,
                         const TextRedactor& text, unsigned depth, FoundSecrets* found);

/// `name=value` pairs with `&` between them: a form body or a query.
std::string redact_form(std::string_view form, const TextRedactor& text, FoundSecrets* found);
/// Query, fragment and the password of userinfo.
std::string redact_url(std::string_view url, const TextRedactor& text, FoundSecrets* found);
/// `name=value` anywhere in prose, HTML or JSON.
std::string redact_pairs(std::string_view prose, const TextRedactor& text, FoundSecrets* found);
/// `value` of `<input name=...>`.
std::string redact_html_inputs(std::string_view html, const TextRedactor& text, FoundSecrets* found);
/// A body by its media type and its looks.
std::string redact_body(std::string_view body, std::string_view media_type, const TextRedactor& text,
                        FoundSecrets* found);
/// The value of a header field.
std::string redact_header(std::string_view name, std::string_view value, const TextRedactor& text,
                          FoundSecrets* found);
/// Start line and header fields as octets, with a body behind the empty line if there is one.
std::string redact_message(std::string_view octets, const TextRedactor& text, FoundSecrets* found);

}  // namespace oauthentic::oauth

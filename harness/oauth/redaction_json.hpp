#pragma once
// Redaction of JSON members by name, upon the text: all else stays as it is, octet for octet, valid JSON or
// not.
#include "oauth/redaction_fields.hpp"

namespace oauthentic::oauth {

/// Secret members and personal claims at any depth. Never fails: what is no JSON passes through. `found` may be
/// null.
std::string redact_json_members(std::string_view json, const TextRedactor& text, unsigned depth,
                                FoundSecrets* found);

}  // namespace oauthentic::oauth

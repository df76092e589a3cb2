#pragma once
// Replaces secrets in a text by value, whatever the text is.
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "oauth/redaction.hpp"
#include "oauth/secret_search.hpp"

namespace oauthentic::oauth {

/// Octets [begin, end) of a text and what stands there afterwards.
struct Replacement {
  std::size_t begin;
  std::size_t end;
  std::string text;
};

/// Applies them; of two that overlap the earlier one counts, and the later one for what reaches beyond it.
std::string replace_all(std::string_view text, std::vector<Replacement> replacements);

/// All of `text` is a JSON Web Signature in compact form: its signature is secret, the rest is evidence.
bool is_compact_jws(std::string_view text);

/// Octets of Base64 or base64url, padded or not; stops where the alphabet ends.
std::string decode_base64_leniently(std::string_view text);

/// Where a JSON Web Signature or Encryption in compact form stands (RFC 7515 §7.1, RFC 7516 §7.1).
struct CompactToken {
  std::size_t begin;
  std::size_t end;
  std::size_t first_dot;
  std::size_t last_dot;  ///< in front of the signature
  bool encrypted;
};
std::vector<CompactToken> find_compact_tokens(std::string_view text);

/// Field and value → kind: what was typed into a form (Redactor::add_typed).
using TypedSecrets = std::map<std::pair<std::string, std::string>, std::string>;

class TextRedactor {
 public:
  /// All of these must outlive the redactor.
  TextRedactor(TagRegistry& tags, std::vector<const SecretSearch*> searches,
               const TypedSecrets* typed = nullptr)
      : tags_(tags), searches_(std::move(searches)), typed_(typed) {}

  /// Known secrets under up to three layers of escapes, and the signatures of JWTs. `depth` counts the tokens
  /// that `text` lay in.
  std::string redact(std::string_view text, unsigned depth = 0) const;
  TagRegistry& tags() const { return tags_; }
  /// Nothing has been typed; else names and values are worth decoding.
  bool knows_typed() const { return typed_ && !typed_->empty(); }
  /// The kind of what was typed into this field; empty if it was not this.
  std::string_view typed_kind(std::string_view field, std::string_view value) const;

 private:
  std::string redact_token(std::string_view token, const CompactToken& at, unsigned depth) const;
  std::string redact_part(std::string_view encoded, unsigned depth) const;

  TagRegistry& tags_;
  std::vector<const SecretSearch*> searches_;
  const TypedSecrets* typed_;
};

/// "‹kind#n›" or "‹signature›": something that a redactor has put there.
bool is_tag(std::string_view text);
/// Tags, with less beside them than a secret has.
bool is_redacted(std::string_view text);
/// How many octets of `text` lie outside of tags.
std::size_t octets_outside_tags(std::string_view text);
/// Octets of the tag at the front, or 0.
std::size_t leading_tag(std::string_view text);
/// The mark that ends a tag stands at `at`.
bool ends_tag(std::string_view text, std::size_t at);

}  // namespace oauthentic::oauth

#pragma once
// Secrets are replaced the moment an exchange is recorded, so that no writer can leak them: by the name of the
// field, by value, and by every encoding of the value (percent, form, Base64 at any alignment, JSON). The same
// value gets the same tag throughout a run, so that equality stays visible: ‹access_token#1›.
#include <memory>
#include <string>
#include <string_view>

#include "core/exchange.hpp"

namespace oauthentic::oauth {

/// Numbers the tags of one run. May be used from several threads.
class TagRegistry {
 public:
  TagRegistry();
  ~TagRegistry();
  /// "‹kind#n›": the same text for the same value, whatever kind it is named the second time.
  std::string tag(std::string_view kind, std::string_view value);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Knows the secrets of one session. Not for use from several threads at once.
class Redactor {
 public:
  /// Values under this many octets are redacted by field name only, never searched for.
  static constexpr std::size_t kMinSearched = 8;

  /// What `known` knows is a secret here as well: the sessions of a run share the secrets of its target, which
  /// are many, and do not each learn them anew.
  explicit Redactor(std::shared_ptr<TagRegistry> tags, std::shared_ptr<const Redactor> known = nullptr);
  ~Redactor();
  Redactor(Redactor&&) noexcept;
  Redactor& operator=(Redactor&&) noexcept;

  /// From now on `value` is a secret; `kind` is the field's standard name: "access_token", "code", "password".
  void add(std::string_view kind, std::string_view value);
  /// A form's field of this name held a secret, however short and whatever the name: `field=value` in a body or
  /// query and an input of a page are redacted where both are met.
  void add_typed(std::string_view kind, std::string_view field, std::string_view value);

  /// Any text: known secrets in all encodings, and the signatures of JWTs.
  std::string redact(std::string_view text) const;
  /// Headers, URL, form and JSON bodies by field name, then everything as text; personal claims are masked.
  Exchange redact(Exchange exchange) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oauthentic::oauth

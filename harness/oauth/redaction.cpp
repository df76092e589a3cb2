#include "oauth/redaction.hpp"

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <unordered_map>

#include "oauth/redaction_fields.hpp"
#include "oauth/redaction_text.hpp"
#include "oauth/secret_search.hpp"

namespace oauthentic::oauth {

struct TagRegistry::Impl {
  std::mutex mutex;
  std::map<std::string, std::size_t, std::less<>> counts;
  std::unordered_map<std::string, std::string> tags;  ///< value → tag
};

TagRegistry::TagRegistry() : impl_(std::make_unique<Impl>()) {}
TagRegistry::~TagRegistry() = default;

std::string TagRegistry::tag(std::string_view kind, std::string_view value) {
  const std::lock_guard lock(impl_->mutex);
  auto [at, is_new] = impl_->tags.try_emplace(std::string(value));
  if (is_new) {
    const auto number = ++impl_->counts[std::string(kind)];
    at->second = fmt::format("\xE2\x80\xB9{}#{}\xE2\x80\xBA", kind, number);
  }
  return at->second;
}

struct Redactor::Impl {
  std::shared_ptr<TagRegistry> tags;
  std::shared_ptr<const Redactor> known;
  SecretSearch search;
  TypedSecrets typed;

  std::vector<const SecretSearch*> searches() const {
    std::vector<const SecretSearch*> all;
    for (const auto* at = this; at; at = at->known ? at->known->impl_.get() : nullptr)
      all.push_back(&at->search);
    return all;
  }
  bool knows(const std::string& value) const {
    return search.contains(value) || (known && known->impl_->knows(value));
  }
  static void add(SecretSearch& search, TagRegistry& tags, std::string_view kind, std::string_view value) {
    if (value.size() < kMinSearched || is_protocol_word(value) || is_tag(value)) return;
    if (!is_compact_jws(value)) return search.add(value, tags.tag(kind, value));
    // As it stands, a JWT is evidence but for its signature.
    search.add_encoded_only(value, tags.tag(kind, value));
    search.add(value.substr(value.rfind('.') + 1), "\xE2\x80\xB9signature\xE2\x80\xBA");
  }
};

Redactor::Redactor(std::shared_ptr<TagRegistry> tags, std::shared_ptr<const Redactor> known)
    : impl_(std::make_unique<Impl>()) {
  impl_->tags = std::move(tags);
  impl_->known = std::move(known);
}
Redactor::~Redactor() = default;
Redactor::Redactor(Redactor&&) noexcept = default;
Redactor& Redactor::operator=(Redactor&&) noexcept = default;

void Redactor::add(std::string_view kind, std::string_view value) {
  if (!impl_->knows(std::string(value))) Impl::add(impl_->search, *impl_->tags, kind, value);
}

void Redactor::add_typed(std::string_view kind, std::string_view field, std::string_view value) {
  if (value.empty() || field.empty()) return;
  impl_->typed.insert_or_assign({std::string(field), std::string(value)}, std::string(kind));
}

std::string Redactor::redact(std::string_view text) const {
  return TextRedactor(*impl_->tags, impl_->searches()).redact(text);
}

namespace {

Headers map_headers(const Headers& headers, const auto& change) {
  Headers out;
  for (const auto& field : headers)
    out.add(field.name, change(field));
  return out;
}

/// Calls `url`, `header`, `body`, `message` and `text` for each part that they fit.
template <class Rules>
void apply(Exchange& exchange, const Rules& rules) {
  auto& request = exchange.request;
  const auto media_type = [](const Headers& headers) { return Response{0, {}, headers, {}, {}}.media_type(); };
  const auto header = [&](const Header& field) { return rules.header(field); };
  request.body = rules.body(request.body, media_type(request.headers));
  request.url = rules.url(request.url);
  request.headers = map_headers(request.headers, header);
  if (request.octets) request.octets = rules.message(*request.octets);
  if (auto* response = std::get_if<Response>(&exchange.answer)) {
    response->body = rules.body(response->body, response->media_type());
    response->headers = map_headers(response->headers, header);
    response->head_octets = rules.message(response->head_octets);
    response->reason = rules.text(response->reason);
  } else if (auto* error = std::get_if<TransportError>(&exchange.answer)) {
    error->message = rules.text(error->message);
  }
}

struct ByName {
  const TextRedactor& redactor;
  FoundSecrets& found;
  std::string url(std::string_view text) const { return redact_url(text, redactor, &found); }
  std::string header(const Header& field) const {
    return redact_header(field.name, field.value, redactor, &found);
  }
  std::string body(std::string_view text, std::string_view media_type) const {
    return redact_body(text, media_type, redactor, &found);
  }
  std::string message(std::string_view text) const { return redact_message(text, redactor, &found); }
  std::string text(std::string_view text) const { return redact_pairs(text, redactor, &found); }
};

struct ByValue {
  const TextRedactor& redactor;
  std::string url(std::string_view text) const { return redactor.redact(text); }
  std::string header(const Header& field) const { return redactor.redact(field.value); }
  std::string body(std::string_view text, std::string_view) const { return redactor.redact(text); }
  std::string message(std::string_view text) const { return redactor.redact(text); }
  std::string text(std::string_view text) const { return redactor.redact(text); }
};

}  // namespace

Exchange Redactor::redact(Exchange exchange) const {
  // By name first: what is found so may stand elsewhere in the same exchange, where no name tells (a link in a
  // page).
  FoundSecrets found;
  auto searches = impl_->searches();
  const TextRedactor known(*impl_->tags, searches, &impl_->typed);
  apply(exchange, ByName{known, found});
  SecretSearch nearby;
  for (const auto& secret : found) {
    if (!impl_->knows(secret.value)) Impl::add(nearby, *impl_->tags, secret.kind, secret.value);
  }
  if (!nearby.empty()) searches.push_back(&nearby);
  const TextRedactor all(*impl_->tags, std::move(searches));
  apply(exchange, ByValue{all});
  return exchange;
}

}  // namespace oauthentic::oauth

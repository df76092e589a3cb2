#include "oauth/redaction_json.hpp"

#include <algorithm>

#include "core/message.hpp"
#include "oauth/decoded_view.hpp"

namespace oauthentic::oauth {

namespace {

/// One pass over the tokens of a JSON text.
class Scanner {
 public:
  Scanner(std::string_view json, const TextRedactor& text, unsigned depth, FoundSecrets* found)
      : json_(json), text_(text), depth_(depth), found_(found) {}

  std::string run() {
    while (at_ < json_.size()) {
      const char c = json_[at_];
      if (c == '"') {
        read_string();
      } else if (c == '{' || c == '[') {
        open(c);
      } else if (c == '}' || c == ']') {
        close();
      } else if (!key_.empty() && (c == '-' || (c >= '0' && c <= '9'))) {
        read_number();
      } else {
        if (c == ',' && !masking()) key_.clear();
        ++at_;
      }
    }
    return replacements_.empty() ? std::string(json_) : replace_all(json_, std::move(replacements_));
  }

 private:
  /// Everything below a masked member is masked, until its bracket closes.
  static constexpr std::size_t kNotMasked = static_cast<std::size_t>(-1);
  bool masking() const { return masked_from_ != kNotMasked; }
  bool is_claim() const { return is_personal_claim(key_); }
  bool is_secret() const { return !key_.empty() && (is_claim() || !secret_kind(key_).empty()); }
  std::string kind() const { return is_claim() ? key_ : std::string(secret_kind(key_)); }

  void open(char bracket) {
    // "request": {...} is no secret by its name alone; a list of secrets is, and an address is masked as a
    // whole.
    if (!masking() && is_secret() && (bracket == '[' || is_claim())) masked_from_ = nesting_;
    ++nesting_;
    if (!masking()) key_.clear();
    ++at_;
  }

  void close() {
    if (nesting_ > 0) --nesting_;
    if (masking() && nesting_ <= masked_from_) masked_from_ = kNotMasked;
    if (!masking()) key_.clear();
    ++at_;
  }

  void read_string() {
    const auto begin = ++at_;
    while (at_ < json_.size() && json_[at_] != '"')
      at_ += json_[at_] == '\\' ? 2 : 1;
    const auto end = std::min(at_, json_.size());
    at_ = std::min(end + 1, json_.size());
    auto next = at_;
    while (next < json_.size() && std::string_view(" \t\r\n").contains(json_[next]))
      ++next;
    const auto raw = json_.substr(begin, end - begin);
    if (next < json_.size() && json_[next] == ':') {
      if (!masking()) key_ = raw.size() <= 64 ? to_lower(decoded(raw)) : std::string();
      at_ = next + 1;
      return;
    }
    if (is_secret() || masking()) mask(begin, end, raw);
    if (!masking()) key_.clear();
  }

  void read_number() {
    const auto begin = at_;
    while (at_ < json_.size() && std::string_view("+-.0123456789eE").contains(json_[at_]))
      ++at_;
    // "code": 400 is an error's number.
    if ((is_secret() || masking()) && key_ != "code") {
      const auto raw = json_.substr(begin, at_ - begin);
      replacements_.push_back({begin, at_, '"' + text_.tags().tag(kind(), raw) + '"'});
    }
    if (!masking()) key_.clear();
  }

  void mask(std::size_t begin, std::size_t end, std::string_view raw) {
    const auto value = decoded(raw);
    if (key_ == "code" && looks_like_error_code(value)) return;
    auto redacted = is_claim() && !is_tag(raw) && !raw.empty()
                        ? text_.tags().tag(key_, value)
                        : redact_value(kind(), raw, value, text_, depth_, found_);
    if (redacted != raw) replacements_.push_back({begin, end, std::move(redacted)});
  }

  static std::string decoded(std::string_view raw) {
    auto view = decode_view(raw, kJsonEscapes);
    return view ? std::move(view->text) : std::string(raw);
  }

  std::string_view json_;
  const TextRedactor& text_;
  unsigned depth_;
  FoundSecrets* found_;
  std::size_t at_ = 0;
  std::size_t nesting_ = 0;
  std::size_t masked_from_ = kNotMasked;
  std::string key_;  ///< lower case; of the value that comes next, empty in front of a key
  std::vector<Replacement> replacements_;
};

}  // namespace

std::string redact_json_members(std::string_view json, const TextRedactor& text, unsigned depth,
                                FoundSecrets* found) {
  return Scanner(json, text, depth, found).run();
}

}  // namespace oauthentic::oauth

#include "oauth/challenge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/message.hpp"

namespace oauthentic::oauth {

namespace {

constexpr std::string_view kSpace = " \t";
constexpr std::string_view kAlphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// RFC 9110 §5.6.2.
bool is_token_character(char c) {
  return kAlphanumeric.contains(c) || std::string_view("!#$%&'*+-.^_`|~").contains(c);
}
/// RFC 9110 §11.2, without the padding.
bool is_token68_character(char c) {
  return kAlphanumeric.contains(c) || std::string_view("-._~+/").contains(c);
}
/// What a quoted string holds, after a backslash or not (RFC 9110 §5.6.4); `"` and `\` are for the caller.
bool is_text(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != '\x7F');
}

/// Goes through the field value once, never back by more than one token68.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::expected<std::vector<Challenge>, std::string> parse() {
    for (bool separated = true; skip_list_space(separated); separated = false) {
      if (!separated) return wrong("expected a comma");
      if (!element()) return wrong(problem_);
    }
    return std::move(challenges_);
  }

 private:
  bool at_end() const { return at_ == text_.size(); }
  bool at(char c) const { return !at_end() && text_[at_] == c; }

  std::unexpected<std::string> wrong(std::string_view what) const {
    return std::unexpected(fmt::format("octet {}: {}", at_, what));
  }

  bool fail(std::string_view what) {
    problem_ = what;
    return false;
  }

  void skip(std::string_view characters) {
    at_ = std::min(text_.find_first_not_of(characters, at_), text_.size());
  }

  template <typename Predicate>
  std::string_view take_while(Predicate predicate) {
    const auto start = at_;
    while (!at_end() && predicate(text_[at_]))
      ++at_;
    return text_.substr(start, at_ - start);
  }

  /// White space and commas between list elements; `separated` becomes true if there was a comma. False at the
  /// end.
  bool skip_list_space(bool& separated) {
    for (skip(kSpace); at(','); skip(kSpace)) {
      ++at_;
      separated = true;
    }
    return !at_end();
  }

  /// One list element: a parameter of the challenge before it, or a new challenge with what stands next to its
  /// scheme.
  bool element() {
    const auto start = at_;
    const auto name = take_while(is_token_character);
    if (name.empty()) return fail("expected a scheme or a parameter");
    const auto end = at_;
    skip(kSpace);
    if (at('=')) {
      if (takes_parameters_) return parameter(name);
      at_ = start;
      return fail(challenges_.empty() ? "a parameter without a scheme"
                                      : "a parameter after a challenge that has none");
    }
    at_ = end;
    challenges_.push_back({std::string(name), {}, {}});
    return after_scheme();
  }

  /// RFC 9110 §11.3: `auth-scheme [ 1*SP ( token68 / #auth-param ) ]`.
  bool after_scheme() {
    takes_parameters_ = at(' ');
    if (!takes_parameters_) return true;
    skip(" ");
    if (take_token68()) {
      takes_parameters_ = false;
      return true;
    }
    if (at_end() || at(',')) return true;
    const auto name = take_while(is_token_character);
    if (name.empty()) return fail("expected a parameter");
    skip(kSpace);
    return at('=') ? parameter(name) : fail("expected `=`");
  }

  bool take_token68() {
    const auto start = at_;
    const auto octets = take_while(is_token68_character);
    if (!octets.empty()) {
      skip("=");
      const auto end = at_;
      skip(kSpace);
      if (at_end() || at(',')) {
        challenges_.back().token68 = text_.substr(start, end - start);
        return true;
      }
    }
    at_ = start;
    return false;
  }

  /// From its `=` on.
  bool parameter(std::string_view name) {
    ++at_;
    skip(kSpace);
    std::string value;
    if (at('"')) {
      auto quoted = quoted_string();
      if (!quoted) return false;
      value = std::move(*quoted);
    } else {
      value = take_while(is_token_character);
      if (value.empty()) return fail("expected a token or a quoted string");
    }
    challenges_.back().parameters.push_back({std::string(name), std::move(value)});
    return true;
  }

  std::optional<std::string> quoted_string() {
    std::string value;
    for (++at_; !at_end(); ++at_) {
      if (at('"')) {
        ++at_;
        return value;
      }
      if (at('\\') && ++at_ == text_.size()) break;
      if (!is_text(text_[at_])) {
        fail("a control character in a quoted string");
        return std::nullopt;
      }
      value += text_[at_];
    }
    fail("a quoted string that does not end");
    return std::nullopt;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Challenge> challenges_;
  bool takes_parameters_ = false;  ///< the last challenge's scheme is followed by a space and by no token68
  std::string_view problem_;
};

}  // namespace

const std::string* Challenge::find(std::string_view name) const {
  const auto at = std::ranges::find_if(parameters, [&](const Parameter& p) { return iequals(p.name, name); });
  return at == parameters.end() ? nullptr : &at->value;
}

std::size_t Challenge::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(parameters, [&](const Parameter& p) { return iequals(p.name, name); }));
}

std::expected<std::vector<Challenge>, std::string> parse_challenges(std::string_view field_value) {
  if (field_value.size() > kMaxChallengeOctets) {
    return std::unexpected(fmt::format("octet {0}: longer than {0} octets", kMaxChallengeOctets));
  }
  return Parser(field_value).parse();
}

}  // namespace oauthentic::oauth

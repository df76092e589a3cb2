#include "oauth/redaction_fields.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/message.hpp"
#include "oauth/decoded_view.hpp"
#include "oauth/encoding.hpp"

namespace oauthentic::oauth {

namespace {

constexpr std::array<std::string_view, 20> kSecretFields = {"access_token",  "actor_token",
                                                            "assertion",     "client_assertion",
                                                            "client_secret", "code",
                                                            "code_verifier", "device_code",
                                                            "device_secret", "id_token",
                                                            "id_token_hint", "initial_access_token",
                                                            "logout_token",  "password",
                                                            "refresh_token", "registration_access_token",
                                                            "request",       "software_statement",
                                                            "subject_token", "token"};

std::string_view field_name_of(std::string_view name) {
  return name.substr(0, name.find('['));
}

std::string decode_form_value(std::string_view raw) {
  auto view = decode_view(raw, kPercentEscapes);
  std::string text = view ? std::move(view->text) : std::string(raw);
  // Before the escapes are undone a `+` is a space, afterwards it is itself.
  if (raw.contains('+')) {
    std::string spaced(raw);
    std::ranges::replace(spaced, '+', ' ');
    auto spaced_view = decode_view(spaced, kPercentEscapes);
    text = spaced_view ? std::move(spaced_view->text) : std::move(spaced);
  }
  return text;
}

/// The `#` in front of a fragment; the one in a tag is none.
std::size_t find_fragment(std::string_view url, std::size_t from) {
  for (auto at = url.find('#', from); at != std::string_view::npos; at = url.find('#', at + 1)) {
    const auto number = url.find_first_not_of("0123456789", at + 1);
    if (number == at + 1 || number == std::string_view::npos || !ends_tag(url, number)) return at;
  }
  return url.size();
}

/// Ends a value in prose, HTML or JSON.
bool ends_value(char c) {
  return std::string_view("&\"'<> \t\r\n\\;#,)}").contains(c);
}
bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

std::string_view secret_kind(std::string_view field_name) {
  constexpr std::size_t kLongest = 64;
  if (field_name.size() > kLongest) return {};
  const auto name = to_lower(field_name_of(field_name));
  const auto known = std::ranges::find(kSecretFields, name);
  if (known != kSecretFields.end()) return *known;
  // What ties a page to its user's session: of many names, in every framework another.
  constexpr std::array<std::string_view, 9> kInteractions = {
      "login_challenge",   "login_verifier",  "consent_challenge", "consent_verifier",
      "logout_challenge",  "logout_verifier", "session_code",      "hmac",
      "authenticity_token"};
  if (name.contains("csrf") || name.contains("xsrf") || name == "__requestverificationtoken" ||
      std::ranges::find(kInteractions, name) != kInteractions.end()) {
    return "interaction";
  }
  const bool password =
      name.ends_with("password") || name == "passwd" || name == "pwd" || name == "pass" || name == "passphrase";
  return password ? "password" : std::string_view();
}

bool is_personal_claim(std::string_view name) {
  constexpr std::array<std::string_view, 11> kClaims = {
      "address", "birthdate", "email",        "family_name", "given_name",        "middle_name",
      "name",    "nickname",  "phone_number", "picture",     "preferred_username"};
  return std::ranges::find(kClaims, name) != kClaims.end();
}

bool is_protocol_word(std::string_view value) {
  constexpr std::array<std::string_view, 6> kWords = {
      "authorization_code", "client_credentials", "username", "client_id", "redirect_uri", "authorization"};
  const auto word = to_lower(value);
  return std::ranges::find(kWords, word) != kWords.end() ||
         std::ranges::find(kSecretFields, word) != kSecretFields.end();
}

bool looks_like_error_code(std::string_view value) {
  constexpr std::size_t kLongest = 48;
  if (value.size() > kLongest) return false;
  const auto only = [&](auto in_alphabet) { return std::ranges::all_of(value, in_alphabet); };
  const bool parted = value.find_first_of("_.- ") != std::string_view::npos;
  const auto separator = [](char c) { return c == '_' || c == '.' || c == '-' || c == ' '; };
  if (value.size() <= 5 && only([](char c) { return c >= '0' && c <= '9'; })) return true;
  if (!parted && value.size() > 16) return false;
  return only([&](char c) { return (c >= 'a' && c <= 'z') || separator(c); }) ||
         only([&](char c) { return (c >= 'A' && c <= 'Z') || separator(c); });
}

std::string redact_value(std::string_view kind, std::string_view raw, std::string_view decoded,
                         const TextRedactor& text, unsigned depth, FoundSecrets* found) {
  if (decoded.empty() || is_redacted(raw)) return std::string(raw);
  auto by_value = text.redact(raw, depth);
  if (is_compact_jws(decoded)) return by_value;
  // What a deviation has hung on to a known secret stays visible as long as it can be no secret of its own.
  if (by_value != raw && octets_outside_tags(by_value) < Redactor::kMinSearched) return by_value;
  if (found) found->push_back({std::string(kind), std::string(decoded)});
  return text.tags().tag(kind, decoded);
}

std::string redact_form(std::string_view form, const TextRedactor& text, FoundSecrets* found) {
  std::string out;
  out.reserve(form.size());
  for (std::size_t at = 0; at <= form.size();) {
    const auto end = std::min(form.find('&', at), form.size());
    const auto pair = form.substr(at, end - at);
    const auto equals = pair.find('=');
    std::string_view kind;
    if (equals != std::string_view::npos) {
      const auto name = decode_form_value(trim(pair.substr(0, equals)));
      kind = text.knows_typed() ? text.typed_kind(name, decode_form_value(pair.substr(equals + 1)))
                                : std::string_view();
      if (kind.empty()) kind = secret_kind(name);
    }
    if (kind.empty()) {
      out += pair;
    } else {
      const auto value = pair.substr(equals + 1);
      out += pair.substr(0, equals + 1);
      out += redact_value(kind, value, decode_form_value(value), text, 0, found);
    }
    if (end < form.size()) out += '&';
    at = end + 1;
  }
  return out;
}

std::string redact_url(std::string_view url, const TextRedactor& text, FoundSecrets* found) {
  std::string out;
  const auto query = std::min(url.find('?'), find_fragment(url, 0));
  auto front = url.substr(0, query);
  if (const auto authority = front.find("//"); authority != std::string_view::npos) {
    const auto rest = front.substr(authority + 2);
    const auto userinfo = rest.substr(0, rest.find('/'));
    const auto at = userinfo.rfind('@');
    const auto colon = userinfo.find(':');
    if (at != std::string_view::npos && colon < at) {
      const auto password = userinfo.substr(colon + 1, at - colon - 1);
      out += front.substr(0, authority + 2 + colon + 1);
      out += redact_value("password", password, decode_form_value(password), text, 0, found);
      front = rest.substr(at);
    }
  }
  out += front;
  for (auto at = query; at < url.size();) {
    out += url[at];
    const auto end = find_fragment(url, at + 1);
    out += redact_form(url.substr(at + 1, end - at - 1), text, found);
    at = end;
  }
  return out;
}

std::string redact_pairs(std::string_view prose, const TextRedactor& text, FoundSecrets* found) {
  constexpr std::size_t kLongestName = 40;
  std::vector<Replacement> replacements;
  for (auto equals = prose.find('='); equals != std::string_view::npos; equals = prose.find('=', equals + 1)) {
    auto begin = equals;
    while (begin > 0 && equals - begin < kLongestName && is_name_character(prose[begin - 1]))
      --begin;
    // An ampersand that JSON writers escape stands right in front of the name.
    constexpr std::string_view kAmpersand = "\\u0026";
    if (begin > 0 && prose.substr(begin - 1, kAmpersand.size()) == kAmpersand) begin += kAmpersand.size() - 1;
    if (begin >= equals) continue;
    const auto kind = secret_kind(prose.substr(begin, equals - begin));
    if (kind.empty()) continue;
    const auto after = prose.substr(equals + 1);
    const auto from = after.begin() + static_cast<std::ptrdiff_t>(leading_tag(after));
    const auto size = static_cast<std::size_t>(std::find_if(from, after.end(), ends_value) - after.begin());
    const auto raw = after.substr(0, size);
    if (raw.empty() || looks_like_error_code(raw)) continue;
    replacements.push_back(
        {equals + 1, equals + 1 + size, redact_value(kind, raw, decode_form_value(raw), text, 0, found)});
  }
  return replacements.empty() ? std::string(prose) : replace_all(prose, std::move(replacements));
}

}  // namespace oauthentic::oauth

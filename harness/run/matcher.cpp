// The matchers of the script language (script/vocabulary.cpp lists them).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "oauth/encoding.hpp"
#include "oauth/json_document.hpp"
#include "oauth/url.hpp"
#include "run/expectation.hpp"

namespace oauthentic::run {

using nlohmann::json;

namespace {

std::string show(const json& value) {
  auto text = value.is_string() ? value.get<std::string>() : oauth::dump(value);
  return text.empty() ? "empty" : text;
}

/// Words of a scope, or members of a list.
std::set<std::string> words_of(const json& value) {
  std::set<std::string> words;
  if (value.is_string()) {
    for (const auto word : split(value.get_ref<const std::string&>(), ' ')) {
      if (!word.empty()) words.emplace(word);
    }
  } else if (value.is_object()) {
    for (const auto& [name, unused] : value.items())
      words.insert(name);
  } else if (value.is_array()) {
    for (const auto& one : value)
      words.insert(one.is_string() ? one.get<std::string>() : oauth::dump(one));
  }
  return words;
}

bool holds(const json& value, const json& part) {
  if (value.is_string() && part.is_string()) {
    return value.get_ref<const std::string&>().find(part.get_ref<const std::string&>()) != std::string::npos;
  }
  return value.is_array() && std::ranges::find(value, part) != value.end();
}

bool has_type(const json& value, const std::string& type) {
  if (type == "string") return value.is_string();
  if (type == "number") return value.is_number();
  if (type == "integer") return value.is_number_integer();
  if (type == "boolean") return value.is_boolean();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "string_list") {
    return value.is_array() && std::ranges::all_of(value, [](const json& one) { return one.is_string(); });
  }
  throw session::HarnessError(fmt::format("there is no type \"{}\"", type));
}

/// RFC 6749 §4.1.2.1 and §5.2, with the codes that extensions registered.
bool is_registered_error(const std::string& code) {
  static const std::set<std::string> kCodes = {"invalid_request",
                                               "unauthorized_client",
                                               "access_denied",
                                               "unsupported_response_type",
                                               "invalid_scope",
                                               "server_error",
                                               "temporarily_unavailable",
                                               "invalid_client",
                                               "invalid_grant",
                                               "unsupported_grant_type",
                                               "interaction_required",
                                               "login_required",
                                               "account_selection_required",
                                               "consent_required",
                                               "invalid_request_uri",
                                               "invalid_request_object",
                                               "request_not_supported",
                                               "request_uri_not_supported",
                                               "registration_not_supported",
                                               "need_info",
                                               "request_denied",
                                               "request_submitted",
                                               "authorization_pending",
                                               "slow_down",
                                               "expired_token",
                                               "invalid_target",
                                               "unsupported_pop_key",
                                               "incompatible_ace_profiles",
                                               "invalid_authorization_details",
                                               "invalid_dpop_proof",
                                               "use_dpop_nonce",
                                               "unsupported_token_type",
                                               "insufficient_user_authentication",
                                               "unmet_authentication_requirements",
                                               "invalid_token",
                                               "insufficient_scope",
                                               "insufficient_authorization_details"};
  return kCodes.contains(code);
}

bool is_https_url(const std::string& text) {
  const auto url = oauth::parse_url(text);
  // A loopback address is how providers are developed; nothing leaves the machine (RFC 8252 §8.3).
  return url && (url->scheme == "https" || oauth::is_loopback_host(url->host));
}

/// OpenID Connect Core 1.0 §2: at most 255 ASCII characters.
bool is_subject(const std::string& text) {
  constexpr std::size_t kLongest = 255;
  return !text.empty() && text.size() <= kLongest &&
         std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
}

/// §2: an absolute URI; "0" stands for less than the lowest level of ISO/IEC 29115.
bool is_acr(const std::string& text) {
  const auto colon = text.find(':');
  return text == "0" || (colon != 0 && colon != std::string::npos && oauth::is_uri_reference(text));
}

/// The Authentication Method Reference Values of RFC 8176 §2.
bool is_amr(const json& value) {
  static const std::set<std::string> kNames = {"face", "fpt", "geo", "hwk", "iris", "kba", "mca",
                                               "mfa",  "otp", "pin", "pop", "pwd",  "rba", "retina",
                                               "sc",   "sms", "swk", "tel", "user", "vbm", "wia"};
  return value.is_array() && std::ranges::all_of(value, [](const json& one) {
           return one.is_string() && kNames.contains(one.get<std::string>());
         });
}

/// ITU-T E.164 in international format; RFC 3966 extensions may follow (OpenID Connect Core 1.0 §5.1).
bool is_e164(const std::string& text) {
  const auto number = text.substr(0, text.find(";ext="));
  std::size_t digits = 0;
  for (std::size_t i = 1; i < number.size(); ++i) {
    const bool digit = number[i] >= '0' && number[i] <= '9';
    if (!digit && number[i] != ' ' && number[i] != '-' && number[i] != '(' && number[i] != ')') return false;
    digits += digit ? 1 : 0;
  }
  return number.starts_with('+') && digits > 1 && digits <= 15;
}

bool has_grammar(const json& value, const std::string& grammar) {
  if (grammar == "amr") return is_amr(value);
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  if (grammar == "vschar") return oauth::is_vschar(text);
  if (grammar == "nqschar") return oauth::is_nqschar(text);
  if (grammar == "scope") return oauth::is_scope(text);
  if (grammar == "utf8") return oauth::is_utf8(text);
  if (grammar == "uri_reference") return oauth::is_uri_reference(text);
  if (grammar == "https_url") return is_https_url(text);
  if (grammar == "issuer_url") return is_https_url(text) && text.find_first_of("?#") == std::string::npos;
  if (grammar == "registered_error") return is_registered_error(text);
  if (grammar == "subject") return is_subject(text);
  if (grammar == "acr") return is_acr(text);
  if (grammar == "e164") return is_e164(text);
  if (grammar == "token68") {
    return !text.empty() &&
           text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=") ==
               std::string::npos;
  }
  throw session::HarnessError(fmt::format("there is no grammar \"{}\"", grammar));
}

bool has_directive(const json& value, const std::string& directive) {
  if (!value.is_string()) return false;
  for (const auto part : split(value.get_ref<const std::string&>(), ',')) {
    if (iequals(trim(part.substr(0, part.find('='))), directive)) return true;
  }
  return false;
}

bool within(const json& value, const json& allowed) {
  const auto words = words_of(value), all = words_of(allowed);
  return std::ranges::includes(all, words);
}

bool matches(const json& value, const std::string& matcher, const json& argument) {
  if (matcher == "equals") return value == argument;
  if (matcher == "differs_from") return value != argument;
  if (matcher == "one_of") return std::ranges::find(argument, value) != argument.end();
  if (matcher == "contains") return holds(value, argument);
  if (matcher == "lacks") return !holds(value, argument);
  if (matcher == "starts_with") {
    return value.is_string() && argument.is_string() &&
           value.get<std::string>().starts_with(argument.get<std::string>());
  }
  if (matcher == "has_directive") return has_directive(value, argument.get<std::string>());
  if (matcher == "at_least") return value.is_number() && value >= argument;
  if (matcher == "at_most") return value.is_number() && value <= argument;
  if (matcher == "type") return has_type(value, argument.get<std::string>());
  if (matcher == "grammar") return has_grammar(value, argument.get<std::string>());
  if (matcher == "within" || matcher == "only") return within(value, argument);
  throw session::HarnessError(fmt::format("there is no matcher \"{}\"", matcher));
}

}  // namespace

std::string mismatch(const json* value, const std::string& matcher, const json& argument) {
  if (matcher == "present") {
    const bool wanted = argument == true;
    if ((value != nullptr) == wanted) return {};
    return value ? fmt::format("it is there: {}", show(*value)) : "it is absent";
  }
  if (!value) {
    const bool negative = matcher == "lacks" || matcher == "differs_from" || matcher == "only";
    return negative ? std::string() : "it is absent";
  }
  return matches(*value, matcher, argument) ? std::string() : fmt::format("it is {}", show(*value));
}

}  // namespace oauthentic::run

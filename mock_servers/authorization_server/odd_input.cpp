// Servers that fall over what they did not expect: for faults only.
#include <algorithm>
#include <array>
#include <cctype>
#include <functional>

#include "mock_servers/answers.hpp"
#include "mock_servers/authorization_server/authorization_server.hpp"
#include "oauth/pkce.hpp"

namespace oauthentic::mock {

namespace {

constexpr std::size_t kUsual = 1000;  // octets of a value that an untested server is ready for

/// Parameters that few clients send, so that their handling is seldom tried.
constexpr std::array<std::string_view, 7> kSeldom = {
    "prompt", "max_age", "claims", "request", "id_token_hint", "response_mode", "token_type_hint"};

bool is_odd(const oauth::Parameter& parameter) {
  const auto is_unusual = [](char c) { return static_cast<unsigned char>(c) >= 0x80 || c == '"'; };
  return std::ranges::any_of(parameter.value, is_unusual) || parameter.value.size() > kUsual ||
         parameter.name.contains('[') || !is_clean(parameter.value) ||
         std::ranges::find(kSeldom, parameter.name) != kSeldom.end();
}

bool tells_an_error(const Response& response) {
  return response.status >= 400 || response.headers.value("Location").contains("error=");
}

std::string with_other_case(std::string text) {
  for (auto& c : text) {
    const auto octet = static_cast<unsigned char>(c);
    c = static_cast<char>(std::isupper(octet) ? std::tolower(octet) : std::toupper(octet));
  }
  return text;
}

/// The value that a loose comparison takes the text for: it differs in case, goes on behind it, or lacks its
/// last character.
std::string nearest(const std::string& text, std::size_t size,
                    const std::function<bool(const std::string&)>& is_right) {
  constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (const auto& candidate : {text, with_other_case(text), text.substr(0, size)}) {
    if (is_right(candidate)) return candidate;
  }
  for (const char last : kBase64Url) {
    if (is_right(text + last)) return text + last;
  }
  return text;
}

bool is_near(const std::string& text, const std::string& right) {
  return iequals(text, right) || text.starts_with(right) ||
         (right.starts_with(text) && text.size() + 1 == right.size());
}

constexpr std::size_t kNameSize = 43;  // of codes, tokens and verifiers

}  // namespace

void AuthorizationServer::read_loosely(Form& form) const {
  const auto replace = [&](std::string_view name, const std::function<bool(const std::string&)>& is_right) {
    if (form.has(name)) form.replace(name, nearest(std::string(form.value(name)), kNameSize, is_right));
  };
  replace("code", [&](const auto& name) { return store_.code(name, Lookup::exact) != nullptr; });
  replace("refresh_token",
          [&](const auto& name) { return store_.refresh_token(name, Lookup::exact) != nullptr; });
  if (const auto code = store_.code(form.value("code"), Lookup::exact)) {
    replace("code_verifier", [&](const auto& verifier) {
      return oauth::code_challenge(verifier, code->method) == code->challenge;
    });
    if (is_near(std::string(form.value("redirect_uri")), code->redirect_uri))
      form.replace("redirect_uri", code->redirect_uri);
  }
  if (const auto* client = deployment_.registry.client(form.value("client_id"));
      client && !client->secret.empty() && is_near(std::string(form.value("client_secret")), client->secret))
    form.replace("client_secret", client->secret);
}

bool AuthorizationServer::is_odd_request(const Incoming& in, const Response& response) const {
  const bool by_clients = in.path == "/token" || in.path == "/introspect" || in.path == "/revoke";
  if (in.path != "/authorize" && !by_clients) return false;
  const Form form(in.is("POST") ? std::string_view(in.request.body) : in.query);
  constexpr std::array<std::string_view, 7> kAlways = {
      "response_type", "client_id",      "redirect_uri",         "scope",
      "state",         "code_challenge", "code_challenge_method"};
  if (in.path == "/authorize" && !std::ranges::all_of(kAlways, [&](auto name) { return form.has(name); }))
    return true;
  const bool plain =
      !in.request.headers.value("Content-Type").contains(';') && in.request.framing == Framing::length;
  if (!plain || tells_an_error(response) || std::ranges::any_of(form.parameters(), is_odd)) return true;
  if (!form.has("token")) return false;
  const auto name = form.value("token");
  return !store_.access_token(name, Lookup::exact) && !store_.refresh_token(name, Lookup::exact);
}

Response AuthorizationServer::stack_trace(const Incoming& in) {
  auto text = "Error: at handle(/srv/provider/src/token.js:41:7) SELECT * FROM grants WHERE " + in.request.body;
  if (const auto basic = oauth::parse_basic(in.request.headers.value("Authorization")))
    text += " " + basic->password;
  for (const auto& parameter : Form(in.request.body).parameters())
    text += " " + parameter.value;
  return text_answer(500, text);
}

}  // namespace oauthentic::mock

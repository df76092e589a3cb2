// Servers that fall over what they did not expect: for faults only.
#include <algorithm>
#include <array>

#include "mock_servers/answers.hpp"
#include "mock_servers/authorization_server/authorization_server.hpp"

namespace oauthentic::mock {

namespace {

constexpr std::size_t kUsual = 1000;  // octets of a value that an untested server is ready for

/// Parameters that few clients send, so that their handling is seldom tried.
constexpr std::array<std::string_view, 7> kSeldom = {
    "prompt", "max_age", "claims", "request", "id_token_hint", "response_mode", "token_type_hint"};

bool is_odd(const oauth::Parameter& parameter) {
  return parameter.value.size() > kUsual || parameter.name.contains('[') || !is_clean(parameter.value) ||
         std::ranges::find(kSeldom, parameter.name) != kSeldom.end();
}

bool tells_an_error(const Response& response) {
  return response.status >= 400 || response.headers.value("Location").contains("error=");
}

}  // namespace

bool AuthorizationServer::is_odd_request(const Incoming& in, const Response& response) const {
  const bool by_clients = in.path == "/token" || in.path == "/introspect" || in.path == "/revoke";
  if (in.path != "/authorize" && !by_clients) return false;
  const Form form(in.is("POST") ? std::string_view(in.request.body) : in.query);
  const bool plain = !in.request.headers.value("Content-Type").contains(';');
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

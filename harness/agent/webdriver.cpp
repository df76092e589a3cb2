#include "agent/webdriver.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/message.hpp"
#include "oauth/html_text.hpp"
#include "oauth/json_document.hpp"

namespace oauthentic::agent {

using nlohmann::json;

namespace {

constexpr std::chrono::milliseconds kStart{40'000};    ///< a browser is started
constexpr std::chrono::milliseconds kCommand{20'000};  ///< more than a script may take

std::string text_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

DriverError no_answer(std::string message) {
  DriverError error;
  error.message = std::move(message);
  error.gone = true;
  return error;
}

/// §6.6: {"value": {"error": ..., "message": ...}}
DriverError error_of(const json& value, int status) {
  DriverError error;
  const auto told = oauth::member(value, "error");
  const auto message = oauth::member(value, "message");
  if (told.is_string()) error.code = told.get<std::string>();
  // Drivers add lines of their own: their version, a stack.
  const auto text = message.is_string() ? message.get<std::string>() : std::string();
  error.message = fmt::format("{}: {}", error.code.empty() ? fmt::format("status {}", status) : error.code,
                              oauth::fold_space(text.substr(0, text.find('\n')), 300));
  const auto whole = to_lower(text);
  error.gone = error.code == "invalid session id" || error.code == "no such window" ||
               whole.contains("disconnected") || whole.contains("not reachable") ||
               whole.contains("tab crashed") || whole.contains("session deleted");
  return error;
}

}  // namespace

DriverValue WebDriverSession::send(const std::string& method, const std::string& path, const std::string& body,
                                   std::chrono::milliseconds timeout) const {
  if (silent_) return std::unexpected(no_answer("the driver gives no answer"));
  Request request;
  request.method = method;
  request.url = driver_url_ + path;
  if (method == "POST") {
    request.headers.add("Content-Type", "application/json; charset=utf-8");
    request.body = body;
  }
  http::SendLimits limits;
  limits.timeout = timeout;
  limits.body_octets = 16 * 1024 * 1024;
  const auto answer = transport_->send(request, limits);
  if (const auto* error = std::get_if<TransportError>(&answer)) {
    silent_ = true;
    return std::unexpected(no_answer("the driver gives no answer: " + error->message));
  }
  const auto& response = std::get<Response>(answer);
  auto document = oauth::parse_json(response.body);
  if (!document || !document->is_object() || !document->contains("value")) {
    return std::unexpected(no_answer(fmt::format(
        "{} is no WebDriver server: it answered with status {} and {}", driver_url_, response.status,
        response.body.empty() ? "nothing" : oauth::fold_space(response.body, 100))));
  }
  if (response.status != 200) return std::unexpected(error_of(document->at("value"), response.status));
  return std::move(document->at("value"));
}

std::expected<WebDriverSession, DriverError> WebDriverSession::open(http::Transport& transport,
                                                                    std::string driver_url,
                                                                    const json& capabilities) {
  while (driver_url.ends_with('/'))
    driver_url.pop_back();
  WebDriverSession session(transport, std::move(driver_url));
  const auto value = session.send("POST", "/session", text_of({{"capabilities", capabilities}}), kStart);
  if (!value) return std::unexpected(value.error());
  const auto id = oauth::member(*value, "sessionId");
  // The identifier becomes part of URLs.
  const bool usable = id.is_string() && !id.get_ref<const std::string&>().empty() &&
                      id.get_ref<const std::string&>().find_first_of("/?#% \r\n") == std::string::npos;
  if (!usable) return std::unexpected(no_answer("the driver opened a session without a usable identifier"));
  session.id_ = id.get<std::string>();
  const auto browser = oauth::member(oauth::member(*value, "capabilities"), "browserName");
  if (browser.is_string()) session.browser_ = to_lower(browser.get<std::string>());
  return session;
}

DriverValue WebDriverSession::get(const std::string& path) const {
  return send("GET", "/session/" + id_ + '/' + path, "", kCommand);
}

DriverValue WebDriverSession::post(const std::string& path, const json& parameters) const {
  return send("POST", "/session/" + id_ + '/' + path, text_of(parameters), kCommand);
}

void WebDriverSession::close() const {
  static_cast<void>(send("DELETE", "/session/" + id_, "", kCommand));
}

}  // namespace oauthentic::agent

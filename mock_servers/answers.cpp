#include "mock_servers/answers.hpp"

#include <fmt/format.h>

#include "oauth/encoding.hpp"

namespace oauthentic::mock {

namespace {

std::string reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 502:
      return "Bad Gateway";
    default:
      return "";
  }
}

Response with_body(int status, std::string type, std::string body) {
  Response response;
  response.status = status;
  response.reason = reason_of(status);
  response.headers.add("Content-Type", std::move(type));
  response.body = std::move(body);
  return response;
}

}  // namespace

Response json_answer(int status, std::string body) {
  return with_body(status, "application/json", std::move(body));
}

Response text_answer(int status, std::string_view text) {
  return with_body(status, "text/plain; charset=utf-8", std::string(text) + "\n");
}

Response redirect_answer(int status, std::string url) {
  Response response;
  response.status = status;
  response.reason = reason_of(status);
  response.headers.add("Location", std::move(url));
  response.headers.add("Cache-Control", "no-store");
  return response;
}

Response method_not_allowed(std::string_view allowed) {
  auto response = text_answer(405, "This method is not allowed here.");
  response.headers.add("Allow", std::string(allowed));
  return response;
}

Response not_found() {
  return text_answer(404, "There is nothing here.");
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace oauthentic::mock

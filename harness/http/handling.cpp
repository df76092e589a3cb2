#include "http/handling.hpp"

#include <exception>

namespace oauthentic::http {

namespace {

Response plain_text(int status, std::string text) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  response.body = std::move(text);
  return response;
}

}  // namespace

Response call(const Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& error) {
    return plain_text(500, std::string("internal error: ") + error.what() + "\n");
  } catch (...) {
    return plain_text(500, "internal error\n");
  }
}

Response refusal(int status) {
  switch (status) {
    case 413:
      return plain_text(status, "the content is too large\n");
    case 431:
      return plain_text(status, "the header fields are too large\n");
    case 501:
      return plain_text(status, "the method or the transfer coding is not implemented\n");
    case 505:
      return plain_text(status, "only HTTP/1.0 and HTTP/1.1 are spoken here\n");
    default:
      return plain_text(status, "this is no HTTP request\n");
  }
}

}  // namespace oauthentic::http

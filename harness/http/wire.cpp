#include "http/wire.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <boost/beast/http/status.hpp>
#include <iterator>
#include <ostream>

#include "http/request_url.hpp"

namespace oauthentic::http {

namespace {

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void append_length(std::string& out, std::size_t length) {
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("Content-Length: {}\r\n"), length);
}

bool has_framing(const Headers& headers) {
  return headers.has("Content-Length") || headers.has("Transfer-Encoding");
}

bool announces_body(const Request& request) {
  return !request.body.empty() || request.method == "POST" || request.method == "PUT" ||
         request.method == "PATCH";
}

std::string_view standard_reason(int status) {
  if (status < 100 || status > 999) return {};
  const auto text =
      boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(static_cast<unsigned>(status)));
  return {text.data(), text.size()};
}

}  // namespace

std::string serialise(const Request& request) {
  if (request.octets) return *request.octets;
  const auto url = parse_request_url(request.url);
  return url ? serialise(request, *url) : std::string();
}

std::string serialise(const Request& request, const oauth::Url& url) {
  if (request.octets) return *request.octets;
  std::string out;
  out.reserve(256 + request.url.size() + request.body.size());
  const bool chunked = request.framing == Framing::chunked;
  out.append(request.method).append(" ").append(url.target());
  out.append(request.framing == Framing::http_1_0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
  if (!request.headers.has("Host")) append_field(out, "Host", url.authority());
  for (const auto& [name, value] : request.headers)
    append_field(out, name, value);
  if (chunked) {
    if (!request.headers.has("Transfer-Encoding")) append_field(out, "Transfer-Encoding", "chunked");
  } else if (announces_body(request) && !has_framing(request.headers)) {
    append_length(out, request.body.size());
  }
  out.append("\r\n");
  if (!chunked) return out.append(request.body);
  if (!request.body.empty()) {
    fmt::format_to(std::back_inserter(out), FMT_COMPILE("{:x}\r\n"), request.body.size());
    out.append(request.body).append("\r\n");
  }
  return out.append("0\r\n\r\n");
}

std::string serialise(const Response& response, bool head_only) {
  std::string out;
  append_head(out, response, Persistence::keep_alive);
  if (!head_only && may_have_body(response.status)) out += response.body;
  return out;
}

void append_head(std::string& out, const Response& response, Persistence persistence) {
  const auto reason =
      response.reason.empty() ? standard_reason(response.status) : std::string_view(response.reason);
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("HTTP/1.1 {:03} {}\r\n"), response.status, reason);
  for (const auto& [name, value] : response.headers)
    append_field(out, name, value);
  if (may_have_body(response.status) && !has_framing(response.headers))
    append_length(out, response.body.size());
  if (persistence == Persistence::close && !response.headers.has("Connection"))
    append_field(out, "Connection", "close");
  out.append("\r\n");
}

bool may_have_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

}  // namespace oauthentic::http

#pragma once
// HTTP/1.1 messages to octets and back, without sockets (RFC 9112).
#include <expected>
#include <string>
#include <string_view>

#include "core/message.hpp"
#include "oauth/url.hpp"

namespace oauthentic::http {

/// The octets of a request as we send it: origin-form target, Host first, Content-Length when there is a body
/// or the method is POST, PUT or PATCH. A Host, Content-Length or Transfer-Encoding among the headers is left
/// as it is and none is added. `request.octets`, when set, is returned as it is. Empty if the URL cannot be
/// parsed.
std::string serialise(const Request& request);
/// The same with `request.url` already parsed.
std::string serialise(const Request& request, const oauth::Url& url);

std::string serialise(const Response& response, bool head_only = false);

enum class Persistence { keep_alive, close };
/// Appends status line, header section and the empty line. Content-Length is added where RFC 9110 §8.6 allows
/// it and the headers have neither that nor Transfer-Encoding; `close` adds `Connection: close`.
void append_head(std::string& out, const Response& response, Persistence persistence);
/// 1xx, 204 and 304 have no content (RFC 9112 §6.3).
bool may_have_body(int status);

struct ServerLimits {
  std::size_t head_octets = 64 * 1024;
  std::size_t body_octets = 8 * 1024 * 1024;
};

/// A whole request as a server reads it; `url` is made absolute with `scheme` and the Host field, which
/// HTTP/1.0 may leave out ("localhost"). What follows the request belongs to the next one and is ignored. The
/// error is the status a server answers with (400, 413, 431, 501, 505); a request that is cut short is a 400.
std::expected<Request, int> parse_request(std::string_view octets, std::string_view scheme,
                                          ServerLimits limits = {});

}  // namespace oauthentic::http

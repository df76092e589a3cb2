// Property: a request that a server reads is the same however its octets arrive, and written again as we send
// requests it is read as the same message: nobody else sees another request in it (RFC 9112 §11.2).
#include "fuzz/target.hpp"
#include "http/message_reader.hpp"
#include "http/wire.hpp"

namespace oauthentic::fuzz {

namespace {

constexpr http::ServerLimits kLimits{.head_octets = 8192, .body_octets = 1 << 16};

std::expected<Request, int> read_in_pieces(std::string_view octets, std::size_t piece) {
  http::RequestReader reader("https", "localhost", kLimits);
  std::size_t used = 0;
  for (std::size_t end = 0; end < octets.size() && !reader.done() && !reader.error();) {
    end = std::min(end + piece, octets.size());
    for (std::size_t taken = 1; taken > 0 && !reader.done() && !reader.error(); used += taken) {
      taken = reader.feed(octets.substr(used, end - used));
      require(taken <= end - used, "no more is used up than there is");
    }
  }
  if (reader.error()) return std::unexpected(reader.error());
  if (!reader.done()) return std::unexpected(400);
  return reader.take();
}

bool same(const Request& a, const Request& b) {
  return a.method == b.method && a.url == b.url && a.headers == b.headers && a.body == b.body;
}

void check_rewritten(Request request, std::string_view octets) {
  const auto url = oauth::parse_url(request.url);
  if (!url) return;
  // Of Host only the characters are looked at, and a target with an authority of its own does not use it.
  const auto* host = request.headers.find("Host");
  if (host && !oauth::parse_url("https://" + *host + "/")) return;
  // The body is there without its coding.
  if (request.headers.remove("Transfer-Encoding") > 0) {
    require(!request.headers.has("Content-Length"), "a request has one length", octets);
  }
  const auto once = http::parse_request(http::serialise(request), "https", kLimits);
  require(once.has_value(), "what is written is read", octets);
  require(once->method == request.method && once->body == request.body, "method and body stay", octets);
  const auto again = oauth::parse_url(once->url);
  require(again && again->target() == url->target(), "the target stays", octets);
  for (const auto& field : request.headers) {
    require(once->headers.all(field.name) == request.headers.all(field.name), "header fields stay", field.name);
  }
  const auto twice = http::parse_request(http::serialise(*once), "https", kLimits);
  require(twice && same(*once, *twice), "what is written again is the same", octets);
}

}  // namespace

OAUTHENTIC_FUZZ_TARGET(http_request, input) {
  const auto whole = http::parse_request(input, "https", kLimits);
  for (const std::size_t piece : {1U, 7U}) {
    const auto pieces = read_in_pieces(input, piece);
    require(pieces.has_value() == whole.has_value(), "a request is one however it arrives", input);
    if (whole) require(same(*whole, *pieces), "a request is the same however it arrives", input);
  }
  if (!whole) {
    const auto status = whole.error();
    return require(status == 400 || status == 413 || status == 431 || status == 501 || status == 505,
                   "a refusal has a status");
  }
  for (const auto& field : whole->headers) {
    require(field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos,
            "a field is one line", field.value);
  }
  check_rewritten(*whole, input);
}

}  // namespace oauthentic::fuzz

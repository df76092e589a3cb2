// Property: a response is the same however its octets arrive, and its head is kept as it was received.
// Input: the octets that a peer sends before it closes the connection.
#include <algorithm>

#include "fuzz/target.hpp"
#include "http/message_reader.hpp"
#include "http/wire.hpp"

namespace oauthentic::fuzz {

namespace {

using Kind = TransportError::Kind;

http::Answer read_in_pieces(std::string_view octets, std::size_t piece, http::ResponseReader::Body body) {
  http::ResponseReader reader(body, {.head_octets = 4096, .body_octets = 1 << 16});
  std::size_t used = 0;
  for (std::size_t end = 0; end < octets.size() && !reader.done() && !reader.error();) {
    end = std::min(end + piece, octets.size());
    for (std::size_t taken = 1; taken > 0 && !reader.done() && !reader.error(); used += taken) {
      taken = reader.feed(octets.substr(used, end - used));
      require(taken <= end - used, "no more is used up than there is");
    }
  }
  reader.end();
  if (reader.error()) return *reader.error();
  require(reader.done(), "at the end of the stream there is a response or an error", octets);
  static_cast<void>(reader.keep_alive());
  return reader.take();
}

bool same(const http::Answer& a, const http::Answer& b) {
  const auto* one = std::get_if<Response>(&a);
  const auto* other = std::get_if<Response>(&b);
  if (!one || !other) return !one && !other;
  return one->status == other->status && one->reason == other->reason && one->headers == other->headers &&
         one->body == other->body && one->head_octets == other->head_octets;
}

}  // namespace

OAUTHENTIC_FUZZ_TARGET(http_response, input) {
  for (const auto body : {http::ResponseReader::Body::expected, http::ResponseReader::Body::none}) {
    const auto whole = read_in_pieces(input, std::max<std::size_t>(input.size(), 1), body);
    for (const std::size_t piece : {1U, 13U}) {
      require(same(whole, read_in_pieces(input, piece, body)), "a response is the same however it arrives",
              input);
    }
    const auto* response = std::get_if<Response>(&whole);
    if (!response) continue;
    require(input.contains(response->head_octets) && !response->head_octets.empty(),
            "the head is as it was received", input);
    require(response->status >= 100 && response->status <= 999, "a status has three digits", input);
    for (const auto& field : response->headers) {
      require(field.value.find_first_of("\r\n") == std::string::npos, "a field is one line", field.value);
    }
  }
}

}  // namespace oauthentic::fuzz

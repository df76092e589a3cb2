#include "http/loopback_transport.hpp"

#include <fmt/format.h>

#include <exception>
#include <latch>
#include <thread>

#include "http/handling.hpp"
#include "http/message_reader.hpp"
#include "http/request_url.hpp"
#include "oauth/url.hpp"

namespace oauthentic::http {

namespace {

/// The response as it would be after a way over the wire: limits, framing and injected fields have their
/// effect.
Answer read_back(const Response& response, ResponseReader::Body body, const SendLimits& limits) {
  const auto octets = serialise(response, body == ResponseReader::Body::none);
  ResponseReader reader(body, limits);
  reader.feed(octets);
  reader.end();
  if (reader.error()) return *reader.error();
  return reader.take();
}

}  // namespace

LoopbackTransport::LoopbackTransport(std::map<std::string, Handler> handlers)
    : handlers_(std::move(handlers)) {}

Answer LoopbackTransport::send(const Request& request, const SendLimits& limits) {
  const auto url = parse_request_url(request.url);
  if (!url) return TransportError{TransportError::Kind::refused, fmt::format("\"{}\" is no URL", request.url)};
  const auto handler = handlers_.find(url->origin());
  if (handler == handlers_.end()) {
    return TransportError{TransportError::Kind::connect, fmt::format("nothing listens at {}", url->origin())};
  }
  const auto body = request.method == "HEAD" ? ResponseReader::Body::none : ResponseReader::Body::expected;
  const auto received = parse_request(serialise(request, *url), url->scheme);
  return read_back(received ? call(handler->second, *received) : refusal(received.error()), body, limits);
}

std::vector<Answer> LoopbackTransport::send_together(std::span<const Request> requests,
                                                     const SendLimits& limits) {
  std::vector<Answer> answers(requests.size());
  std::vector<std::exception_ptr> mistakes(requests.size());
  std::latch lined_up(static_cast<std::ptrdiff_t>(requests.size()));
  const auto run = [&](std::size_t i) {
    lined_up.arrive_and_wait();
    try {
      answers[i] = send(requests[i], limits);
    } catch (...) {
      mistakes[i] = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      try {
        threads.emplace_back(run, i);
      } catch (...) {
        mistakes[i] = std::current_exception();
        lined_up.count_down();
      }
    }
  }
  for (const auto& mistake : mistakes) {
    if (mistake) std::rethrow_exception(mistake);
  }
  return answers;
}

}  // namespace oauthentic::http

#pragma once
// Reads HTTP/1.1 messages from a stream of octets as they come, within limits (RFC 9112). No sockets here: the
// listener, the client, the loopback transport and parse_request all read through these two.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/exchange.hpp"
#include "http/transport.hpp"
#include "http/wire.hpp"

namespace oauthentic::http {

/// Reads one request after the other.
class RequestReader {
 public:
  /// `default_authority` stands in for the Host field that HTTP/1.0 may leave out.
  RequestReader(std::string scheme, std::string default_authority, ServerLimits limits);
  ~RequestReader();

  /// Takes octets from the front and returns how many were used up; the others have to be offered again, with
  /// more behind them. Stops at the end of a request.
  std::size_t feed(std::string_view octets);
  bool done() const;
  /// The status to answer with if what came is no request; 0 if it is one so far.
  int error() const { return error_; }
  /// The head is whole, its body is not, and the client waits for leave to send it (RFC 9110 §10.1.1).
  bool awaits_continue() const;
  /// Another request may follow on this connection (RFC 9112 §9.3), which HTTP/1.0 is never granted. Only when
  /// done.
  bool keep_alive() const;
  /// Hands the request over and starts on the next one. Only when done.
  Request take();

 private:
  class Parser;
  std::size_t skip_blank_line(std::string_view octets);

  const std::string scheme_;
  const std::string default_authority_;
  const ServerLimits limits_;
  std::unique_ptr<Parser> parser_;
  bool blank_line_skipped_ = false;
  int error_ = 0;
};

/// Reads one response, passing over interim ones (RFC 9110 §15.2).
class ResponseReader {
 public:
  enum class Body { expected, none };  ///< none: the answer to HEAD
  ResponseReader(Body body, const SendLimits& limits);
  ~ResponseReader();

  /// As RequestReader::feed.
  std::size_t feed(std::string_view octets);
  /// The peer closed the connection: the response is whole, or error() is set.
  void end();
  bool done() const;
  const std::optional<TransportError>& error() const { return error_; }
  /// The peer will take another request on this connection. Only when done.
  bool keep_alive() const;
  /// Hands the response over. Only when done.
  Response take();

 private:
  class Parser;
  void start();
  void fail(TransportError::Kind kind, std::string message) { error_ = {kind, std::move(message)}; }

  const Body body_;
  const SendLimits limits_;
  std::size_t interim_octets_ = 0;
  std::unique_ptr<Parser> parser_;
  std::optional<TransportError> error_;
};

}  // namespace oauthentic::http

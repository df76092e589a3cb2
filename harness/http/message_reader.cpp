#include "http/message_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "http/message_parser.hpp"

namespace oauthentic::http {

namespace {

using beast_http::error;
using beast_http::field;

constexpr int kBadRequest = 400;
constexpr int kContentTooLarge = 413;
constexpr int kFieldsTooLarge = 431;
constexpr int kNotImplemented = 501;
constexpr int kVersionNotSupported = 505;

/// A line that begins with space or tab goes on with the line before it (obs-fold, RFC 9112 §5.2).
bool has_folded_line(std::string_view octets) {
  for (auto at = octets.find('\n'); at != std::string_view::npos && at + 1 < octets.size();
       at = octets.find('\n', at + 1)) {
    if (octets[at + 1] == ' ' || octets[at + 1] == '\t') return true;
  }
  return false;
}

/// Host = uri-host [ ":" port ] (RFC 9110 §7.2), by its characters only.
bool is_authority(std::string_view text) {
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%!$&'()*+,;=:[]";
  return !text.empty() && text.find_first_not_of(kAllowed) == std::string_view::npos;
}

bool is_printable_target(std::string_view target) {
  return std::ranges::all_of(target, [](char c) { return c > ' ' && c < '\x7f' && c != '#'; });
}

bool is_absolute_form(std::string_view target) {
  const auto colon = target.find("://");
  if (colon == std::string_view::npos || target.size() <= colon + 3) return false;
  const auto scheme = target.substr(0, colon);
  if (!iequals(scheme, "http") && !iequals(scheme, "https")) return false;
  return target[colon + 3] != '/' && target[colon + 3] != '?';
}

/// The line is a request line but for a version that is not ours, such as HTTP/2.0 (RFC 9110 §15.6.6).
bool has_other_version(std::string_view octets) {
  const auto line = octets.substr(0, octets.find("\r\n"));
  const auto version = line.substr(line.rfind(' ') + 1);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return version.size() == 8 && version.starts_with("HTTP/") && digit(version[5]) && version[6] == '.' &&
         digit(version[7]) && version != "HTTP/1.0" && version != "HTTP/1.1";
}

}  // namespace

class RequestReader::Parser : public MessageParser<true> {
 public:
  explicit Parser(const ServerLimits& limits) : MessageParser(limits.head_octets, limits.body_octets) {}

  /// The target made absolute (RFC 9112 §3.3).
  std::string url(std::string_view scheme, std::string_view default_authority) const {
    if (is_absolute_form(target)) return target;
    const auto authority = hosts_ == 0 ? default_authority : headers.value("Host");
    std::string out;
    out.reserve(scheme.size() + 3 + authority.size() + target.size());
    out.append(scheme).append("://").append(authority);
    return target == "*" ? out : out.append(target);
  }

  std::string method;
  std::string target;
  int version = 0;  ///< 10 or 11
  bool expects_continue = false;
  int status = 0;  ///< why the request was refused, where Beast does not know

 private:
  void refuse(int why, Error& error) {
    status = why;
    error = error::bad_field;
  }

  void on_request_impl(beast_http::verb, Text method_text, Text target_text, int wire_version,
                       Error& error) override {
    method = view(method_text);
    target = view(target_text);
    version = wire_version;
    if (method == "CONNECT") return refuse(kNotImplemented, error);
    const bool known =
        target.starts_with('/') || is_absolute_form(target) || (target == "*" && method == "OPTIONS");
    if (!known || !is_printable_target(target)) refuse(kBadRequest, error);
  }

  void check_head(std::string_view octets, Error& error) override {
    if (has_folded_line(octets)) refuse(kBadRequest, error);
  }

  void check_field(field name, std::string_view value, Error& error) override {
    if (name == field::host) {
      if (++hosts_ > 1 || !is_authority(value)) refuse(kBadRequest, error);
    } else if (name == field::transfer_encoding) {
      // RFC 9112 §6.1: other codings than chunked are not implemented; HTTP/1.0 knows none.
      if (!iequals(value, "chunked")) return refuse(kNotImplemented, error);
      if (version < 11) refuse(kBadRequest, error);
    } else if (name == field::expect) {
      expects_continue = version >= 11 && iequals(value, "100-continue");
    }
  }

  void on_header_impl(Error& error) override {
    if (hosts_ == 0 && version >= 11) refuse(kBadRequest, error);
  }

  int hosts_ = 0;
};

RequestReader::RequestReader(std::string scheme, std::string default_authority, ServerLimits limits)
    : scheme_(std::move(scheme)),
      default_authority_(std::move(default_authority)),
      limits_(limits),
      parser_(std::make_unique<Parser>(limits_)) {}

RequestReader::~RequestReader() = default;

std::size_t RequestReader::skip_blank_line(std::string_view octets) {
  if (parser_->got_some() || blank_line_skipped_ || !octets.starts_with("\r\n")) return 0;
  blank_line_skipped_ = true;
  return 2;
}

std::size_t RequestReader::feed(std::string_view octets) {
  if (error_ || done()) return 0;
  // RFC 9112 §2.2: one empty line before a request is passed over.
  const auto skipped = skip_blank_line(octets);
  octets.remove_prefix(skipped);
  if (octets.empty() || (octets == "\r" && !blank_line_skipped_ && !parser_->got_some())) return skipped;
  boost::beast::error_code error;
  const auto used = parser_->consume(octets, error);
  if (!error) return skipped + used;
  if (parser_->status != 0) {
    error_ = parser_->status;
  } else if (error == error::header_limit) {
    error_ = kFieldsTooLarge;
  } else if (error == error::body_limit) {
    error_ = kContentTooLarge;
  } else if (error == error::bad_version && has_other_version(octets.substr(used))) {
    error_ = kVersionNotSupported;
  } else {
    error_ = kBadRequest;
  }
  return skipped + used;
}

bool RequestReader::done() const {
  return parser_->is_done();
}

bool RequestReader::awaits_continue() const {
  return parser_->expects_continue && parser_->is_header_done() && !parser_->is_done() && parser_->body.empty();
}

bool RequestReader::keep_alive() const {
  return parser_->version >= 11 && parser_->keep_alive();
}

Request RequestReader::take() {
  assert(done());
  Request request;
  request.url = parser_->url(scheme_, default_authority_);
  request.method = std::move(parser_->method);
  request.headers = std::move(parser_->headers);
  request.body = std::move(parser_->body);
  if (parser_->version < 11) request.framing = Framing::http_1_0;
  if (parser_->chunked()) request.framing = Framing::chunked;
  parser_ = std::make_unique<Parser>(limits_);
  blank_line_skipped_ = false;
  return request;
}

class ResponseReader::Parser : public MessageParser<false> {
 public:
  using MessageParser::MessageParser;
  int status = 0;
  std::string reason;
  std::string head;

 private:
  void on_response_impl(int code, Text text, int, Error& error) override {
    if (code < 100) error = error::bad_status;  // NB: Beast takes "020" (RFC 9110 §15)
    status = code;
    reason = view(text);
  }
  void check_head(std::string_view octets, Error&) override { head.append(octets); }
};

ResponseReader::ResponseReader(Body body, const SendLimits& limits) : body_(body), limits_(limits) {
  start();
}

ResponseReader::~ResponseReader() = default;

void ResponseReader::start() {
  // All interim responses and the final one together have to keep to the limit, so that they cannot go on for
  // ever.
  const auto left = limits_.head_octets - std::min(limits_.head_octets, interim_octets_);
  parser_ = std::make_unique<Parser>(left, limits_.body_octets);
  parser_->skip(body_ == Body::none);
}

std::size_t ResponseReader::feed(std::string_view octets) {
  std::size_t used = 0;
  while (!error_ && !done() && used < octets.size()) {
    const auto rest = octets.substr(used);
    // Beast needs eight octets before it complains, and a peer that speaks something else may never send them.
    if (!parser_->got_some()) {
      constexpr std::string_view kBegin = "HTTP/1.";
      if (!rest.starts_with(kBegin.substr(0, rest.size()))) {
        fail(TransportError::Kind::malformed, "what came back is not HTTP/1.1");
        break;
      }
      if (rest.size() <= kBegin.size()) break;
    }
    boost::beast::error_code error;
    const auto taken = parser_->consume(rest, error);
    used += taken;
    if (error == error::header_limit) {
      fail(TransportError::Kind::too_large,
           fmt::format("the head of the answer is over {} octets", limits_.head_octets));
    } else if (error == error::body_limit) {
      fail(TransportError::Kind::too_large,
           fmt::format("the body of the answer is over {} octets", limits_.body_octets));
    } else if (error) {
      fail(TransportError::Kind::malformed, fmt::format("what came back is not HTTP/1.1: {}", error.message()));
    } else if (done() && parser_->status / 100 == 1 && parser_->status != 101) {
      interim_octets_ += parser_->head_size();
      start();
    } else if (taken == 0) {
      break;
    }
  }
  return used;
}

void ResponseReader::end() {
  if (error_ || done()) return;
  if (!parser_->got_some())
    return fail(TransportError::Kind::reset, "the peer closed the connection without an answer");
  boost::beast::error_code error;
  parser_->put_eof(error);
  if (error) fail(TransportError::Kind::reset, "the peer closed the connection before its answer was whole");
}

bool ResponseReader::done() const {
  return parser_->is_done();
}

bool ResponseReader::keep_alive() const {
  return parser_->keep_alive() && parser_->status != 101;
}

Response ResponseReader::take() {
  assert(done());
  Response response;
  response.status = parser_->status;
  response.reason = std::move(parser_->reason);
  response.headers = std::move(parser_->headers);
  response.body = std::move(parser_->body);
  response.head_octets = std::move(parser_->head);
  return response;
}

std::expected<Request, int> parse_request(std::string_view octets, std::string_view scheme,
                                          ServerLimits limits) {
  RequestReader reader(std::string(scheme), "localhost", limits);
  for (std::size_t used = 1; used > 0 && !reader.error() && !reader.done();) {
    used = reader.feed(octets);
    octets.remove_prefix(used);
  }
  if (reader.error()) return std::unexpected(reader.error());
  if (!reader.done()) return std::unexpected(kBadRequest);
  return reader.take();
}

}  // namespace oauthentic::http

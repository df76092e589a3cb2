#pragma once
// Beast's parser, collecting a message in wire order. Internal to message_reader.cpp: Beast is costly to
// compile.
#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "core/message.hpp"

namespace oauthentic::http {

namespace beast_http = boost::beast::http;

/// NB: not beast::http::parser with its fields container, which moves repeated fields together.
template <bool is_request>
class MessageParser : public beast_http::basic_parser<is_request> {
 public:
  using Base = beast_http::basic_parser<is_request>;
  using Text = boost::beast::string_view;
  using Error = boost::beast::error_code;

  MessageParser(std::size_t head_octets, std::size_t body_octets) : head_limit_(head_octets) {
    constexpr std::size_t kMost = std::numeric_limits<std::uint32_t>::max();
    Base::header_limit(static_cast<std::uint32_t>(std::min(head_octets, kMost)));
    Base::body_limit(body_octets);
  }

  /// Parses as far as the octets reach; returns how many were used up. No error while the message is merely
  /// unfinished.
  std::size_t consume(std::string_view octets, Error& error) {
    std::size_t used = 0;
    error = {};
    while (!error && !Base::is_done() && used < octets.size()) {
      const auto rest = octets.substr(used);
      if (is_unfinished_last_chunk(rest)) break;
      const bool in_head = !Base::is_header_done();
      const auto taken = Base::put(boost::asio::const_buffer(rest.data(), rest.size()), error);
      if (in_head) on_head_octets(rest.substr(0, taken), error);
      used += taken;
    }
    if (error == beast_http::error::need_more) error = {};
    // What is left over is the beginning of a line; Beast limits neither a head that comes in pieces nor the
    // lines between chunks.
    const std::size_t pending = Base::is_done() ? 0 : octets.size() - used;
    const std::size_t head = Base::is_header_done() ? 0 : head_size_;
    if (!error && head + pending > head_limit_) error = beast_http::error::header_limit;
    return used;
  }

  std::size_t head_size() const { return head_size_; }

  Headers headers;
  std::string body;

 protected:
  virtual void check_head(std::string_view, Error&) {}
  virtual void check_field(beast_http::field, std::string_view, Error&) {}

  static std::string_view view(Text text) { return {text.data(), text.size()}; }

 private:
  /// What may be the last chunk of a body, with less than the five octets that end a body at least (RFC 9112
  /// §7.1). NB: Beast 1.81 looks at it again when asked again, and then asserts that there are five octets.
  bool is_unfinished_last_chunk(std::string_view rest) const {
    return Base::is_header_done() && Base::chunked() && rest.size() < 5 && rest.starts_with('0');
  }

  void on_head_octets(std::string_view octets, Error& error) {
    head_size_ += octets.size();
    const bool sound = !error || error == beast_http::error::need_more;
    if (sound && head_size_ > head_limit_) error = beast_http::error::header_limit;
    if (sound) check_head(octets, error);
  }

  void on_field_impl(beast_http::field field, Text name, Text value, Error& error) override {
    // Trailer fields are dropped (RFC 9110 §6.5.1).
    if (Base::is_header_done()) return;
    check_field(field, view(value), error);
    headers.add(std::string(view(name)), std::string(view(value)));
  }
  void on_request_impl(beast_http::verb, Text, Text, int, Error&) override {}
  void on_response_impl(int, Text, int, Error&) override {}
  void on_header_impl(Error&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, Error&) override {
    // A peer's promise alone does not make us set much memory aside.
    constexpr std::uint64_t kMost = 256 * 1024;
    if (length) body.reserve(static_cast<std::size_t>(std::min(*length, kMost)));
  }
  std::size_t on_body_impl(Text octets, Error&) override {
    body.append(octets.data(), octets.size());
    return octets.size();
  }
  void on_chunk_header_impl(std::uint64_t, Text, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text octets, Error& error) override {
    return on_body_impl(octets, error);
  }
  void on_finish_impl(Error&) override {}

  const std::size_t head_limit_;
  std::size_t head_size_ = 0;
};

}  // namespace oauthentic::http

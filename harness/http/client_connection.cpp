#include "http/client_connection.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <boost/asio/write.hpp>
#include <cerrno>

#include "http/tls.hpp"

namespace oauthentic::http {

namespace asio = boost::asio;
using Kind = TransportError::Kind;

namespace {

constexpr std::size_t kReadOctets = 32 * 1024;

TransportError timed_out(std::string_view what) {
  return {Kind::timeout, fmt::format("timed out {}", what)};
}

}  // namespace

std::optional<TransportError> ClientConnection::open(const oauth::Url& url, Deadline deadline,
                                                     const Proxy* proxy) {
  if (!proxy) {
    if (auto error = connect_to(url, deadline)) return error;
    return context_ ? shake_hands(url, deadline) : std::nullopt;
  }
  if (auto error = connect_to(proxy->url, deadline))
    return TransportError{Kind::proxy, "the proxy: " + error->message};
  if (!context_) return std::nullopt;
  if (auto error = open_tunnel(url, *proxy, deadline)) return error;
  peer_ = fmt::format("{} through the proxy {}", url.authority(), proxy->authority());
  return shake_hands(url, deadline);
}

std::optional<TransportError> ClientConnection::connect_to(const oauth::Url& url, Deadline deadline) {
  const auto addresses = resolve(url, deadline);
  if (!addresses) return addresses.error();
  peer_ = host_and_port(url);
  std::vector<Tcp::endpoint> endpoints;
  for (const auto& address : *addresses)
    endpoints.emplace_back(address, url.port);
  return connect(endpoints, deadline);
}

/// RFC 9110 §9.3.6: after a 2xx what follows the head belongs to the tunnel.
std::optional<TransportError> ClientConnection::open_tunnel(const oauth::Url& url, const Proxy& proxy,
                                                            Deadline deadline) {
  constexpr std::size_t kRefusalOctets = 16 * 1024;
  const auto refused = [&](std::string_view why) {
    close();
    return TransportError{Kind::proxy, fmt::format("the proxy {} opens no way to {}: {}", proxy.authority(),
                                                   url.authority(), why)};
  };
  const auto request = connect_request(url, proxy);
  write(request);
  if (auto error = flush(deadline)) return refused(error->message);
  const auto answer =
      read(ResponseReader::Body::none, {.head_octets = kRefusalOctets, .body_octets = 0}, deadline);
  received_ = 0;
  if (const auto* error = std::get_if<TransportError>(&answer)) return refused(error->message);
  const auto& response = std::get<Response>(answer);
  if (response.status == 407) return refused("it wants a name and password (status 407)");
  if (response.status < 200 || response.status > 299)
    return refused(fmt::format("status {} {}", response.status, response.reason));
  if (buffer_.size() > 0) return refused("it spoke before the tunnel was used");
  return std::nullopt;
}

std::optional<TransportError> ClientConnection::connect(const std::vector<Tcp::endpoint>& endpoints,
                                                        Deadline deadline) {
  Error error;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    // An address that swallows everything must not use up the time of those after it.
    const auto now = std::chrono::steady_clock::now();
    const auto share = now + (deadline - now) / static_cast<int>(endpoints.size() - i);
    bool done = false;
    close();
    socket_.async_connect(endpoints[i], [&](const Error& outcome) {
      error = outcome;
      done = true;
    });
    if (!run_until(share, done)) error = asio::error::timed_out;
    if (!error) {
      Error ignored;
      socket_.set_option(Tcp::no_delay(true), ignored);
      return std::nullopt;
    }
  }
  if (error == asio::error::timed_out) return timed_out(fmt::format("connecting to {}", peer_));
  // The peer may accept and reset before we get to know that it accepted.
  const auto kind = error == asio::error::connection_reset ? Kind::reset : Kind::connect;
  return TransportError{kind, fmt::format("cannot connect to {}: {}", peer_, error.message())};
}

std::optional<TransportError> ClientConnection::shake_hands(const oauth::Url& url, Deadline deadline) {
  tls_ = std::make_unique<asio::ssl::stream<Tcp::socket&>>(socket_, *context_);
  if (!expect_peer(tls_->native_handle(), url, options_)) {
    return TransportError{Kind::refused, fmt::format("no certificate can be for the host \"{}\"", url.host)};
  }
  Error error;
  bool done = false;
  tls_->async_handshake(asio::ssl::stream_base::client, [&](const Error& outcome) {
    error = outcome;
    done = true;
  });
  if (!run_until(deadline, done)) return timed_out(fmt::format("in the TLS handshake with {}", peer_));
  if (!error) return std::nullopt;
  return TransportError{Kind::tls, fmt::format("{}: {}", peer_, tls_failure(tls_->native_handle(), error))};
}

void ClientConnection::write(std::string_view octets) {
  if (octets.empty() || write_error_) return;
  written_ = false;
  const auto on_written = [this](const Error& error, std::size_t) {
    write_error_ = error;
    written_ = true;
  };
  const asio::const_buffer buffer(octets.data(), octets.size());
  tls_ ? asio::async_write(*tls_, buffer, on_written) : asio::async_write(socket_, buffer, on_written);
}

std::optional<TransportError> ClientConnection::flush(Deadline deadline) {
  if (run_until(deadline, written_)) return std::nullopt;
  return timed_out(fmt::format("sending to {}", peer_));
}

void ClientConnection::begin_read() {
  read_done_ = false;
  const auto on_read = [this](const Error& error, std::size_t octets) {
    read_error_ = error;
    received_ += octets;
    buffer_.commit(octets);
    read_done_ = true;
  };
  const auto space = buffer_.prepare(kReadOctets);
  tls_ ? tls_->async_read_some(space, on_read) : socket_.async_read_some(space, on_read);
}

Answer ClientConnection::read(ResponseReader::Body body, const SendLimits& limits, Deadline deadline) {
  ResponseReader reader(body, limits);
  for (;;) {
    const auto held = buffer_.data();
    buffer_.consume(reader.feed({static_cast<const char*>(held.data()), held.size()}));
    if (reader.done()) break;
    if (!reader.error()) {
      begin_read();
      if (!run_until(deadline, read_done_))
        return timed_out(fmt::format("waiting for the answer of {}", peer_));
      if (!read_error_) continue;
      if (read_error_ != asio::error::eof) {
        close();
        return read_failure();
      }
      reader.end();
    }
    if (!reader.error()) break;
    close();
    return *reader.error();
  }
  reusable_ = reader.keep_alive() && written_ && !write_error_ && !read_error_ && is_quiet();
  return reader.take();
}

TransportError ClientConnection::read_failure() const {
  if (read_error_.category() == asio::error::get_ssl_category()) {
    return {Kind::tls, fmt::format("{}: {}", peer_, tls_failure(tls_->native_handle(), read_error_))};
  }
  const auto reason = read_error_ == asio::ssl::error::stream_truncated
                          ? "it closed without a TLS closure alert"
                          : read_error_.message();
  return {Kind::reset, fmt::format("{} ended the connection before its answer was whole: {}", peer_, reason)};
}

bool ClientConnection::take_up() {
  received_ = 0;
  reusable_ = false;
  // A peer that closed, or that sent what we never asked for, must not answer the next request.
  char octet = 0;
  const auto got = ::recv(socket_.native_handle(), &octet, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

bool ClientConnection::is_quiet() {
  if (buffer_.size() > 0) return false;
  if (!tls_) return true;
  char octet = 0;
  const int got = SSL_peek(tls_->native_handle(), &octet, 1);
  const bool waits = got <= 0 && SSL_get_error(tls_->native_handle(), got) == SSL_ERROR_WANT_READ;
  ERR_clear_error();
  return waits;
}

bool ClientConnection::run_until(Deadline deadline, const bool& done) {
  io_.restart();
  while (!done && io_.run_one_until(deadline) > 0) {
  }
  if (done) return true;
  close();
  io_.restart();
  io_.run();
  return false;
}

void ClientConnection::close() {
  Error ignored;
  socket_.close(ignored);
}

}  // namespace oauthentic::http

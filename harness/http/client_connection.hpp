#pragma once
// One connection of the client, with asynchronous operations behind blocking calls: only those obey a deadline.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/beast_client.hpp"
#include "http/message_reader.hpp"
#include "http/resolver.hpp"
#include "oauth/url.hpp"

namespace oauthentic::http {

/// Used by one thread at a time.
class ClientConnection {
 public:
  /// `tls`: how to secure the connection; nothing for plain TCP. Both have to outlive the connection.
  ClientConnection(boost::asio::ssl::context* tls, const TlsOptions& options)
      : context_(tls), options_(options) {}

  /// `proxy`: goes through it, by a tunnel if the URL is https.
  std::optional<TransportError> open(const oauth::Url& url, Deadline deadline, const Proxy* proxy = nullptr);
  /// Begins to send; the octets have to stay where they are until the answer was read or flush() returned. That
  /// sending failed shows in read(): a peer may have answered before it closed.
  void write(std::string_view octets);
  /// Waits for what write() began.
  std::optional<TransportError> flush(Deadline deadline);
  Answer read(ResponseReader::Body body, const SendLimits& limits, Deadline deadline);

  /// Not one octet of an answer came since the connection was opened or taken up again.
  bool silent() const { return received_ == 0; }
  /// Whole answer read, and the peer is ready for another request.
  bool reusable() const { return reusable_; }
  /// Of the handshake, done or failed; nothing for plain TCP, and before the connection stands.
  SSL* tls() const { return tls_ ? tls_->native_handle() : nullptr; }
  /// To be called before an idle connection is used again: false if the peer closed it or spoke out of turn.
  bool take_up();

 private:
  using Tcp = boost::asio::ip::tcp;
  using Error = boost::system::error_code;

  std::optional<TransportError> connect_to(const oauth::Url& url, Deadline deadline);
  std::optional<TransportError> connect(const std::vector<Tcp::endpoint>& endpoints, Deadline deadline);
  std::optional<TransportError> open_tunnel(const oauth::Url& url, const Proxy& proxy, Deadline deadline);
  std::optional<TransportError> shake_hands(const oauth::Url& url, Deadline deadline);
  void begin_read();
  TransportError read_failure() const;
  /// Runs operations until `done`; false if the deadline came first, and then the connection is closed and no
  /// operation is left.
  bool run_until(Deadline deadline, const bool& done);
  bool is_quiet();
  void close();

  boost::asio::io_context io_{1};
  Tcp::socket socket_{io_};
  boost::asio::ssl::context* context_;
  const TlsOptions& options_;
  std::unique_ptr<boost::asio::ssl::stream<Tcp::socket&>> tls_;
  boost::beast::flat_buffer buffer_;
  std::string peer_;  ///< for messages
  bool written_ = true;
  bool read_done_ = true;
  Error write_error_;
  Error read_error_;
  std::size_t received_ = 0;
  bool reusable_ = false;
};

}  // namespace oauthentic::http

#include "http/server_connection.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <memory>
#include <type_traits>

#include "http/handling.hpp"
#include "http/message_reader.hpp"

namespace oauthentic::http {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Error = boost::system::error_code;

void IdleWatch::add(Watched* connection, int descriptor) {
  const std::lock_guard lock(mutex_);
  entries_.insert({connection, descriptor});
}

void IdleWatch::remove(Watched* connection, int descriptor) {
  const std::lock_guard lock(mutex_);
  entries_.erase({connection, descriptor});
}

void IdleWatch::end_expired() {
  const auto now = Watched::Clock::now();
  const std::lock_guard lock(mutex_);
  for (const auto& [connection, descriptor] : entries_) {
    if (connection->expired(now)) ::shutdown(descriptor, SHUT_RDWR);
  }
}

namespace {

constexpr std::size_t kReadOctets = 16 * 1024;
constexpr std::chrono::seconds kLinger{2};
/// Octets read and thrown away after an answer that closes, so that the peer gets to see it.
constexpr std::size_t kDrainOctets = 16 * 1024 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

/// NB: operations of a connection never overlap, so its handlers need no strand on the listener's threads.
template <class Stream>
class ServerConnection : public Watched, public std::enable_shared_from_this<ServerConnection<Stream>> {
 public:
  template <class... Tls>
  ServerConnection(Service& service, Tcp::socket socket, Tls&... tls)
      : service_(service),
        stream_(std::move(socket), tls...),
        descriptor_(tcp().native_handle()),
        reader_(service.scheme, service.authority, service.limits) {
    service_.watch.add(this, descriptor_);
  }
  ~ServerConnection() { service_.watch.remove(this, descriptor_); }
  ServerConnection(const ServerConnection&) = delete;
  ServerConnection& operator=(const ServerConnection&) = delete;

  void start() {
    if constexpr (kPlain)
      return read();
    else {
      this->expire_after(service_.idle_timeout);
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](const Error& error) {
                                if (!error) self->read();
                              });
    }
  }

 private:
  static constexpr bool kPlain = std::is_same_v<Stream, Tcp::socket>;
  enum class Next { read, step, wait };

  Tcp::socket& tcp() {
    if constexpr (kPlain)
      return stream_;
    else
      return stream_.next_layer();
  }

  void read() {
    this->expire_after(service_.idle_timeout);
    stream_.async_read_some(buffer_.prepare(kReadOctets),
                            [self = this->shared_from_this()](const Error& error, std::size_t octets) {
                              if (error) return;
                              self->buffer_.commit(octets);
                              self->go_on();
                            });
  }

  void go_on() {
    for (;;) {
      switch (step()) {
        case Next::read:
          return read();
        case Next::wait:
          return;
        case Next::step:
          break;
      }
    }
  }

  Next step() {
    const auto held = buffer_.data();
    buffer_.consume(reader_.feed({static_cast<const char*>(held.data()), held.size()}));
    if (reader_.error()) {
      response_ = refusal(reader_.error());
      return respond(Persistence::close, true);
    }
    if (reader_.done()) return handle();
    if (!reader_.awaits_continue() || leave_given_) return Next::read;
    leave_given_ = true;
    persistence_ = Persistence::keep_alive;
    return write({asio::const_buffer(kContinue.data(), kContinue.size()), asio::const_buffer()});
  }

  Next handle() {
    leave_given_ = false;
    const bool keep_alive = reader_.keep_alive();
    const auto request = reader_.take();
    this->never_expire();
    response_ = call(service_.handler, request);
    const bool kept = keep_alive && !iequals(response_.headers.value("Connection"), "close") && framed_truly();
    return respond(kept ? Persistence::keep_alive : Persistence::close, request.method != "HEAD");
  }

  /// A handler may frame its response itself; when that is not where the response ends, nothing can follow it.
  bool framed_truly() const {
    if (response_.headers.has("Transfer-Encoding")) return false;
    const auto* length = response_.headers.find("Content-Length");
    return !length || *length == fmt::format_int(response_.body.size()).str();
  }

  Next respond(Persistence persistence, bool with_body) {
    persistence_ = persistence;
    head_.clear();
    append_head(head_, response_, persistence);
    const bool body = with_body && may_have_body(response_.status);
    return write({asio::buffer(head_), body ? asio::buffer(response_.body) : asio::const_buffer()});
  }

  Next write(std::array<asio::const_buffer, 2> buffers) {
    this->expire_after(service_.idle_timeout);
    if constexpr (kPlain) {
      // Nearly always the whole answer fits into the socket's buffer, and then the round through the queue is
      // saved.
      Error error;
      if (!stream_.non_blocking()) stream_.non_blocking(true, error);
      auto sent = stream_.write_some(buffers, error);
      if (error && error != asio::error::would_block) return Next::wait;
      for (auto& buffer : buffers) {
        const auto part = std::min(sent, buffer.size());
        buffer += part;
        sent -= part;
      }
      if (asio::buffer_size(buffers) == 0) return written();
    }
    asio::async_write(stream_, buffers, [self = this->shared_from_this()](const Error& error, std::size_t) {
      if (!error && self->written() == Next::step) self->go_on();
    });
    return Next::wait;
  }

  Next written() {
    if (persistence_ == Persistence::keep_alive) return Next::step;
    this->expire_after(kLinger);
    if constexpr (kPlain) {
      drain();
    } else {
      stream_.async_shutdown([self = this->shared_from_this()](const Error&) { self->drain(); });
    }
    return Next::wait;
  }

  /// A close with octets unread would be a reset, and that may overtake the answer (RFC 9112 §9.6).
  void drain() {
    Error error;
    tcp().shutdown(Tcp::socket::shutdown_send, error);
    if (error || drained_ > kDrainOctets) return;
    buffer_.clear();
    tcp().async_read_some(buffer_.prepare(kReadOctets),
                          [self = this->shared_from_this()](const Error& failure, std::size_t octets) {
                            self->drained_ += octets;
                            if (!failure) self->drain();
                          });
  }

  Service& service_;
  Stream stream_;
  const int descriptor_;
  RequestReader reader_;
  boost::beast::flat_buffer buffer_;
  Response response_;
  std::string head_;
  Persistence persistence_ = Persistence::keep_alive;
  bool leave_given_ = false;
  std::size_t drained_ = 0;
};

}  // namespace

void serve(Tcp::socket socket, asio::ssl::context* tls, Service& service) {
  if (tls) {
    std::make_shared<ServerConnection<asio::ssl::stream<Tcp::socket>>>(service, std::move(socket), *tls)
        ->start();
  } else {
    std::make_shared<ServerConnection<Tcp::socket>>(service, std::move(socket))->start();
  }
}

}  // namespace oauthentic::http

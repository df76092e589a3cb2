#pragma once
// For tests only: peers on raw sockets that do what no well-behaved server or client would.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace oauthentic::http::testing {

inline sockaddr_in loopback_address(unsigned short port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

inline unsigned short bind_loopback(int descriptor) {
  auto address = loopback_address(0);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(descriptor, generic, size) != 0 || ::getsockname(descriptor, generic, &size) != 0) {
    throw std::runtime_error("cannot bind a test server");
  }
  return ntohs(address.sin_port);
}

/// One end of a TCP connection.
class Peer {
 public:
  explicit Peer(int descriptor) : descriptor_(descriptor) {}
  ~Peer() { close(); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// A connection to a server on loopback.
  static Peer to(unsigned short port) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    const auto address = loopback_address(port);
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot connect to the server under test");
    }
    return Peer(descriptor);
  }

  /// False if the other side is gone.
  bool sends(std::string_view octets) {
    while (!octets.empty()) {
      const auto sent = ::send(descriptor_, octets.data(), octets.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      octets.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void send(std::string_view octets) { sends(octets); }

  /// Up to and with `end`; what there is when the connection ends.
  std::string read_until(std::string_view end) {
    for (;;) {
      if (const auto at = held_.find(end); at != std::string::npos) return take(at + end.size());
      if (!receive()) return take(held_.size());
    }
  }
  std::string read_head() { return read_until("\r\n\r\n"); }
  std::string read_exactly(std::size_t octets) {
    while (held_.size() < octets && receive()) {
    }
    return take(std::min(octets, held_.size()));
  }
  /// What has come, at least one octet; empty when the connection ends.
  std::string read_some() {
    if (held_.empty()) receive();
    return take(held_.size());
  }
  /// Until the other side closes.
  std::string read_all() {
    while (receive()) {
    }
    return take(held_.size());
  }
  /// Nothing more has come so far.
  bool is_quiet() const {
    char octet = 0;
    return held_.empty() && ::recv(descriptor_, &octet, 1, MSG_PEEK | MSG_DONTWAIT) < 0;
  }
  /// Reads nothing until the other side is gone.
  void wait() {
    pollfd poll{descriptor_, POLLRDHUP, 0};
    ::poll(&poll, 1, -1);
  }
  /// True if the connection ended by a reset rather than a close.
  bool was_reset() const { return reset_; }

  void finish_sending() { ::shutdown(descriptor_, SHUT_WR); }
  /// From another thread: whatever this peer is waiting for ends.
  void abort() {
    const std::lock_guard lock(closing_);
    if (descriptor_ >= 0) ::shutdown(descriptor_, SHUT_RDWR);
  }
  void close() {
    const std::lock_guard lock(closing_);
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
  }

 private:
  bool receive() {
    char buffer[16 * 1024];
    const auto got = ::recv(descriptor_, buffer, sizeof buffer, 0);
    if (got <= 0) {
      reset_ = got < 0;
      return false;
    }
    held_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }
  std::string take(std::size_t octets) {
    auto taken = held_.substr(0, octets);
    held_.erase(0, octets);
    return taken;
  }

  std::mutex closing_;
  std::atomic<int> descriptor_;
  std::string held_;
  bool reset_ = false;
};

/// Runs `script` for each connection, on a thread of its own, with the number of the connection.
class RawServer {
 public:
  explicit RawServer(std::function<void(Peer&, int)> script)
      : script_(std::move(script)),
        descriptor_(::socket(AF_INET, SOCK_STREAM, 0)),
        port_(bind_loopback(descriptor_)) {
    if (::listen(descriptor_, 64) != 0) throw std::runtime_error("cannot listen");
    acceptor_ = std::jthread([this] { accept(); });
  }
  ~RawServer() {
    ::shutdown(descriptor_, SHUT_RDWR);
    acceptor_.join();
    for (const auto& peer : peers_)
      peer->abort();
    scripts_.clear();
    ::close(descriptor_);
  }

  unsigned short port() const { return port_; }
  std::string origin() const { return fmt::format("http://127.0.0.1:{}", port_); }
  int connections() const { return connections_; }

 private:
  void accept() {
    for (;;) {
      const int descriptor = ::accept(descriptor_, nullptr, nullptr);
      if (descriptor < 0) return;
      peers_.push_back(std::make_unique<Peer>(descriptor));
      scripts_.emplace_back(
          [this, peer = peers_.back().get(), number = connections_++] { script_(*peer, number); });
    }
  }

  const std::function<void(Peer&, int)> script_;
  const int descriptor_;
  const unsigned short port_;
  std::atomic<int> connections_ = 0;
  std::vector<std::unique_ptr<Peer>> peers_;
  std::vector<std::jthread> scripts_;
  std::jthread acceptor_;
};

/// A port at which nothing listens, for as long as this lives.
class ClosedPort {
 public:
  ClosedPort() : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)), port_(bind_loopback(descriptor_)) {}
  ~ClosedPort() { ::close(descriptor_); }
  ClosedPort(const ClosedPort&) = delete;
  ClosedPort& operator=(const ClosedPort&) = delete;
  std::string origin() const { return fmt::format("http://127.0.0.1:{}", port_); }

 private:
  const int descriptor_;
  const unsigned short port_;
};

}  // namespace oauthentic::http::testing

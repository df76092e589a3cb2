#include "http/listener.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "http/server_connection.hpp"
#include "http/tls.hpp"

namespace oauthentic::http {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Error = boost::system::error_code;

struct Listener::Impl {
  Impl(Handler handler, const ListenerOptions& options);
  ~Impl() { stop(); }

  void listen(const std::string& address, unsigned short port);
  void accept();
  void watch_idle();
  void work();
  void stop();

  Service service;
  std::string certificate_pem;
  std::optional<asio::ssl::context> tls;
  asio::io_context io;  // its pending handlers hold the connections, which use what stands above
  Tcp::acceptor acceptor{io};
  unsigned short bound = 0;
  asio::steady_timer idle_timer{io};
  asio::steady_timer accept_timer{io};
  std::vector<std::jthread> threads;
};

Listener::Impl::Impl(Handler handler, const ListenerOptions& options) {
  service.handler = std::move(handler);
  service.limits = options.limits;
  service.idle_timeout = options.idle_timeout;
  service.scheme = options.tls ? "https" : "http";
  if (options.tls) {
    const bool given = !options.certificate_pem.empty();
    const auto certificate = given ? Certificate{options.certificate_pem, options.key_pem} : make_certificate();
    tls = server_tls_context(certificate, options.client_ca_pem);
    certificate_pem = certificate.certificate_pem;
  }
  listen(options.address, options.port);
  accept();
  watch_idle();
  try {
    for (unsigned i = 0; i < std::max(options.threads, 1u); ++i)
      threads.emplace_back([this] { work(); });
  } catch (...) {
    stop();
    throw;
  }
}

void Listener::Impl::listen(const std::string& address, unsigned short port) {
  Error error;
  const auto ip = asio::ip::make_address(address, error);
  if (error || !ip.is_loopback()) {
    throw std::runtime_error(fmt::format("cannot listen on \"{}\": it is no loopback address", address));
  }
  const Tcp::endpoint endpoint(ip, port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error)
    throw std::runtime_error(fmt::format("cannot listen on {}:{}: {}", address, port, error.message()));
  bound = acceptor.local_endpoint().port();
  service.authority =
      ip.is_v6() ? fmt::format("[{}]:{}", address, bound) : fmt::format("{}:{}", address, bound);
}

void Listener::Impl::accept() {
  acceptor.async_accept([this](const Error& error, Tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (error) {
      // Most likely no descriptor is left; some will be again.
      accept_timer.expires_after(std::chrono::milliseconds(50));
      accept_timer.async_wait([this](const Error& aborted) {
        if (!aborted) accept();
      });
      return;
    }
    Error ignored;
    socket.set_option(Tcp::no_delay(true), ignored);
    accept();
    serve(std::move(socket), tls ? &*tls : nullptr, service);
  });
}

void Listener::Impl::watch_idle() {
  using std::chrono::milliseconds;
  idle_timer.expires_after(std::clamp(service.idle_timeout / 4, milliseconds(5), milliseconds(500)));
  idle_timer.async_wait([this](const Error& error) {
    if (error) return;
    service.watch.end_expired();
    watch_idle();
  });
}

void Listener::Impl::work() {
  // An exception here (no memory, say) ends the connection it came from and no other.
  for (;;) {
    try {
      io.run();
      return;
    } catch (const std::exception&) {
      continue;
    }
  }
}

void Listener::Impl::stop() {
  io.stop();
  threads.clear();
}

Listener::Listener(Handler handler, const ListenerOptions& options)
    : impl_(std::make_unique<Impl>(std::move(handler), options)) {}

Listener::~Listener() = default;

unsigned short Listener::port() const {
  return impl_->bound;
}

std::string Listener::origin() const {
  return impl_->service.scheme + "://" + impl_->service.authority;
}

std::string Listener::certificate_pem() const {
  return impl_->certificate_pem;
}

}  // namespace oauthentic::http

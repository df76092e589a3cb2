#include "http/resolver.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <future>
#include <thread>

namespace oauthentic::http {

namespace {

struct Lookup {
  std::vector<Address> addresses;
  boost::system::error_code error;
};

Lookup look_up(const std::string& host) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::resolver resolver(io);
  Lookup lookup;
  for (const auto& entry : resolver.resolve(host, "", lookup.error)) {
    lookup.addresses.push_back(entry.endpoint().address());
  }
  return lookup;
}

}  // namespace

std::string host_and_port(const oauth::Url& url) {
  return fmt::format("{}:{}", url.ipv6 ? "[" + url.host + "]" : url.host, url.port);
}

std::expected<std::vector<Address>, TransportError> resolve(const oauth::Url& url, Deadline deadline) {
  boost::system::error_code no_literal;
  const auto literal = boost::asio::ip::make_address(url.host, no_literal);
  if (!no_literal) return std::vector{literal};

  // The thread owns all it uses; when the deadline passes it ends by itself, unheard.
  std::packaged_task<Lookup()> task([host = url.host] { return look_up(host); });
  auto found = task.get_future();
  std::thread(std::move(task)).detach();
  if (found.wait_until(deadline) != std::future_status::ready) {
    return std::unexpected(TransportError{
        TransportError::Kind::timeout, fmt::format("the address of \"{}\" was not found in time", url.host)});
  }
  auto lookup = found.get();
  if (lookup.error || lookup.addresses.empty()) {
    const auto reason = lookup.error ? lookup.error.message() : "it has no address";
    return std::unexpected(TransportError{TransportError::Kind::resolve,
                                          fmt::format("cannot resolve \"{}\": {}", url.host, reason)});
  }
  return std::move(lookup.addresses);
}

}  // namespace oauthentic::http

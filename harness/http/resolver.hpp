#pragma once
// Host names to addresses within a deadline. getaddrinfo(3) cannot be interrupted, so it is left to itself when
// it is late.
#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "core/exchange.hpp"
#include "oauth/url.hpp"

namespace oauthentic::http {

using Deadline = std::chrono::steady_clock::time_point;
using Address = boost::asio::ip::address;

/// "host:port", the port also where it is the default; an IPv6 address in brackets.
std::string host_and_port(const oauth::Url& url);

/// At least one address: an IP literal's own, or those of the name in the system's order.
std::expected<std::vector<Address>, TransportError> resolve(const oauth::Url& url, Deadline deadline);

}  // namespace oauthentic::http

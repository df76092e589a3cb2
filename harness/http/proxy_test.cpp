// Which proxy a request takes, what is said to it, and who is blamed when it does not help.
#include "http/proxy.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "http/beast_client.hpp"
#include "http/listener.hpp"
#include "http/reach.hpp"
#include "http/test_peers.hpp"

namespace oauthentic::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Kind = TransportError::Kind;
using namespace std::chrono_literals;

oauth::Url url_of(const std::string& text) {
  return oauth::parse_url(text).value();
}

std::expected<Proxies, std::string> from(const std::map<std::string, std::string>& environment) {
  return Proxies::from_environment([&](const char* name) -> const char* {
    const auto at = environment.find(name);
    return at == environment.end() ? nullptr : at->second.c_str();
  });
}

std::string proxy_of(const Proxies& proxies, const std::string& url) {
  const auto* proxy = proxies.proxy_for(url_of(url));
  return proxy ? proxy->authority() : "none";
}

TEST(Proxy, IsWrittenAsAUrlOrAsHostAndPort) {
  EXPECT_EQ(parse_proxy("http://proxy.test:3128")->authority(), "proxy.test:3128");
  EXPECT_EQ(parse_proxy(" proxy.test:3128/ ")->authority(), "proxy.test:3128");
  EXPECT_EQ(parse_proxy("proxy.test")->authority(), "proxy.test:1080");
  EXPECT_EQ(parse_proxy("http://proxy.test:3128")->authorization, "");
  EXPECT_EQ(parse_proxy("http://a%20b:c%3Ad@proxy.test:3128")->authorization, "Basic YSBiOmM6ZA==");
}

TEST(Proxy, WhatIsNoHttpProxyIsToldWithoutItsPassword) {
  for (const auto* text : {"socks5://u:secret@proxy.test:1080", "https://u:secret@proxy.test",
                           "http://u:secret@:80", "http://u:secret@proxy.test:99999", ""}) {
    const auto proxy = parse_proxy(text);
    ASSERT_FALSE(proxy) << text;
    EXPECT_THAT(proxy.error(), Not(HasSubstr("secret")));
  }
}

TEST(Proxy, TheEnvironmentNamesOneForEachScheme) {
  const auto both = from({{"http_proxy", "a:1"}, {"HTTPS_PROXY", "b:2"}}).value();
  EXPECT_EQ(proxy_of(both, "http://as.test/"), "a:1");
  EXPECT_EQ(proxy_of(both, "https://as.test/"), "b:2");
  EXPECT_EQ(proxy_of(from({{"ALL_PROXY", "c:3"}}).value(), "https://as.test/"), "c:3");
  EXPECT_EQ(proxy_of(from({{"https_proxy", "d:4"}, {"HTTPS_PROXY", "b:2"}}).value(), "https://as.test/"),
            "d:4");
  EXPECT_EQ(proxy_of(from({}).value(), "https://as.test/"), "none");
  EXPECT_EQ(from({{"https_proxy", "socks4://x"}}).error(),
            "the environment variable https_proxy: the proxy at socks4://x is socks4; only http:// proxies are "
            "supported");
}

/// A server that runs as a CGI program gets HTTP_PROXY from a header of the request (CVE-2016-5385 and others).
TEST(Proxy, HttpProxyInCapitalsDoesNotCount) {
  EXPECT_EQ(proxy_of(from({{"HTTP_PROXY", "a:1"}}).value(), "http://as.test/"), "none");
}

TEST(Proxy, OneOfTheEnvironmentIsNotAskedForLoopback) {
  const auto of_environment = from({{"ALL_PROXY", "a:1"}, {"http_proxy", "a:1"}}).value();
  const Proxies of_target(*parse_proxy("a:1"), NoProxy());
  for (const auto* url : {"http://127.0.0.1:8080/", "http://localhost/", "https://[::1]:1/"}) {
    EXPECT_EQ(proxy_of(of_environment, url), "none");
    EXPECT_EQ(proxy_of(of_target, url), "a:1");
  }
}

TEST(Proxy, NoProxyCoversNamesAddressesAndBlocks) {
  const NoProxy list(
      "example.test, .dotted.test "
      "*.starred.test,port.test:8443,192.0.2.7,198.51.100.0/25,[2001:db8::1],2001:db8:1::/48,"
      "broken.test:port,203.0.113.0/x");
  for (const auto* inside :
       {"https://example.test/", "https://as.example.test/", "https://dotted.test/", "https://a.dotted.test/",
        "https://a.starred.test/", "https://port.test:8443/", "https://192.0.2.7/", "https://198.51.100.20:1/",
        "https://[2001:db8::1]/", "https://[2001:db8:1:2::3]/"}) {
    EXPECT_TRUE(list.covers(url_of(inside))) << inside;
  }
  for (const auto* outside :
       {"https://notexample.test/", "https://example.test.other.invalid/", "https://port.test/",
        "https://192.0.2.70/", "https://198.51.100.200/", "https://[2001:db8::2]/", "https://[2001:db8:2::1]/",
        "https://broken.test/", "https://203.0.113.1/"}) {
    EXPECT_FALSE(list.covers(url_of(outside))) << outside;
  }
  EXPECT_TRUE(NoProxy("*").covers(url_of("https://anything.test/")));
  EXPECT_FALSE(NoProxy("").covers(url_of("https://anything.test/")));
}

/// Answers requests in absolute form itself, opens tunnels to `to`, and keeps what it was told.
class ProxyServer {
 public:
  explicit ProxyServer(unsigned short to, std::string refusal = "") : to_(to), refusal_(std::move(refusal)) {}
  ClientOptions client(const std::string& ca_file = "", const std::string& credentials = "") const {
    ClientOptions options;
    options.tls.ca_file = ca_file;
    options.proxies =
        Proxies(*parse_proxy(fmt::format("http://{}127.0.0.1:{}", credentials, server_.port())), {});
    return options;
  }
  std::string head() const {
    const std::lock_guard lock(mutex_);
    return head_;
  }
  unsigned short port() const { return server_.port(); }

 private:
  void serve(testing::Peer& peer) {
    const auto head = peer.read_head();
    {
      const std::lock_guard lock(mutex_);
      head_ = head;
    }
    if (!refusal_.empty()) {
      peer.send(refusal_);
      return peer.finish_sending();
    }
    if (!head.starts_with("CONNECT ")) return peer.send("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nproxied");
    auto other = testing::Peer::to(to_);
    peer.send("HTTP/1.1 200 Connection established\r\n\r\n");
    std::jthread back([&] {
      for (auto octets = other.read_some(); !octets.empty() && peer.sends(octets);)
        octets = other.read_some();
      peer.abort();
    });
    for (auto octets = peer.read_some(); !octets.empty() && other.sends(octets);)
      octets = peer.read_some();
    other.abort();
  }

  unsigned short to_;
  std::string refusal_;
  mutable std::mutex mutex_;
  std::string head_;
  testing::RawServer server_{[this](testing::Peer& peer, int) { serve(peer); }};
};

Answer get(const ClientOptions& options, const std::string& url) {
  Request request;
  request.url = url;
  return make_client(options)->send(request, {.timeout = 5s});
}

TransportError error_of(const Answer& answer) {
  const auto* error = std::get_if<TransportError>(&answer);
  return error ? *error : TransportError{Kind::refused, "an answer came"};
}

TEST(ProxyOnTheWay, AnHttpRequestIsInAbsoluteForm) {
  const ProxyServer proxy(0);
  const auto answer = get(proxy.client("", "alice:open%20sesame@"), "http://as.test:8080/token?x=1");
  ASSERT_TRUE(std::holds_alternative<Response>(answer)) << error_of(answer).message;
  EXPECT_EQ(std::get<Response>(answer).body, "proxied");
  EXPECT_THAT(proxy.head(), StartsWith("GET http://as.test:8080/token?x=1 HTTP/1.1\r\n"));
  EXPECT_THAT(proxy.head(), HasSubstr("Host: as.test:8080\r\n"));
  EXPECT_THAT(proxy.head(), HasSubstr("Proxy-Authorization: Basic YWxpY2U6b3BlbiBzZXNhbWU=\r\n"));
}

TEST(ProxyOnTheWay, OctetsOfOurOwnAreInAbsoluteFormAsWell) {
  EXPECT_EQ(through_proxy("POST /token HTTP/1.0\r\nX: y\r\n\r\nbody", url_of("http://as.test/token"), {}),
            "POST http://as.test/token HTTP/1.0\r\nX: y\r\n\r\nbody");
  EXPECT_EQ(through_proxy("nonsense", url_of("http://as.test/"), {}), "nonsense");
}

TEST(ProxyOnTheWay, AnHttpsRequestGoesThroughATunnelToWhichNobodyElseListens) {
  ListenerOptions with_tls;
  with_tls.tls = true;
  const Listener server([](const Request& request) { return Response{200, "OK", {}, request.url, ""}; },
                        with_tls);
  const auto ca = std::filesystem::temp_directory_path() / fmt::format("oauthentic-proxy-{}.pem", ::getpid());
  std::ofstream(ca) << server.certificate_pem();
  const ProxyServer proxy(server.port());
  const auto url = fmt::format("https://localhost:{}/x", server.port());
  for (int i = 0; i < 2; ++i) {
    const auto answer = get(proxy.client(ca.string(), "alice:sesame@"), url);
    ASSERT_TRUE(std::holds_alternative<Response>(answer)) << error_of(answer).message;
    EXPECT_EQ(std::get<Response>(answer).body, url);
  }
  EXPECT_THAT(proxy.head(), StartsWith(fmt::format("CONNECT localhost:{} HTTP/1.1\r\n", server.port())));
  EXPECT_THAT(proxy.head(), HasSubstr("Proxy-Authorization: Basic "));
  const auto reached = reach(url, proxy.client(ca.string()), 5s);
  EXPECT_TRUE(reached.secured) << reached.error.value_or(TransportError{}).message;
  EXPECT_EQ(reached.proxy, fmt::format("127.0.0.1:{}", proxy.port()));
  // Its certificate is the server's, not the proxy's, to check.
  EXPECT_EQ(error_of(get(proxy.client(), url)).kind, Kind::tls);
  std::filesystem::remove(ca);
}

TEST(ProxyOnTheWay, WhatTheProxyRefusesIsItsOwn) {
  const std::map<std::string, std::string> refusals = {
      {"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "status 407"},
      {"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nno!", "status 502 Bad Gateway"},
      {"SSH-2.0-OpenSSH\r\n\r\n", "opens no way"},
      {"HTTP/1.1 200 OK\r\n\r\nAnd a body", "spoke before"},
      {"HTTP/1.1 200", "opens no way"},
  };
  for (const auto& [refusal, told] : refusals) {
    const ProxyServer proxy(0, refusal);
    const auto error = error_of(get(proxy.client("", "u:hidden-password@"), "https://as.test/"));
    EXPECT_EQ(error.kind, Kind::proxy) << refusal;
    EXPECT_THAT(error.message, HasSubstr(told));
    EXPECT_THAT(error.message, Not(HasSubstr("hidden")));
  }
  const ProxyServer proxy(0, "HTTP/1.1 407 Who are you?\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(error_of(get(proxy.client(), "http://as.test/")).kind, Kind::proxy);
}

TEST(ProxyOnTheWay, OneThatIsNotThereIsTold) {
  const testing::ClosedPort closed;
  ClientOptions options;
  options.proxies = Proxies(*parse_proxy(closed.origin()), {});
  for (const auto* url : {"http://as.test/", "https://as.test/"}) {
    const auto error = error_of(get(options, url));
    EXPECT_EQ(error.kind, Kind::proxy);
    EXPECT_THAT(error.message, StartsWith("the proxy: cannot connect"));
  }
}

}  // namespace
}  // namespace oauthentic::http

// The listener against clients on raw sockets.
#include "http/listener.hpp"

#include <gmock/gmock.h>

#include <latch>

#include "http/test_peers.hpp"

namespace oauthentic::http {
namespace {

using ::testing::HasSubstr;
using testing::Peer;
using ::testing::StartsWith;

Response describe(const Request& request) {
  Response response;
  response.status = 200;
  response.body = request.method + " " + request.url + " " + request.body;
  return response;
}

/// One response with a Content-Length, as it came.
std::string read_response(Peer& peer) {
  const auto head = peer.read_head();
  const auto at = head.find("Content-Length: ");
  return at == std::string::npos ? head : head + peer.read_exactly(std::stoul(head.substr(at + 16)));
}

std::string body_of(const std::string& response) {
  const auto at = response.find("\r\n\r\n");
  return at == std::string::npos ? "no response: " + response : response.substr(at + 4);
}

TEST(Listener, AnswersRequestAfterRequest) {
  Listener server(describe, {});
  auto peer = Peer::to(server.port());
  for (int i = 0; i < 3; ++i) {
    peer.send("POST /a HTTP/1.1\r\nHost: as.test\r\nContent-Length: 3\r\n\r\na=b");
    EXPECT_EQ(read_response(peer), "HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\nPOST http://as.test/a a=b");
  }
}

TEST(Listener, AnswersPipelinedRequestsInOrder) {
  Listener server(describe, {});
  auto peer = Peer::to(server.port());
  std::string all;
  for (int i = 0; i < 100; ++i)
    all += fmt::format("GET /{} HTTP/1.1\r\nHost: h\r\n\r\n", i);
  peer.send(all);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(body_of(read_response(peer)), fmt::format("GET http://h/{} ", i));
}

TEST(Listener, ReadsChunksAndPieces) {
  Listener server(describe, {});
  auto peer = Peer::to(server.port());
  for (const std::string_view piece : {"PO", "ST / HTTP/1.1\r\nHost: h\r\nTransfer-Enc",
                                       "oding: chunked\r\n\r\n3\r", "\nabc\r\n", "0\r\n\r\n"}) {
    peer.send(piece);
  }
  EXPECT_EQ(body_of(read_response(peer)), "POST http://h/ abc");
}

TEST(Listener, GivesLeaveToSendTheBody) {
  Listener server(describe, {});
  auto peer = Peer::to(server.port());
  for (int i = 0; i < 2; ++i) {
    peer.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(peer.read_head(), "HTTP/1.1 100 Continue\r\n\r\n");
    peer.send("ab");
    EXPECT_EQ(body_of(read_response(peer)), "POST http://h/ ab");
  }
}

TEST(Listener, RefusesWhatIsMalformedAndCloses) {
  ListenerOptions options;
  options.limits = {.head_octets = 1000, .body_octets = 1000};
  Listener server(describe, options);
  const std::pair<std::string, std::string> cases[] = {
      {"garbage\r\n\r\n", "HTTP/1.1 400 "},
      {"GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n", "HTTP/1.1 400 "},
      {"GET / HTTP/3.0\r\nHost: h\r\n\r\n", "HTTP/1.1 505 "},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 501 "},
      {"GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(100'000, 'x'), "HTTP/1.1 431 "},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 8000000\r\n\r\n" + std::string(8'000'000, 'x'),
       "HTTP/1.1 413 "},
  };
  for (const auto& [octets, begin] : cases) {
    auto peer = Peer::to(server.port());
    EXPECT_TRUE(peer.sends(octets)) << "what is refused is still read";
    const auto head = peer.read_head();
    EXPECT_THAT(head, StartsWith(begin)) << octets.substr(0, 60);
    EXPECT_THAT(head, HasSubstr("Connection: close\r\n"));
    peer.finish_sending();
    EXPECT_FALSE(peer.read_all().empty()) << "a text for people";
    EXPECT_FALSE(peer.was_reset()) << "octets left unread do not reset the connection";
  }
}

TEST(Listener, ClosesForHttp10AndOnDemand) {
  Listener server(describe, {});
  for (const auto* octets : {"GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                             "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"}) {
    auto peer = Peer::to(server.port());
    peer.send(octets);
    EXPECT_THAT(peer.read_all(), HasSubstr("Connection: close\r\n")) << octets;
  }
}

TEST(Listener, Http10WithoutHostIsAddressedByTheListener) {
  Listener server(describe, {});
  auto peer = Peer::to(server.port());
  peer.send("GET /x HTTP/1.0\r\n\r\n");
  EXPECT_EQ(body_of(peer.read_all()), "GET " + server.origin() + "/x ");
}

TEST(Listener, HeadGetsTheHeadOnly) {
  Listener server(describe, {});
  auto peer = Peer::to(server.port());
  peer.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(peer.read_head(), "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n");
  peer.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(body_of(read_response(peer)), "GET http://h/ ");
}

TEST(Listener, AnExceptionOfTheHandlerIsA500) {
  Listener server([](const Request&) -> Response { throw std::runtime_error("broken logic"); }, {});
  auto peer = Peer::to(server.port());
  for (int i = 0; i < 2; ++i) {
    peer.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto response = read_response(peer);
    EXPECT_THAT(response, StartsWith("HTTP/1.1 500 "));
    EXPECT_THAT(response, HasSubstr("broken logic"));
  }
}

TEST(Listener, ClosesAfterAResponseThatFramesItselfWrongly) {
  Listener server(
      [](const Request&) {
        Response response;
        response.status = 200;
        response.headers = {{"Content-Length", "100"}};
        response.body = "short";
        return response;
      },
      {});
  auto peer = Peer::to(server.port());
  peer.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(body_of(peer.read_all()), "short");
}

TEST(Listener, ASlowClientBlocksNobody) {
  ListenerOptions options;
  options.threads = 1;
  Listener server(describe, options);
  auto slow = Peer::to(server.port());
  slow.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Le");
  Listener large(
      [](const Request&) {
        Response response;
        response.status = 200;
        response.body.assign(16 * 1024 * 1024, 'x');
        return response;
      },
      options);
  auto never_reads = Peer::to(large.port());
  never_reads.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  for (const auto& [listener, size] :
       {std::pair{&server, std::size_t{14}}, std::pair{&large, std::size_t{16 * 1024 * 1024}}}) {
    auto peer = Peer::to(listener->port());
    peer.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(body_of(read_response(peer)).size(), size);
  }
  slow.send("ngth: 1\r\n\r\nx");
  EXPECT_EQ(body_of(read_response(slow)), "POST http://h/ x");
  EXPECT_EQ(body_of(read_response(never_reads)).size(), 16u * 1024 * 1024);
}

TEST(Listener, RunsAsManyHandlersAsItHasThreads) {
  std::latch both(2);
  ListenerOptions options;
  options.threads = 2;
  Listener server(
      [&](const Request& request) {
        both.arrive_and_wait();
        return describe(request);
      },
      options);
  auto a = Peer::to(server.port());
  auto b = Peer::to(server.port());
  a.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  b.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(body_of(read_response(a)), "GET http://h/a ");
  EXPECT_EQ(body_of(read_response(b)), "GET http://h/b ");
}

TEST(Listener, EndsIdleConnections) {
  ListenerOptions options;
  options.idle_timeout = std::chrono::milliseconds(50);
  Listener server(describe, options);
  auto silent = Peer::to(server.port());
  auto half = Peer::to(server.port());
  half.send("GET / HT");
  EXPECT_EQ(silent.read_all(), "");
  EXPECT_EQ(half.read_all(), "");
}

TEST(Listener, StopsAtOnceWithConnectionsOpen) {
  auto server = std::make_unique<Listener>(describe, ListenerOptions{});
  auto idle = Peer::to(server->port());
  idle.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  read_response(idle);
  auto half = Peer::to(server->port());
  half.send("GET / HTTP/1.1\r\n");
  const auto began = std::chrono::steady_clock::now();
  server.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_EQ(half.read_all(), "");
}

TEST(Listener, SurvivesClientsThatReset) {
  Listener server(describe, {});
  for (int i = 0; i < 20; ++i) {
    auto peer = Peer::to(server.port());
    peer.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc");
    peer.reset();
  }
  auto peer = Peer::to(server.port());
  peer.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(body_of(read_response(peer)), "GET http://h/ ");
}

TEST(Listener, SaysWhyItCannotListen) {
  const auto why = [](const ListenerOptions& options) -> std::string {
    try {
      Listener listener(describe, options);
      return "it listens";
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  };
  ListenerOptions options;
  options.address = "0.0.0.0";
  EXPECT_THAT(why(options), HasSubstr("no loopback address"));
  options.address = "localhost";
  EXPECT_THAT(why(options), HasSubstr("no loopback address"));
  const Listener other(describe, {});
  options.address = "127.0.0.1";
  options.port = other.port();
  EXPECT_THAT(why(options), HasSubstr(fmt::format("127.0.0.1:{}: ", other.port())));
  options.port = 0;
  options.tls = true;
  options.certificate_pem = "nonsense";
  EXPECT_THAT(why(options), HasSubstr("certificate"));
  options.certificate_pem = make_certificate().certificate_pem;
  options.key_pem = make_certificate().key_pem;
  EXPECT_THAT(why(options), HasSubstr("key"));
}

}  // namespace
}  // namespace oauthentic::http

// The client against servers that behave: framing, keep-alive, the pool.
#include "http/beast_client.hpp"

#include <gmock/gmock.h>

#include <thread>

#include "http/listener.hpp"
#include "http/test_peers.hpp"

namespace oauthentic::http {
namespace {

using testing::Peer;
using testing::RawServer;

Request get(std::string url) {
  Request request;
  request.url = std::move(url);
  return request;
}

Request post(std::string url, std::string body) {
  auto request = get(std::move(url));
  request.method = "POST";
  request.body = std::move(body);
  return request;
}

Response response_of(Answer answer) {
  if (const auto* error = std::get_if<TransportError>(&answer)) {
    ADD_FAILURE() << to_string(error->kind) << ": " << error->message;
    return {};
  }
  return std::get<Response>(std::move(answer));
}

Response echo(const Request& request) {
  Response response;
  response.status = 200;
  response.headers = {{"X-Url", request.url}, {"Set-Cookie", "a=1"}, {"X-Between", "y"}, {"Set-Cookie", "b=2"}};
  response.body = request.method + " " + request.body;
  return response;
}

TEST(BeastClient, SendsAndReceives) {
  Listener server(echo, {});
  const auto client = make_client();
  const auto response = response_of(client->send(post(server.origin() + "/a?b=c", "x=y"), {}));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.reason, "OK");
  EXPECT_EQ(response.body, "POST x=y");
  EXPECT_EQ(response.headers.value("X-Url"), server.origin() + "/a?b=c");
  ASSERT_EQ(response.headers.size(), 5u);
  EXPECT_EQ(std::next(response.headers.begin(), 2)->name, "X-Between") << "repeated fields keep their places";
  EXPECT_TRUE(response.head_octets.starts_with("HTTP/1.1 200 OK\r\nX-Url: "));
  EXPECT_TRUE(response.head_octets.ends_with("\r\n\r\n"));
}

TEST(BeastClient, WritesTheRequestExactlyAsSerialised) {
  std::string seen;
  RawServer server([&](Peer& peer, int) {
    seen = peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  const auto client = make_client();
  auto request = get(server.origin() + "/p");
  request.headers = {{"accept", "x"}};
  response_of(client->send(request, {}));
  EXPECT_EQ(seen, serialise(request));
  request.octets = "get /p HTTP/1.1\r\n\r\n";
  response_of(client->send(request, {}));
  EXPECT_EQ(seen, *request.octets);
}

TEST(BeastClient, ReusesOneConnection) {
  RawServer server([](Peer& peer, int) {
    while (!peer.read_head().empty())
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
  });
  const auto client = make_client();
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(response_of(client->send(get(server.origin()), {})).body, "hi");
  EXPECT_EQ(server.connections(), 1);
}

TEST(BeastClient, DoesNotReuseWhatThePeerEnds) {
  const std::string_view answers[] = {
      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
      "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
  };
  for (const auto answer : answers) {
    // The peer says that it closes, but would go on.
    RawServer server([&](Peer& peer, int) {
      while (!peer.read_head().empty())
        peer.send(answer);
    });
    const auto client = make_client();
    for (int i = 1; i <= 3; ++i) {
      EXPECT_EQ(response_of(client->send(get(server.origin()), {})).body, "hi");
      EXPECT_EQ(server.connections(), i) << answer;
    }
  }
}

TEST(BeastClient, TheEndOfTheConnectionEndsABodyWithoutLength) {
  RawServer server([&](Peer& peer, int) {
    peer.read_head();
    peer.send("HTTP/1.1 200 OK\r\n\r\nall there is");
    peer.finish_sending();
  });
  const auto client = make_client();
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(response_of(client->send(get(server.origin()), {})).body, "all there is");
}

TEST(BeastClient, RequestsFramedOnPurposeHaveAConnectionOfTheirOwn) {
  RawServer server([](Peer& peer, int) {
    while (!peer.read_head().empty())
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  const auto client = make_client();
  auto framed = get(server.origin());
  framed.headers = {{"Transfer-Encoding", "x"}};
  auto raw = get(server.origin());
  raw.octets = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  int connections = 0;
  for (const auto& request : {framed, raw, get(server.origin()), raw}) {
    response_of(client->send(request, {}));
    EXPECT_EQ(server.connections(), ++connections);
  }
  response_of(client->send(get(server.origin()), {}));
  EXPECT_EQ(server.connections(), connections) << "an ordinary one finds its connection again";
}

TEST(BeastClient, KeepsNoMoreIdleConnectionsThanToldTo) {
  RawServer server([](Peer& peer, int) {
    while (!peer.read_head().empty())
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  ClientOptions options;
  options.idle_connections = 0;
  const auto client = make_client(options);
  for (int i = 0; i < 3; ++i)
    response_of(client->send(get(server.origin()), {}));
  EXPECT_EQ(server.connections(), 3);
}

TEST(BeastClient, DecodesChunksAndSkipsInterimResponses) {
  RawServer server([](Peer& peer, int) {
    peer.read_head();
    peer.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
    peer.send("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    peer.send("2\r\nde\r\n0\r\nTrailer: x\r\n\r\n");
  });
  const auto response = response_of(make_client()->send(get(server.origin()), {}));
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.body, "abcde");
  EXPECT_EQ(response.head_octets, "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST(BeastClient, HeadHasNoBody) {
  Listener server(echo, {});
  const auto client = make_client();
  auto request = get(server.origin());
  request.method = "HEAD";
  for (int i = 0; i < 2; ++i) {
    const auto response = response_of(client->send(request, {}));
    EXPECT_EQ(response.headers.value("Content-Length"), "5");
    EXPECT_EQ(response.body, "");
  }
}

TEST(BeastClient, NeverFollowsARedirect) {
  RawServer server([](Peer& peer, int) {
    peer.read_head();
    peer.send("HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n");
  });
  EXPECT_EQ(response_of(make_client()->send(get(server.origin()), {})).status, 302);
  EXPECT_EQ(server.connections(), 1);
}

TEST(BeastClient, AnAnswerThatComesBeforeTheRequestIsThroughCounts) {
  // The peer never reads the body, and sends more itself than fits into the buffers between the two.
  const std::string large(3 * 1024 * 1024, 'r');
  RawServer server([&](Peer& peer, int) {
    peer.read_head();
    peer.send(fmt::format("HTTP/1.1 413 Content Too Large\r\nContent-Length: {}\r\n\r\n", large.size()));
    peer.send(large);
    peer.read_until("never");
  });
  const auto client = make_client();
  const auto response =
      response_of(client->send(post(server.origin(), std::string(32 * 1024 * 1024, 'q')), {}));
  EXPECT_EQ(response.status, 413);
  EXPECT_TRUE(response.body == large);
}

TEST(BeastClient, ResolvesHostNamesAndIpv6) {
  Listener server(echo, {});
  const auto client = make_client();
  const auto port = std::to_string(server.port());
  EXPECT_EQ(response_of(client->send(get("http://localhost:" + port + "/"), {})).headers.value("X-Url"),
            "http://localhost:" + port + "/");
  ListenerOptions options;
  options.address = "::1";
  try {
    Listener on_ipv6(echo, options);
    EXPECT_EQ(on_ipv6.origin(), fmt::format("http://[::1]:{}", on_ipv6.port()));
    EXPECT_EQ(response_of(client->send(get(on_ipv6.origin()), {})).headers.value("X-Url"),
              on_ipv6.origin() + "/");
  } catch (const std::runtime_error& error) {
    GTEST_SKIP() << "this machine has no IPv6: " << error.what();
  }
}

TEST(BeastClient, ServesManyThreads) {
  Listener server(echo, {});
  const auto client = make_client();
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 100; ++i) {
          const auto body = fmt::format("{}/{}", t, i);
          right += response_of(client->send(post(server.origin(), body), {})).body == "POST " + body;
        }
      });
    }
  }
  EXPECT_EQ(right, 800);
}

}  // namespace
}  // namespace oauthentic::http

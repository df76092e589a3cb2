// The client against peers that fail it, each step of an exchange in turn.
#include <gmock/gmock.h>

#include <chrono>

#include "http/beast_client.hpp"
#include "http/test_peers.hpp"

namespace oauthentic::http {
namespace {

using testing::ClosedPort;
using testing::Peer;
using testing::RawServer;
using Kind = TransportError::Kind;
using std::chrono::milliseconds;

constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

Request get(std::string url) {
  Request request;
  request.url = std::move(url);
  return request;
}

SendLimits within(milliseconds timeout) {
  SendLimits limits;
  limits.timeout = timeout;
  return limits;
}

TransportError error_of(const Answer& answer) {
  if (const auto* response = std::get_if<Response>(&answer)) {
    ADD_FAILURE() << "an answer came: " << response->head_octets;
    return {Kind::refused, "no error"};
  }
  EXPECT_FALSE(std::get<TransportError>(answer).message.empty());
  return std::get<TransportError>(answer);
}

/// What the client makes of a peer that reads the request and then does as told.
TransportError error_from(std::function<void(Peer&)> then, const SendLimits& limits = {}) {
  RawServer server([&](Peer& peer, int) {
    peer.read_head();
    then(peer);
  });
  return error_of(make_client()->send(get(server.origin()), limits));
}

TEST(ClientFailures, UnusableUrlsAreRefused) {
  const auto client = make_client();
  for (const auto* url : {"", "/relative", "ftp://127.0.0.1/", "mailto:x@as.test", "http://", "http:///path",
                          "http://127.0.0.1:0/", "http://127.0.0.1:99999/", "http://a b/"}) {
    EXPECT_EQ(error_of(client->send(get(url), {})).kind, Kind::refused) << url;
  }
}

TEST(ClientFailures, ANameWithoutAddress) {
  // A label of more than 63 octets never leaves the machine: no name server is asked.
  const auto url = "http://" + std::string(64, 'a') + ".invalid/";
  EXPECT_EQ(error_of(make_client()->send(get(url), {})).kind, Kind::resolve);
}

TEST(ClientFailures, NothingListens) {
  const ClosedPort closed;
  const auto error = error_of(make_client()->send(get(closed.origin()), {}));
  EXPECT_EQ(error.kind, Kind::connect);
  EXPECT_THAT(error.message, ::testing::HasSubstr("refused"));
}

TEST(ClientFailures, ConnectingTakesTooLong) {
  // A listener whose queue is full drops what comes next, as a dead host would.
  const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  const auto port = testing::bind_loopback(descriptor);
  ASSERT_EQ(::listen(descriptor, 0), 0);
  const auto filler = Peer::to(port);
  const auto error =
      error_of(make_client()->send(get(fmt::format("http://127.0.0.1:{}/", port)), within(milliseconds(200))));
  EXPECT_EQ(error.kind, Kind::timeout);
  EXPECT_THAT(error.message, ::testing::HasSubstr("connecting"));
  ::close(descriptor);
}

TEST(ClientFailures, ThePeerStalls) {
  const auto began = std::chrono::steady_clock::now();
  for (const auto part : {std::size_t{0}, std::size_t{9}, kAnswer.size() - 1}) {
    const auto stall = [&](Peer& peer) {
      peer.send(kAnswer.substr(0, part));
      peer.read_all();
    };
    const auto error = error_from(stall, within(milliseconds(100)));
    EXPECT_EQ(error.kind, Kind::timeout) << part;
    EXPECT_THAT(error.message, ::testing::HasSubstr("waiting"));
  }
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_GE(took, milliseconds(300));
  EXPECT_LT(took, std::chrono::seconds(5)) << "the deadline ended it";
}

TEST(ClientFailures, ThePeerDripsForEver) {
  const auto drip = [](Peer& peer) {
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    while (!peer.was_reset() && peer.sends("x")) {
    }
  };
  SendLimits limits = within(milliseconds(200));
  limits.body_octets = SIZE_MAX;
  EXPECT_EQ(error_from(drip, limits).kind, Kind::timeout);
}

TEST(ClientFailures, ThePeerClosesEarly) {
  for (const auto part : {std::size_t{0}, std::size_t{9}, std::size_t{17}, kAnswer.size() - 1}) {
    EXPECT_EQ(error_from([&](Peer& peer) {
                peer.send(kAnswer.substr(0, part));
                peer.finish_sending();
              }).kind,
              Kind::reset)
        << part;
  }
}

TEST(ClientFailures, ThePeerResets) {
  EXPECT_EQ(error_from([](Peer& peer) { peer.reset(); }).kind, Kind::reset);
  EXPECT_EQ(error_from([](Peer& peer) {
              peer.send("HTTP/1.1 200 OK\r\n\r\nthis body ends by a reset");
              peer.reset();
            }).kind,
            Kind::reset);
}

TEST(ClientFailures, ThePeerResetsWhileWeSend) {
  RawServer server([](Peer& peer, int number) {
    if (number > 0) peer.read_exactly(100'000);
    peer.reset();
  });
  const auto client = make_client();
  auto request = get(server.origin());
  request.method = "POST";
  request.body.assign(32 * 1024 * 1024, 'x');
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(error_of(client->send(request, {})).kind, Kind::reset);
  EXPECT_EQ(server.connections(), 2);
}

TEST(ClientFailures, ThePeerNeverReads) {
  RawServer server([](Peer& peer, int) { peer.wait(); });
  auto request = get(server.origin());
  request.method = "POST";
  request.body.assign(32 * 1024 * 1024, 'x');
  EXPECT_EQ(error_of(make_client()->send(request, within(milliseconds(200)))).kind, Kind::timeout);
}

TEST(ClientFailures, WhatComesBackIsNotHttp) {
  for (const auto* octets :
       {"SSH-2.0-x\r\n", "HTTP/3.0 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\n: x\r\n\r\n", "no"}) {
    // The peer keeps the connection open: the client must not wait for more.
    const auto error = error_from([&](Peer& peer) {
      peer.send(octets);
      peer.read_all();
    });
    EXPECT_EQ(error.kind, Kind::malformed) << octets << error.message;
  }
}

TEST(ClientFailures, TheAnswerIsTooLarge) {
  SendLimits limits;
  limits.head_octets = 1000;
  limits.body_octets = 1000;
  const std::string much(5000, 'x');
  for (const auto& octets :
       {"HTTP/1.1 200 OK\r\nX: " + much, std::string("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"),
        "HTTP/1.1 200 OK\r\n\r\n" + much,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n" + much}) {
    const auto error = error_from(
        [&](Peer& peer) {
          peer.send(octets);
          peer.read_all();
        },
        limits);
    EXPECT_EQ(error.kind, Kind::too_large) << octets.substr(0, 60);
  }
}

TEST(ClientFailures, InterimResponsesWithoutEnd) {
  const auto error = error_from([](Peer& peer) {
    while (peer.sends("HTTP/1.1 100 Continue\r\n\r\n")) {
    }
  });
  EXPECT_EQ(error.kind, Kind::too_large);
}

TEST(StaleConnection, IsRetriedOnAFreshOne) {
  RawServer server([](Peer& peer, int number) {
    peer.read_head();
    peer.send(kAnswer);
    if (number > 0) return peer.wait();
    peer.read_head();  // the second request is read, and then the connection ends without a word
    peer.close();
  });
  const auto client = make_client();
  for (int i = 0; i < 2; ++i) {
    const auto answer = client->send(get(server.origin()), {});
    ASSERT_TRUE(std::holds_alternative<Response>(answer)) << error_of(answer).message;
  }
  EXPECT_EQ(server.connections(), 2);
}

TEST(StaleConnection, IsRetriedOnlyOnce) {
  RawServer server([](Peer& peer, int number) {
    peer.read_head();
    if (number > 0) return peer.close();
    peer.send(kAnswer);
    peer.read_head();
    peer.close();
  });
  const auto client = make_client();
  ASSERT_TRUE(std::holds_alternative<Response>(client->send(get(server.origin()), {})));
  EXPECT_EQ(error_of(client->send(get(server.origin()), {})).kind, Kind::reset);
  EXPECT_EQ(server.connections(), 2);
}

TEST(StaleConnection, IsNotRetriedOnceTheAnswerBegan) {
  RawServer server([](Peer& peer, int) {
    peer.read_head();
    peer.send(kAnswer);
    peer.read_head();
    peer.send("H");
    peer.finish_sending();
  });
  const auto client = make_client();
  ASSERT_TRUE(std::holds_alternative<Response>(client->send(get(server.origin()), {})));
  EXPECT_EQ(error_of(client->send(get(server.origin()), {})).kind, Kind::reset);
  EXPECT_EQ(server.connections(), 1);
}

TEST(StaleConnection, AFreshOneIsNotRetried) {
  RawServer server([](Peer& peer, int) {
    peer.read_head();
    peer.close();
  });
  EXPECT_EQ(error_of(make_client()->send(get(server.origin()), {})).kind, Kind::reset);
  EXPECT_EQ(server.connections(), 1);
}

TEST(StaleConnection, AnAnswerOutOfTurnIsNotTakenForTheNextOne) {
  RawServer server([](Peer& peer, int number) {
    peer.read_head();
    const auto* more = number == 0 ? "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil" : "";
    peer.send(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood{}", more));
  });
  const auto client = make_client();
  const auto first = client->send(get(server.origin()), {});
  EXPECT_EQ(std::get<Response>(first).body, "good");
  const auto second = client->send(get(server.origin()), {});
  EXPECT_EQ(std::get<Response>(second).body, "good");
}

}  // namespace
}  // namespace oauthentic::http

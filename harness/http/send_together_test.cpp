#include <gmock/gmock.h>

#include <latch>

#include "http/beast_client.hpp"
#include "http/listener.hpp"
#include "http/test_peers.hpp"

namespace oauthentic::http {
namespace {

using Kind = TransportError::Kind;

Request post(const std::string& origin, int number) {
  Request request;
  request.method = "POST";
  request.url = fmt::format("{}/{}", origin, number);
  request.body = "code=abc";
  return request;
}

Response path_of(const Request& request) {
  Response response;
  response.status = 200;
  response.body = request.url.substr(request.url.rfind('/') + 1);
  return response;
}

TEST(SendTogether, AllAreUnderWayAtOnce) {
  // Each handler waits for all others: requests that came one after the other would never be answered.
  constexpr int kRequests = 8;
  std::latch all(kRequests);
  ListenerOptions options;
  options.threads = kRequests;
  Listener server(
      [&](const Request& request) {
        all.arrive_and_wait();
        return path_of(request);
      },
      options);
  std::vector<Request> requests;
  for (int i = 0; i < kRequests; ++i)
    requests.push_back(post(server.origin(), i));
  const auto answers = make_client()->send_together(requests, {});
  ASSERT_EQ(answers.size(), requests.size());
  for (int i = 0; i < kRequests; ++i) {
    const auto& answer = answers[static_cast<std::size_t>(i)];
    ASSERT_TRUE(std::holds_alternative<Response>(answer)) << std::get<TransportError>(answer).message;
    EXPECT_EQ(std::get<Response>(answer).body, std::to_string(i)) << "in the order of the requests";
  }
}

TEST(SendTogether, TheLastOctetWaitsForAllConnections) {
  // One peer holds its TLS handshake up until the other one has seen that its request stays unfinished.
  std::latch seen(1);
  testing::RawServer held_up([&](testing::Peer& peer, int) {
    peer.read_exactly(1);
    seen.wait();
    peer.close();
  });
  std::string last;
  testing::RawServer ready([&](testing::Peer& peer, int) {
    const auto begin = peer.read_until("code=ab");
    EXPECT_TRUE(begin.ends_with("code=ab"));
    EXPECT_TRUE(peer.is_quiet());
    seen.count_down();
    last = peer.read_exactly(1);
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  const std::vector<Request> requests = {post(ready.origin(), 0),
                                         post(fmt::format("https://127.0.0.1:{}", held_up.port()), 1)};
  const auto answers = make_client()->send_together(requests, {});
  ASSERT_TRUE(std::holds_alternative<Response>(answers[0])) << std::get<TransportError>(answers[0]).message;
  EXPECT_EQ(std::get<TransportError>(answers[1]).kind, Kind::tls);
  EXPECT_EQ(last, "c");
}

TEST(SendTogether, OneFailureLeavesTheOthersAlone) {
  Listener server(path_of, {});
  const testing::ClosedPort closed;
  testing::RawServer stalled([](testing::Peer& peer, int) { peer.read_all(); });
  const std::vector<Request> requests = {post(server.origin(), 0), post(closed.origin(), 1), post("no url", 2),
                                         post(stalled.origin(), 3), post(server.origin(), 4)};
  SendLimits limits;
  limits.timeout = std::chrono::milliseconds(500);
  const auto answers = make_client()->send_together(requests, limits);
  ASSERT_EQ(answers.size(), 5u);
  EXPECT_EQ(std::get<Response>(answers[0]).body, "0");
  EXPECT_EQ(std::get<TransportError>(answers[1]).kind, Kind::connect);
  EXPECT_EQ(std::get<TransportError>(answers[2]).kind, Kind::refused);
  EXPECT_EQ(std::get<TransportError>(answers[3]).kind, Kind::timeout);
  EXPECT_EQ(std::get<Response>(answers[4]).body, "4");
}

TEST(SendTogether, WorksOverTlsAndForOneAndForNone) {
  ListenerOptions options;
  options.tls = true;
  Listener server(path_of, options);
  ClientOptions insecure;
  insecure.tls.insecure = true;
  const auto client = make_client(insecure);
  EXPECT_TRUE(client->send_together({}, {}).empty());
  const std::vector<Request> one = {post(server.origin(), 7)};
  const auto answers = client->send_together(one, {});
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(std::get<Response>(answers[0]).body, "7");
}

TEST(SendTogether, TakesOctetsAsTheyAre) {
  Listener server(path_of, {});
  auto raw = post(server.origin(), 0);
  raw.octets = "GET /raw HTTP/1.1\r\nHost: h\r\n\r\n";
  auto nothing = raw;
  nothing.octets = "";
  SendLimits limits;
  limits.timeout = std::chrono::milliseconds(200);
  const std::vector<Request> requests = {raw, nothing};
  const auto answers = make_client()->send_together(requests, limits);
  EXPECT_EQ(std::get<Response>(answers[0]).body, "raw");
  EXPECT_EQ(std::get<TransportError>(answers[1]).kind, Kind::timeout) << "an empty request has no answer";
}

}  // namespace
}  // namespace oauthentic::http

#include "http/message_reader.hpp"

#include <gmock/gmock.h>

#include "oauth/url.hpp"

namespace oauthentic::http {
namespace {

using Kind = TransportError::Kind;

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  while (times-- > 0)
    out += text;
  return out;
}

/// Gives the octets in pieces of one size, as a server's read loop would.
int feed_in_pieces(RequestReader& reader, std::string_view octets, std::size_t piece) {
  std::string held;
  for (std::size_t at = 0; at < octets.size(); at += piece) {
    held += octets.substr(at, piece);
    held.erase(0, reader.feed(held));
  }
  return reader.error();
}

TEST(RequestReader, PiecesOfAnySizeGiveTheSameRequest) {
  const std::string octets =
      "\r\nPOST /token HTTP/1.1\r\nHost: as.test\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n"
      "4\r\na=b&\r\n3\r\nc=d\r\n0\r\nT: u\r\n\r\n";
  const auto whole = parse_request(octets, "http");
  ASSERT_TRUE(whole);
  for (std::size_t piece = 1; piece <= octets.size(); ++piece) {
    RequestReader reader("http", "localhost", {});
    ASSERT_EQ(feed_in_pieces(reader, octets, piece), 0) << piece;
    ASSERT_TRUE(reader.done()) << piece;
    const auto request = reader.take();
    EXPECT_EQ(request.url, whole->url);
    EXPECT_EQ(request.headers, whole->headers);
    EXPECT_EQ(request.body, "a=b&c=d");
  }
}

TEST(RequestReader, AFoldIsFoundInPiecesOfAnySize) {
  const std::string octets = "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n";
  for (std::size_t piece = 1; piece <= octets.size(); ++piece) {
    RequestReader reader("http", "localhost", {});
    EXPECT_EQ(feed_in_pieces(reader, octets, piece), 400) << piece;
  }
}

TEST(RequestReader, TheHeadsLimitHoldsForFieldsThatDripIn) {
  RequestReader reader("http", "localhost", {.head_octets = 1000, .body_octets = 10});
  const auto octets = "GET / HTTP/1.1\r\nHost: h\r\n" + repeat("Name: value\r\n", 100);
  EXPECT_EQ(feed_in_pieces(reader, octets, 13), 431);
}

TEST(RequestReader, ReadsRequestsThatFollowOneAnother) {
  RequestReader reader("http", "localhost", {});
  std::string octets =
      "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab"
      "GET /2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
      "GET /3 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  std::vector<std::pair<std::string, bool>> seen;
  for (int i = 0; i < 3; ++i) {
    octets.erase(0, reader.feed(octets));
    ASSERT_TRUE(reader.done());
    EXPECT_EQ(reader.feed(octets), 0u) << "a finished request takes no more";
    const bool keep_alive = reader.keep_alive();
    seen.emplace_back(reader.take().url, keep_alive);
  }
  EXPECT_THAT(seen, testing::ElementsAre(testing::Pair("http://h/1", true), testing::Pair("http://h/2", false),
                                         testing::Pair("http://localhost/3", false)));
  EXPECT_EQ(octets, "");
}

TEST(RequestReader, TellsWhenTheClientWaits) {
  RequestReader reader("http", "localhost", {});
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n";
  const auto used = reader.feed(head);
  EXPECT_FALSE(reader.awaits_continue()) << "the head is not whole";
  reader.feed(head.substr(used) + "\r\n");
  EXPECT_TRUE(reader.awaits_continue());
  reader.feed("a");
  EXPECT_FALSE(reader.awaits_continue()) << "the client did not wait";
}

struct Received {
  std::optional<Response> response;
  std::optional<TransportError> error;
  bool keep_alive = false;
};

Received read_response(std::string_view octets, std::size_t piece, const SendLimits& limits = {},
                       ResponseReader::Body body = ResponseReader::Body::expected) {
  ResponseReader reader(body, limits);
  std::string held;
  for (std::size_t at = 0; at < octets.size() && !reader.error(); at += piece) {
    held += octets.substr(at, piece);
    held.erase(0, reader.feed(held));
  }
  reader.end();
  if (reader.error()) return {std::nullopt, reader.error(), false};
  const bool keep_alive = reader.keep_alive();
  return {reader.take(), std::nullopt, keep_alive};
}

TEST(ResponseReader, KeepsTheHeadAsItCame) {
  const std::string head =
      "HTTP/1.1 302 Over  There\r\nset-cookie: a=1\r\nX:  y \r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\n";
  for (const std::size_t piece : {1, 2, 7, 50, 1000}) {
    const auto got = read_response("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + head + "hi", piece);
    ASSERT_TRUE(got.response) << got.error->message;
    EXPECT_EQ(got.response->status, 302);
    EXPECT_EQ(got.response->reason, "Over  There");
    EXPECT_EQ(got.response->head_octets, head);
    EXPECT_EQ(got.response->body, "hi");
    EXPECT_TRUE(got.keep_alive);
    const Headers expected{{"set-cookie", "a=1"}, {"X", "y"}, {"Set-Cookie", "b=2"}, {"Content-Length", "2"}};
    EXPECT_EQ(got.response->headers, expected);
  }
}

TEST(ResponseReader, FramesBodiesAsRfc9112Section6Says) {
  const auto body_of = [](std::string_view octets) { return read_response(octets, 3).response.value().body; };
  EXPECT_EQ(body_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"),
            "abc");
  EXPECT_EQ(body_of("HTTP/1.1 200 OK\r\n\r\nuntil the end"), "until the end");
  EXPECT_EQ(body_of("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab"), "ab");
  EXPECT_EQ(body_of("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"), "");
  EXPECT_EQ(body_of("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"), "");
  EXPECT_EQ(body_of("HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n"), "");
  const auto head =
      read_response("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 9, {}, ResponseReader::Body::none);
  EXPECT_EQ(head.response.value().body, "");
}

TEST(ResponseReader, KnowsWhenTheConnectionIsSpent) {
  EXPECT_FALSE(read_response("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 99).keep_alive);
  EXPECT_FALSE(
      read_response("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 99).keep_alive);
  EXPECT_FALSE(read_response("HTTP/1.1 200 OK\r\n\r\n", 99).keep_alive);
  EXPECT_FALSE(read_response("HTTP/1.1 101 Switching Protocols\r\n\r\n", 99).keep_alive);
}

TEST(ResponseReader, TellsErrorsApart) {
  const std::pair<std::string, Kind> cases[] = {
      {"", Kind::reset},
      {"HTTP/1.1", Kind::reset},
      {"HTTP/1.1 200 OK\r\nContent-Le", Kind::reset},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", Kind::reset},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n", Kind::reset},
      {"HTTP/1.1 100 Continue\r\n\r\n", Kind::reset},
      {"x", Kind::malformed},
      {"SSH-2.0-OpenSSH\r\n", Kind::malformed},
      {"HTTP/2.0 200 OK\r\n\r\n", Kind::malformed},
      {"HTTP/1.1 2x0 OK\r\n\r\n", Kind::malformed},
      {"HTTP/1.1 020 OK\r\n\r\n", Kind::malformed},
      {"HTTP/1.1 200 OK\nContent-Length: 0\n\n", Kind::malformed},
      {"HTTP/1.1 200 OK\r\nbad name: x\r\n\r\n", Kind::malformed},
      {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", Kind::malformed},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\nab", Kind::malformed},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", Kind::malformed},
  };
  for (const auto& [octets, kind] : cases) {
    const auto got = read_response(octets, octets.size() + 1);
    ASSERT_TRUE(got.error) << octets;
    EXPECT_EQ(got.error->kind, kind) << octets << got.error->message;
    EXPECT_FALSE(got.error->message.empty());
  }
}

TEST(ResponseReader, KeepsToItsLimits) {
  SendLimits limits;
  limits.head_octets = 300;
  limits.body_octets = 10;
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  for (const auto& octets : {
           ok + "X: " + std::string(400, 'x') + "\r\n\r\n",
           ok + repeat("A: b\r\n", 100),
           repeat("HTTP/1.1 100 Continue\r\n\r\n", 20),
           ok + "Content-Length: 11\r\n\r\n",
           ok + "\r\n" + std::string(11, 'x'),
           ok + "Transfer-Encoding: chunked\r\n\r\n6\r\n123456\r\n6\r\n",
           ok + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(400, 'x'),
       }) {
    for (const std::size_t piece : {1, 40, 1000}) {
      const auto got = read_response(octets, piece, limits);
      ASSERT_TRUE(got.error) << octets;
      EXPECT_EQ(got.error->kind, Kind::too_large) << octets << got.error->message;
    }
  }
  EXPECT_TRUE(read_response(ok + "Content-Length: 10\r\n\r\n0123456789", 1, limits).response);
  EXPECT_TRUE(read_response(ok + "\r\n0123456789", 1000, limits).response);
}

}  // namespace
}  // namespace oauthentic::http

#include <gtest/gtest.h>

#include "http/wire.hpp"

namespace oauthentic::http {
namespace {

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  while (times-- > 0)
    out += text;
  return out;
}

TEST(ParseRequest, PutsTogetherTheUrl) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"GET /a?b=c HTTP/1.1\r\nHost: as.test:81\r\n\r\n", "http://as.test:81/a?b=c"},
      {"GET //a HTTP/1.1\r\nhOST: [::1]\r\n\r\n", "http://[::1]//a"},
      {"GET / HTTP/1.0\r\n\r\n", "http://localhost/"},
      {"GET / HTTP/1.0\r\nHost: as.test\r\n\r\n", "http://as.test/"},
      {"GET https://other.test/x HTTP/1.1\r\nHost: as.test\r\n\r\n", "https://other.test/x"},
      {"OPTIONS * HTTP/1.1\r\nHost: as.test\r\n\r\n", "http://as.test"},
      {"\r\nGET / HTTP/1.1\r\nHost: as.test\r\n\r\n", "http://as.test/"},
      {"GET /%zz HTTP/1.1\r\nHost: as.test\r\n\r\n", "http://as.test/%zz"},
  };
  for (const auto& [octets, url] : cases) {
    const auto request = parse_request(octets, "http");
    ASSERT_TRUE(request) << octets << request.error();
    EXPECT_EQ(request->url, url);
  }
}

TEST(ParseRequest, KeepsFieldsInOrderWithRepeatedOnes) {
  const auto request = parse_request(
      "PROPFIND / HTTP/1.1\r\nB: 1\r\nHost:as.test\r\nA: \t x y \t\r\nb:2\r\nEmpty:\r\nContent-Length: "
      "4\r\n\r\nbodyNEXT",
      "https");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method, "PROPFIND");
  EXPECT_EQ(request->url, "https://as.test/");
  const Headers expected{{"B", "1"}, {"Host", "as.test"}, {"A", "x y"},
                         {"b", "2"}, {"Empty", ""},       {"Content-Length", "4"}};
  EXPECT_EQ(request->headers, expected);
  EXPECT_EQ(request->body, "body");
}

TEST(ParseRequest, ReadsChunks) {
  const auto request = parse_request(
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "3;ext=\"v\"\r\nabc\r\n00A\r\n0123456789\r\n0\r\nTrailer: dropped\r\n\r\n",
      "http");
  ASSERT_TRUE(request) << request.error();
  EXPECT_EQ(request->body, "abc0123456789");
  EXPECT_FALSE(request->headers.has("Trailer"));
}

struct Malformed {
  std::string octets;
  int status;
};

TEST(ParseRequest, RefusesWhatIsMalformed) {
  const std::string line = "GET / HTTP/1.1\r\n";
  const std::string host = "Host: h\r\n";
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  const Malformed cases[] = {
      {"", 400},
      {"\r\n", 400},
      {"GET", 400},
      {"GET / HTTP/1.1\r\nHost: h\r\n", 400},
      {"\r\n\r\n" + line + host + "\r\n", 400},
      {" " + line + host + "\r\n", 400},
      {"GET  / HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET /\r\n" + host + "\r\n", 400},
      {"GET / HTTP/1.1 \r\n" + host + "\r\n", 400},
      {"G{T / HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET a HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET * HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET http:///x HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET ftp://x/ HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET /#fragment HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET /\xc3\xa4 HTTP/1.1\r\n" + host + "\r\n", 400},
      {std::string("GET /\0 HTTP/1.1\r\n", 17) + host + "\r\n", 400},
      {"GET / http/1.1\r\n" + host + "\r\n", 400},
      {"GET / HTTP/1.1\n" + host + "\r\n", 400},
      {"GET / HTTP/2.0\r\n" + host + "\r\n", 505},
      {"GET / HTTP/1.2\r\n" + host + "\r\n", 505},
      {"GET / HTTP/0.9\r\n" + host + "\r\n", 505},
      {"GET / HTTP/1.10\r\n" + host + "\r\n", 400},
      {"CONNECT h:443 HTTP/1.1\r\n" + host + "\r\n", 501},
      {line + "\r\n", 400},
      {line + "Host: a\r\nHost: a\r\n\r\n", 400},
      {line + "Host:\r\n\r\n", 400},
      {line + "Host: a/b\r\n\r\n", 400},
      {line + "Host: u@h\r\n\r\n", 400},
      {line + host + "No colon\r\n\r\n", 400},
      {line + host + "Space : x\r\n\r\n", 400},
      {line + host + ": x\r\n\r\n", 400},
      {line + host + "A: x\r\n folded\r\n\r\n", 400},
      {line + host + "A:\r\n\tfolded\r\n\r\n", 400},
      {line + " A: x\r\n" + host + "\r\n", 400},
      {line + host + "A: x\ny\r\n\r\n", 400},
      {line + host + "A: x\ry\r\n\r\n", 400},
      {line + host + std::string("A: x\0y\r\n\r\n", 10), 400},
      {post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n", 400},
      {post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
      {post + "Content-Length: 1, 2\r\n\r\nab", 400},
      {post + "Content-Length: -1\r\n\r\n", 400},
      {post + "Content-Length: +1\r\n\r\na", 400},
      {post + "Content-Length: 0x1\r\n\r\na", 400},
      {post + "Content-Length: 1 2\r\n\r\na", 400},
      {post + "Content-Length:\r\n\r\n", 400},
      {post + "Content-Length: 99999999999999999999999\r\n\r\n", 400},
      {post + "Content-Length: 3\r\n\r\nab", 400},
      {post + "Transfer-Encoding: gzip\r\n\r\n", 501},
      {post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 501},
      {post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\n\r\nx\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\n\r\n1;=\r\na\r\n0\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nTrai ler: x\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n", 400},
  };
  for (const auto& [octets, status] : cases) {
    const auto request = parse_request(octets, "http");
    ASSERT_FALSE(request) << octets;
    EXPECT_EQ(request.error(), status) << octets;
  }
}

TEST(ParseRequest, TakesWhatIsOddButAllowed) {
  for (const auto* octets : {
           "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 0, 0\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: h\r\nX: caf\xc3\xa9\r\n\r\n",
           "!#$%&'*+-.^_`|~ / HTTP/1.1\r\nHost: h\r\n\r\n",
       }) {
    EXPECT_TRUE(parse_request(octets, "http")) << octets;
  }
}

TEST(ParseRequest, KeepsToItsLimits) {
  const ServerLimits limits{.head_octets = 200, .body_octets = 10};
  const auto error_of = [&](const std::string& octets) {
    const auto request = parse_request(octets, "http", limits);
    return request ? 0 : request.error();
  };
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\n";
  const auto padded = [&](std::size_t total) {
    return head + "X: " + std::string(total - head.size() - 7, 'x') + "\r\n\r\n";
  };
  EXPECT_EQ(padded(200).size(), 200u);
  EXPECT_EQ(error_of(padded(200)), 0);
  EXPECT_EQ(error_of(padded(201)), 431);
  EXPECT_EQ(error_of("GET /" + std::string(300, 'x')), 431);
  EXPECT_EQ(error_of(head + repeat("A:\r\n", 60) + "\r\n"), 431);
  EXPECT_EQ(error_of(head + "Content-Length: 10\r\n\r\n0123456789"), 0);
  EXPECT_EQ(error_of(head + "Content-Length: 11\r\n\r\n"), 413);
  EXPECT_EQ(error_of(head + "Transfer-Encoding: chunked\r\n\r\n6\r\n123456\r\n5\r\n12345\r\n0\r\n\r\n"), 413);
  EXPECT_EQ(error_of(head + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(300, 'x')), 431);
  EXPECT_EQ(error_of(head + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + repeat("A: b\r\n", 60)), 431);
}

}  // namespace
}  // namespace oauthentic::http

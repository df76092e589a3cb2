#include "http/wire.hpp"

#include <gtest/gtest.h>

namespace oauthentic::http {
namespace {

Request request_to(std::string url) {
  Request request;
  request.url = std::move(url);
  return request;
}

TEST(SerialiseRequest, OriginFormWithHostFirst) {
  auto request = request_to("https://as.test:8443/authorize?x=1&y=%20");
  request.headers = {{"Accept", "*/*"}, {"X-Twice", "1"}, {"X-Twice", "2"}};
  EXPECT_EQ(serialise(request),
            "GET /authorize?x=1&y=%20 HTTP/1.1\r\n"
            "Host: as.test:8443\r\n"
            "Accept: */*\r\n"
            "X-Twice: 1\r\n"
            "X-Twice: 2\r\n"
            "\r\n");
}

TEST(SerialiseRequest, NoPathIsASlashAndTheDefaultPortIsNotTold) {
  EXPECT_EQ(serialise(request_to("http://as.test:80")), "GET / HTTP/1.1\r\nHost: as.test\r\n\r\n");
  EXPECT_EQ(serialise(request_to("http://[::1]:81?q")), "GET /?q HTTP/1.1\r\nHost: [::1]:81\r\n\r\n");
}

TEST(SerialiseRequest, ContentLengthForABodyOrAMethodThatUsuallyHasOne) {
  auto request = request_to("http://as.test/token");
  for (const auto* method : {"POST", "PUT", "PATCH"}) {
    request.method = method;
    EXPECT_TRUE(serialise(request).ends_with("\r\nContent-Length: 0\r\n\r\n")) << method;
  }
  request.method = "DELETE";
  EXPECT_FALSE(serialise(request).contains("Content-Length"));
  request.body = "a=b";
  EXPECT_TRUE(serialise(request).ends_with("\r\nContent-Length: 3\r\n\r\na=b"));
}

TEST(SerialiseRequest, FieldsSetOnPurposeStayAndAreNotDoubled) {
  auto request = request_to("http://as.test/token");
  request.method = "POST";
  request.body = "a=b";
  request.headers = {{"content-length", "7"}, {"host", "evil.test"}};
  EXPECT_EQ(serialise(request), "POST /token HTTP/1.1\r\ncontent-length: 7\r\nhost: evil.test\r\n\r\na=b");
  request.headers = {{"Transfer-Encoding", "chunked"}};
  EXPECT_EQ(serialise(request),
            "POST /token HTTP/1.1\r\nHost: as.test\r\nTransfer-Encoding: chunked\r\n\r\na=b");
}

TEST(SerialiseRequest, InChunksAndAsHttp10) {
  auto request = request_to("http://as.test/token");
  request.method = "POST";
  request.body = std::string(26, 'a');
  request.framing = Framing::chunked;
  EXPECT_EQ(serialise(request),
            "POST /token HTTP/1.1\r\nHost: as.test\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n" + request.body +
                "\r\n0\r\n\r\n");
  request.body = "";
  EXPECT_TRUE(serialise(request).ends_with("\r\n\r\n0\r\n\r\n"));
  request.framing = Framing::http_1_0;
  EXPECT_EQ(serialise(request), "POST /token HTTP/1.0\r\nHost: as.test\r\nContent-Length: 0\r\n\r\n");
}

TEST(SerialiseRequest, EachFramingIsReadBack) {
  for (const auto framing : {Framing::length, Framing::chunked, Framing::http_1_0}) {
    auto request = request_to("http://as.test/token");
    request.method = "POST";
    request.body = "a=b";
    request.framing = framing;
    const auto read = parse_request(serialise(request), "http");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->body, "a=b");
    EXPECT_EQ(read->framing, framing);
  }
}

TEST(SerialiseRequest, GivenOctetsAreLeftAlone) {
  auto request = request_to("http://as.test/");
  request.octets = "GET  / HTTP/1.1\nHost:x\n\n";
  request.body = "not used";
  EXPECT_EQ(serialise(request), *request.octets);
}

TEST(SerialiseRequest, AnUnusableUrlGivesNothing) {
  EXPECT_EQ(serialise(request_to("no url")), "");
}

TEST(SerialiseResponse, StatusLineFieldsAndLength) {
  Response response;
  response.status = 400;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = "{}";
  EXPECT_EQ(serialise(response),
            "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(serialise(response, true),
            "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n");
  response.reason = "Nope";
  EXPECT_TRUE(serialise(response).starts_with("HTTP/1.1 400 Nope\r\n"));
}

TEST(SerialiseResponse, WhatHasNoContentHasNoLength) {
  Response response;
  response.body = "must not be sent";
  for (const int status : {101, 204, 304}) {
    response.status = status;
    const auto octets = serialise(response);
    EXPECT_FALSE(octets.contains("Content-Length")) << octets;
    EXPECT_TRUE(octets.ends_with("\r\n\r\n")) << octets;
  }
}

TEST(SerialiseResponse, OwnFramingStays) {
  Response response;
  response.status = 200;
  response.body = "abc";
  response.headers = {{"Content-Length", "99"}};
  EXPECT_EQ(serialise(response), "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc");
}

TEST(SerialiseResponse, UnknownStatusHasAnEmptyReason) {
  Response response;
  response.status = 599;
  EXPECT_TRUE(serialise(response).starts_with("HTTP/1.1 599 ")) << serialise(response);
  std::string out = "kept ";
  append_head(out, response, Persistence::close);
  EXPECT_TRUE(out.starts_with("kept HTTP/1.1 599"));
  EXPECT_TRUE(out.ends_with("\r\nConnection: close\r\n\r\n"));
}

}  // namespace
}  // namespace oauthentic::http

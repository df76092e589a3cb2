#include "http/loopback_transport.hpp"

#include <gtest/gtest.h>

#include <latch>
#include <stdexcept>

#include "http/wire.hpp"

namespace oauthentic::http {
namespace {

using Kind = TransportError::Kind;

Request get(std::string url) {
  Request request;
  request.url = std::move(url);
  return request;
}

Response echo(const Request& request) {
  Response response;
  response.status = 200;
  response.headers = {{"X-Url", request.url}};
  response.body = request.method + " " + request.body;
  return response;
}

Response response_of(const Answer& answer) {
  const auto* response = std::get_if<Response>(&answer);
  if (!response) ADD_FAILURE() << std::get<TransportError>(answer).message;
  return response ? *response : Response();
}

Kind kind_of(const Answer& answer) {
  const auto* error = std::get_if<TransportError>(&answer);
  if (!error) ADD_FAILURE() << "an answer came";
  return error ? error->kind : Kind::refused;
}

TEST(LoopbackTransport, AnswersAsOverTheWire) {
  LoopbackTransport transport({{"https://as.test", echo}, {"http://as.test:81", echo}});
  auto request = get("https://as.test/token?a=b");
  request.method = "POST";
  request.body = "c=d";
  const auto response = response_of(transport.send(request, {}));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.reason, "OK");
  EXPECT_EQ(response.body, "POST c=d");
  EXPECT_EQ(response.headers.value("X-Url"), "https://as.test/token?a=b");
  EXPECT_EQ(response.head_octets,
            "HTTP/1.1 200 OK\r\nX-Url: https://as.test/token?a=b\r\nContent-Length: 8\r\n\r\n");
  EXPECT_EQ(response_of(transport.send(get("http://as.test:81"), {})).headers.value("X-Url"),
            "http://as.test:81/");
}

TEST(LoopbackTransport, NothingListensElsewhere) {
  LoopbackTransport transport({{"https://as.test", echo}});
  EXPECT_EQ(kind_of(transport.send(get("http://as.test/"), {})), Kind::connect);
  EXPECT_EQ(kind_of(transport.send(get("no url"), {})), Kind::refused);
}

TEST(LoopbackTransport, OctetsAreReadAsAServerWould) {
  LoopbackTransport transport({{"http://as.test", echo}});
  auto request = get("http://as.test/");
  request.octets = "PUT /x HTTP/1.1\r\nHost: other.test\r\nContent-Length: 2\r\n\r\nab";
  const auto response = response_of(transport.send(request, {}));
  EXPECT_EQ(response.body, "PUT ab");
  EXPECT_EQ(response.headers.value("X-Url"), "http://other.test/x");
  request.octets = "GET / HTTP/1.1\r\n\r\n";
  EXPECT_EQ(response_of(transport.send(request, {})).status, 400);
  request.octets = "GET / HTTP/2.0\r\n\r\n";
  EXPECT_EQ(response_of(transport.send(request, {})).status, 505);
}

TEST(LoopbackTransport, HeadHasNoBody) {
  LoopbackTransport transport({{"http://as.test", echo}});
  auto request = get("http://as.test/");
  request.method = "HEAD";
  const auto response = response_of(transport.send(request, {}));
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(response.headers.value("Content-Length"), "5");
}

TEST(LoopbackTransport, InjectedFieldsHaveTheirEffect) {
  LoopbackTransport transport({{"http://as.test", [](const Request&) {
                                  Response response;
                                  response.status = 302;
                                  response.headers = {{"Location", "/x\r\nSet-Cookie: injected=1"}};
                                  return response;
                                }}});
  const auto response = response_of(transport.send(get("http://as.test/"), {}));
  EXPECT_EQ(response.headers.value("Set-Cookie"), "injected=1");
}

TEST(LoopbackTransport, LimitsHold) {
  LoopbackTransport transport({{"http://as.test", [](const Request&) {
                                  Response response;
                                  response.status = 200;
                                  response.body.assign(1001, 'x');
                                  return response;
                                }}});
  SendLimits limits;
  limits.body_octets = 1000;
  EXPECT_EQ(kind_of(transport.send(get("http://as.test/"), limits)), Kind::too_large);
}

TEST(LoopbackTransport, AnExceptionOfTheHandlerIsA500) {
  LoopbackTransport transport(
      {{"http://as.test", [](const Request&) -> Response { throw std::runtime_error("broken logic"); }}});
  const auto response = response_of(transport.send(get("http://as.test/"), {}));
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.media_type(), "text/plain");
  EXPECT_TRUE(response.body.contains("broken logic"));
}

TEST(LoopbackTransport, SendsTogether) {
  constexpr int kRequests = 8;
  std::latch all(kRequests);
  LoopbackTransport transport({{"http://as.test", [&](const Request& request) {
                                  all.arrive_and_wait();
                                  return echo(request);
                                }}});
  std::vector<Request> requests;
  for (int i = 0; i < kRequests; ++i)
    requests.push_back(get("http://as.test/" + std::to_string(i)));
  const auto answers = transport.send_together(requests, {});
  ASSERT_EQ(answers.size(), requests.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(response_of(answers[i]).headers.value("X-Url"), requests[i].url);
  }
  EXPECT_TRUE(transport.send_together({}, {}).empty());
}

}  // namespace
}  // namespace oauthentic::http

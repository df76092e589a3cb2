#include "http/content_coding.hpp"

#include <gmock/gmock.h>
#include <zlib.h>

#include "http/beast_client.hpp"
#include "http/test_peers.hpp"

namespace oauthentic::http {
namespace {

using ::testing::HasSubstr;
using Kind = TransportError::Kind;

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  auto input = text;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

Response coded(std::string body, std::string coding = "gzip") {
  return {200, "OK", {{"Content-Encoding", std::move(coding)}}, std::move(body), ""};
}

TEST(ContentCoding, GzipIsTakenOff) {
  auto response = coded(gzip("{\"a\":1}"), " GZIP ");
  EXPECT_FALSE(decode_content(response, true, 100));
  EXPECT_EQ(response.body, "{\"a\":1}");
}

TEST(ContentCoding, WhatIsNotCodedIsLeftAlone) {
  for (const bool asked : {false, true}) {
    auto response = coded("plain", "identity");
    EXPECT_FALSE(decode_content(response, asked, 2));
    EXPECT_EQ(response.body, "plain");
  }
}

TEST(ContentCoding, ABombGoesNoFurtherThanTheLimit) {
  constexpr std::size_t kLarge = 64UL << 20U;
  auto response = coded(gzip(std::string(kLarge, 'a')));
  ASSERT_LT(response.body.size(), kLarge / 500);
  EXPECT_EQ(decode_content(response, true, 1 << 20)->kind, Kind::too_large);
  auto fits = coded(gzip(std::string(1 << 20, 'a')));
  EXPECT_FALSE(decode_content(fits, true, 1 << 20));
}

TEST(ContentCoding, WhatIsBrokenCutShortUnknownOrNotAskedForIsAnError) {
  const auto whole = gzip("a text that is long enough to be cut somewhere in the middle of it");
  for (const auto& body : {whole.substr(0, whole.size() / 2), std::string("no gzip"), whole.substr(1)}) {
    auto response = coded(body);
    EXPECT_EQ(decode_content(response, true, 1000)->kind, Kind::malformed);
  }
  auto unknown = coded("x", "br");
  EXPECT_THAT(decode_content(unknown, true, 100)->message, HasSubstr("\"br\""));
  auto unasked = coded(whole);
  EXPECT_THAT(decode_content(unasked, false, 100)->message, HasSubstr("not asked for"));
}

TEST(ContentCoding, IsAskedForOnlyIfWanted) {
  std::mutex mutex;
  std::string head;
  testing::RawServer server([&](testing::Peer& peer, int) {
    const auto got = peer.read_head();
    const std::lock_guard lock(mutex);
    head = got;
    const auto body = gzip("unpacked");
    const bool asked = got.contains("Accept-Encoding: gzip\r\n");
    peer.send(fmt::format("HTTP/1.1 200 OK\r\n{}Content-Length: {}\r\n\r\n{}",
                          asked ? "Content-Encoding: gzip\r\n" : "", asked ? body.size() : 5,
                          asked ? body : "plain"));
  });
  Request request;
  request.url = server.origin();
  ClientOptions options;
  EXPECT_EQ(std::get<Response>(make_client(options)->send(request, {})).body, "plain");
  options.gzip = true;
  EXPECT_EQ(std::get<Response>(make_client(options)->send(request, {})).body, "unpacked");
}

}  // namespace
}  // namespace oauthentic::http

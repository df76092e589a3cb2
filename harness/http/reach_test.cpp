// How far one gets towards servers on loopback.
#include "http/reach.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "http/listener.hpp"
#include "http/test_certificates.hpp"
#include "http/test_peers.hpp"

namespace oauthentic::http {
namespace {

using testing::aged;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kind = TransportError::Kind;
using namespace std::chrono_literals;

Response greet(const Request&) {
  return {200, "OK", {}, "", ""};
}

ListenerOptions with_tls(const Certificate& certificate, const char* address = "127.0.0.1") {
  ListenerOptions options;
  options.address = address;
  options.tls = true;
  options.certificate_pem = certificate.certificate_pem;
  options.key_pem = certificate.key_pem;
  return options;
}

/// Reaches out to a server with that certificate, which is trusted.
Reach reach_trusting(const Certificate& certificate, const char* address = "127.0.0.1") {
  const Listener server(greet, with_tls(certificate, address));
  const auto path =
      std::filesystem::temp_directory_path() / ("oauthentic-reach-" + std::to_string(::getpid()) + ".pem");
  std::ofstream(path) << certificate.certificate_pem;
  auto result = reach(server.origin(), {.tls = {.ca_file = path.string()}}, 5s);
  std::filesystem::remove(path);
  return result;
}

TEST(Reach, AServerInTheClear) {
  const Listener server(greet, {});
  const auto result = reach(server.origin(), {}, 5s);
  EXPECT_FALSE(result.error);
  EXPECT_TRUE(result.connected);
  EXPECT_FALSE(result.secured);
  EXPECT_THAT(result.addresses, ElementsAre("127.0.0.1"));
}

TEST(Reach, ATrustedServer) {
  const auto result = reach_trusting(make_certificate());
  EXPECT_FALSE(result.error);
  EXPECT_TRUE(result.secured);
  EXPECT_THAT(result.tls_version, HasSubstr("TLSv1."));
  EXPECT_EQ(result.certificate_names, "localhost, 127.0.0.1, ::1");
  ASSERT_TRUE(result.certificate_ends);
  EXPECT_GT(*result.certificate_ends, std::chrono::system_clock::now());
  EXPECT_LT(*result.certificate_ends, std::chrono::system_clock::now() + 48h);
}

TEST(Reach, WhyACertificateIsNotTrusted) {
  constexpr long kHour = 3600;
  EXPECT_EQ(reach_trusting(aged(make_certificate(), -kHour)).distrust, Distrust::expired);
  EXPECT_EQ(reach_trusting(aged(make_certificate(), kHour)).distrust, Distrust::not_yet_valid);
  const auto other = reach_trusting(make_certificate(), "127.0.0.2");
  EXPECT_EQ(other.distrust, Distrust::other_host);
  EXPECT_EQ(other.certificate_names, "localhost, 127.0.0.1, ::1") << "told though it is not trusted";
  EXPECT_TRUE(other.connected);
  EXPECT_FALSE(other.secured);
  const Listener server(greet, with_tls(make_certificate()));
  const auto unknown = reach(server.origin(), {}, 5s);
  EXPECT_EQ(unknown.distrust, Distrust::unknown_issuer);
  EXPECT_EQ(unknown.error->kind, Kind::tls);
  EXPECT_FALSE(reach(server.origin(), {.tls = {.ca_file = "", .insecure = true}}, 5s).error);
}

TEST(Reach, NobodyThere) {
  const testing::ClosedPort port;
  const auto refused = reach(port.origin(), {}, 5s);
  EXPECT_EQ(refused.error->kind, Kind::connect);
  EXPECT_FALSE(refused.connected);
  const auto nameless = reach("https://as.oauthentic.invalid", {}, 5s);
  EXPECT_TRUE(nameless.addresses.empty());
  EXPECT_TRUE(nameless.error);
  EXPECT_EQ(reach("no URL", {}, 5s).error->kind, Kind::refused);
}

TEST(Reach, APeerThatDoesNotShakeHands) {
  const testing::RawServer server([](auto& peer, int) { peer.wait(); });
  const auto result = reach("https://127.0.0.1:" + std::to_string(server.port()), {}, 300ms);
  EXPECT_TRUE(result.connected);
  EXPECT_FALSE(result.secured);
  EXPECT_EQ(result.error->kind, Kind::timeout);
  const Listener plain(greet, {});
  const auto clear = reach("https://127.0.0.1:" + std::to_string(plain.port()), {}, 5s);
  EXPECT_THAT(clear.error->message, HasSubstr("does not speak TLS"));
  EXPECT_EQ(clear.distrust, Distrust::none);
}

}  // namespace
}  // namespace oauthentic::http

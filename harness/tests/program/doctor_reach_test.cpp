// oauthentic doctor where the provider is not reached, or not found where the target file has it.
#include "http/test_certificates.hpp"
#include "http/test_peers.hpp"
#include "tests/program/doctor_test_support.hpp"

namespace oauthentic::program {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Lt;

TEST(DoctorReach, ATargetFileThatIsWrong) {
  const auto told = examine("issuer: 7\n");
  EXPECT_EQ(told.status, 2);
  EXPECT_EQ(told.blamed, "target file: configuration");
  EXPECT_THAT(told.seen, HasSubstr("t.yaml:1"));
}

TEST(DoctorReach, ANameThatDoesNotResolve) {
  const auto told = examine(minimal("http://as.oauthentic.invalid"));
  EXPECT_EQ(told.blamed, "host name: configuration");
  EXPECT_EQ(told.status, 2);
  EXPECT_EQ(told.result("token"), "not tried");
}

TEST(DoctorReach, APortThatIsClosed) {
  const http::testing::ClosedPort port;
  const auto told = examine(minimal(port.origin()));
  EXPECT_EQ(told.blamed, "connection: provider");
  EXPECT_EQ(told.status, 3);
  EXPECT_THAT(told.advice, HasSubstr("running"));
}

TEST(DoctorReach, AServerThatStalls) {
  const http::testing::RawServer server([](auto& peer, int) { peer.wait(); });
  const auto told = examine(minimal(server.origin()));
  EXPECT_EQ(told.blamed, "metadata: provider");
  EXPECT_EQ(told.status, 3);
  EXPECT_THAT(told.ended.duration, Lt(std::chrono::seconds(10)));
}

TEST(DoctorReach, HtmlInPlaceOfMetadata) {
  const http::Listener server([](const Request&) { return status(200, "<h1>Welcome</h1>"); }, {});
  const auto told = examine(minimal(server.origin()));
  EXPECT_EQ(told.blamed, "metadata: configuration");
  EXPECT_THAT(told.seen, HasSubstr("an HTML page"));
}

TEST(DoctorReach, AnIssuerWithATypingMistakeInItsPath) {
  const ServedProvider provider;
  const auto target = with_value(provider.target_yaml(), "issuer", "\"" + provider.issuer() + "/relams/test\"");
  const auto told = examine(target);
  EXPECT_EQ(told.blamed, "metadata: configuration");
  EXPECT_EQ(told.status, 2);
  EXPECT_THAT(told.advice, HasSubstr("issuer: \"" + provider.issuer() + "\""));
}

TEST(DoctorReach, AnIssuerUnderAnotherHostName) {
  const ServedProvider provider;
  // The same server by another name: its metadata go on naming the first.
  const http::Listener other(
      [&](const Request& request) {
        if (!request.url.contains("/.well-known/oauth-authorization-server")) return status(404);
        const auto origin = provider.issuer();
        const json metadata = {{"issuer", origin},
                               {"authorization_endpoint", origin + "/authorize"},
                               {"token_endpoint", origin + "/token"},
                               {"response_types_supported", {"code"}}};
        return Response{200, "OK", {{"Content-Type", "application/json"}}, metadata.dump(), ""};
      },
      {});
  const auto told = examine(with_value(provider.target_yaml(), "issuer", "\"" + other.origin() + "\""));
  EXPECT_EQ(told.blamed, "metadata: configuration");
  EXPECT_THAT(told.advice, AllOf(HasSubstr(provider.issuer()), HasSubstr("octet for octet")));
}

TEST(DoctorReach, MetadataThatFail) {
  const ServedProvider provider(answering("/.well-known/", status(500)));
  const auto told = examine(minimal(provider.issuer()));
  EXPECT_EQ(told.blamed, "metadata: provider");
  EXPECT_EQ(told.status, 3);
}

TEST(DoctorReach, AnEndpointOnAHostThatDoesNotAnswer) {
  const http::testing::ClosedPort port;
  const ServedProvider provider;
  const auto told =
      examine(provider.target_yaml() + "metadata: { token_endpoint: \"" + port.origin() + "/token\" }\n");
  EXPECT_EQ(told.blamed, "endpoints: configuration");
  EXPECT_THAT(told.seen, HasSubstr("token_endpoint"));
}

/// Of a TLS server with that certificate.
Told examine_tls(const http::Certificate& certificate, bool trusted, const char* address = "127.0.0.1") {
  http::ListenerOptions options;
  options.address = address;
  options.tls = true;
  options.certificate_pem = certificate.certificate_pem;
  options.key_pem = certificate.key_pem;
  const http::Listener server([](const Request&) { return status(404); }, options);
  const Folder folder;
  folder.write("ca.pem", certificate.certificate_pem);
  return examine(folder, minimal(server.origin(), trusted ? "tls: { ca_file: ca.pem }\n" : ""));
}

TEST(DoctorReach, CertificatesAreToldApart) {
  constexpr long kHour = 3600;
  auto told = examine_tls(http::testing::aged(http::make_certificate(), -kHour), true);
  EXPECT_EQ(told.blamed, "TLS: provider");
  EXPECT_THAT(told.seen, HasSubstr("has expired"));
  told = examine_tls(http::make_certificate(), false);
  EXPECT_EQ(told.blamed, "TLS: configuration");
  EXPECT_THAT(told.advice, HasSubstr("ca_file"));
  told = examine_tls(http::make_certificate(), true, "127.0.0.2");
  EXPECT_EQ(told.blamed, "TLS: configuration");
  EXPECT_THAT(told.seen, AllOf(HasSubstr("for another host"), HasSubstr("localhost")));
  told = examine_tls(http::make_certificate(), true);
  EXPECT_EQ(told.result("TLS"), "warning") << "it ends tomorrow";
  EXPECT_EQ(told.blamed, "metadata: configuration");
}

TEST(DoctorReach, AClockThatIsWrong) {
  auto late = status(404);
  late.headers.add("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
  const ServedProvider provider(answering("/.well-known/", late));
  const auto told = examine(minimal(provider.issuer()));
  EXPECT_EQ(told.result("clock"), "warning");
  EXPECT_THAT(told.at("clock").value("seen", ""), HasSubstr("behind"));
}

}  // namespace
}  // namespace oauthentic::program

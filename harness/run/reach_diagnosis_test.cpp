// How far one got, and whose fault it is that it was no further.
#include <gmock/gmock.h>

#include <set>

#include "run/reach_diagnosis.hpp"

namespace oauthentic::run {
namespace {

using http::Distrust;
using http::Reach;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = TransportError::Kind;

const Time kNow{std::chrono::seconds(1'800'000'000)};
constexpr const char* kIssuer = "https://as.test/realm";

Reach stopped(Kind kind, std::string message) {
  Reach reach;
  reach.error = TransportError{kind, std::move(message)};
  return reach;
}

Reach connected() {
  Reach reach;
  reach.addresses = {"192.0.2.1"};
  reach.connected = true;
  return reach;
}

Reach secured() {
  auto reach = connected();
  reach.secured = true;
  reach.tls_version = "TLSv1.3";
  reach.certificate_ends = kNow + std::chrono::days(90);
  return reach;
}

Finding tls_of(const Reach& reach) {
  return reach_findings(kIssuer, reach, kNow).at(2);
}

TEST(ReachDiagnosis, ANameThatDoesNotResolve) {
  const auto findings = reach_findings(kIssuer, stopped(Kind::resolve, "cannot resolve \"as.test\""), kNow);
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[0].health, Health::failed);
  EXPECT_EQ(findings[0].culprit, Culprit::configuration);
  EXPECT_EQ(findings[1].health, Health::not_tried);
  EXPECT_EQ(findings[2].health, Health::not_tried);
}

TEST(ReachDiagnosis, APortThatRefusesOrSwallows) {
  for (const auto kind : {Kind::connect, Kind::timeout}) {
    auto reach = stopped(kind, "no way");
    reach.addresses = {"192.0.2.1"};
    const auto findings = reach_findings(kIssuer, reach, kNow);
    EXPECT_EQ(findings[0].health, Health::ok);
    EXPECT_EQ(findings[1].health, Health::failed);
    EXPECT_EQ(findings[1].culprit, Culprit::provider);
    EXPECT_EQ(findings[2].health, Health::not_tried);
  }
}

TEST(ReachDiagnosis, EachReasonForDistrustHasItsCulprit) {
  const std::pair<Distrust, Culprit> kReasons[] = {{Distrust::unknown_issuer, Culprit::configuration},
                                                   {Distrust::other_host, Culprit::configuration},
                                                   {Distrust::expired, Culprit::provider},
                                                   {Distrust::not_yet_valid, Culprit::provider},
                                                   {Distrust::other, Culprit::provider}};
  std::set<std::string> advice;
  for (const auto& [distrust, culprit] : kReasons) {
    auto reach = connected();
    reach.error = TransportError{Kind::tls, "not trusted"};
    reach.distrust = distrust;
    reach.certificate_names = "other.test";
    const auto finding = tls_of(reach);
    EXPECT_EQ(finding.health, Health::failed);
    EXPECT_EQ(finding.culprit, culprit) << static_cast<int>(distrust);
    EXPECT_THAT(finding.seen, HasSubstr("other.test"));
    advice.insert(finding.advice);
  }
  EXPECT_EQ(advice.size(), 5U) << "each has advice of its own";
}

TEST(ReachDiagnosis, APortWithoutTls) {
  auto reach = connected();
  reach.error = TransportError{Kind::tls, "as.test:443: the peer does not speak TLS"};
  EXPECT_EQ(tls_of(reach).culprit, Culprit::configuration);
}

TEST(ReachDiagnosis, ACertificateThatEndsSoonIsAWarning) {
  EXPECT_EQ(tls_of(secured()).health, Health::ok);
  EXPECT_THAT(tls_of(secured()).seen, HasSubstr("TLSv1.3"));
  auto reach = secured();
  reach.certificate_ends = kNow + std::chrono::days(3);
  EXPECT_EQ(tls_of(reach).health, Health::warning);
}

TEST(ReachDiagnosis, HttpIsForLoopback) {
  EXPECT_EQ(reach_findings("http://127.0.0.1:8080", connected(), kNow).size(), 2U);
  const auto findings = reach_findings("http://as.test", connected(), kNow);
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[2].health, Health::warning);
}

TEST(ReachDiagnosis, WhyNoMetadataWereRead) {
  const auto of = [](int status, bool unreachable = false) {
    return no_metadata_finding(kIssuer, {{"as seen, status " + std::to_string(status), unreachable, status}},
                               {});
  };
  EXPECT_EQ(of(404).culprit, Culprit::configuration);
  EXPECT_EQ(of(200).culprit, Culprit::configuration);  // a page
  EXPECT_EQ(of(302).culprit, Culprit::configuration);
  EXPECT_EQ(of(401).culprit, Culprit::provider);
  EXPECT_EQ(of(500).culprit, Culprit::provider);
  EXPECT_EQ(of(429).culprit, Culprit::provider);
  EXPECT_THAT(of(429).advice, HasSubstr("rate"));
  EXPECT_EQ(of(0, true).culprit, Culprit::provider);
  const auto elsewhere = no_metadata_finding(kIssuer, {}, OtherIssuer{"https://as.test", "https://as.test/"});
  EXPECT_EQ(elsewhere.culprit, Culprit::configuration);
  EXPECT_THAT(elsewhere.advice, HasSubstr("\"https://as.test/\""));
}

TEST(ReachDiagnosis, TheParentsOfAPath) {
  EXPECT_THAT(parent_issuers("https://as.test/a/b/"), ElementsAre("https://as.test/a", "https://as.test"));
  EXPECT_THAT(parent_issuers("https://as.test/"), IsEmpty());
  EXPECT_THAT(parent_issuers("https://as.test"), IsEmpty());
  EXPECT_EQ(parent_issuers("https://as.test/a/b/c/d/e").size(), 3U);
  EXPECT_THAT(parent_issuers("no URL"), IsEmpty());
}

class Metadata : public testing::Test {
 protected:
  Metadata() {
    target_.issuer = "https://as.test";
    discovery_.metadata = {{"issuer", "https://as.test"},
                           {"authorization_endpoint", "https://as.test/authorize"},
                           {"token_endpoint", "https://as.test/token"}};
  }
  Findings findings(bool holds = false) {
    return metadata_findings(target_, discovery_, holds, [this](const std::string& url) {
      asked_.push_back(url);
      return answer_;
    });
  }

  script::Target target_;
  session::Discovery discovery_;
  Reach answer_ = connected();
  std::vector<std::string> asked_;
};

TEST_F(Metadata, EndpointsThatAreMissing) {
  discovery_.metadata.erase("token_endpoint");
  const auto all = findings();
  EXPECT_EQ(all[0].health, Health::failed);
  EXPECT_THAT(all[0].seen, HasSubstr("token_endpoint"));
  EXPECT_EQ(all[1].health, Health::not_tried);
}

TEST_F(Metadata, AnotherIssuer) {
  discovery_.metadata["issuer"] = "https://other.test";
  auto all = findings(true);
  EXPECT_EQ(all[0].health, Health::failed);
  EXPECT_EQ(all[0].culprit, Culprit::configuration);
  EXPECT_THAT(all[0].advice, HasSubstr("https://other.test"));
  all = findings(false);
  EXPECT_EQ(all[0].health, Health::warning);
  EXPECT_EQ(all[0].culprit, Culprit::provider);
  target_.metadata = {{"issuer", "https://other.test"}};
  EXPECT_EQ(other_issuer(target_, discovery_), "") << "the target file says so itself";
}

TEST_F(Metadata, AHostThatDoesNotAnswerIsAskedOnce) {
  discovery_.metadata["token_endpoint"] = "https://inside.test/token";
  discovery_.metadata["introspection_endpoint"] = "https://inside.test/introspect";
  EXPECT_EQ(findings()[1].health, Health::ok);
  EXPECT_THAT(asked_, ElementsAre("https://inside.test/token"));
  answer_ = stopped(Kind::resolve, "cannot resolve \"inside.test\"");
  EXPECT_EQ(findings()[1].health, Health::failed);
  EXPECT_EQ(findings()[1].culprit, Culprit::provider);
  target_.metadata = {{"token_endpoint", "https://inside.test/token"}};
  EXPECT_EQ(findings()[1].culprit, Culprit::configuration);
}

TEST_F(Metadata, AHostThatIsNotNeededIsAWarning) {
  discovery_.metadata["revocation_endpoint"] = "https://inside.test/revoke";
  answer_ = stopped(Kind::connect, "refused");
  EXPECT_EQ(findings()[1].health, Health::warning);
}

TEST_F(Metadata, EndpointsInTheClearOrNoUrls) {
  discovery_.metadata["token_endpoint"] = "http://as.test/token";
  EXPECT_EQ(findings()[1].health, Health::warning);
  discovery_.metadata["token_endpoint"] = "/token";
  EXPECT_EQ(findings()[1].health, Health::failed);
}

TEST_F(Metadata, PushedRequestsAreNotSent) {
  discovery_.metadata["require_pushed_authorization_requests"] = true;
  EXPECT_EQ(findings()[0].health, Health::warning);
  EXPECT_EQ(findings()[0].culprit, Culprit::harness);
}

TEST_F(Metadata, Keys) {
  EXPECT_EQ(findings()[2].health, Health::not_tried);
  target_.scopes = {"openid"};
  EXPECT_EQ(findings()[2].health, Health::warning);
  discovery_.metadata["jwks_uri"] = "https://as.test/jwks";
  EXPECT_EQ(findings()[2].health, Health::warning);
  discovery_.keys.push_back(oauth::Key::generate_p256());
  EXPECT_EQ(findings()[2].health, Health::ok);
}

TEST(ReachDiagnosis, AProxyThatDoesNotHelpIsAMatterOfConfiguration) {
  auto reach = stopped(Kind::proxy, "the proxy proxy.test:3128 opens no way to as.test: status 403 Forbidden");
  reach.proxy = "proxy.test:3128";
  reach.addresses = {"192.0.2.9"};
  const auto findings = reach_findings(kIssuer, reach, kNow);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].step, "proxy");
  EXPECT_EQ(findings[0].culprit, Culprit::configuration);
  EXPECT_THAT(findings[0].advice, HasSubstr("no_proxy"));
  EXPECT_EQ(findings[1].health, Health::not_tried);
  reach.error->message = "it wants a name and password (status 407)";
  EXPECT_THAT(reach_findings(kIssuer, reach, kNow)[0].advice, HasSubstr("name and password"));
}

TEST(ReachDiagnosis, ThroughAProxyTlsIsTheProvidersStill) {
  auto reach = secured();
  reach.proxy = "proxy.test:3128";
  const auto findings = reach_findings(kIssuer, reach, kNow);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].health, Health::ok);
  EXPECT_EQ(findings[1].step, "TLS");
  EXPECT_EQ(findings[1].health, Health::ok);
}

}  // namespace
}  // namespace oauthentic::run

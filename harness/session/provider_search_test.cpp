// From a URL that somebody has at hand to the provider's metadata.
#include "session/provider_search.hpp"

#include <gmock/gmock.h>

#include <map>

namespace oauthentic::session {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ProviderSearchTest : public testing::Test, public http::Transport {
 public:
  http::Answer send(const Request& request, const http::SendLimits&) override {
    asked_.push_back(request.url);
    if (silent_) return TransportError{TransportError::Kind::connect, "Connection refused"};
    const auto at = answers_.find(request.url);
    if (at != answers_.end()) return at->second;
    Response response;
    response.status = 404;
    return response;
  }
  std::vector<http::Answer> send_together(std::span<const Request>, const http::SendLimits&) override {
    return {};
  }

 protected:
  void answer(const std::string& url, const json& document) {
    Response response;
    response.status = 200;
    response.headers.add("Content-Type", "application/json");
    response.body = document.dump();
    answers_[url] = response;
  }
  static json metadata(const std::string& issuer) {
    return {{"issuer", issuer}, {"token_endpoint", issuer + "/token"}};
  }

  bool silent_ = false;
  std::map<std::string, Response> answers_;
  std::vector<std::string> asked_;
};

TEST_F(ProviderSearchTest, EachPlaceOfAnIssuer) {
  for (const auto* place : {"https://as.test/.well-known/oauth-authorization-server/a",
                            "https://as.test/a/.well-known/openid-configuration",
                            "https://as.test/.well-known/openid-configuration/a"}) {
    answers_.clear();
    answer(place, metadata("https://as.test/a"));
    const auto found = find_provider(*this, "https://as.test/a");
    EXPECT_EQ(found.issuer, "https://as.test/a") << place;
    EXPECT_EQ(found.found_at, place);
    EXPECT_EQ(found.api, "");
  }
}

TEST_F(ProviderSearchTest, TheOpenIdDocumentAddsWhatTheOtherDoesNotSay) {
  answer("https://as.test/.well-known/oauth-authorization-server", metadata("https://as.test"));
  auto openid = metadata("https://as.test");
  openid["token_endpoint"] = "https://as.test/other";
  openid["userinfo_endpoint"] = "https://as.test/userinfo";
  answer("https://as.test/.well-known/openid-configuration", openid);
  const auto found = find_provider(*this, "https://as.test");
  EXPECT_EQ(found.metadata.at("token_endpoint"), "https://as.test/token");
  EXPECT_EQ(found.metadata.at("userinfo_endpoint"), "https://as.test/userinfo");
}

TEST_F(ProviderSearchTest, TheIssuerIsWhatTheMetadataName) {
  answer("https://as.test/.well-known/openid-configuration", metadata("https://as.test/"));
  EXPECT_EQ(find_provider(*this, "https://as.test").issuer, "https://as.test/");
}

TEST_F(ProviderSearchTest, TheDocumentItself) {
  answer("https://as.test/a/.well-known/openid-configuration", {{"token_endpoint", "https://as.test/token"}});
  const auto found = find_provider(*this, "https://as.test/a/.well-known/openid-configuration");
  EXPECT_EQ(found.issuer, "https://as.test/a") << "it names none";
  EXPECT_THAT(asked_, SizeIs(1));
  const auto other = find_provider(*this, "https://as.test/.well-known/oauth-authorization-server/a");
  EXPECT_EQ(other.issuer, "https://as.test/a") << "not there, but at the other place of that issuer";
}

TEST_F(ProviderSearchTest, AnApiNamesItsAuthorizationServer) {
  answer("https://as.test/.well-known/oauth-authorization-server", metadata("https://as.test"));
  const json resource = {{"resource", "https://api.test/me"},
                         {"authorization_servers", {"https://gone.test", "https://as.test"}},
                         {"scopes_supported", {"read"}}};
  answer("https://api.test/.well-known/oauth-protected-resource/me", resource);
  auto found = find_provider(*this, "https://api.test/me");
  EXPECT_EQ(found.issuer, "https://as.test");
  EXPECT_EQ(found.api, "https://api.test/me");
  EXPECT_EQ(found.resource, resource);

  answers_.erase("https://api.test/.well-known/oauth-protected-resource/me");
  Response challenge;
  challenge.status = 401;
  challenge.headers.add("WWW-Authenticate", "Bearer resource_metadata=\"https://api.test/elsewhere\"");
  answers_["https://api.test/me"] = challenge;
  answer("https://api.test/elsewhere", resource);
  found = find_provider(*this, "https://api.test/me");
  EXPECT_EQ(found.issuer, "https://as.test") << "RFC 9728 §5.1";
  EXPECT_EQ(found.api, "https://api.test/me");
}

TEST_F(ProviderSearchTest, WhatWasTriedIsTold) {
  Response page;
  page.status = 200;
  page.headers.add("Content-Type", "text/html");
  page.body = "<h1>Hello</h1>";
  answers_["https://as.test/.well-known/oauth-authorization-server"] = page;
  answer("https://as.test/.well-known/openid-configuration", {{"hello", "world"}});
  const auto found = find_provider(*this, "https://as.test");
  EXPECT_EQ(found.issuer, "");
  ASSERT_THAT(found.attempts, SizeIs(4));
  EXPECT_THAT(found.attempts[0].came, HasSubstr("text/html"));
  EXPECT_THAT(found.attempts[1].came, HasSubstr("without an endpoint"));
  EXPECT_THAT(found.attempts[2].came, HasSubstr("status 404"));
  EXPECT_EQ(found.attempts[3].url, "https://as.test");
}

TEST_F(ProviderSearchTest, AHostThatDoesNotAnswerIsAskedOnce) {
  silent_ = true;
  const auto found = find_provider(*this, "https://as.test/a");
  EXPECT_EQ(found.issuer, "");
  EXPECT_THAT(asked_, SizeIs(1));
  EXPECT_THAT(found.attempts, SizeIs(1));
}

TEST_F(ProviderSearchTest, ServersWithoutEndAreNotAllAsked) {
  json servers = json::array();
  for (int i = 0; i < 1000; ++i)
    servers.push_back("https://as" + std::to_string(i) + ".test");
  answer("https://api.test/.well-known/oauth-protected-resource", {{"authorization_servers", servers}});
  EXPECT_EQ(find_provider(*this, "https://api.test").issuer, "");
  EXPECT_LT(asked_.size(), 20U);
}

TEST_F(ProviderSearchTest, NoUrl) {
  EXPECT_EQ(find_provider(*this, "no URL at all").issuer, "");
  EXPECT_THAT(asked_, IsEmpty());
}

}  // namespace
}  // namespace oauthentic::session

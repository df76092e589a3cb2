#include <gmock/gmock.h>

#include "session/world.hpp"

namespace oauthentic::session {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

/// Answers by URL; anything else is 404. Remembers what was asked for.
class StubTransport : public http::Transport {
 public:
  http::Answer send(const Request& request, const http::SendLimits&) override {
    asked.push_back(request.url);
    const auto at = answers.find(request.url);
    if (at != answers.end()) return at->second;
    Response missing;
    missing.status = 404;
    return missing;
  }
  std::vector<http::Answer> send_together(std::span<const Request>, const http::SendLimits&) override {
    return {};
  }

  std::map<std::string, http::Answer> answers;
  std::vector<std::string> asked;
};

constexpr auto kOauth = "https://as.test/.well-known/oauth-authorization-server/t";
constexpr auto kOpenid = "https://as.test/t/.well-known/openid-configuration";
constexpr auto kKeys = "https://as.test/keys";
constexpr const char* kInserted = "https://as.test/.well-known/openid-configuration/t";

class DiscoveryTest : public testing::Test {
 protected:
  DiscoveryTest() {
    target_.issuer = "https://as.test/t";
    target_.metadata = json::object();
    target_.clients["confidential"].authentication = oauth::AuthenticationMethod::client_secret_basic;
    world_.target = &target_;
    world_.transport = &transport_;
  }

  void answer(const std::string& url, int status, const std::string& body, Headers headers = {}) {
    Response response;
    response.status = status;
    response.headers = std::move(headers);
    response.body = body;
    transport_.answers[url] = response;
  }

  Discovery run() {
    problems_.clear();
    return discover(world_, problems_);
  }

  std::vector<std::string> told() const {
    std::vector<std::string> all;
    for (const auto& problem : problems_)
      all.push_back((problem.unreachable ? "unreachable: " : "") + problem.what);
    return all;
  }

  script::Target target_;
  StubTransport transport_;
  World world_;
  std::vector<DiscoveryProblem> problems_;
};

TEST_F(DiscoveryTest, BothDocumentsAreOneWithTheOauthOneFirst) {
  answer(kOauth, 200, R"({"issuer":"https://as.test/t","token_endpoint":"https://as.test/token"})");
  answer(kOpenid, 200, R"({"issuer":"other","userinfo_endpoint":"https://as.test/me"})");
  const auto found = run();
  EXPECT_EQ(found.metadata, json({{"issuer", "https://as.test/t"},
                                  {"token_endpoint", "https://as.test/token"},
                                  {"userinfo_endpoint", "https://as.test/me"}}));
  EXPECT_EQ(found.openid.at("issuer"), "other");
  EXPECT_EQ(found.endpoint("token_endpoint"), "https://as.test/token");
  EXPECT_EQ(found.endpoint("revocation_endpoint"), "");
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_TRUE(found.capabilities.contains("metadata"));
  EXPECT_THAT(transport_.asked, ElementsAre(kOauth, kOpenid));
}

TEST_F(DiscoveryTest, OneOfTheTwoIsEnough) {
  answer(kOpenid, 200, R"({"token_endpoint":"x"})");
  EXPECT_EQ(run().metadata, json({{"token_endpoint", "x"}}));
  EXPECT_THAT(told(), IsEmpty());
  transport_.answers.clear();
  answer(kOauth, 200, R"({"token_endpoint":"y"})");
  EXPECT_EQ(run().metadata, json({{"token_endpoint", "y"}}));
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(DiscoveryTest, WhatIsNoDocumentIsTold) {
  answer(kOauth, 200, "<!DOCTYPE html>", {{"Content-Type", "text/html; charset=utf-8"}});
  answer(kOpenid, 302, "", {{"Location", "/login"}});
  auto found = run();
  EXPECT_EQ(found.metadata, json::object());
  EXPECT_FALSE(found.capabilities.contains("metadata"));
  ASSERT_EQ(problems_.size(), 3u);
  EXPECT_THAT(told()[0], testing::StartsWith(std::string(kOauth) + ": an HTML page (status 200)"));
  EXPECT_EQ(told()[1],
            std::string(kOpenid) +
                ": answers with a redirect (status 302) to /login; metadata is read where the issuer says");
  answer(kOauth, 404, "");
  answer(kOpenid, 200, "[]");
  run();
  EXPECT_THAT(told(),
              ElementsAre(std::string(kOauth) + ": status 404",
                          std::string(kOpenid) + ": no JSON object (no Content-Type): another JSON value",
                          std::string(kInserted) + ": status 404"));
}

TEST_F(DiscoveryTest, AHostThatDoesNotAnswerIsAskedOnce) {
  transport_.answers[kOauth] = TransportError{TransportError::Kind::connect, "nothing listens there"};
  run();
  EXPECT_THAT(told(), ElementsAre("unreachable: " + std::string(kOauth) + ": nothing listens there"));
  EXPECT_THAT(transport_.asked, ElementsAre(kOauth));
}

TEST_F(DiscoveryTest, AnAnswerThatIsTooLargeIsAnAnswer) {
  transport_.answers[kOauth] = TransportError{TransportError::Kind::too_large, "over 4 MiB"};
  run();
  EXPECT_THAT(told(), ElementsAre(std::string(kOauth) + ": over 4 MiB", std::string(kOpenid) + ": status 404",
                                  std::string(kInserted) + ": status 404"));
}

TEST_F(DiscoveryTest, TheOpenidNameMayStandBeforeThePath) {
  answer(kInserted, 200, R"({"token_endpoint":"z"})");
  const auto found = run();
  EXPECT_EQ(found.metadata, json({{"token_endpoint", "z"}}));
  EXPECT_TRUE(found.capabilities.contains("metadata"));
}

TEST_F(DiscoveryTest, TheTargetFileOverrides) {
  answer(kOauth, 200, R"({"token_endpoint":"x","jwks_uri":"https://as.test/keys"})");
  target_.metadata = {{"token_endpoint", "mine"}, {"jwks_uri", nullptr}};
  const auto found = run();
  EXPECT_EQ(found.endpoint("token_endpoint"), "mine");
  EXPECT_EQ(found.endpoint("jwks_uri"), "");
  EXPECT_THAT(transport_.asked, ElementsAre(kOauth, kOpenid));
  transport_.answers.clear();
  EXPECT_EQ(run().endpoint("token_endpoint"), "mine");
  EXPECT_THAT(told(), IsEmpty());  // nothing is published, but the target file says it all
}

TEST_F(DiscoveryTest, KeysThatCannotBeReadAreLeftOut) {
  answer(kOauth, 200, R"({"jwks_uri":"https://as.test/keys"})");
  const auto key = oauth::Key::generate_p256();
  answer(kKeys, 200, json({{"keys", {5, {{"kty", "none"}}, key.public_jwk(), nullptr}}}).dump());
  const auto found = run();
  ASSERT_EQ(found.keys.size(), 1u);
  EXPECT_EQ(found.keys[0].thumbprint(), key.thumbprint());
  for (const auto* body : {"", "{}", R"({"keys":{}})", "[]", R"({"keys":null})"}) {
    answer(kKeys, 200, body);
    EXPECT_THAT(run().keys, IsEmpty()) << body;
    EXPECT_THAT(told(), IsEmpty()) << body;
  }
}

TEST_F(DiscoveryTest, ResourceMetadataIsLookedForAtTheApi) {
  answer(kOauth, 200, "{}");
  target_.api = {{"https://api.test/v1/me", "", "GET"}};
  answer("https://api.test/.well-known/oauth-protected-resource/v1/me", 200, R"({"resource":"a"})");
  auto found = run();
  EXPECT_EQ(found.resource, json({{"resource", "a"}}));
  EXPECT_TRUE(found.capabilities.contains("resource_metadata"));
  transport_.answers.erase("https://api.test/.well-known/oauth-protected-resource/v1/me");
  answer("https://api.test/.well-known/oauth-protected-resource", 200, R"({"resource":"b"})");
  EXPECT_EQ(run().resource, json({{"resource", "b"}}));
  transport_.answers.erase("https://api.test/.well-known/oauth-protected-resource");
  found = run();
  EXPECT_EQ(found.resource, json::object());
  EXPECT_FALSE(found.capabilities.contains("resource_metadata"));
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(DiscoveryTest, ExchangesAreRecordedInOrder) {
  world_.tags = std::make_shared<oauth::TagRegistry>();
  std::vector<std::string> recorded;
  world_.record = [&](const Exchange& exchange) {
    recorded.push_back(exchange.id + " " + exchange.request.url);
  };
  run();
  EXPECT_THAT(recorded, ElementsAre("discovery#1 " + std::string(kOauth), "discovery#2 " + std::string(kOpenid),
                                    "discovery#3 " + std::string(kInserted)));
}

TEST_F(DiscoveryTest, EachCapabilityHasItsReason) {
  const auto with = [&](const json& metadata) {
    Discovery discovery;
    discovery.metadata = metadata;
    return capabilities_of(target_, discovery);
  };
  EXPECT_THAT(with(json::object()), IsEmpty());
  const json kToken = {{"token_endpoint", "t"}, {"grant_types_supported", json::array()}};
  const auto token_and = [&](json more) {
    more.update(kToken);
    return with(more);
  };
  EXPECT_THAT(token_and({{"authorization_endpoint", "a"}}), ElementsAre("authorization_code"));
  EXPECT_THAT(with({{"token_endpoint", "t"}}), ElementsAre("refresh_token"));
  EXPECT_THAT(
      with({{"token_endpoint", "t"}, {"grant_types_supported", {"refresh_token", "client_credentials"}}}),
      ElementsAre("client_credentials", "refresh_token"));
  const std::pair<json, const char*> kCases[] = {
      {{{"code_challenge_methods_supported", {"S256"}}}, "pkce"},
      {{{"jwks_uri", "k"}}, "jwks"},
      {{{"introspection_endpoint", "i"}}, "introspection"},
      {{{"revocation_endpoint", "r"}}, "revocation"},
      {{{"authorization_response_iss_parameter_supported", true}}, "iss_parameter"},
      {{{"response_modes_supported", {"query", "form_post"}}}, "form_post"},
      {{{"pushed_authorization_request_endpoint", "p"}}, "pushed_authorization"},
      {{{"device_authorization_endpoint", "d"}}, "device_authorization"},
      {{{"dpop_signing_alg_values_supported", {"ES256"}}}, "dpop"},
  };
  for (const auto& [metadata, capability] : kCases)
    EXPECT_THAT(with(metadata), ElementsAre(capability)) << metadata;
  for (const json& metadata :
       {json{{"authorization_response_iss_parameter_supported", "true"}}, json{{"jwks_uri", 5}},
        json{{"token_endpoint", nullptr}}, json{{"response_modes_supported", "form_post"}},
        json{{"userinfo_endpoint", "u"}}}) {
    EXPECT_THAT(with(metadata), IsEmpty()) << metadata;
  }
}

TEST_F(DiscoveryTest, TheTargetFileAddsAndTakesCapabilities) {
  target_.clients["confidential"].authentication = oauth::AuthenticationMethod::none;
  target_.clients["other"];
  target_.redirect_uris = {"x"};
  target_.users["other_user"];
  target_.relying_party = "https://client.test";
  target_.scopes = {"openid"};
  target_.api = {{"u", "a", "GET"}, {"v", "b", "GET"}};
  Discovery discovery;
  discovery.metadata = {
      {"userinfo_endpoint", "u"}, {"token_endpoint", "t"}, {"grant_types_supported", {"client_credentials"}}};
  EXPECT_THAT(capabilities_of(target_, discovery),
              ElementsAre("api", "api_scopes", "openid", "relying_party", "second_client",
                          "second_redirect_uri", "second_user", "userinfo"));
  target_.capabilities = {{"pkce", true}, {"api", false}, {"dpop", false}};
  const auto changed = capabilities_of(target_, discovery);
  EXPECT_TRUE(changed.contains("pkce"));
  EXPECT_FALSE(changed.contains("api"));
}

TEST_F(DiscoveryTest, EvenPublishedMetadataMayBeTakenOut) {
  answer(kOauth, 200, "{}");
  target_.capabilities = {{"metadata", false}};
  EXPECT_FALSE(run().capabilities.contains("metadata"));
}

}  // namespace
}  // namespace oauthentic::session

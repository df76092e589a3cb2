// The target file that is written is one that can be read.
#include "script/target_text.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "core/message.hpp"
#include "script/target.hpp"

namespace oauthentic::script {
namespace {

using nlohmann::json;
using oauth::AuthenticationMethod;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::vector<std::pair<const char*, const char*>> kVariables = {{"CLIENT_ID", "app"},
                                                                     {"CLIENT_SECRET", "hush"},
                                                                     {"TEST_USERNAME", "alice"},
                                                                     {"TEST_PASSWORD", "wonderland"}};

class TargetText : public testing::Test {
 public:
  TargetText() {
    for (const auto& [name, value] : kVariables)
      ::setenv(name, value, 1);
  }
  ~TargetText() override {
    for (const auto& [name, unused] : kVariables)
      ::unsetenv(name);
  }

 protected:
  std::string text() const { return target_text({issuer_, metadata_, resource_, found_at_}, answers_); }
  Target parsed() const {
    Diagnostics diagnostics;
    const auto target = parse_target(text(), "t.yaml", diagnostics);
    EXPECT_EQ(diagnostics.to_string(), "") << text();
    return target.value_or(Target());
  }

  std::string issuer_ = "https://as.test/";
  std::string found_at_ = "https://as.test/.well-known/oauth-authorization-server";
  json metadata_ = {{"token_endpoint", "https://as.test/token"}};
  json resource_ = json::object();
  TargetAnswers answers_;
};

TEST_F(TargetText, PlaceHoldersStandForWhatIsNotKnown) {
  EXPECT_THAT(placeholders_of(text()),
              ElementsAre("CLIENT_ID", "CLIENT_SECRET", "TEST_USERNAME", "TEST_PASSWORD"));
  const auto target = parsed();
  EXPECT_EQ(target.issuer, issuer_);
  EXPECT_EQ(target.clients.at("confidential").client_id, "app");
  EXPECT_EQ(target.clients.at("confidential").client_secret, "hush");
  EXPECT_EQ(target.users.at("user").username, "alice");
  EXPECT_THAT(target.scopes, IsEmpty());
  EXPECT_THAT(target.api, IsEmpty());
}

TEST_F(TargetText, WhatIsGivenStandsThere) {
  answers_.client_id = "my \"app\"";
  answers_.client_secret = "${TEST_PASSWORD}";
  answers_.redirect_uri = "https://client.test/cb";
  answers_.username = "bob";
  answers_.scopes = {"read", "write"};
  answers_.api = "https://api.test/me";
  answers_.ca_file = "ca.pem";
  resource_ = {{"scopes_supported", {"read"}}};
  EXPECT_THAT(placeholders_of(text()), ElementsAre("TEST_PASSWORD"));
  const auto target = parsed();
  EXPECT_EQ(target.clients.at("confidential").client_id, "my \"app\"");
  EXPECT_EQ(target.clients.at("confidential").client_secret, "wonderland");
  EXPECT_EQ(target.redirect_uri, "https://client.test/cb");
  EXPECT_EQ(target.users.at("user").username, "bob");
  EXPECT_THAT(target.scopes, ElementsAre("read", "write"));
  EXPECT_EQ(target.api.at(0).scope, "read");
  EXPECT_EQ(target.ca_file, "ca.pem");
}

TEST_F(TargetText, TheMethodIsOneThatTheProviderHas) {
  const auto method = [this](json methods) {
    metadata_["token_endpoint_auth_methods_supported"] = std::move(methods);
    const auto target = parsed();
    return target.clients.begin()->second.authentication;
  };
  EXPECT_EQ(method({"client_secret_post", "client_secret_basic"}), AuthenticationMethod::client_secret_basic);
  EXPECT_EQ(method({"client_secret_post", "none"}), AuthenticationMethod::client_secret_post);
  EXPECT_EQ(method({"client_secret_jwt"}), AuthenticationMethod::client_secret_jwt);
  EXPECT_EQ(method({"none"}), AuthenticationMethod::none);
  EXPECT_EQ(method({"tls_client_auth"}), AuthenticationMethod::client_secret_basic) << "a first guess";
  metadata_["token_endpoint_auth_methods_supported"] = {"private_key_jwt"};
  EXPECT_THAT(placeholders_of(text()), testing::Contains("file:client.pem"));
}

TEST_F(TargetText, ClientsAreRegisteredWhereThatIsWanted) {
  answers_.register_clients = true;
  const auto target = parsed();
  EXPECT_TRUE(target.registration.wanted);
  EXPECT_EQ(target.clients.size(), 6U);
  EXPECT_TRUE(target.clients.at("confidential").client_id.empty());
  EXPECT_FALSE(target.capabilities.at("encoded_client"));
  EXPECT_THAT(placeholders_of(text()), ElementsAre("TEST_USERNAME", "TEST_PASSWORD"));
}

TEST_F(TargetText, UserInfoIsAnApiWhereNoOtherIsKnown) {
  metadata_["userinfo_endpoint"] = "https://as.test/userinfo";
  EXPECT_THAT(parsed().api, IsEmpty()) << "a provider that does not know openid";
  metadata_["scopes_supported"] = {"openid"};
  ASSERT_EQ(parsed().api.size(), 1U);
  EXPECT_EQ(parsed().api.front().url, "https://as.test/userinfo");
  EXPECT_EQ(parsed().api.front().scope, "openid");
  answers_.api = "https://api.test/me";
  EXPECT_EQ(parsed().api.front().url, "https://api.test/me");
}

TEST_F(TargetText, APublicClientHasNoSecret) {
  answers_.public_client = true;
  EXPECT_THAT(placeholders_of(text()), Not(testing::Contains("CLIENT_SECRET")));
  EXPECT_EQ(parsed().clients.at("public").client_secret, "");
}

TEST_F(TargetText, ScopesAreChosenFromThoseThereAre) {
  metadata_["scopes_supported"] = {"email", "profile", "openid"};
  EXPECT_THAT(parsed().scopes, ElementsAre("openid", "profile"));
  answers_.api = "https://api.test";
  resource_ = {{"scopes_supported", {"mcp"}}};
  EXPECT_THAT(parsed().scopes, ElementsAre("openid", "profile", "mcp"));
}

TEST_F(TargetText, EachClientOfAFullRunIsNamedWithWhatItIsFor) {
  const auto all = text();
  for (const auto* role : {"public", "other", "post", "jwt", "single", "limited", "resource_server"})
    EXPECT_THAT(all, HasSubstr(std::string("\n  # ") + role + ": { client_id")) << role;
  EXPECT_THAT(all, HasSubstr("#   token_endpoint: \"https://as.test/token\""));
  EXPECT_THAT(all, HasSubstr("# other_user:"));
}

TEST_F(TargetText, AProviderCannotWriteIntoTheFile) {
  const std::string line = "x\nuser: { username: eve }\nclients: {}";
  found_at_ = line;
  metadata_["token_endpoint"] = line;
  metadata_["grant_types_supported"] = {line, "\xff\xfe", 7};
  metadata_["scopes_supported"] = {line, "openid", "${HOME}"};
  metadata_["code_challenge_methods_supported"] = {"\xe2\x80\xa8user: x", "\xc2\x85y"};
  resource_ = {{"scopes_supported", {"${HOME}"}}};
  answers_.api = "https://api.test/me";
  for (const auto& each : split(text(), '\n')) {
    EXPECT_FALSE(each.starts_with("user: { username: eve")) << each;
    EXPECT_FALSE(each.starts_with("clients: {}")) << each;
  }
  const auto target = parsed();
  EXPECT_EQ(target.users.at("user").username, "alice");
  EXPECT_THAT(target.scopes, ElementsAre("openid"));
  EXPECT_EQ(target.api.at(0).scope, "");
}

TEST_F(TargetText, AMetadataMemberOfAnotherTypeIsNoObstacle) {
  metadata_ = {
      {"token_endpoint", 7}, {"scopes_supported", "openid"}, {"grant_types_supported", json::object()}};
  EXPECT_EQ(parsed().issuer, issuer_);
}

}  // namespace
}  // namespace oauthentic::script

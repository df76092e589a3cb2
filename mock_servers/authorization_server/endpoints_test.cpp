// Introspection, revocation, UserInfo, metadata and keys.
#include <gmock/gmock.h>

#include "mock_servers/flow_test_support.hpp"
#include "oauth/metadata.hpp"

namespace oauthentic::mock {
namespace {

using namespace testing;

nlohmann::json introspected(World& world, const std::string& token, std::string_view role = "resource_server") {
  const auto answer = world.ask("/introspect", {{"token", token}}, role);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.media_type(), "application/json");
  return nlohmann::json::parse(answer.body);
}

TEST(Introspection, LiveTokenIsDescribed) {
  World world;
  const auto token = world.tokens("confidential")["access_token"].get<std::string>();
  const auto now = world.clock.now().time_since_epoch().count();
  const auto body = introspected(world, token);
  EXPECT_EQ(body["active"], true);
  EXPECT_EQ(body["scope"], "openid profile");
  EXPECT_EQ(body["client_id"], world.client("confidential").id);
  EXPECT_EQ(body["username"], "alice");
  EXPECT_EQ(body["sub"], world.alice().sub);
  EXPECT_EQ(body["iat"], now);
  EXPECT_EQ(body["exp"], now + 3600);
  EXPECT_EQ(body["aud"], (nlohmann::json{"https://api.test", "https://as.test"}));
}

TEST(Introspection, EverythingElseIsJustInactive) {
  World world;
  const nlohmann::json inactive{{"active", false}};
  const auto tokens = world.tokens("confidential");
  const auto token = tokens["access_token"].get<std::string>();
  EXPECT_EQ(introspected(world, "unknown"), inactive);
  EXPECT_EQ(introspected(world, "a.b.c"), inactive);
  EXPECT_EQ(introspected(world, token.substr(0, 42)), inactive);
  EXPECT_EQ(introspected(world, token, "other"), inactive);
  EXPECT_EQ(introspected(world, tokens["refresh_token"].get<std::string>()), inactive);
  EXPECT_EQ(introspected(world, tokens["refresh_token"].get<std::string>(), "confidential")["active"], true);
  EXPECT_EQ(introspected(world, token, "confidential")["active"], true);
  world.clock.advance(std::chrono::hours(1));
  EXPECT_EQ(introspected(world, token), inactive);
}

TEST(Introspection, CallersHaveToProveWhoTheyAre) {
  World world;
  const auto token = world.tokens("confidential")["access_token"].get<std::string>();
  for (const auto& answer :
       {world.post("/introspect", {{"token", token}}), world.ask("/introspect", {{"token", token}}, "public"),
        world.post("/introspect", {{"token", token}},
                   oauth::basic_authorization(world.client("resource_server").id, "x")),
        world.post("/introspect", {{"token", token}}, "Bearer " + token)}) {
    EXPECT_EQ(answer.status, 401);
    EXPECT_TRUE(answer.headers.has("WWW-Authenticate"));
    EXPECT_FALSE(answer.body.contains("active"));
  }
  EXPECT_EQ(error_of(world.ask("/introspect", {}, "resource_server")), "invalid_request");
}

TEST(Introspection, HintsAreHintsOnly) {
  World world;
  const auto token = world.tokens("confidential")["access_token"].get<std::string>();
  for (const auto* hint : {"refresh_token", "access_token", "unknown"}) {
    const auto answer =
        world.ask("/introspect", {{"token", token}, {"token_type_hint", hint}}, "resource_server");
    EXPECT_EQ(nlohmann::json::parse(answer.body)["active"], true) << hint;
  }
}

TEST(Introspection, RefreshTokenIsInactiveFromTheSecondThatItIsRefused) {
  World world;
  const auto refresh = world.tokens("confidential")["refresh_token"].get<std::string>();
  const auto is_active = [&] {
    const auto answer = world.ask("/introspect", {{"token", refresh}}, "confidential");
    return nlohmann::json::parse(answer.body)["active"].get<bool>();
  };
  const auto refreshes = [&] {
    const oauth::Parameters form{{"grant_type", "refresh_token"}, {"refresh_token", refresh}};
    return world.ask("/token", form, "confidential").status == 200;
  };
  world.clock.advance(kRefreshTokenLife - std::chrono::seconds(1));
  EXPECT_TRUE(is_active());
  EXPECT_TRUE(refreshes());
  world.clock.advance(std::chrono::seconds(1));
  EXPECT_FALSE(is_active());
  EXPECT_FALSE(refreshes());
}

TEST(Revocation, AccessTokenEndsAlone) {
  World world;
  const auto tokens = world.tokens("confidential");
  const auto access = tokens["access_token"].get<std::string>();
  EXPECT_EQ(
      world.ask("/revoke", {{"token", access}, {"token_type_hint", "refresh_token"}}, "confidential").status,
      200);
  EXPECT_EQ(world.api("/profile", access).status, 401);
  EXPECT_EQ(introspected(world, access), (nlohmann::json{{"active", false}}));
  EXPECT_EQ(
      world
          .ask("/token",
               {{"grant_type", "refresh_token"}, {"refresh_token", tokens["refresh_token"].get<std::string>()}},
               "confidential")
          .status,
      200);
}

TEST(Revocation, RefreshTokenTakesTheAccessTokensAlong) {
  World world;
  const auto tokens = world.tokens("public");
  const auto refresh = tokens["refresh_token"].get<std::string>();
  EXPECT_EQ(world.ask("/revoke", {{"token", refresh}, {"token_type_hint", "unknown"}}, "public").status, 200);
  EXPECT_EQ(world.api("/profile", tokens["access_token"].get<std::string>()).status, 401);
  EXPECT_EQ(
      error_of(world.ask("/token", {{"grant_type", "refresh_token"}, {"refresh_token", refresh}}, "public")),
      "invalid_grant");
}

TEST(Revocation, OtherRequestsRevokeNothing) {
  World world;
  const auto access = world.tokens("confidential")["access_token"].get<std::string>();
  EXPECT_EQ(world.ask("/revoke", {{"token", "unknown"}}, "confidential").status, 200);
  EXPECT_EQ(error_of(world.ask("/revoke", {{"token", access}}, "other")), "invalid_grant");
  EXPECT_EQ(error_of(world.post("/revoke", {{"token", access}})), "invalid_client");
  EXPECT_EQ(error_of(world.post("/revoke", {{"token", access}},
                                oauth::basic_authorization(world.client("confidential").id, "x"))),
            "invalid_client");
  EXPECT_EQ(error_of(world.ask("/revoke", {}, "confidential")), "invalid_request");
  EXPECT_EQ(world.visit(oauth::with_query("https://as.test/revoke", {{"token", access}})).status, 405);
  EXPECT_EQ(world.api("/profile", access).status, 200);
}

TEST(UserInfo, AnswersOpenIdTokensOnly) {
  World world;
  const auto ask = [&](const std::string& authorization) {
    Request request{
        .method = "GET", .url = "https://as.test/userinfo", .headers = {}, .body = {}, .octets = {}};
    if (!authorization.empty()) request.headers.add("Authorization", authorization);
    return world.send(request);
  };
  const auto access = world.tokens("confidential")["access_token"].get<std::string>();
  const auto good = ask("bearer " + access);
  EXPECT_EQ(good.status, 200);
  EXPECT_EQ(nlohmann::json::parse(good.body)["sub"], world.alice().sub);
  EXPECT_EQ(ask("").status, 401);
  EXPECT_EQ(ask("Bearer").status, 400);
  EXPECT_EQ(ask("Bearer unknown").status, 401);
  const auto own =
      nlohmann::json::parse(world.ask("/token", {{"grant_type", "client_credentials"}}, "confidential").body);
  EXPECT_EQ(ask("Bearer " + own["access_token"].get<std::string>()).status, 403);
}

TEST(Resource, TokenIsGoodWhereItWasAskedFor) {
  World world;
  const auto token_for = [&](const std::string& resource) {
    const auto answer =
        world.ask("/token", {{"grant_type", "client_credentials"}, {"resource", resource}}, "confidential");
    return answer.status == 200 ? nlohmann::json::parse(answer.body)["access_token"].get<std::string>()
                                : error_of(answer);
  };
  EXPECT_EQ(world.api("/profile", token_for("https://api.test")).status, 200);
  const auto foreign = world.api("/profile", token_for("https://as.test"));
  EXPECT_EQ(foreign.status, 401);
  EXPECT_TRUE(foreign.headers.value("WWW-Authenticate").contains("invalid_token"));
  EXPECT_EQ(token_for("https://elsewhere.test"), "invalid_target");
}

TEST(Metadata, IsTheSameAtBothPathsAndSound) {
  for (const auto& stance : stance_names()) {
    World world(stance);
    const auto oauth_answer = world.visit("https://as.test/.well-known/oauth-authorization-server");
    ASSERT_EQ(oauth_answer.status, 200);
    EXPECT_EQ(oauth_answer.media_type(), "application/json");
    EXPECT_EQ(oauth_answer.body, world.visit("https://as.test/.well-known/openid-configuration").body);
    const auto metadata = nlohmann::json::parse(oauth_answer.body);
    EXPECT_EQ(metadata["issuer"], "https://as.test");
    EXPECT_THAT(oauth::metadata_problems(metadata), ::testing::IsEmpty()) << stance;
    EXPECT_EQ(metadata["code_challenge_methods_supported"].size(),
              stance_named(stance).plain_challenges ? 2U : 1U);
    for (const auto& [name, value] : metadata.items()) {
      if (!name.ends_with("_endpoint") && name != "jwks_uri") continue;
      EXPECT_NE(world.visit(value.get<std::string>()).status, 404) << name;
    }
  }
}

TEST(Metadata, KeysArePublicAndVerifyIdTokens) {
  World world;
  const auto document = nlohmann::json::parse(world.visit("https://as.test/jwks").body);
  ASSERT_EQ(document["keys"].size(), 3U);
  for (const auto& key : document["keys"])
    EXPECT_FALSE(key.contains("d"));
  EXPECT_EQ(document["keys"][0]["use"], "sig");
  EXPECT_EQ(document["keys"][1]["use"], "sig");
  EXPECT_EQ(document["keys"][2]["use"], "enc");
  const auto jws = oauth::parse_jws(world.tokens("confidential")["id_token"].get<std::string>());
  ASSERT_TRUE(jws);
  EXPECT_EQ(jws->header()["kid"], document["keys"][0]["kid"]);
  EXPECT_TRUE(oauth::verify_jws(*jws, *oauth::Key::from_jwk(document["keys"][0]), {"ES256"}));
}

TEST(Metadata, HeadHasNoBodyAndPostIsRefused) {
  World world;
  const auto head =
      world.send({.method = "HEAD", .url = "https://as.test/jwks", .headers = {}, .body = {}, .octets = {}});
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.body.empty());
  EXPECT_EQ(world.post("/jwks", {}).status, 405);
}

}  // namespace
}  // namespace oauthentic::mock

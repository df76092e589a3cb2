// The honest flows, in every stance.
#include <chrono>

#include "mock_servers/flow_test_support.hpp"
#include "oauth/jose.hpp"

namespace oauthentic::mock {
namespace {

using namespace testing;

class Flow : public ::testing::TestWithParam<std::string> {
 protected:
  World world_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Stances, Flow, ::testing::ValuesIn(stance_names()),
                         [](const auto& info) { return info.param; });

TEST_P(Flow, ConfidentialClientReachesTheApi) {
  const auto sign_in = world_.start(world_.authorization_request("confidential"));
  ASSERT_EQ(sign_in.status, 200);
  ASSERT_TRUE(World::is_sign_in(sign_in)) << sign_in.body;
  EXPECT_EQ(sign_in.headers.value("X-Frame-Options"), "DENY");
  EXPECT_TRUE(sign_in.headers.value("Content-Security-Policy").contains("frame-ancestors 'none'"));
  EXPECT_EQ(sign_in.headers.value("Cache-Control"), "no-store");
  EXPECT_TRUE(sign_in.headers.value("Set-Cookie").contains("HttpOnly; SameSite=Lax; Secure"));

  const auto consent = world_.sign_in(sign_in);
  ASSERT_TRUE(World::is_consent(consent)) << consent.body;
  const auto answer = world_.submit(consent, {{"decision", "allow"}});
  ASSERT_EQ(answer.status, 303);
  const auto delivered = World::delivered(answer);
  EXPECT_EQ(oauth::value(delivered, "state"), "st ate+%2F~\"'");
  EXPECT_EQ(oauth::value(delivered, "iss"), "https://as.test");
  const std::string code(oauth::value(delivered, "code"));
  ASSERT_EQ(code.size(), 43U);

  const auto answered = world_.ask("/token", World::redemption(code), "confidential");
  ASSERT_EQ(answered.status, 200) << answered.body;
  EXPECT_EQ(answered.media_type(), "application/json");
  EXPECT_EQ(answered.headers.value("Cache-Control"), "no-store");
  EXPECT_EQ(answered.headers.has("Pragma"), GetParam() != "oauth21");
  const auto tokens = nlohmann::json::parse(answered.body);
  EXPECT_EQ(tokens["token_type"], "Bearer");
  EXPECT_EQ(tokens["expires_in"], 3600);
  EXPECT_EQ(tokens["scope"], "openid profile");

  const auto profile = world_.api("/profile", tokens["access_token"].get<std::string>());
  EXPECT_EQ(profile.status, 200);
  EXPECT_EQ(nlohmann::json::parse(profile.body)["name"], "Alice Example");
  EXPECT_EQ(world_.api("/admin", tokens["access_token"].get<std::string>()).status, 403);

  const auto jws = oauth::parse_jws(tokens["id_token"].get<std::string>());
  ASSERT_TRUE(jws);
  EXPECT_TRUE(oauth::verify_jws(*jws, es256_key(), {"ES256"}));
  EXPECT_EQ(jws->claims()["nonce"], "n-0S6");
  EXPECT_EQ(jws->claims()["aud"], world_.client("confidential").id);
}

TEST_P(Flow, EveryWebClientGetsTokensByItsOwnAuthentication) {
  for (const auto* role : {"confidential", "other", "encoded", "single"}) {
    EXPECT_TRUE(world_.tokens(role).contains("access_token")) << role;
  }
  const auto& post = world_.client("post");
  auto form = World::redemption(world_.code("post"));
  form.push_back({"client_id", post.id});
  form.push_back({"client_secret", post.secret});
  EXPECT_EQ(world_.post("/token", form).status, 200);
}

TEST_P(Flow, PublicClientRefreshes) {
  const auto first = world_.tokens("public");
  const auto old = first["refresh_token"].get<std::string>();
  const auto answer = world_.ask("/token", {{"grant_type", "refresh_token"}, {"refresh_token", old}}, "public");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto second = nlohmann::json::parse(answer.body);
  EXPECT_EQ(world_.api("/profile", second["access_token"].get<std::string>()).status, 200);
  const bool rotates = stance_named(GetParam()).rotates_for_public_clients;
  EXPECT_EQ(second.contains("refresh_token"), rotates);
  const auto again = world_.ask("/token", {{"grant_type", "refresh_token"}, {"refresh_token", old}}, "public");
  if (!rotates) {
    EXPECT_EQ(again.status, 200);
    return;
  }
  EXPECT_EQ(error_of(again), "invalid_grant");
  // RFC 9700 §4.14.2: the replay ends the whole family.
  const auto fresh = second["refresh_token"].get<std::string>();
  EXPECT_EQ(
      error_of(world_.ask("/token", {{"grant_type", "refresh_token"}, {"refresh_token", fresh}}, "public")),
      "invalid_grant");
  EXPECT_EQ(world_.api("/profile", second["access_token"].get<std::string>()).status, 401);
}

TEST_P(Flow, ConfidentialRefreshTokenStaysAndMayNarrowTheScope) {
  const auto first = world_.tokens("confidential");
  const auto refresh = first["refresh_token"].get<std::string>();
  const auto answer =
      world_.ask("/token", {{"grant_type", "refresh_token"}, {"refresh_token", refresh}, {"scope", "openid"}},
                 "confidential");
  const auto narrowed = nlohmann::json::parse(answer.body);
  EXPECT_EQ(narrowed["scope"], "openid");
  EXPECT_EQ(world_.api("/profile", narrowed["access_token"].get<std::string>()).status, 403);
  const auto full = nlohmann::json::parse(
      world_.ask("/token", {{"grant_type", "refresh_token"}, {"refresh_token", refresh}}, "confidential").body);
  EXPECT_EQ(full["scope"], "openid profile");
  EXPECT_EQ(
      error_of(world_.ask(
          "/token",
          {{"grant_type", "refresh_token"}, {"refresh_token", refresh}, {"scope", "openid profile admin"}},
          "confidential")),
      "invalid_scope");
}

TEST_P(Flow, ClientActsForItself) {
  const auto answer =
      world_.ask("/token", {{"grant_type", "client_credentials"}, {"scope", "admin"}}, "confidential");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto tokens = nlohmann::json::parse(answer.body);
  EXPECT_FALSE(tokens.contains("refresh_token"));
  EXPECT_EQ(world_.api("/admin", tokens["access_token"].get<std::string>()).status, 200);
  EXPECT_EQ(error_of(world_.ask("/token", {{"grant_type", "client_credentials"}}, "public")),
            "unauthorized_client");
  EXPECT_EQ(error_of(world_.ask("/token", {{"grant_type", "client_credentials"}}, "resource_server")),
            "unauthorized_client");
}

TEST_P(Flow, CodeCountsOnceAndItsReplayRevokes) {
  const auto code = world_.code("confidential");
  const auto tokens = nlohmann::json::parse(world_.ask("/token", World::redemption(code), "confidential").body);
  EXPECT_EQ(error_of(world_.ask("/token", World::redemption(code), "confidential")), "invalid_grant");
  EXPECT_EQ(world_.api("/profile", tokens["access_token"].get<std::string>()).status, 401);
  const auto refresh = tokens["refresh_token"].get<std::string>();
  EXPECT_EQ(error_of(world_.ask("/token", {{"grant_type", "refresh_token"}, {"refresh_token", refresh}},
                                "confidential")),
            "invalid_grant");
}

TEST_P(Flow, OnlyAReplayThatIsRightOtherwiseRevokesInOAuth21) {
  const auto code = world_.code("confidential");
  const auto tokens = nlohmann::json::parse(world_.ask("/token", World::redemption(code), "confidential").body);
  const auto wrong = with(World::redemption(code), "code_verifier", std::string(43, 'x'));
  EXPECT_EQ(error_of(world_.ask("/token", wrong, "confidential")), "invalid_grant");
  EXPECT_EQ(world_.api("/profile", tokens["access_token"].get<std::string>()).status,
            GetParam() == "oauth21" ? 200 : 401);
}

TEST_P(Flow, ConsentIsAskedOnceASessionButAlwaysForPublicClients) {
  const auto request = world_.authorization_request("confidential");
  ASSERT_FALSE(World::delivered(world_.travel(request)).empty());
  const auto second = world_.start(request);
  EXPECT_EQ(second.status, 302);
  EXPECT_TRUE(oauth::find(World::delivered(second), "code"));
  EXPECT_TRUE(World::is_consent(world_.start(with(request, "scope", "openid profile admin"))));
  EXPECT_TRUE(World::is_consent(world_.start(with(request, "prompt", "consent"))));
  EXPECT_TRUE(World::is_sign_in(world_.start(with(request, "prompt", "login"))));
  const auto native = world_.authorization_request("public");
  ASSERT_TRUE(World::is_consent(world_.start(native)));
  ASSERT_FALSE(World::delivered(world_.travel(native)).empty());
  EXPECT_TRUE(World::is_consent(world_.start(native)));
}

TEST_P(Flow, FormPostCarriesTheAnswer) {
  const auto answer =
      world_.travel(with(world_.authorization_request("confidential"), "response_mode", "form_post"));
  ASSERT_EQ(answer.status, 200);
  const auto page = world_.page(answer);
  ASSERT_EQ(page.forms.size(), 1U);
  EXPECT_EQ(page.forms.front().action, kRedirectUri);
  EXPECT_TRUE(page.auto_submits);
  EXPECT_TRUE(answer.headers.value("Content-Security-Policy").contains("script-src 'sha256-"));
}

TEST_P(Flow, AuthorizationRequestMayBeAPost) {
  Request request{.method = "POST",
                  .url = "https://as.test/authorize",
                  .headers = {},
                  .body = oauth::form_encode(world_.authorization_request("confidential")),
                  .octets = {}};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  EXPECT_TRUE(World::is_sign_in(world_.visit(request)));
}

TEST(FlowTime, RequestTakesUnderAMillisecond) {
  World world;
  const auto code = world.code("confidential");
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(error_of(world.ask("/token", World::redemption(code + "x"), "confidential")), "invalid_grant");
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin,
            std::chrono::milliseconds(2000));  // generous: sanitizers, busy machines
}

}  // namespace
}  // namespace oauthentic::mock

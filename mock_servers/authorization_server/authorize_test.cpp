// The authorization endpoint's errors, and the guards of its forms.
#include "mock_servers/flow_test_support.hpp"

namespace oauthentic::mock {
namespace {

using namespace testing;

TEST(Authorize, BadClientOrRedirectUriIsAPageAndNeverARedirect) {
  World world;
  const auto good = world.authorization_request("confidential");
  const auto is_page = [&](const oauth::Parameters& parameters) {
    const auto response = world.start(parameters);
    return response.status == 400 && response.media_type() == "text/html" && !response.headers.has("Location");
  };
  EXPECT_TRUE(is_page(without(good, "client_id")));
  EXPECT_TRUE(is_page(with(good, "client_id", "nobody")));
  EXPECT_TRUE(is_page(without(good, "redirect_uri")));
  for (const auto* uri : {
           "http://127.0.0.1:8765/callback/",
           "http://127.0.0.1:8765/callback#x",
           "http://127.0.0.1:8765/Callback",
           "http://127.0.0.1:8765/callback?x=1",
           "http://127.0.0.1:8766/callback",
           "http://127.0.0.1:8765/a/../callback",
           "http://localhost:8765/callback",
           "HTTP://127.0.0.1:8765/callback",
           "http://x@127.0.0.1:8765/callback",
           "https://evil.test/?http://127.0.0.1:8765/callback",
           "/callback",
           "javascript:alert(1)",
           "http://127.0.0.1:8765/callback\r\nX: y",
       }) {
    EXPECT_TRUE(is_page(with(good, "redirect_uri", uri))) << uri;
  }
  auto twice = good;
  twice.push_back({"redirect_uri", kRedirectUri});
  EXPECT_TRUE(is_page(twice));
  auto clients = good;
  clients.push_back({"client_id", world.client("other").id});
  EXPECT_TRUE(is_page(clients));
}

TEST(Authorize, OneRegisteredUriNeedNotBeNamed) {
  World world;
  const auto openid = without(world.authorization_request("single"), "redirect_uri");
  EXPECT_EQ(world.start(openid).status, 400);  // OpenID Connect Core §3.1.2.1
  const auto request = with(openid, "scope", "profile");
  const auto code = std::string(oauth::value(World::delivered(world.travel(request)), "code"));
  ASSERT_FALSE(code.empty());
  EXPECT_EQ(world.ask("/token", without(World::redemption(code), "redirect_uri"), "single").status, 200);
}

TEST(Authorize, LoopbackPortIsFreeForNativeClientsOnly) {
  const std::string moved = "http://127.0.0.1:50123/callback";
  for (const auto& stance : stance_names()) {
    World world(stance);
    EXPECT_EQ(world.start(with(world.authorization_request("public"), "redirect_uri", moved)).status,
              stance_named(stance).loopback_port_is_free ? 200 : 400)
        << stance;
    EXPECT_EQ(world.start(with(world.authorization_request("confidential"), "redirect_uri", moved)).status, 400)
        << stance;
  }
  World world;
  for (const auto* uri : {"http://localhost:50123/callback", "http://127.0.0.1:50123/callback/",
                          "http://127.0.0.2:50123/callback", "https://127.0.0.1:50123/callback",
                          "http://127.0.0.1:50123/callback?a=b", "http://u@127.0.0.1:50123/callback"}) {
    EXPECT_EQ(world.start(with(world.authorization_request("public"), "redirect_uri", uri)).status, 400) << uri;
  }
}

TEST(Authorize, OtherErrorsAreRedirectedWithStateAndIss) {
  struct Row {
    const char* name;
    const char* value;  ///< nothing: the parameter is left out
    const char* error;
  };
  const Row rows[] = {
      {"response_type", nullptr, "invalid_request"},
      {"response_type", "token", "unsupported_response_type"},
      {"response_type", "", "invalid_request"},
      {"scope", "openid unknown", "invalid_scope"},
      {"scope", "openid \"", "invalid_scope"},
      {"scope", "Profile", "invalid_scope"},
      {"code_challenge_method", "S999", "invalid_request"},
      {"code_challenge_method", nullptr, "invalid_request"},
      {"code_challenge", "short", "invalid_request"},
      {"code_challenge", nullptr, "invalid_request"},
      {"response_mode", "fragment", "invalid_request"},
      {"prompt", "none login", "invalid_request"},
      {"prompt", "create", "invalid_request"},
      {"nonce", "line\nbreak", "invalid_request"},
      {"nonce", "\xFF", "invalid_request"},
      {"resource", "https://elsewhere.test", "invalid_target"},
  };
  World world;
  ASSERT_FALSE(World::delivered(world.travel(world.authorization_request("public"))).empty());
  for (const auto& row : rows) {
    const auto good = world.authorization_request("public");
    const auto answer = world.start(row.value ? with(good, row.name, row.value) : without(good, row.name));
    const auto delivered = World::delivered(answer);
    EXPECT_EQ(oauth::value(delivered, "error"), row.error) << row.name;
    EXPECT_EQ(oauth::value(delivered, "state"), oauth::value(good, "state")) << row.name;
    EXPECT_EQ(oauth::value(delivered, "iss"), "https://as.test") << row.name;
    EXPECT_FALSE(oauth::find(delivered, "code")) << row.name;
    EXPECT_TRUE(oauth::is_nqschar(oauth::value(delivered, "error_description"))) << row.name;
  }
}

TEST(Authorize, RepeatedParameterAndBadEscapeAreRefused) {
  World world;
  ASSERT_FALSE(World::delivered(world.travel(world.authorization_request("public"))).empty());
  for (const auto& parameter : world.authorization_request("public")) {
    if (parameter.name == "client_id" || parameter.name == "redirect_uri") continue;
    auto twice = world.authorization_request("public");
    twice.push_back(parameter);
    EXPECT_EQ(oauth::value(World::delivered(world.start(twice)), "error"), "invalid_request") << parameter.name;
  }
  const auto url = oauth::with_query("https://as.test/authorize", world.authorization_request("public"));
  EXPECT_EQ(oauth::value(World::delivered(world.visit(url + "&login_hint=%zz")), "error"), "invalid_request");
  EXPECT_TRUE(World::is_consent(world.visit(url + "&unknown=1&empty=")));
}

TEST(Authorize, WhoMayNotUseTheCodeFlowIsToldSo) {
  World world("rfc6749");
  const auto answer = world.start(with(world.authorization_request("limited"), "scope", "profile"));
  EXPECT_EQ(oauth::value(World::delivered(answer), "error"), "unauthorized_client");
}

TEST(Authorize, ErrorsWaitForTheSignInWhereTheStanceSaysSo) {
  for (const auto& stance : stance_names()) {
    World world(stance);
    const auto bad = with(world.authorization_request("confidential"), "scope", "\"malformed\"");
    const auto first = world.start(bad);
    if (!stance_named(stance).sign_in_before_error_redirect) {
      EXPECT_EQ(oauth::value(World::delivered(first), "error"), "invalid_scope");
      continue;
    }
    ASSERT_TRUE(World::is_sign_in(first)) << stance;
    EXPECT_EQ(oauth::value(World::delivered(world.sign_in(first)), "error"), "invalid_scope") << stance;
  }
}

TEST(Authorize, UnknownScopesAreIgnoredWhereTheStanceSaysSo) {
  for (const auto& stance : stance_names()) {
    World world(stance);
    const auto delivered = World::delivered(
        world.travel(with(world.authorization_request("confidential"), "scope", "openid unknown")));
    EXPECT_EQ(oauth::find(delivered, "code") != nullptr, stance_named(stance).ignores_unknown_scopes) << stance;
  }
}

TEST(Authorize, OpenIdParametersAreReadOrRefusedByName) {
  const auto error = [](std::string_view name, std::string_view value) {
    World world("oidc");
    const auto request =
        with(world.authorization_request("confidential"), std::string(name), std::string(value));
    return std::string(oauth::value(World::delivered(world.travel(request)), "error"));
  };
  EXPECT_EQ(error("request", "a.b.c"), "request_not_supported");
  EXPECT_EQ(error("request_uri", "https://client.test/r"), "request_uri_not_supported");
  EXPECT_EQ(error("registration", "{}"), "registration_not_supported");
  for (const auto* age : {"-1", "1h", "99999999999999999999", "1.5"})
    EXPECT_EQ(error("max_age", age), "invalid_request") << age;
  EXPECT_EQ(error("max_age", "60"), "");
  for (const auto* hint : {"a.b.c", "e30.e30.", "eyJhbGciOiJub25lIn0.e30."})
    EXPECT_EQ(error("id_token_hint", hint), "invalid_request") << hint;
  for (const auto* claims : {"{", "[]", "1", "{\"id_token\":{},\"id_token\":"})
    EXPECT_EQ(error("claims", claims), "invalid_request") << claims;
  for (const auto* claims : {R"({})", R"({"userinfo":[]})", R"({"id_token":{"acr":{"values":7}}})",
                             R"({"id_token":{"sub":7}})", R"({"userinfo":{"name":null}})"})
    EXPECT_EQ(error("claims", claims), "") << claims;
  EXPECT_EQ(error("claims", R"({"id_token":{"sub":{"value":"somebody"}}})"), "login_required");
  EXPECT_EQ(error("claims", R"({"id_token":{"acr":{"essential":true,"value":"x:y"}}})"), "access_denied");
}

TEST(Authorize, SilentRequestIsAnsweredWithoutAPage) {
  World world;
  const auto silent = with(world.authorization_request("confidential"), "prompt", "none");
  EXPECT_EQ(oauth::value(World::delivered(world.start(silent)), "error"), "login_required");
  EXPECT_TRUE(World::is_consent(world.sign_in(world.start(world.authorization_request("confidential")))));
  EXPECT_EQ(oauth::value(World::delivered(world.start(silent)), "error"), "consent_required");
  EXPECT_TRUE(oauth::find(World::delivered(world.travel(world.authorization_request("confidential"))), "code"));
  EXPECT_TRUE(oauth::find(World::delivered(world.start(silent)), "code"));
}

TEST(Authorize, PkceIsAskedForAsTheStanceSays) {
  const auto served = [](std::string stance, std::string_view role, std::string_view also_without) {
    World world(std::move(stance));
    auto request =
        without(without(world.authorization_request(role), "code_challenge"), "code_challenge_method");
    request = without(std::move(request), also_without);
    return oauth::find(World::delivered(world.travel(request)), "code") != nullptr;
  };
  EXPECT_TRUE(served("rfc6749", "public", ""));
  EXPECT_FALSE(served("bcp", "public", ""));
  EXPECT_TRUE(served("bcp", "confidential", "nonce"));
  EXPECT_TRUE(served("oauth21", "confidential", ""));
  EXPECT_FALSE(served("oauth21", "confidential", "nonce"));
  EXPECT_FALSE(served("oauth21", "public", ""));
}

TEST(Authorize, RefusalIsDelivered) {
  World world;
  const auto delivered = World::delivered(world.travel(world.authorization_request("confidential"), "deny"));
  EXPECT_EQ(oauth::value(delivered, "error"), "access_denied");
  EXPECT_FALSE(oauth::find(delivered, "code"));
}

TEST(Interaction, WrongPasswordShowsThePageAgain) {
  World world;
  const auto page = world.start(world.authorization_request("confidential"));
  const auto again = world.submit(page, {{"username", "alice"}, {"password", "wrong"}});
  EXPECT_TRUE(World::is_sign_in(again));
  EXPECT_TRUE(again.body.contains("wrong."));
  EXPECT_TRUE(World::is_consent(world.sign_in(again)));
}

TEST(Interaction, FormsOfOthersAreRefused) {
  World world;
  const auto sign_in = world.start(world.authorization_request("confidential"));
  const auto jar = world.jar;
  world.jar.clear();
  EXPECT_EQ(world.submit(sign_in, {{"username", "alice"}, {"password", world.alice().password}}).status, 403);
  world.jar = jar;
  const auto consent = world.sign_in(sign_in);
  ASSERT_TRUE(World::is_consent(consent));
  auto forged = consent;
  const auto at = forged.body.find("name=\"csrf\" value=\"") + 19;
  forged.body[at] = forged.body[at] == 'A' ? 'B' : 'A';
  EXPECT_EQ(world.submit(forged, {{"decision", "allow"}}).status, 403);
  EXPECT_EQ(world.submit(consent, {{"decision", "allow"}, {"decision", "deny"}}).status, 403);
  EXPECT_EQ(world.submit(consent, {{"decision", "allow"}}).status, 303);
  EXPECT_EQ(world.submit(consent, {{"decision", "allow"}}).status, 403);  // once only
}

TEST(Interaction, ConsentOfAnotherSessionIsRefused) {
  for (const bool broken : {false, true}) {
    World world("bcp", broken ? FaultSet(Fault::consent_not_bound_to_session) : FaultSet());
    const auto attackers = world.sign_in(world.start(world.authorization_request("confidential")));
    ASSERT_TRUE(World::is_consent(attackers));
    world.jar.clear();
    ASSERT_TRUE(World::is_consent(world.sign_in(world.start(world.authorization_request("confidential")))));
    EXPECT_EQ(world.submit(attackers, {{"decision", "allow"}}).status, broken ? 303 : 403);
  }
}

TEST(Interaction, SignInStartsANewSession) {
  World world;
  const auto page = world.start(world.authorization_request("confidential"));
  const auto before = world.jar.cookies().front().value;
  ASSERT_TRUE(World::is_consent(world.sign_in(page)));
  EXPECT_NE(world.jar.cookies().front().value, before);
}

TEST(Interaction, MethodsAndPathsThatAreNotThere) {
  World world;
  for (const auto* path : {"/sign-in", "/consent", "/token", "/introspect", "/revoke"}) {
    const auto answer = world.visit("https://as.test" + std::string(path));
    EXPECT_EQ(answer.status, 405) << path;
    EXPECT_EQ(answer.headers.value("Allow"), "POST") << path;
  }
  EXPECT_EQ(world.visit("https://as.test/continue?transaction=none").status, 403);
  EXPECT_EQ(world.visit("https://as.test/nowhere").status, 404);
  EXPECT_EQ(world.visit("https://as.test").status, 404);
  EXPECT_EQ(world.visit("not a url").status, 404);
  EXPECT_EQ(world.visit("").status, 404);
}

}  // namespace
}  // namespace oauthentic::mock

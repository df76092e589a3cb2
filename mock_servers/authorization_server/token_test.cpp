// The token endpoint's errors and client authentication.
#include <thread>

#include "mock_servers/flow_test_support.hpp"
#include "oauth/jose.hpp"

namespace oauthentic::mock {
namespace {

using namespace testing;

TEST(Token, EachKindOfErrorHasItsName) {
  World world;
  const auto ask = [&](const oauth::Parameters& form) {
    return error_of(world.ask("/token", form, "confidential"));
  };
  EXPECT_EQ(ask({}), "invalid_request");
  EXPECT_EQ(ask({{"grant_type", ""}}), "invalid_request");
  EXPECT_EQ(ask({{"grant_type", "password"}, {"username", "alice"}, {"password", "x"}}),
            "unsupported_grant_type");
  EXPECT_EQ(ask({{"grant_type", "authorization_code"}}), "invalid_request");
  EXPECT_EQ(ask({{"grant_type", "authorization_code"}, {"code", "unknown"}}), "invalid_grant");
  EXPECT_EQ(ask({{"grant_type", "refresh_token"}}), "invalid_request");
  EXPECT_EQ(ask({{"grant_type", "refresh_token"}, {"refresh_token", "unknown"}}), "invalid_grant");
  EXPECT_EQ(ask({{"grant_type", "client_credentials"}, {"scope", "unknown"}}), "invalid_scope");
  EXPECT_EQ(ask({{"grant_type", "client_credentials"}, {"scope", "\""}}), "invalid_scope");
  EXPECT_EQ(ask({{"grant_type", "client_credentials"}, {"scope", std::string("profile\0", 8)}}),
            "invalid_request");
  EXPECT_EQ(ask({{"grant_type", "client_credentials"}, {"scope", "\xC0\xAF"}}), "invalid_request");
  EXPECT_EQ(ask({{"grant_type", "client_credentials"}, {"grant_type", "client_credentials"}}),
            "invalid_request");
  EXPECT_EQ(ask({{"grant_type", "client_credentials"}, {"unknown", "x"}, {"scope", ""}}), "");
}

TEST(Token, RequestThatIsNoFormIsRefused) {
  World world;
  Request request{.method = "POST",
                  .url = "https://as.test/token",
                  .headers = {},
                  .body = "grant_type=client_credentials",
                  .octets = {}};
  request.headers.add("Authorization", world.basic("confidential"));
  EXPECT_EQ(error_of(world.send(request)), "invalid_request");
  request.headers.add("Content-Type", "application/json");
  EXPECT_EQ(error_of(world.send(request)), "invalid_request");
  request.headers.set("Content-Type", "Application/X-WWW-Form-Urlencoded;charset='utf-8'");
  EXPECT_EQ(world.send(request).status, 200);
  request.body = "grant_type=client_credentials&a=%";
  EXPECT_EQ(error_of(world.send(request)), "invalid_request");
  request.body = std::string(3000, '&') + "grant_type=client_credentials";
  EXPECT_EQ(world.send(request).status, 200);
  request.body.clear();
  for (int i = 0; i < 2000; ++i)
    request.body += "a" + std::to_string(i) + "=1&";
  EXPECT_EQ(error_of(world.send(request)), "invalid_request");
  request.method = "PUT";
  EXPECT_EQ(world.send(request).status, 405);
}

TEST(Token, CodeIsBoundToEverythingItWasIssuedFor) {
  const auto outcome = [](std::string_view name, std::string value, std::string_view role = "confidential") {
    World world;
    auto form = World::redemption(world.code("confidential"));
    if (!name.empty()) form = value.empty() ? without(form, name) : with(form, name, std::move(value));
    return error_of(world.ask("/token", form, role));
  };
  EXPECT_EQ(outcome("", ""), "");
  EXPECT_EQ(outcome("", "", "other"), "invalid_grant");
  EXPECT_EQ(outcome("", "", "public"), "invalid_grant");
  EXPECT_EQ(outcome("redirect_uri", "http://127.0.0.1:8765/other?kept=1"), "invalid_grant");
  EXPECT_EQ(outcome("redirect_uri", kRedirectUri + "/"), "invalid_grant");
  EXPECT_EQ(outcome("redirect_uri", ""), "invalid_grant");
  EXPECT_EQ(outcome("code_verifier", ""), "invalid_grant");
  EXPECT_EQ(outcome("code_verifier", std::string(43, 'a')), "invalid_grant");
  EXPECT_EQ(outcome("code_verifier", oauth::code_challenge(kVerifier, oauth::ChallengeMethod::s256)),
            "invalid_grant");
}

TEST(Token, FailedRedemptionLeavesTheCodeToItsOwner) {
  World world;
  const auto form = World::redemption(world.code("confidential"));
  EXPECT_EQ(error_of(world.ask("/token", form, "other")), "invalid_grant");
  EXPECT_EQ(error_of(world.ask("/token", with(form, "code_verifier", std::string(43, 'a')), "confidential")),
            "invalid_grant");
  EXPECT_EQ(world.ask("/token", form, "confidential").status, 200);
}

TEST(Token, OAuth21DoesWithoutRedirectUriButComparesIt) {
  World world("oauth21");
  EXPECT_EQ(
      world
          .ask("/token", without(World::redemption(world.code("confidential")), "redirect_uri"), "confidential")
          .status,
      200);
  const auto other =
      with(World::redemption(world.code("confidential")), "redirect_uri", "http://127.0.0.1:8765/other?kept=1");
  EXPECT_EQ(error_of(world.ask("/token", other, "confidential")), "invalid_grant");
}

TEST(Token, StrayVerifierDependsOnTheStance) {
  for (const auto& stance : stance_names()) {
    World world(stance);
    auto request = without(without(world.authorization_request("confidential"), "code_challenge"),
                           "code_challenge_method");
    const std::string code(oauth::value(World::delivered(world.travel(request)), "code"));
    EXPECT_EQ(world.ask("/token", World::redemption(code), "confidential").status,
              stance_named(stance).refuses_stray_verifier ? 400 : 200)
        << stance;
  }
}

TEST(Token, PlainChallengeIsForTheOldStanceOnly) {
  for (const auto& stance : stance_names()) {
    World world(stance);
    const auto request = without(with(world.authorization_request("confidential"), "code_challenge", kVerifier),
                                 "code_challenge_method");
    const std::string code(oauth::value(World::delivered(world.travel(request)), "code"));
    EXPECT_EQ(code.empty(), !stance_named(stance).plain_challenges) << stance;
    if (code.empty()) continue;
    EXPECT_EQ(world.ask("/token", World::redemption(code), "confidential").status, 200);
  }
}

TEST(Token, TimeEndsCodesAndTokens) {
  World world;
  auto late = World::redemption(world.code("confidential"));
  world.clock.advance(std::chrono::seconds(61));
  EXPECT_EQ(error_of(world.ask("/token", late, "confidential")), "invalid_grant");
  const auto tokens = world.tokens("confidential");
  const auto access = tokens["access_token"].get<std::string>();
  world.clock.advance(std::chrono::seconds(3599));
  EXPECT_EQ(world.api("/profile", access).status, 200);
  world.clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(world.api("/profile", access).status, 401);
  world.clock.advance(std::chrono::hours(24 * 31));
  const auto refresh = tokens["refresh_token"].get<std::string>();
  EXPECT_EQ(error_of(world.ask("/token", {{"grant_type", "refresh_token"}, {"refresh_token", refresh}},
                               "confidential")),
            "invalid_grant");
}

TEST(Token, ClockHeaderMovesOneRequestOnly) {
  World world;
  const auto access = world.tokens("confidential")["access_token"].get<std::string>();
  Request request{.method = "GET", .url = "https://api.test/profile", .headers = {}, .body = {}, .octets = {}};
  request.headers.add("Authorization", "Bearer " + access);
  request.headers.add(std::string(kClockHeader), "3600");
  EXPECT_EQ(world.send(request).status, 401);
  EXPECT_EQ(world.api("/profile", access).status, 200);
  for (const auto* nonsense : {"", "x", "1e9", "99999999999999999999", "9999999999", "12 3"}) {
    request.headers.set(kClockHeader, nonsense);
    EXPECT_EQ(world.send(request).status, 200) << nonsense;
  }
}

TEST(Token, OneOfManyRedemptionsAtOnceWins) {
  World world;
  const auto form = World::redemption(world.code("confidential"));
  std::atomic<int> won{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] { won += world.ask("/token", form, "confidential").status == 200; });
  }
  EXPECT_EQ(won, 1);
}

TEST(Token, RaceFaultLetsTwoWin) {
  World world("bcp", Fault::code_race);
  const auto form = World::redemption(world.code("confidential"));
  std::atomic<int> won{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 2; ++i)
      threads.emplace_back([&] { won += world.ask("/token", form, "confidential").status == 200; });
  }
  EXPECT_EQ(won, 2);
  EXPECT_EQ(error_of(world.ask("/token", form, "confidential")), "invalid_grant");
}

TEST(ClientAuthentication, FailureIsInvalidClientWith401AndChallenge) {
  World world;
  const oauth::Parameters form{{"grant_type", "client_credentials"}};
  const auto& client = world.client("confidential");
  for (const auto& authorization :
       {oauth::basic_authorization(client.id, "wrong"), oauth::basic_authorization(client.id, ""),
        oauth::basic_authorization("nobody", client.secret),
        oauth::basic_authorization(client.id, client.secret.substr(0, 42)), std::string("Basic !!!"),
        std::string("Basic"), std::string("Digest a=b"), world.basic("confidential") + "x",
        oauth::basic_authorization(world.client("public").id, "")}) {
    const auto answer = world.post("/token", form, authorization);
    EXPECT_EQ(error_of(answer), "invalid_client") << authorization;
    EXPECT_EQ(answer.status, 401) << authorization;
    EXPECT_TRUE(answer.headers.value("WWW-Authenticate").starts_with("Basic ")) << authorization;
  }
  EXPECT_EQ(error_of(world.post("/token", form)), "invalid_client");
  EXPECT_EQ(error_of(world.post("/token", {{"grant_type", "client_credentials"}, {"client_id", client.id}})),
            "invalid_client");
  EXPECT_EQ(
      error_of(world.post(
          "/token", {{"grant_type", "client_credentials"}, {"client_id", client.id}, {"client_secret", "x"}})),
      "invalid_client");
}

TEST(ClientAuthentication, OneWayOnlyAndNeverInTheUrl) {
  World world;
  const auto& client = world.client("confidential");
  const oauth::Parameters both{
      {"grant_type", "client_credentials"}, {"client_id", client.id}, {"client_secret", client.secret}};
  EXPECT_EQ(error_of(world.post("/token", both, world.basic("confidential"))), "invalid_request");
  EXPECT_EQ(world.post("/token", both).status, 200);
  const oauth::Parameters other{{"grant_type", "client_credentials"}, {"client_id", world.client("other").id}};
  EXPECT_EQ(error_of(world.post("/token", other, world.basic("confidential"))), "invalid_request");
  const auto url = oauth::with_query("/token", {{"client_id", client.id}, {"client_secret", client.secret}});
  EXPECT_EQ(error_of(world.post(url, {{"grant_type", "client_credentials"}})), "invalid_request");
}

nlohmann::json honest_claims(const World& world) {
  const auto now = world.clock.now().time_since_epoch().count();
  const auto& id = world.client("jwt").id;
  return {{"iss", id}, {"sub", id}, {"aud", "https://as.test"}, {"jti", "j1"}, {"iat", now}, {"exp", now + 60}};
}

Response with_assertion(World& world, const nlohmann::json& claims, const oauth::Key& key,
                        const std::string& algorithm = "ES256") {
  return world.post("/token", {{"grant_type", "client_credentials"},
                               {"client_assertion_type", std::string(oauth::kJwtBearerAssertion)},
                               {"client_assertion", oauth::sign_jwt({{"alg", algorithm}}, claims, key)}});
}

TEST(ClientAuthentication, AssertionIsTakenOnce) {
  World world;
  EXPECT_EQ(with_assertion(world, honest_claims(world), jwt_client_key()).status, 200);
  EXPECT_EQ(error_of(with_assertion(world, honest_claims(world), jwt_client_key())), "invalid_client");
  auto next = honest_claims(world);
  next["jti"] = "j2";
  next["aud"] = {"https://elsewhere.test", "https://as.test/token"};
  EXPECT_EQ(with_assertion(world, next, jwt_client_key()).status, 200);
}

TEST(ClientAuthentication, WrongAssertionsAreRefused) {
  World world;
  const auto now = world.clock.now().time_since_epoch().count();
  const std::pair<const char*, nlohmann::json> changes[] = {
      {"iss", "x"},       {"sub", "x"},       {"aud", "https://elsewhere.test"},
      {"aud", 7},         {"aud", nullptr},   {"exp", now},
      {"exp", "soon"},    {"exp", 1e300},     {"exp", now + 86400},
      {"nbf", now + 600}, {"iat", now + 600}, {"jti", ""},
      {"jti", 5},
  };
  for (const auto& [name, value] : changes) {
    auto claims = honest_claims(world);
    claims[name] = value;
    EXPECT_EQ(error_of(with_assertion(world, claims, jwt_client_key())), "invalid_client")
        << name << value.dump();
  }
  EXPECT_EQ(error_of(with_assertion(world, honest_claims(world), oauth::Key::generate_p256())),
            "invalid_client");
  EXPECT_EQ(error_of(with_assertion(world, honest_claims(world), jwt_client_key(), "none")), "invalid_client");
  EXPECT_EQ(error_of(with_assertion(world, nlohmann::json::array(), jwt_client_key())), "invalid_client");
  for (const auto* junk : {"a", "a.b.c", "..", "e30.e30.", "....."}) {
    EXPECT_EQ(error_of(world.post("/token", {{"grant_type", "client_credentials"},
                                             {"client_assertion_type", std::string(oauth::kJwtBearerAssertion)},
                                             {"client_assertion", junk}})),
              "invalid_client")
        << junk;
  }
}

}  // namespace
}  // namespace oauthentic::mock

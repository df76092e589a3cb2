#include "mock_servers/resource_server/resource_server.hpp"

#include <gmock/gmock.h>

#include "mock_servers/flow_test_support.hpp"
#include "oauth/challenge.hpp"

namespace oauthentic::mock {
namespace {

using namespace testing;

std::vector<oauth::Challenge> challenges(const Response& response) {
  const auto parsed = oauth::parse_challenges(response.headers.value("WWW-Authenticate"));
  EXPECT_TRUE(parsed) << response.headers.value("WWW-Authenticate");
  return parsed ? *parsed : std::vector<oauth::Challenge>{};
}

TEST(ResourceServer, ChallengesTellWhy) {
  World world;
  const auto access = world.tokens("confidential")["access_token"].get<std::string>();
  struct Row {
    const char* path;
    std::string token;
    int status;
    const char* error;  ///< nothing: none
  };
  for (const auto& [path, token, status, error] :
       {Row{"/profile", "", 401, nullptr}, Row{"/profile", "unknown", 401, "invalid_token"},
        Row{"/admin", access, 403, "insufficient_scope"}}) {
    const auto answer = world.api(path, token);
    EXPECT_EQ(answer.status, status);
    const auto found = challenges(answer);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].scheme, "Bearer");
    EXPECT_EQ(found[0].count("realm"), 1U);
    if (error) {
      ASSERT_TRUE(found[0].find("error"));
      EXPECT_EQ(*found[0].find("error"), error);
    } else {
      EXPECT_FALSE(found[0].find("error"));
    }
    EXPECT_EQ(*found[0].find("resource_metadata"), "https://api.test/.well-known/oauth-protected-resource");
  }
  EXPECT_EQ(*challenges(world.api("/admin", access))[0].find("scope"), "admin");
}

TEST(ResourceServer, TokensOtherThanInTheHeaderDependOnTheStance) {
  for (const auto& stance : stance_names()) {
    World world(stance);
    const int expected = stance_named(stance).token_in_query ? 200 : 401;
    const auto access = world.tokens("confidential")["access_token"].get<std::string>();
    const auto in_query = world.visit("https://api.test/profile?access_token=" + access);
    EXPECT_EQ(in_query.status, expected) << stance;
    EXPECT_EQ(in_query.headers.value("Cache-Control"), expected == 200 ? "private" : "no-store");
    Request post{.method = "POST",
                 .url = "https://api.test/profile",
                 .headers = {},
                 .body = "access_token=" + access,
                 .octets = {}};
    post.headers.add("Content-Type", "application/x-www-form-urlencoded");
    EXPECT_EQ(world.send(post).status, 200) << stance;
    post.headers.add("Authorization", "Bearer " + access);
    const auto twice = world.send(post);
    EXPECT_EQ(twice.status, 400) << stance;
    EXPECT_EQ(*challenges(twice)[0].find("error"), "invalid_request");
    EXPECT_EQ(world.visit("https://api.test/profile?access_token=a&access_token=b").status, 400) << stance;
  }
}

TEST(ResourceServer, MalformedRequestsAreAnswered) {
  World world;
  const auto access = world.tokens("confidential")["access_token"].get<std::string>();
  const auto ask = [&](std::initializer_list<std::string> fields, std::string method = "GET") {
    Request request{.method = std::move(method),
                    .url = "https://api.test/profile",
                    .headers = {},
                    .body = {},
                    .octets = {}};
    for (const auto& field : fields)
      request.headers.add("Authorization", field);
    return world.send(request).status;
  };
  EXPECT_EQ(ask({"bEaReR " + access}), 200);
  EXPECT_EQ(ask({"Bearer"}), 400);
  EXPECT_EQ(ask({"Bearer \xC3\xA9"}), 400);
  EXPECT_EQ(ask({"Bearer " + access, "Bearer " + access}), 400);
  EXPECT_EQ(ask({"Basic YTpi"}), 401);
  EXPECT_EQ(ask({"Bearer " + access}, "DELETE"), 405);
  EXPECT_EQ(world.visit("https://api.test/").status, 404);
}

TEST(ResourceServer, TakesNoOtherKindOfToken) {
  World world;
  const auto tokens = world.tokens("confidential");
  EXPECT_EQ(world.api("/profile", tokens["refresh_token"].get<std::string>()).status, 401);
  EXPECT_EQ(world.api("/profile", tokens["id_token"].get<std::string>()).status, 401);
  World refresh("bcp", Fault::api_accepts_refresh_tokens);
  EXPECT_EQ(refresh.api("/profile", refresh.tokens("confidential")["refresh_token"].get<std::string>()).status,
            200);
  World id("bcp", Fault::api_accepts_id_tokens);
  EXPECT_EQ(id.api("/profile", id.tokens("confidential")["id_token"].get<std::string>()).status, 200);
}

TEST(ResourceServer, MetadataNamesItsAuthorizationServerAndWhereItTakesTokens) {
  using nlohmann::json;
  for (const auto& stance : stance_names()) {
    World world(stance);
    const auto metadata =
        json::parse(world.visit("https://api.test/.well-known/oauth-protected-resource").body);
    EXPECT_EQ(metadata["resource"], "https://api.test");
    EXPECT_EQ(metadata["authorization_servers"], json::array({"https://as.test"}));
    const auto methods = stance_named(stance).token_in_query ? json::array({"header", "body", "query"})
                                                             : json::array({"header", "body"});
    EXPECT_EQ(metadata["bearer_methods_supported"], methods) << stance;
  }
}

}  // namespace
}  // namespace oauthentic::mock

// Each manner changes an answer, and only in what no specification fixes.
#include "mock_servers/manners.hpp"

#include <gmock/gmock.h>

#include "mock_servers/answers.hpp"
#include "mock_servers/provider.hpp"

namespace oauthentic::mock {
namespace {

Request request_to(std::string url) {
  Request request;
  request.url = std::move(url);
  return request;
}

TEST(Manners, AreFoundByName) {
  for (const auto& info : manners())
    EXPECT_EQ(manner_from(info.name), info.manner);
  EXPECT_EQ(manner_from("rude"), std::nullopt);
  EXPECT_TRUE(MannerSet().empty());
  EXPECT_TRUE(MannerSet::all().has(Manner::jwt_tokens));
}

TEST(Manners, AFailedAuthenticationInTheBodyIs400) {
  const MannerSet manner(Manner::status_400);
  auto request = request_to("https://as.test/token");
  auto answer = json_answer(401, "{\"error\":\"invalid_client\"}");
  answer.headers.add("WWW-Authenticate", "Basic");
  EXPECT_EQ(in_manner(manner, request, answer).status, 400);
  request.headers.set("Authorization", "Basic eDp5");
  EXPECT_EQ(in_manner(manner, request, answer).status, 401);
  EXPECT_EQ(in_manner(manner, request_to("https://as.test/introspect"), answer).status, 401);
}

TEST(Manners, WordsAreNobodysBusiness) {
  const MannerSet manner(Manner::other_words);
  auto answer = json_answer(400, R"({"error":"invalid_grant","error_description":"The code was used."})");
  answer.headers.add("WWW-Authenticate",
                     R"(Bearer error="invalid_token", error_description="Old.", scope="a")");
  const auto told = in_manner(manner, request_to("https://as.test/token"), answer);
  EXPECT_EQ(told.body, R"({"error":"invalid_grant","error_description":"This cannot be done (E4711)."})");
  EXPECT_EQ(told.headers.value("WWW-Authenticate"),
            R"(Bearer error="invalid_token", error_description="This cannot be done (E4711).", scope="a")");
}

TEST(Manners, AnInactiveTokenStaysAlone) {
  const MannerSet manner(Manner::more_members);
  const auto inactive = json_answer(200, "{\"active\":false}");
  EXPECT_EQ(in_manner(manner, request_to("https://as.test/introspect"), inactive).body, "{\"active\":false}");
  EXPECT_EQ(in_manner(manner, request_to("https://as.test/token"), json_answer(200, "{\"a\":1}")).body,
            "{\"a\":1,\"x_vendor\":{\"build\":[4,7,11]}}");
}

TEST(Manners, AProviderHasThem) {
  ProviderOptions options;
  options.manners = MannerSet::all();
  const Provider provider(options);
  const auto answer = provider.handlers().at("https://api.test")(request_to("https://api.test/profile"));
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.media_type(), "text/html");
  EXPECT_EQ(answer.headers.all("Set-Cookie").size(), 2U);
  EXPECT_EQ(answer.headers.begin()->name, "content-type");
}

}  // namespace
}  // namespace oauthentic::mock

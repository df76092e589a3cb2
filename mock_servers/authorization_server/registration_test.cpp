// Clients that register themselves at the mock (RFC 7591), manage what they registered and go (RFC 7592).
#include <gmock/gmock.h>

#include "mock_servers/flow_test_support.hpp"
#include "oauth/json_document.hpp"

namespace oauthentic::mock {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class RegistrationTest : public ::testing::Test {
 protected:
  Response send(const std::string& method, const std::string& url, const json& document,
                const std::string& token = "") {
    Request request{.method = method,
                    .url = url,
                    .headers = {},
                    .body = document.is_null() ? "" : document.dump(),
                    .octets = {}};
    if (!document.is_null()) request.headers.add("Content-Type", "application/json; charset=utf-8");
    if (!token.empty()) request.headers.add("Authorization", "Bearer " + token);
    return world_.send(request);
  }
  Response post(const json& document) {
    return send("POST", world_.deployment.options.issuer + "/register", document);
  }
  json registered(const json& document) {
    const auto response = post(document);
    EXPECT_EQ(response.status, 201) << response.body;
    return json::parse(response.body);
  }
  static json web() { return {{"redirect_uris", {"https://client.test/cb"}}}; }

  testing::World world_;
};

TEST_F(RegistrationTest, DefaultsAreTold) {
  const auto client = registered(web());
  EXPECT_EQ(client["token_endpoint_auth_method"], "client_secret_basic");
  EXPECT_EQ(client["grant_types"], json({"authorization_code"}));
  EXPECT_EQ(client["response_types"], json({"code"}));
  EXPECT_EQ(client["client_secret_expires_at"], 0);
  EXPECT_THAT(client["client_secret"].get<std::string>(), SizeIs(43));
  EXPECT_THAT(client["client_id"].get<std::string>(), SizeIs(22));
}

TEST_F(RegistrationTest, ARegisteredClientGetsTokensUntilItIsDeleted) {
  auto document = web();
  document["grant_types"] = {"authorization_code", "client_credentials"};
  const auto client = registered(document);
  const auto authorization = oauth::basic_authorization(client["client_id"].get<std::string>(),
                                                        client["client_secret"].get<std::string>());
  const auto ask = [&] { return world_.post("/token", {{"grant_type", "client_credentials"}}, authorization); };
  const auto answer = ask();
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto token = json::parse(answer.body)["access_token"].get<std::string>();
  EXPECT_EQ(world_.api("/profile", token).status, 200);
  const auto uri = client["registration_client_uri"].get<std::string>();
  const auto management = client["registration_access_token"].get<std::string>();
  EXPECT_EQ(send("DELETE", uri, json(), management).status, 204);
  EXPECT_EQ(ask().status, 401);
  EXPECT_EQ(world_.api("/profile", token).status, 401);
  EXPECT_EQ(send("GET", uri, json(), management).status, 401);
}

TEST_F(RegistrationTest, ARegistrationIsReadAndChanged) {
  const auto client = registered(web());
  const auto uri = client["registration_client_uri"].get<std::string>();
  const auto management = client["registration_access_token"].get<std::string>();
  EXPECT_EQ(json::parse(send("GET", uri, json(), management).body)["redirect_uris"], web()["redirect_uris"]);
  auto changed = web();
  changed["redirect_uris"] = {"https://client.test/other"};
  EXPECT_EQ(send("PUT", uri, changed, management).status, 400);  // it does not name the client
  changed["client_id"] = client["client_id"];
  const auto answer = send("PUT", uri, changed, management);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(json::parse(send("GET", uri, json(), management).body)["redirect_uris"], changed["redirect_uris"]);
  EXPECT_EQ(send("GET", uri, json(), "another-token").status, 401);
  EXPECT_EQ(send("GET", uri, json()).status, 401);
}

TEST_F(RegistrationTest, WhatCannotWorkIsRefused) {
  const std::pair<json, const char*> kCases[] = {
      {json::array(), "invalid_client_metadata"},
      {json::object(), "invalid_redirect_uri"},
      {{{"redirect_uris", "https://client.test/cb"}}, "invalid_redirect_uri"},
      {{{"redirect_uris", {"http://client.test/cb"}}}, "invalid_redirect_uri"},
      {{{"redirect_uris", {"javascript:alert(1)"}}}, "invalid_redirect_uri"},
      {{{"redirect_uris", {"myapp:/cb"}}}, "invalid_redirect_uri"},
      {{{"redirect_uris", {"https://client.test/cb#x"}}}, "invalid_redirect_uri"},
      {{{"redirect_uris", {"https://client.test/cb"}}, {"grant_types", {"implicit"}}},
       "invalid_client_metadata"},
      {{{"redirect_uris", {"https://client.test/cb"}}, {"response_types", {"token"}}},
       "invalid_client_metadata"},
      {{{"redirect_uris", {"https://client.test/cb"}}, {"token_endpoint_auth_method", "x"}},
       "invalid_client_metadata"},
      {{{"redirect_uris", {"https://client.test/cb"}}, {"token_endpoint_auth_method", "private_key_jwt"}},
       "invalid_client_metadata"},
      {{{"redirect_uris", {"https://client.test/cb"}}, {"logo_uri", "javascript:alert(1)"}},
       "invalid_client_metadata"},
  };
  for (const auto& [document, error] : kCases) {
    const auto response = post(document);
    EXPECT_EQ(response.status, 400) << document;
    EXPECT_THAT(response.body, HasSubstr(error)) << document;
  }
  EXPECT_EQ(registered({{"redirect_uris", {"com.example.app:/cb"}}, {"token_endpoint_auth_method", "none"}})
                .count("client_secret"),
            0U);
}

TEST_F(RegistrationTest, TheNumberOfClientsIsBounded) {
  auto response = post(web());
  for (int i = 0; i < 6000 && response.status == 201; ++i)
    response = post(web());
  EXPECT_EQ(response.status, 403);
}

}  // namespace
}  // namespace oauthentic::mock

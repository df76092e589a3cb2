// What a strict server refuses, and what it does not.
#include "fuzz/network/unearned.hpp"

#include <gmock/gmock.h>

namespace oauthentic::fuzz {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Entitlement entitlement() {
  return {.client_id = "id",
          .client_secret = "secret",
          .grant_client_id = "id",
          .code = "c0de",
          .code_verifier = "verifier",
          .redirect_uri = "https://app.test/cb",
          .access_token = "access",
          .refresh_token = "refresh"};
}

Request token_request(std::string body) {
  Request request;
  request.method = "POST";
  request.url = "https://as.test/token";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
                     {"Authorization", oauth::basic_authorization("id", "secret")}};
  request.body = std::move(body);
  return request;
}

constexpr auto kGood =
    "grant_type=authorization_code&code=c0de&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&code_verifier=verifier";

std::vector<std::string> of_code(const Request& request, const Entitlement& right = entitlement()) {
  return unearned(Surface::code_token, request, right);
}

TEST(Unearned, NothingIsWrongWithAnHonestRequest) {
  EXPECT_THAT(of_code(token_request(kGood)), IsEmpty());
  EXPECT_THAT(of_code(token_request(std::string(kGood) + "&unknown=1&unknown=2&scope=&scope=a")), IsEmpty());
  auto request = token_request(std::string(kGood) + "&client_id=id&client_secret=secret");
  request.headers.set("Authorization", "Basic %%%");
  EXPECT_THAT(of_code(request), IsEmpty()) << "the secret in the body proves the client";
}

TEST(Unearned, OnlyWhatTheEndpointReadsIsNotRepeated) {
  EXPECT_THAT(of_code(token_request(std::string(kGood) + "&scope=a&scope=b&token=a&token=b")), IsEmpty());
  EXPECT_THAT(
      of_code(token_request("grant_type=refresh_token&refresh_token=refresh&scope=a&scope=b&code=c&code=d")),
      ElementsAre("repeated scope"));
  Request request = token_request("token=access&token_type_hint=a&token_type_hint=b&grant_type=a&grant_type=b");
  EXPECT_THAT(unearned(Surface::introspection, request, entitlement()), IsEmpty());
  request.headers.add("Authorization", "Bearer x");
  EXPECT_THAT(unearned(Surface::introspection, request, entitlement()), IsEmpty())
      << "one field proves the client";
}

TEST(Unearned, EachFaultIsNamed) {
  const auto with = [](std::string_view from, std::string_view to) {
    std::string body = kGood;
    body.replace(body.find(from), from.size(), to);
    return of_code(token_request(body));
  };
  EXPECT_THAT(with("c0de", "other"), ElementsAre("wrong code"));
  EXPECT_THAT(with("code=c0de&", ""), ElementsAre("no code"));
  EXPECT_THAT(with("code_verifier=verifier", "code_verifier="), ElementsAre("empty code_verifier"));
  EXPECT_THAT(with("app.test", "evil.test"), ElementsAre("wrong redirect_uri"));
  EXPECT_THAT(with("grant_type=authorization_code", "grant_type=x"), ElementsAre("wrong grant_type"));
  EXPECT_THAT(with("code=c0de", "code=c0de&code=other"), ElementsAre("repeated code"));
}

TEST(Unearned, TheClientHasToProveItself) {
  auto request = token_request(kGood);
  request.headers.set("Authorization", oauth::basic_authorization("id", "secre"));
  EXPECT_THAT(of_code(request), ElementsAre("wrong client_secret"));
  request.headers.set("Authorization", oauth::basic_authorization("id", "secret") + "!");
  EXPECT_THAT(of_code(request), ElementsAre("malformed authorization"));
  request.headers.remove("Authorization");
  EXPECT_THAT(of_code(request), ElementsAre("no client_secret"));
  auto open = entitlement();
  open.client_secret.clear();
  EXPECT_THAT(of_code(request, open), ElementsAre("wrong client_id"));
  request.body += "&client_id=id";
  EXPECT_THAT(of_code(request, open), IsEmpty());
}

TEST(Unearned, ARequestThatCameWronglyIsWrongForThatAlone) {
  auto request = token_request(kGood);
  request.method = "GET";
  EXPECT_THAT(of_code(request), ElementsAre("method GET"));
  request = token_request("{}");
  request.headers.set("Content-Type", "application/json");
  EXPECT_THAT(of_code(request), ElementsAre("media type application/json"));
  request = token_request("");
  request.url += std::string("?") + kGood;
  EXPECT_THAT(of_code(request), testing::Contains("code in the query"));
}

TEST(Unearned, WhatWasUsedUpEarnsNothing) {
  auto right = entitlement();
  right.code.clear();
  EXPECT_THAT(of_code(token_request(kGood), right), ElementsAre("code that is used up"));
  right = entitlement();
  right.grant_client_id = "another";
  EXPECT_THAT(of_code(token_request(kGood), right), ElementsAre("code of another client"));
}

TEST(Unearned, TheGrantThatWasAskedForCounts) {
  EXPECT_THAT(of_code(token_request("grant_type=refresh_token&refresh_token=refresh")), IsEmpty());
  EXPECT_THAT(of_code(token_request("grant_type=refresh_token&refresh_token=refres")),
              ElementsAre("wrong refresh_token"));
  EXPECT_EQ(surface_asked(Surface::code_token, token_request("grant_type=client_credentials")),
            Surface::client_token);
}

TEST(Unearned, TokensOpenWhatTheyAreFor) {
  Request request;
  request.url = "https://api.test/me";
  request.headers = {{"Authorization", "Bearer access"}};
  EXPECT_THAT(unearned(Surface::api, request, entitlement()), IsEmpty());
  request.headers.set("Authorization", "Bearer acces");
  EXPECT_THAT(unearned(Surface::api, request, entitlement()), ElementsAre("wrong access_token"));
  request.headers.clear();
  EXPECT_THAT(unearned(Surface::userinfo, request, entitlement()), ElementsAre("no access_token"));
}

TEST(Unearned, AuthorizationRequestsAreForTheClientsOwnUris) {
  Request request;
  request.url =
      "https://as.test/authorize?response_type=code&client_id=id&redirect_uri=https%3A%2F%2Fapp.test%2Fcb";
  EXPECT_THAT(unearned(Surface::authorization, request, entitlement()), IsEmpty());
  request.url += "%2Fmore";
  EXPECT_THAT(unearned(Surface::authorization, request, entitlement()), ElementsAre("wrong redirect_uri"));
  request.url = "https://as.test/authorize?redirect_uri=https%3A%2F%2Fapp.test%2Fcb&response_type=code";
  request.method = "POST";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = "client_id=id&redirect_uri=https%3A%2F%2Fapp.test%2Fcb";
  EXPECT_THAT(unearned(Surface::authorization, request, entitlement()), IsEmpty());
  request.body += "&redirect_uri=x";
  EXPECT_THAT(unearned(Surface::authorization, request, entitlement()), ElementsAre("repeated redirect_uri"));
  request.method = "GET";
  auto native = entitlement();
  native.redirect_uri = "http://127.0.0.1:8765/cb";
  request.url =
      "https://as.test/authorize?response_type=code&client_id=id&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcb";
  EXPECT_THAT(unearned(Surface::authorization, request, native), IsEmpty()) << "RFC 8252 §7.3";
}

TEST(Success, IsWhatWasAskedFor) {
  Response response;
  response.status = 200;
  response.body = R"({"access_token":"a"})";
  EXPECT_TRUE(is_success(Surface::code_token, response));
  EXPECT_FALSE(is_success(Surface::introspection, response));
  response.body = R"({"access_token":""})";
  EXPECT_FALSE(is_success(Surface::code_token, response));
  response.body = R"({"active":true})";
  EXPECT_TRUE(is_success(Surface::introspection, response));
  response.status = 302;
  response.headers = {{"Location", "https://app.test/cb?code=1"}};
  EXPECT_TRUE(is_success(Surface::authorization, response));
  response.headers = {{"Location", "https://app.test/cb?error=x"}};
  EXPECT_FALSE(is_success(Surface::authorization, response));
}

}  // namespace
}  // namespace oauthentic::fuzz

#include "oauth/metadata.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

namespace oauthentic::oauth {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// The example of RFC 8414 §3.2, with the members that an OpenID provider must add.
json example() {
  return json::parse(R"({
    "issuer": "https://server.example.com",
    "authorization_endpoint": "https://server.example.com/authorize",
    "token_endpoint": "https://server.example.com/token",
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
    "token_endpoint_auth_signing_alg_values_supported": ["RS256", "ES256"],
    "userinfo_endpoint": "https://server.example.com/userinfo",
    "jwks_uri": "https://server.example.com/jwks.json",
    "registration_endpoint": "https://server.example.com/register",
    "scopes_supported": ["openid", "profile", "email", "address", "phone", "offline_access"],
    "response_types_supported": ["code", "code token"],
    "service_documentation": "http://server.example.com/service_documentation.html",
    "ui_locales_supported": ["en-US", "en-GB", "en-CA", "fr-FR", "fr-CA"],
    "subject_types_supported": ["public"],
    "id_token_signing_alg_values_supported": ["RS256"]
  })");
}

std::vector<std::string> problems_with(const char* member, const json& value) {
  auto metadata = example();
  metadata[member] = value;
  return metadata_problems(metadata);
}

std::vector<std::string> problems_without(const char* member) {
  auto metadata = example();
  EXPECT_EQ(metadata.erase(member), 1U);
  return metadata_problems(metadata);
}

TEST(MetadataProblems, NoneInTheExample) {
  EXPECT_THAT(metadata_problems(example()), IsEmpty());
}

TEST(MetadataProblems, NoneInTheSmallestDocuments) {
  EXPECT_THAT(metadata_problems({{"issuer", "https://h"},
                                 {"response_types_supported", {"code"}},
                                 {"authorization_endpoint", "https://h/a"},
                                 {"token_endpoint", "https://h/t"}}),
              IsEmpty());
  EXPECT_THAT(metadata_problems({{"issuer", "http://127.0.0.1:8080/x"},
                                 {"grant_types_supported", {"implicit"}},
                                 {"response_types_supported", {"token"}},
                                 {"authorization_endpoint", "http://127.0.0.1:8080/a"}}),
              IsEmpty());
}

TEST(MetadataProblems, NotAnObject) {
  for (const auto& document : {json(), json::array(), json("text"), json(1)}) {
    EXPECT_THAT(metadata_problems(document), ElementsAre(HasSubstr("not a JSON object")));
  }
}

TEST(MetadataProblems, MissingMembers) {
  for (const auto* member : {"issuer", "authorization_endpoint", "token_endpoint", "response_types_supported",
                             "jwks_uri", "subject_types_supported", "id_token_signing_alg_values_supported",
                             "token_endpoint_auth_signing_alg_values_supported"}) {
    EXPECT_THAT(problems_without(member), ElementsAre(StartsWith(member + std::string(" is missing: "))))
        << member;
  }
  for (const auto* member : {"userinfo_endpoint", "scopes_supported", "registration_endpoint"}) {
    EXPECT_THAT(problems_without(member), IsEmpty()) << member;
  }
  EXPECT_FALSE(metadata_problems(json::object()).empty());
}

TEST(MetadataProblems, EveryMemberOfTheWrongType) {
  for (const auto* members : {&metadata_list_members(), &metadata_url_members(), &metadata_boolean_members()}) {
    EXPECT_FALSE(members->empty());
    for (const auto& member : *members) {
      for (const auto& value : {json(), json(7), json::object()}) {
        EXPECT_THAT(problems_with(member.c_str(), value), Contains(StartsWith(member + " is not a")))
            << member << value;
      }
    }
  }
  for (const auto& member : metadata_list_members()) {
    EXPECT_THAT(problems_with(member.c_str(), json::array()),
                Contains(StartsWith(member + " is an empty array")));
    EXPECT_THAT(problems_with(member.c_str(), {1}),
                Contains(StartsWith(member + " has a value that is not a string")));
    EXPECT_THAT(problems_with(member.c_str(), "text"), Contains(StartsWith(member + " is not an array")));
  }
  EXPECT_THAT(problems_with("signed_metadata", 1), ElementsAre(StartsWith("signed_metadata is not a string")));
  EXPECT_THAT(problems_with("mtls_endpoint_aliases", 1),
              ElementsAre(StartsWith("mtls_endpoint_aliases is not an object")));
}

TEST(MetadataProblems, NoMemberIsOfTwoTypes) {
  std::multiset<std::string> all;
  for (const auto* members : {&metadata_list_members(), &metadata_url_members(), &metadata_boolean_members()}) {
    all.insert(members->begin(), members->end());
  }
  for (const auto& member : all)
    EXPECT_EQ(all.count(member), 1U) << member;
}

TEST(MetadataProblems, Issuers) {
  EXPECT_THAT(problems_with("issuer", "http://server.example.com"),
              ElementsAre(HasSubstr("issuer does not use the https")));
  EXPECT_THAT(problems_with("issuer", "https://h?a=b"), ElementsAre(StartsWith("issuer has a query")));
  EXPECT_THAT(problems_with("issuer", "https://h/#"), ElementsAre(StartsWith("issuer has a fragment")));
  EXPECT_THAT(problems_with("issuer", "server.example.com"),
              ElementsAre(StartsWith("issuer is not an absolute URL")));
  EXPECT_THAT(problems_with("issuer", "urn:server"), ElementsAre(StartsWith("issuer is not an absolute URL")));
  EXPECT_THAT(problems_with("issuer", "http://localhost.evil.test"), ElementsAre(HasSubstr("https")));
}

TEST(MetadataProblems, Urls) {
  EXPECT_THAT(problems_with("token_endpoint", "/token"),
              ElementsAre(StartsWith("token_endpoint is not an absolute URL")));
  EXPECT_THAT(problems_with("token_endpoint", "https://h/t#f"),
              ElementsAre(StartsWith("token_endpoint has a fragment")));
  EXPECT_THAT(problems_with("token_endpoint", "http://h/t"),
              ElementsAre(StartsWith("token_endpoint does not use the https")));
  EXPECT_THAT(problems_with("jwks_uri", "http://h/t"),
              ElementsAre(StartsWith("jwks_uri does not use the https")));
  EXPECT_THAT(problems_with("op_tos_uri", "http://h/t#f"), IsEmpty());
}

TEST(MetadataProblems, ClientAuthentication) {
  for (const std::string endpoint : {"token_endpoint", "revocation_endpoint", "introspection_endpoint"}) {
    const auto methods = endpoint + "_auth_methods_supported";
    const auto algorithms = endpoint + "_auth_signing_alg_values_supported";
    auto metadata = example();
    metadata[methods] = {"client_secret_jwt", "private_key_jwt"};
    metadata.erase(algorithms);
    EXPECT_THAT(metadata_problems(metadata), ElementsAre(StartsWith(algorithms + " is missing")));
    metadata[algorithms] = {"RS256", "none"};
    EXPECT_THAT(metadata_problems(metadata), ElementsAre(StartsWith(algorithms + " has `none`")));
  }
}

TEST(MetadataProblems, GrantsWithoutResponsesAndTheReverse) {
  EXPECT_THAT(problems_with("grant_types_supported", {"authorization_code", "implicit", "refresh_token"}),
              IsEmpty());
  EXPECT_THAT(problems_with("grant_types_supported", {"authorization_code"}),
              ElementsAre(StartsWith("grant_types_supported has no implicit")));
  EXPECT_THAT(problems_with("grant_types_supported", {"implicit"}),
              ElementsAre(StartsWith("grant_types_supported has no authorization_code")));
  auto metadata = example();
  metadata["grant_types_supported"] = {"authorization_code", "implicit"};
  metadata["response_types_supported"] = {"code"};
  EXPECT_THAT(metadata_problems(metadata),
              ElementsAre(StartsWith("response_types_supported has no type with token")));
  metadata["response_types_supported"] = {"id_token"};
  EXPECT_THAT(metadata_problems(metadata),
              ElementsAre(StartsWith("response_types_supported has no type with code")));
}

TEST(MetadataProblems, Extensions) {
  constexpr auto kDeviceCode = "urn:ietf:params:oauth:grant-type:device_code";
  EXPECT_THAT(problems_with("grant_types_supported", {"authorization_code", "implicit", kDeviceCode}),
              ElementsAre(StartsWith("device_authorization_endpoint is missing")));
  auto metadata = example();
  metadata["device_authorization_endpoint"] = "https://h/d";
  EXPECT_THAT(metadata_problems(metadata), IsEmpty());
  metadata["grant_types_supported"] = {"authorization_code", "implicit"};
  EXPECT_THAT(metadata_problems(metadata), ElementsAre(AllOf(HasSubstr("has no"), HasSubstr(kDeviceCode))));
  EXPECT_THAT(problems_with("require_pushed_authorization_requests", true),
              ElementsAre(StartsWith("pushed_authorization_request_endpoint is missing")));
  EXPECT_THAT(problems_with("require_pushed_authorization_requests", false), IsEmpty());
  EXPECT_THAT(problems_with("dpop_signing_alg_values_supported", {"ES256", "none"}),
              ElementsAre(StartsWith("dpop_signing_alg_values_supported has `none`")));
  metadata = example();
  metadata["require_signed_request_object"] = true;
  metadata["request_object_signing_alg_values_supported"] = {"none"};
  EXPECT_THAT(metadata_problems(metadata),
              ElementsAre(StartsWith("request_object_signing_alg_values_supported has only")));
}

TEST(MetadataList, ValuesDefaultsAndNothing) {
  const json metadata = {{"scopes_supported", {"a", 1, "b"}}, {"grant_types_supported", "text"}};
  EXPECT_THAT(*metadata_list(metadata, "scopes_supported"), ElementsAre("a", "b"));
  EXPECT_EQ(metadata_list(metadata, "grant_types_supported"), std::nullopt);
  EXPECT_EQ(metadata_list(metadata, "code_challenge_methods_supported"), std::nullopt);
  EXPECT_EQ(metadata_list(json(), "grant_types_supported"), std::nullopt);
  const auto none = json::object();
  EXPECT_THAT(*metadata_list(none, "grant_types_supported"), ElementsAre("authorization_code", "implicit"));
  EXPECT_THAT(*metadata_list(none, "response_modes_supported"), ElementsAre("query", "fragment"));
  EXPECT_THAT(*metadata_list(none, "token_endpoint_auth_methods_supported"),
              ElementsAre("client_secret_basic"));
  EXPECT_THAT(*metadata_list(none, "revocation_endpoint_auth_methods_supported"),
              ElementsAre("client_secret_basic"));
  EXPECT_EQ(metadata_list(none, "introspection_endpoint_auth_methods_supported"), std::nullopt);
}

}  // namespace
}  // namespace oauthentic::oauth

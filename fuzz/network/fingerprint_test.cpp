// Answers of one shape have one fingerprint, and others have others.
#include "fuzz/network/fingerprint.hpp"

#include <gmock/gmock.h>

namespace oauthentic::fuzz {
namespace {

http::Answer answer(int status, std::string type, std::string body, Headers more = {}) {
  Response response;
  response.status = status;
  response.headers = std::move(more);
  response.headers.add("Content-Type", std::move(type));
  response.body = std::move(body);
  return response;
}

Hash body_of(const std::string& body, std::string_view sent = "", const char* type = "application/json") {
  return Fingerprints().of(answer(400, type, body), sent).body();
}

TEST(Fingerprint, WhatVariesByItselfIsMasked) {
  EXPECT_EQ(body_of(R"({"error":"invalid_request","at":1764240000,"id":"8f3b-11"})"),
            body_of(R"({"error":"invalid_request","at":17,"id":"a7-92"})"));
  EXPECT_NE(body_of(R"({"error":"invalid_request","error_description":"code is missing"})"),
            body_of(R"({"error":"invalid_request","error_description":"code is malformed"})"));
  EXPECT_NE(body_of(R"({"error":"invalid_request"})"), body_of(R"({"error":"invalid_grant"})"));
}

TEST(Fingerprint, WhatTheRequestSaidIsMasked) {
  EXPECT_EQ(body_of("no such scope: flowers", "scope=flowers"),
            body_of("no such scope: animals", "scope=animals"));
  EXPECT_NE(body_of("no such scope: flowers"), body_of("no such scope: animals"));
}

TEST(Fingerprint, AttributesOfAPageSayNothing) {
  EXPECT_EQ(body_of("<p>Sign in</p><input value=\"abc\">", "", "text/html"),
            body_of("<p>Sign in</p><input value=\"xyz\" name=\"q\">", "", "text/html"));
  EXPECT_NE(body_of("<p>Sign in</p>", "", "text/html"), body_of("<p>Allow</p>", "", "text/html"));
  EXPECT_NE(body_of("<p>Sign</p>", "", "text/html"), body_of("<b>Sign</b>", "", "text/html"));
}

TEST(Fingerprint, StatusFieldsAndTargetOfARedirectTell) {
  const Fingerprints prints;
  const auto plain = prints.of(answer(200, "text/plain", "x"), "");
  EXPECT_NE(plain.outcome, prints.of(answer(201, "text/plain", "x"), "").outcome);
  EXPECT_NE(plain.head, prints.of(answer(200, "text/plain", "x", {{"Vary", "Accept"}}), "").head);
  EXPECT_EQ(plain.head, prints.of(answer(200, "text/plain", "x", {{"Date", "today"}}), "").head);
  const auto to = [&](const char* url) {
    return prints.of(answer(302, "text/plain", "", {{"Location", url}}), "");
  };
  EXPECT_EQ(to("https://a.test/cb?code=1&state=2").location, to("https://a.test/cb?code=7&state=8").location);
  EXPECT_NE(to("https://a.test/cb?code=1").location, to("https://b.test/cb?code=1").location);
  EXPECT_NE(to("https://a.test/cb?error=access_denied").outcome,
            to("https://a.test/cb?error=server_error").outcome);
}

TEST(Fingerprint, NoAnswerHasItsKind) {
  const Fingerprints prints;
  EXPECT_NE(prints.of(TransportError{TransportError::Kind::reset, "a"}, "").outcome,
            prints.of(TransportError{TransportError::Kind::timeout, "a"}, "").outcome);
}

TEST(Fingerprint, LearnsWordsThatVary) {
  Fingerprints prints;
  const auto one = prints.of(answer(400, "text/plain", "request alpha failed"), "");
  const auto other = prints.of(answer(400, "text/plain", "request omega failed"), "");
  EXPECT_NE(one.body(), other.body());
  EXPECT_TRUE(prints.learn(one, other));
  EXPECT_EQ(prints.masked(), 2u);
  EXPECT_EQ(prints.of(answer(400, "text/plain", "request alpha failed"), "").body(),
            prints.of(answer(400, "text/plain", "request omega failed"), "").body());
  EXPECT_FALSE(prints.learn(one, one));
}

TEST(Fingerprint, QuickErrorNeverFails) {
  EXPECT_EQ(quick_error(R"({ "error" : "invalid_grant" })"), "invalid_grant");
  for (const auto* text : {"", "\"error\"", "\"error\":", "\"error\": \"", "{\"error\":1}", "\"error\"\"\""})
    EXPECT_LT(quick_error(text).size(), 65u) << text;
  EXPECT_EQ(quick_error("\"error\":\"" + std::string(1000, 'x')).size(), 64u);
}

}  // namespace
}  // namespace oauthentic::fuzz

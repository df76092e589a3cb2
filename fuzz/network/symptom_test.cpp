// Each oracle sees what it is for, and nothing in what is right.
#include "fuzz/network/symptom.hpp"

#include <gmock/gmock.h>

namespace oauthentic::fuzz {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

Sent sent_with(http::Answer answer, Surface surface = Surface::code_token) {
  Sent sent;
  sent.surface = surface;
  sent.request.method = "POST";
  sent.request.url = "https://as.test/token";
  sent.request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  sent.request.body = "grant_type=authorization_code&code=abc-123-def-456";
  sent.answer = std::move(answer);
  return sent;
}

Response response(int status, std::string type, std::string body, Headers headers = {}) {
  Response out;
  out.status = status;
  out.headers = std::move(headers);
  if (!type.empty()) out.headers.add("Content-Type", std::move(type));
  out.body = std::move(body);
  return out;
}

std::vector<std::string> shown(const Sent& sent) {
  std::vector<std::string> out;
  for (const auto& symptom : symptoms_of(sent, 0, 1s))
    out.push_back(std::string(to_string(symptom.oracle)) + ": " + symptom.detail);
  return out;
}

constexpr auto kJson = "application/json";
constexpr auto kRefused = R"({"error":"invalid_grant","error_description":"The code is not known."})";

TEST(Symptom, ARefusalInOrderHasNone) {
  EXPECT_THAT(shown(sent_with(response(400, kJson, kRefused))), IsEmpty());
  EXPECT_THAT(shown(sent_with(response(405, "text/html", "<p>no</p>"))), IsEmpty());
  EXPECT_THAT(shown(sent_with(response(503, "text/plain", "later"))), IsEmpty());
  EXPECT_THAT(shown(sent_with(response(200, "text/html", "<p>Sign in</p>"), Surface::authorization)),
              IsEmpty());
}

TEST(Symptom, ServerErrorsAndLostConnections) {
  EXPECT_THAT(shown(sent_with(response(500, kJson, kRefused))), ElementsAre("server_error: status 500"));
  EXPECT_THAT(shown(sent_with(TransportError{TransportError::Kind::reset, ""})),
              ElementsAre("no_answer: closed"));
  EXPECT_THAT(shown(sent_with(TransportError{TransportError::Kind::malformed, ""})),
              ElementsAre("no_answer: what came is not HTTP"));
  EXPECT_THAT(shown(sent_with(TransportError{TransportError::Kind::timeout, ""})),
              ElementsAre("hang: no answer within the time limit"));
  EXPECT_THAT(shown(sent_with(TransportError{TransportError::Kind::connect, ""})),
              ElementsAre("death: connection refused"));
  auto slow = sent_with(response(400, kJson, kRefused));
  slow.duration = 2s;
  EXPECT_THAT(shown(slow), ElementsAre("hang: slow"));
}

TEST(Symptom, ErrorsHaveTheirShape) {
  const auto of = [](const char* type, const char* body) {
    return shown(sent_with(response(400, type, body)));
  };
  EXPECT_THAT(of("text/html", "<p>Bad</p>"), ElementsAre("error_shape: status 400 with text/html"));
  EXPECT_THAT(of("", "Bad"), ElementsAre("error_shape: status 400 with no media type"));
  EXPECT_THAT(of(kJson, "{"), ElementsAre("error_shape: status 400 with a body that is no JSON"));
  EXPECT_THAT(of(kJson, "{}"), ElementsAre("error_shape: status 400 without the member error"));
  EXPECT_THAT(of(kJson, R"({"error":"a\"b"})"),
              ElementsAre("error_shape: error has characters that are not permitted"));
  EXPECT_THAT(of(kJson, R"({"error":"a","error_description":"\u00e9"})"),
              ElementsAre("error_shape: error_description has characters that are not permitted"));
  auto page = sent_with(response(400, "text/html", "<p>Bad</p>"));
  page.request.headers.set("Accept", "text/html");
  EXPECT_THAT(shown(page), IsEmpty()) << "who asks for a page may get one";
  page.request.headers.set("Accept", "text/html, */*;q=0.1");
  EXPECT_THAT(shown(page), ElementsAre("error_shape: status 400 with text/html"));
  auto head = sent_with(response(400, kJson, ""));
  head.request.method = "HEAD";
  EXPECT_THAT(shown(head), IsEmpty());
}

TEST(Symptom, SecretsThatAreRepeated) {
  EXPECT_THAT(shown(sent_with(response(400, kJson, R"({"error":"invalid_grant","hint":"abc-123-def-456"})"))),
              ElementsAre("echo: code"));
}

TEST(Symptom, AValueThatAnotherParameterHasAsWellIsNoEcho) {
  auto sent = sent_with(response(400, kJson, R"({"error":"invalid_scope","hint":"abc-123-def-456"})"));
  sent.request.body += "&scope=abc-123-def-456";
  EXPECT_THAT(shown(sent), IsEmpty());
}

TEST(Symptom, HowARequestCameIsALesserMatter) {
  EXPECT_EQ(severity_of({Oracle::unearned, 0, "repeated code"}), Severity::medium);
  EXPECT_EQ(severity_of({Oracle::unearned, 0, "method GET"}), Severity::medium);
  EXPECT_EQ(severity_of({Oracle::unearned, 0, "wrong code_verifier"}), Severity::high);
  EXPECT_EQ(severity_of({Oracle::server_error, 0, "status 500"}), Severity::medium);
}

TEST(Symptom, WhatIsServedAgainstTheRules) {
  auto sent = sent_with(response(200, kJson, R"({"access_token":"a"})"));
  sent.right.code = "another";
  EXPECT_THAT(shown(sent), ElementsAre("unearned: wrong code"));
  sent.request.method = "OPTIONS";
  EXPECT_THAT(shown(sent), IsEmpty());
}

TEST(Symptom, WhatWasPlantedComesOut) {
  const auto page = [](const char* body, const char* type = "text/html") {
    return shown(sent_with(response(400, type, body), Surface::authorization));
  };
  EXPECT_THAT(page("<p>\"'><oa7f3a></p>"), ElementsAre("reflection: page"));
  EXPECT_THAT(page("<p>&lt;oa7f3a&gt;</p>"), IsEmpty());
  EXPECT_THAT(page("{\"a\":\"<oa7f3a>\"}", kJson), IsEmpty());
  EXPECT_THAT(page("<p>9801547</p>"), ElementsAre("evaluation: the product"));
  EXPECT_THAT(shown(sent_with(response(302, "", "", {{"X-Oa7f3a", "1"}}), Surface::authorization)),
              ElementsAre("header_injection: a field of the request"));
}

TEST(Symptom, RedirectsThatLeadAstray) {
  const auto leads = [](const char* location) {
    return !shown(sent_with(response(302, "", "", {{"Location", location}}), Surface::authorization)).empty();
  };
  for (const auto* location : {"https://attacker.test/cb", "//attacker.test", "https:\\\\attacker.test",
                               "https://app.test@attacker.test/", "https://app.test.attacker.test/",
                               "https://ATTACKER.test:80?x", "/\\attacker.test"})
    EXPECT_TRUE(leads(location)) << location;
  for (const auto* location : {"https://app.test/attacker.test", "https://app.test/?u=https://attacker.test",
                               "https://attacker.test@app.test/", "/login?to=//attacker.test", "attacker.test"})
    EXPECT_FALSE(leads(location)) << location;
}

TEST(Symptom, DisclosuresAreLookedFor) {
  const auto found = disclosures_of(sent_with(response(400, kJson, "at parse (/srv/app/token.js:41:7)")), 2);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].oracle, Oracle::disclosure);
  EXPECT_EQ(found[0].step, 2u);
}

TEST(Oracle, EachHasItsRowInItsPlace) {
  for (std::size_t i = 0; i < kOracles; ++i) {
    const auto oracle = static_cast<Oracle>(i);
    EXPECT_EQ(info(oracle).oracle, oracle);
    EXPECT_FALSE(to_string(oracle).empty());
    EXPECT_GT(info(oracle).cwe, 0u);
  }
}

}  // namespace
}  // namespace oauthentic::fuzz

#include "session/facts.hpp"

#include <gtest/gtest.h>

#include "oauth/json_document.hpp"

namespace oauthentic::session {
namespace {

using nlohmann::json;

Response response(int status, Headers headers, std::string body) {
  Response out;
  out.status = status;
  out.headers = std::move(headers);
  out.body = std::move(body);
  return out;
}

TEST(Facts, OfAJsonResponse) {
  EXPECT_EQ(facts_of(response(
                400, {{"Content-Type", "Application/JSON;charset=UTF-8"}, {"Cache-Control", "no-store"}},
                R"({"error":"invalid_grant","error_description":"d","error_uri":"u","a":{"b":[1]}})")),
            json::parse(R"({"status":400,"media_type":"application/json",
              "text":"{\"error\":\"invalid_grant\",\"error_description\":\"d\",\"error_uri\":\"u\",\"a\":{\"b\":[1]}}",
              "headers":{"content-type":"Application/JSON;charset=UTF-8","cache-control":"no-store"},
              "error":"invalid_grant","error_description":"d","error_uri":"u","duplicate_members":[],
              "disclosed":[],
              "body":{"error":"invalid_grant","error_description":"d","error_uri":"u","a":{"b":[1]}}})"));
}

TEST(Facts, RepeatedFieldsAreJoinedInTheirOrder) {
  const auto facts = facts_of(response(200, {{"Vary", "a"}, {"X", ""}, {"vary", "b"}, {"VARY", "c"}}, ""));
  EXPECT_EQ(facts.at("headers"), json({{"vary", "a, b, c"}, {"x", ""}}));
}

TEST(Facts, ABodyThatIsNoJsonIsTextAlone) {
  for (const auto* body : {"", "<html>", "{\"a\":", "{} x"}) {
    const auto facts = facts_of(response(200, {{"Content-Type", "application/json"}}, body));
    EXPECT_EQ(facts.at("text"), body);
    EXPECT_FALSE(facts.contains("body") || facts.contains("error") || facts.contains("duplicate_members"))
        << body;
  }
}

TEST(Facts, JsonThatIsNoObjectHasNoError) {
  const auto facts = facts_of(response(200, {}, R"(["error"])"));
  EXPECT_EQ(facts.at("body"), json({"error"}));
  EXPECT_EQ(facts.at("media_type"), "");
  EXPECT_FALSE(facts.contains("error"));
}

TEST(Facts, ErrorsAreKeptInWhateverTypeTheyCame) {
  const auto facts = facts_of(response(400, {}, R"({"error":{"code":1},"error_uri":null})"));
  EXPECT_EQ(facts.at("error"), json({{"code", 1}}));
  EXPECT_TRUE(facts.at("error_uri").is_null());
  EXPECT_FALSE(facts.contains("error_description"));
}

TEST(Facts, DuplicateMembersAreNamed) {
  EXPECT_EQ(facts_of(response(200, {}, R"({"a":1,"b":{"c":1,"c":2},"a":3})")).at("duplicate_members"),
            json({"/b/c", "/a"}));
}

TEST(Facts, HostileOctetsDoNotThrow) {
  const auto facts = facts_of(response(200, {{"X", "\xff"}}, std::string("\0\xff", 2)));
  EXPECT_EQ(facts.at("text").get<std::string>(), std::string("\0\xff", 2));
  EXPECT_NO_THROW(oauth::dump(facts));
  EXPECT_FALSE(facts_of(response(200, {}, std::string(100'000, '['))).contains("body"));
}

TEST(Disclosures, AreTracesStatementsAndPaths) {
  for (const auto* text :
       {"at Grant.issue (grant.js:41:7)", "\tat a.b.Grant.issue(Grant.java:7)", "File \"app.py\", line 3",
        "Fatal error in x.php on line 9", "Traceback (most recent call last):", "ORA-01756: quoted string",
        "SELECT secret FROM clients", "include(/var/www/token.php)", "C:\\inetpub\\wwwroot"}) {
    EXPECT_EQ(disclosures(text).size(), 1U) << text;
    EXPECT_EQ(facts_of(response(400, {}, text)).at("disclosed").size(), 1U) << text;
  }
}

TEST(Disclosures, AreNotFoundInOrdinaryText) {
  for (const auto* text : {"", ".js:41", "see grant.js: it is there", "Select a user from the list",
                           "https://as.test:9000/token", "SELECT without the other word"}) {
    EXPECT_EQ(disclosures(text), std::vector<std::string>{}) << text;
  }
  EXPECT_TRUE(disclosures("SELECT " + std::string(300, 'x') + " FROM t").empty());
  EXPECT_TRUE(disclosures(std::string(256 * 1024, 'x') + "/var/www/").empty());
}

TEST(NoAnswer, IsAnythingThatDecidesNothing) {
  const auto observed = [](const http::Answer& answer) {
    StepResult result;
    const bool none = no_answer(answer, result);
    EXPECT_EQ(result.disposition, none ? Disposition::no_answer : Disposition::unclear);
    return none ? result.observed : "an answer";
  };
  EXPECT_EQ(observed(TransportError{TransportError::Kind::timeout, "nothing came within 10 s"}),
            "no answer: nothing came within 10 s");
  EXPECT_EQ(observed(response(429, {}, "")), "no answer: the server limits the rate of requests (status 429)");
  EXPECT_EQ(observed(response(500, {}, "")), "no answer: the server failed (status 500)");
  EXPECT_EQ(observed(response(503, {}, "")), "no answer: the server failed (status 503)");
  for (const int status : {200, 302, 400, 401, 428, 430, 499})
    EXPECT_EQ(observed(response(status, {}, "")), "an answer");
}

TEST(Disposition, EveryOneHasItsName) {
  EXPECT_EQ(to_string(Disposition::accepted), "accepted");
  EXPECT_EQ(to_string(Disposition::refused), "refused");
  EXPECT_EQ(to_string(Disposition::unclear), "unclear");
  EXPECT_EQ(to_string(Disposition::no_answer), "no answer");
}

TEST(ToJson, ARepeatedNameKeepsItsFirstValue) {
  EXPECT_EQ(to_json({{"b", "1"}, {"a", ""}, {"b", "2"}}), json({{"a", ""}, {"b", "1"}}));
  EXPECT_EQ(to_json({}), json::object());
}

}  // namespace
}  // namespace oauthentic::session

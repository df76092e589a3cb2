#include "script/schema.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace oauthentic::script {
namespace {

std::string mistakes(std::string_view schema, const std::string& text) {
  Diagnostics diagnostics;
  const auto document = Document::parse(text, "f.yaml", diagnostics);
  if (!document) return diagnostics.to_string();
  EXPECT_EQ(check_schema(*document, schema, diagnostics), diagnostics.empty());
  return diagnostics.to_string();
}

const std::string kScenario = "topic: t\nscenarios:\n- id: a\n  title: T\n  flow: f\n";
const std::string kRequirement =
    "spec: s\nname: S\ntitle: T\nurl: u\nrequirements:\n- id: r\n  section: \"1\"\n  role: AS\n";
const std::string kTarget =
    "issuer: https://as.test\nclients: { public: { client_id: c } }\nredirect_uri: https://c.test/cb\n"
    "user: { username: u }\n";

struct Case {
  std::string text;
  std::string expected;
};

void expect_all(std::string_view schema, const std::vector<Case>& cases) {
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(mistakes(schema, text), expected) << text;
}

constexpr auto kType = "Value type not permitted by 'type' constraint.\n";

TEST(Schema, Flow) {
  expect_all("flow",
             {
                 {"flow: f\ntitle: T\nsteps: [ { redeem: {} } ]\n", ""},
                 {"flow: f\ntitle: T\nsteps: []\nneds: [api]\n",
                  "f.yaml:4:1: unknown key \"neds\"; did you mean \"needs\"?\n"},
                 {"flow: f\nsteps: []\n", "f.yaml:1:1: the file: Missing required property 'title'.\n"},
                 {"flow: f\ntitle: T\nsteps: [ redeem ]\n", std::string("f.yaml:3:10: /steps/0: ") + kType},
                 {"flow: f\ntitle: 5\nsteps: []\n", std::string("f.yaml:2:1: /title: ") + kType},
                 {"flow: \"\"\ntitle: T\nsteps: []\n",
                  "f.yaml:1:1: /flow: String should be no fewer than 1 characters in length.\n"},
                 {"- flow\n", std::string("f.yaml:1:1: the file: ") + kType},
             });
}

TEST(Schema, Scenarios) {
  expect_all(
      "scenarios",
      {
          {kScenario + "  proves: x\n", ""},
          {kScenario + "  expct: {}\n", "f.yaml:6:3: unknown key \"expct\"; did you mean \"expect\"?\n"},
          {kScenario + "  then: [ redeem ]\n", std::string("f.yaml:6:11: /scenarios/0/then/0: ") + kType},
          {kScenario + "  proves: 5\n", std::string("f.yaml:6:3: /scenarios/0/proves: ") + kType},
          {kScenario + "  each: { a: { frm: x } }\n",
           "f.yaml:6:16: unknown key \"frm\"; did you mean \"from\"?\n"
           "f.yaml:6:11: /scenarios/0/each/a: Missing required property 'from'.\n"},
          {kScenario + "  each: 5\n", std::string("f.yaml:6:3: /scenarios/0/each: ") + kType},
          {kScenario + "  each: [ { row: 5 } ]\n",
           std::string("f.yaml:6:13: /scenarios/0/each/0/row: ") + kType},
          {kScenario + "  rounds: 0\n",
           "f.yaml:6:3: /scenarios/0/rounds: Expected number greater than or equal to 1.000000\n"},
          {kScenario + "  disturbs: all\n",
           "f.yaml:6:3: /scenarios/0/disturbs: Failed to match against any enum values.\n"},
          {kScenario + "  instances: { v: { usr: x } }\n",
           "f.yaml:6:21: unknown key \"usr\"; did you mean \"user\"?\n"},
          {"topic: t\nscenarios:\n- id: a\n  title: T\n",
           "f.yaml:3:3: /scenarios/0: Missing required property 'flow'.\n"},
          {"topic: t\nscenarios: [ { z: 1 } ]\nx: 1\n",
           "f.yaml:2:16: unknown key \"z\"\nf.yaml:2:14: /scenarios/0: Missing required property 'flow'.\n"
           "f.yaml:2:14: /scenarios/0: Missing required property 'id'.\n"
           "f.yaml:2:14: /scenarios/0: Missing required property 'title'.\nf.yaml:3:1: unknown key \"x\"\n"},
      });
}

TEST(Schema, Requirements) {
  expect_all("requirements",
             {
                 {kRequirement + "  level: MUST\n  summary: s\n", ""},
                 {kRequirement + "  level: must\n  summary: s\n",
                  "f.yaml:9:3: /requirements/0/level: Failed to match against any enum values.\n"},
                 {kRequirement + "  level: MUST\n",
                  "f.yaml:6:3: /requirements/0: Missing required property 'summary'.\n"},
                 {kRequirement + "  level: MUST\n  summary: s\n  sumary: t\n",
                  "f.yaml:11:3: unknown key \"sumary\"; did you mean \"summary\"?\n"},
                 {kRequirement + "  level: MUST\n  summary: s\n  same_as: x\n",
                  std::string("f.yaml:11:3: /requirements/0/same_as: ") + kType},
                 {"spec: s\nname: S\ntitle: T\nurl: u\nrequirements: []\n",
                  "f.yaml:5:1: /requirements: Array should contain no fewer than 1 elements.\n"},
             });
}

TEST(Schema, Profile) {
  const std::string kProfile = "profile: p\ntitle: T\nstance: bcp\n";
  expect_all("profile",
             {
                 {kProfile + "levels: { r: off, s: MUST }\nspecifications: { rfc6749: \"2012\" }\n", ""},
                 {"profile: p\ntitle: T\n", "f.yaml:1:1: the file: Missing required property 'stance'.\n"},
                 {kProfile + "level: {}\n", "f.yaml:4:1: unknown key \"level\"; did you mean \"levels\"?\n"},
                 {kProfile + "levels: { r: maybe }\n",
                  "f.yaml:4:11: /levels/r: Failed to match against any enum values.\n"},
                 {kProfile + "specifications: { rfc6749: 2012 }\n",
                  std::string("f.yaml:4:19: /specifications/rfc6749: ") + kType},
             });
}

TEST(Schema, Target) {
  expect_all(
      "target",
      {
          {kTarget, ""},
          {kTarget + "limit: {}\n", "f.yaml:5:1: unknown key \"limit\"; did you mean \"limits\"?\n"},
          {kTarget + "limits: { rat: 5/s }\n", "f.yaml:5:11: unknown key \"rat\"; did you mean \"rate\"?\n"},
          {kTarget + "limits: { rate: 5 }\n", std::string("f.yaml:5:11: /limits/rate: ") + kType},
          {kTarget + "api: { url: x }\n", std::string("f.yaml:5:1: /api: ") + kType},
          {kTarget + "api: [ { scope: x } ]\n", "f.yaml:5:8: /api/0: Missing required property 'url'.\n"},
          {kTarget + "other_user: { username: u, agent: browser }\n",
           "f.yaml:5:28: /other_user/agent: Failed to match against any enum values.\n"},
          {"issuer: x\nclients: {}\nredirect_uri: x\nuser: { username: u }\n",
           "f.yaml:2:1: /clients: Object should have no fewer than 1 properties.\n"},
          {"issuer: x\nclients: { a: { client_secret: s } }\nredirect_uri: x\nuser: { username: u }\n",
           "f.yaml:2:12: /clients/a: Missing required property 'client_id'.\n"},
          {"issuer: x\nclients: { a: { client_id: 12 } }\nredirect_uri: x\nuser: { username: u }\n",
           std::string("f.yaml:2:17: /clients/a/client_id: ") + kType},
          {"issuer: x\nclients: { a: { client_id: i, secret: s } }\nredirect_uri: x\nuser: { username: u }\n",
           "f.yaml:2:31: unknown key \"secret\"\n"},
          {kTarget + "scope: x\n", "f.yaml:5:1: unknown key \"scope\"; did you mean \"scopes\"?\n"},
          {kTarget + "api: [ { url: x, scopes: y } ]\n",
           "f.yaml:5:18: unknown key \"scopes\"; did you mean \"scope\"?\n"},
          {kTarget + "other_user: { username: u, pasword: y }\n",
           "f.yaml:5:28: unknown key \"pasword\"; did you mean \"password\"?\n"},
      });
}

TEST(Schema, NamesWithSlashesAndQuotesLeadToTheirPlace) {
  EXPECT_EQ(mistakes("profile", "profile: p\ntitle: T\nstance: s\nlevels: { a/b~c: maybe }\n"),
            "f.yaml:4:11: /levels/a~1b~0c: Failed to match against any enum values.\n");
  EXPECT_EQ(mistakes("profile", "profile: p\ntitle: T\nstance: s\n\"it's\": 1\n"),
            "f.yaml:4:1: unknown key \"it's\"\n");
  EXPECT_EQ(mistakes("profile", "profile: p\ntitle: T\nstance: s\n\"[0]\": 1\n"),
            "f.yaml:4:1: unknown key \"[0]\"\n");
}

TEST(Schema, AnUnknownSchemaIsOurOwnMistake) {
  Diagnostics diagnostics;
  const auto document = Document::parse("{}", "f.yaml", diagnostics);
  EXPECT_THROW(check_schema(*document, "scenario", diagnostics), std::logic_error);
}

}  // namespace
}  // namespace oauthentic::script

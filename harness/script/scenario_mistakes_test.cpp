// What the checker tells of a script that its schema has passed: always the place, and what was probably meant.
#include <gtest/gtest.h>

#include "script/reader.hpp"
#include "script/schema.hpp"

namespace oauthentic::script {
namespace {

Names known_names() {
  Names names;
  names.requirements = {"rfc6749-4.1.2-code-single-use", "rfc7636-4.6-verifier-mismatch",
                        "rfc6749-5.2-error-invalid-grant", "rfc6749-5.2-error-invalid-request"};
  Diagnostics diagnostics;
  for (const auto* text : {"flow: code\ntitle: t\nsteps:\n- authorize: {}\n- redeem: {}\n",
                           "flow: keys\ntitle: t\nneeds: [jwks]\nsteps:\n- fetch_jwks: {}\n"}) {
    const auto document = Document::parse(text, "flow.yaml", diagnostics);
    const auto flow = read_flow(*document, diagnostics);
    names.flows[flow->id] = *flow;
  }
  EXPECT_EQ(diagnostics.to_string(), "");
  return names;
}

/// The mistakes of the scenario whose members, after its id and title, are `members`: they begin in line 5.
std::string mistakes(const std::string& members) {
  Diagnostics diagnostics;
  const auto document =
      Document::parse("topic: t\nscenarios:\n- id: a\n  title: T\n" + members, "s.yaml", diagnostics);
  if (document && check_schema(*document, "scenarios", diagnostics)) {
    read_scenarios(*document, known_names(), diagnostics);
  }
  return diagnostics.to_string();
}

struct Case {
  const char* members;
  const char* expected;
};

void expect_all(std::span<const Case> cases) {
  for (const auto& [members, expected] : cases)
    EXPECT_EQ(mistakes(members), expected) << members;
}

TEST(ScenarioMistakes, TheHonestFlowAndItsNames) {
  constexpr Case kCases[] = {
      {"  flow: cod\n  proves: rfc7636-4.6-verifier-mismatch\n  expect: { redeem: refused }\n",
       "s.yaml:5:3: unknown flow \"cod\"; did you mean \"code\"?\n"},
      {"  flow: code\n  needs: [api, pkec]\n  proves: rfc7636-4.6-verifier-mismatch\n"
       "  expect: { redeem: refused }\n",
       "s.yaml:6:3: unknown capability \"pkec\"; did you mean \"pkce\"?\n"},
      {"  flow: code\n", "s.yaml:3:3: a scenario that decides nothing; add `proves:` and `expect:`\n"},
      {"  flow: code\n  proves: rfc7636-4.6-verifier-mismatch\n",
       "s.yaml:6:3: what proves \"rfc7636-4.6-verifier-mismatch\"? Add `expect:`\n"},
      {"  flow: code\n  expect: { redeem: refused }\n",
       "s.yaml:3:3: a scenario that decides nothing; add `proves:` and `expect:`\n"},
      {"  flow: code\n  proves: rfc7636-4.6-verifier-mismach\n  expect: { redeem: refused }\n",
       "s.yaml:6:3: unknown requirement \"rfc7636-4.6-verifier-mismach\"; did you mean "
       "\"rfc7636-4.6-verifier-mismatch\"?\n"},
      {"  flow: code\n  proves: { nonsense: { redeem: refused } }\n",
       "s.yaml:6:13: unknown requirement \"nonsense\"\n"},
  };
  expect_all(kCases);
}

TEST(ScenarioMistakes, Steps) {
  const std::string kAsked =
      "  flow: code\n  proves: rfc7636-4.6-verifier-mismatch\n  expect: { redeem: refused }\n";
  const std::pair<const char*, const char*> kCases[] = {
      {"  when: { cleint: public }\n", "s.yaml:8:11: there is no slot \"cleint\"; did you mean \"client\"?\n"},
      {"  then:\n  - redem: {}\n", "s.yaml:9:5: unknown verb \"redem\"; did you mean \"redeem\"?\n"},
      {"  then:\n  - needs: [api]\n", "s.yaml:9:5: a step needs a verb, such as `redeem: {}`\n"},
      {"  then:\n  - redem: {}\n  - needs: [api]\n  - call_api: {}\n    needs: [ap]\n",
       "s.yaml:9:5: unknown verb \"redem\"; did you mean \"redeem\"?\n"
       "s.yaml:10:5: a step needs a verb, such as `redeem: {}`\n"
       "s.yaml:12:5: unknown capability \"ap\"; did you mean \"api\"?\n"},
      {"  then:\n  - call_api: {}\n    refresh: {}\n",
       "s.yaml:10:5: a step has one verb; \"call_api\" and \"refresh\" are two\n"},
      {"  then:\n  - call_api: x\n",
       "s.yaml:9:5: \"call_api\" takes named arguments: call_api: { name: value }\n"},
      {"  then:\n  - call_api: { acess_token: x }\n",
       "s.yaml:9:17: \"call_api\" has no argument \"acess_token\"; did you mean \"access_token\"?\n"},
      {"  then:\n  - redeem: {}\n",
       "s.yaml:9:5: there is already a step \"redeem\"; give this one another name: redeem: { as: ... }\n"},
      {"  then:\n  - redeem: { as: 5 }\n",
       "s.yaml:9:15: \"as\" takes a name\n"
       "s.yaml:9:5: there is already a step \"redeem\"; give this one another name: redeem: { as: ... }\n"},
      {"  then:\n  - redeem: { as: a.b }\n",
       "s.yaml:9:15: \"as\" takes a name\n"
       "s.yaml:9:5: there is already a step \"redeem\"; give this one another name: redeem: { as: ... }\n"},
      {"  then:\n  - redeem: { as: again, of: victim }\n",
       "s.yaml:9:5: there is no flow instance \"victim\"\n"},
      {"  finally:\n  - revoke: { of: victim }\n", "s.yaml:9:5: there is no flow instance \"victim\"\n"},
      {"  then:\n  - call_api: {}\n    needs: api\n", "s.yaml:10:5: \"needs\" takes a list of capabilities\n"},
      {"  then:\n  - call_api: {}\n    needs: [5]\n", "s.yaml:10:5: \"needs\" takes a list of capabilities\n"},
      {"  finally:\n  - revoke: {}\n    expect: accepted\n",
       "s.yaml:10:5: a step of `finally:` decides nothing\n"},
      {"  then:\n  - call_api: {}\n    expect: refusd\n",
       "s.yaml:10:5: unknown expectation \"refusd\"; did you mean \"refused\"?\n"},
      {"  then:\n  - call_api: {}\n    proves: rfc6749-4.1.2-code-single-use\n",
       "s.yaml:10:5: what proves \"rfc6749-4.1.2-code-single-use\"? Add `expect:`\n"},
      {"  then:\n  - call_api: {}\n    proves: 5\n    expect: refused\n",
       "s.yaml:10:5: \"proves\" takes a requirement, a list of them, or a map to expectations\n"},
      {"  then:\n  - call_api: {}\n    proves: [5]\n    expect: refused\n",
       "s.yaml:10:5: \"proves\" takes a requirement, a list of them, or a map to expectations\n"},
  };
  for (const auto& [members, expected] : kCases)
    EXPECT_EQ(mistakes(kAsked + members), expected) << members;
}

TEST(ScenarioMistakes, Expectations) {
  const std::string kAsked = "  flow: code\n  proves: rfc7636-4.6-verifier-mismatch\n  expect: ";
  const std::pair<const char*, const char*> kCases[] = {
      {"{ redem: refused }", "s.yaml:7:13: there is no step \"redem\" here; did you mean \"redeem\"?\n"},
      {"{ authorize or redem: refused }",
       "s.yaml:7:13: there is no step \"redem\" here; did you mean \"redeem\"?\n"},
      {"{ redeem: refusd }", "s.yaml:7:13: unknown expectation \"refusd\"; did you mean \"refused\"?\n"},
      {"{ redeem: \"{{each.x}}\" }",
       "s.yaml:7:13: unknown expectation \"{{each.x}}\"\ns.yaml:7:13: the table has no column \"x\"\n"},
      {"{ redeem: { is: 5 } }", "s.yaml:7:23: unknown expectation \"5\"\n"},
      {"{ redeem: { if: refusd } }",
       "s.yaml:7:23: unknown expectation \"refusd\"; did you mean \"refused\"?\n"},
      {"{ redeem: 5 }", "s.yaml:7:13: an expectation is a word such as `refused`, or conditions on facts\n"},
      {"{ redeem: {} }", "s.yaml:7:13: an expectation is a word such as `refused`, or conditions on facts\n"},
      {"{ redeem: [refused] }",
       "s.yaml:7:13: an expectation is a word such as `refused`, or conditions on facts\n"},
      {"{}", "s.yaml:7:3: expected a map from step to expectation, such as { redeem: refused }\n"},
      {"{ redeem: { expires_in: {} } }", "s.yaml:7:23: an empty condition\n"},
      {"{ redeem: { acess_token: { present: false } } }",
       "s.yaml:7:23: step \"redeem\" (redeem) yields no \"acess_token\"; did you mean \"access_token\"?\n"},
      {"{ redeem: { expires_in: { at_mots: 600 } } }",
       "s.yaml:7:37: unknown matcher \"at_mots\"; did you mean \"at_most\"?\n"},
      {"{ redeem: { boddy.scope: x } }",
       "s.yaml:7:23: step \"redeem\" (redeem) yields no \"boddy\"; did you mean \"body\"?\n"},
      {"{ authorize or redeem: { code: { present: false } } }",
       "s.yaml:7:36: step \"redeem\" (redeem) yields no \"code\"\n"
       "s.yaml:7:13: \"a or b\" takes a word such as `refused`, and no conditions\n"},
  };
  for (const auto& [expectation, expected] : kCases) {
    EXPECT_EQ(mistakes(kAsked + expectation + "\n"), expected) << expectation;
  }
}

TEST(ScenarioMistakes, Errors) {
  const std::string kAsked = "  flow: code\n  then: [ { wait: { for: 1 } } ]\n  error: ";
  const std::pair<const char*, const char*> kCases[] = {
      {"{ redem: invalid_grant }", "s.yaml:7:12: there is no step \"redem\" here; did you mean \"redeem\"?\n"},
      {"{ redeem: invalid_grnt }",
       "s.yaml:7:12: unknown requirement \"rfc6749-5.2-error-invalid-grnt\"; did you mean "
       "\"rfc6749-5.2-error-invalid-grant\"?\n"},
      {"{ redeem: 5 }", "s.yaml:7:12: expected an error code, or a list of those that would be right\n"},
      {"{ redeem: [] }", "s.yaml:7:12: expected an error code, or a list of those that would be right\n"},
      {"{ redeem: [invalid_grant, 5] }",
       "s.yaml:7:12: expected an error code, or a list of those that would be right\n"},
      {"{ redeem: { proves: rfc7636-4.6-verifier-mismatch } }",
       "s.yaml:7:12: expected an error code, or a list of those that would be right\n"},
      {"{ redeem: { is: invalid_grant } }",
       "s.yaml:7:12: no requirement speaks of this error; write { is: CODE, proves: REQUIREMENT }\n"},
      {"{ redeem: { is: invalid_grant, proves: 5 } }",
       "s.yaml:7:12: no requirement speaks of this error; write { is: CODE, proves: REQUIREMENT }\n"},
      {"{ redeem: { is: invalid_grant, proves: nonsense } }",
       "s.yaml:7:12: unknown requirement \"nonsense\"\n"},
      {"{ wait: invalid_grant }",
       "s.yaml:7:12: no requirement speaks of this error; write { is: CODE, proves: REQUIREMENT }\n"},
  };
  for (const auto& [error, expected] : kCases)
    EXPECT_EQ(mistakes(kAsked + error + "\n"), expected) << error;
}

TEST(ScenarioMistakes, Deviations) {
  const std::string kAsked =
      "  flow: code\n  proves: rfc7636-4.6-verifier-mismatch\n  expect: { redeem: refused }\n  deviate: ";
  const std::pair<const char*, const char*> kCases[] = {
      {"{ redem: { remove: code } }",
       "s.yaml:8:14: there is no step \"redem\" to deviate from; did you mean \"redeem\"?\n"},
      {"{ redeem: { remve: code } }", "s.yaml:8:24: unknown deviation \"remve\"; did you mean \"remove\"?\n"},
      {"{ redeem: {} }", "s.yaml:8:14: a deviation names what is changed, such as { set: { code: x } }\n"},
      {"{ redeem: remove }", "s.yaml:8:14: a deviation names what is changed, such as { set: { code: x } }\n"},
      {"{ redeem: { set: code } }", "s.yaml:8:24: \"set\" takes a map from name to value\n"},
      {"{ redeem: { rename: [a] } }", "s.yaml:8:24: \"rename\" takes a map from name to value\n"},
      {"{ redeem: { headers: X } }", "s.yaml:8:24: \"headers\" takes a map from name to value\n"},
      {"{ redeem: { authentication: none } }",
       "s.yaml:8:24: \"authentication\" names what is changed, such as { method: none }\n"},
      {"{ redeem: { authentication: { client_secert: x } } }",
       "s.yaml:8:42: unknown deviation of authentication \"client_secert\"; did you mean \"client_secret\"?\n"},
  };
  for (const auto& [deviation, expected] : kCases) {
    EXPECT_EQ(mistakes(kAsked + deviation + "\n"), expected) << deviation;
  }
}

TEST(ScenarioMistakes, ADeviationOfARowAStepOrTheControlIsCheckedToo) {
  const std::string kAsked =
      "  flow: code\n  proves: rfc7636-4.6-verifier-mismatch\n  expect: { redeem: refused }\n";
  EXPECT_EQ(mistakes(kAsked + "  each: [ { row: x, deviate: { redeem: { st: {} } } } ]\n"),
            "s.yaml:8:42: unknown deviation \"st\"; did you mean \"set\"?\n");
  EXPECT_EQ(mistakes(kAsked + "  control: { deviate: { redem: { remove: x } } }\n"),
            "s.yaml:8:25: there is no step \"redem\" to deviate from; did you mean \"redeem\"?\n");
  EXPECT_EQ(mistakes(kAsked + "  then:\n  - call_api: {}\n    deviate: { body: x, appendd: y }\n"),
            "s.yaml:10:25: unknown deviation \"appendd\"; did you mean \"append\"?\n");
}

}  // namespace
}  // namespace oauthentic::script

// What the checker tells of tables, flow instances, placeholders and flows.
#include <gtest/gtest.h>

#include "script/reader.hpp"
#include "script/schema.hpp"

namespace oauthentic::script {
namespace {

std::string flow_mistakes(const std::string& text) {
  Diagnostics diagnostics;
  const auto document = Document::parse(text, "flow.yaml", diagnostics);
  if (document && check_schema(*document, "flow", diagnostics)) read_flow(*document, diagnostics);
  return diagnostics.to_string();
}

/// The mistakes of a scenario that is otherwise in order; `members` begin in line 8.
std::string mistakes(const std::string& members) {
  Names names;
  names.requirements = {"rfc7636-4.6-verifier-mismatch", "rfc6749-4.1.2-code-single-use"};
  Diagnostics diagnostics;
  const auto flow_text = Document::parse("flow: code\ntitle: t\nsteps:\n- authorize: {}\n- redeem: {}\n",
                                         "flow.yaml", diagnostics);
  names.flows["code"] = *read_flow(*flow_text, diagnostics);
  const auto document = Document::parse(
      "topic: t\nscenarios:\n- id: a\n  title: T\n  flow: code\n  proves: rfc7636-4.6-verifier-mismatch\n"
      "  expect: { redeem: refused }\n" +
          members,
      "s.yaml", diagnostics);
  if (document && check_schema(*document, "scenarios", diagnostics))
    read_scenarios(*document, names, diagnostics);
  return diagnostics.to_string();
}

TEST(TableMistakes, Rows) {
  const std::pair<const char*, const char*> kCases[] = {
      {"  each: []\n", "s.yaml:8:3: an empty table\n"},
      {"  each: { x: [] }\n", "s.yaml:8:3: an empty table\n"},
      {"  each: { x: [1], y: no_list }\n",
       "s.yaml:8:19: a table needs a list, or the name of one: parameter_shapes, altered_values, "
       "spoiled_values, odd_values\n"},
      {"  each: {}\n", "s.yaml:8:3: a table over a name, or a list of rows\n"},
      {"  each: { x: [a, b, a] }\n",
       "s.yaml:8:21: there is already a row \"x=a\"; name this one: { row: ... }\n"},
      {"  each:\n  - { x: 1 }\n  - { x: 1 }\n",
       "s.yaml:10:5: there is already a row \"x=1\"; name this one: { row: ... }\n"},
      {"  each:\n  - { row: r, x: 1 }\n  - { row: r, x: 2 }\n",
       "s.yaml:10:5: there is already a row \"r\"; name this one: { row: ... }\n"},
      {"  each:\n  - { row: r, expect: { redem: refused } }\n",
       "s.yaml:9:25: there is no step \"redem\" here; did you mean \"redeem\"?\n"},
      {"  each:\n  - { row: r, proves: nonsense }\n", "s.yaml:9:15: unknown requirement \"nonsense\"\n"},
      {"  each: { x: [1] }\n  deviate: { redeem: { set: { a: \"{{each.y}}\" } } }\n",
       "s.yaml:9:31: the table has no column \"y\"\n"},
      {"  each:\n  - { value: 1 }\n  deviate: { redeem: { set: { a: \"{{each.vale.0}}\" } } }\n",
       "s.yaml:10:31: the table has no column \"vale\"; did you mean \"value\"?\n"},
      {"  deviate: { redeem: { set: { a: \"{{each.x}}\" } } }\n",
       "s.yaml:8:31: the table has no column \"x\"\n"},
      {"  each: { method: { from: metadata.x } }\n  deviate: { redeem: { set: { a: \"{{each.y}}\" } } }\n",
       "s.yaml:9:31: the table has no column \"y\"\n"},
      {"  given: { redem: accepted }\n",
       "s.yaml:8:12: there is no step \"redem\" here; did you mean \"redeem\"?\n"},
      {"  given: {}\n", "s.yaml:8:3: expected a map from step to expectation, such as { redeem: refused }\n"},
  };
  for (const auto& [members, expected] : kCases)
    EXPECT_EQ(mistakes(members), expected) << members;
}

TEST(TableMistakes, Placeholders) {
  const std::pair<const char*, const char*> kCases[] = {
      {"{{redem.code}}", "undefined variable \"redem.code\"; did you mean \"redeem\"?"},
      {"a{{nothing}}b", "undefined variable \"nothing\""},
      {"{{redeem}}", "\"redeem\" names no value; write redeem.something"},
      {"{{random}}", "\"random\" names no value; write random.something"},
      {"{{random.verifer}}", "there is no random.verifer; did you mean \"verifier\"?"},
      {"{{long.k5}}", "there is no long.k5; did you mean \"k4\"?"},
      {"{{redeem.acess_token}}",
       "step \"redeem\" (redeem) yields no \"acess_token\"; did you mean \"access_token\"?"},
      {"{{ authorize.access_token }}", "step \"authorize\" (authorize) yields no \"access_token\""},
      {"{{redeem.code", "a placeholder that is not closed with }}"},
      {"{{redeem.access_token}}{{", "a placeholder that is not closed with }}"},
      {"{{}}", "undefined variable \"{{}}\""},
      {"{{ }}", "undefined variable \"{{ }}\""},
  };
  for (const auto& [text, expected] : kCases) {
    EXPECT_EQ(mistakes("  deviate: { redeem: { set: { a: \"" + std::string(text) + "\" } } }\n"),
              "s.yaml:8:31: " + std::string(expected) + "\n")
        << text;
  }
  EXPECT_EQ(mistakes("  deviate: { redeem: { set: { \"{{nothing.x}}\": a } } }\n"),
            "s.yaml:8:31: undefined variable \"nothing.x\"\n");
  EXPECT_EQ(mistakes("  deviate: { redeem: { remove: [a, \"{{nothing.x}}\"] } }\n"),
            "s.yaml:8:36: undefined variable \"nothing.x\"\n");
  EXPECT_EQ(mistakes("  then:\n  - call_api: { access_token: \"{{authorize.token}}\" }\n"),
            "s.yaml:9:17: step \"authorize\" (authorize) yields no \"token\"\n");
}

TEST(TableMistakes, Instances) {
  const std::string kVictim = "  instances: { victim: { user: other_user, until: authorize } }\n";
  const std::pair<std::string, const char*> kCases[] = {
      {"  instances: { v: { flow: cod } }\n", "s.yaml:8:21: unknown flow \"cod\"; did you mean \"code\"?\n"},
      {"  instances: { v: { until: redem } }\n", "s.yaml:8:21: flow \"code\" has no step \"redem\"\n"},
      {kVictim + "  then: [ { redeem: { of: victim } } ]\n",
       "s.yaml:9:13: there is already a step \"victim.redeem\"; give this one another name: redeem: { as: ... "
       "}\n"},
      {kVictim + "  then: [ { redeem: { of: victm } } ]\n",
       "s.yaml:9:13: there is no flow instance \"victm\"; did you mean \"victim\"?\n"},
      {kVictim + "  then: [ { redeem: { code: \"{{victim.authorise.code}}\" } } ]\n",
       "s.yaml:9:23: flow instance \"victim\" has no step \"authorise\"; did you mean \"authorize\"?\n"},
      {kVictim + "  then: [ { redeem: { code: \"{{victim.authorize}}\" } } ]\n",
       "s.yaml:9:23: \"victim.authorize\" names no value; write victim.authorize.something\n"},
      {kVictim + "  then: [ { redeem: { code: \"{{victim.authorize.cod}}\" } } ]\n",
       "s.yaml:9:23: step \"victim.authorize\" (authorize) yields no \"cod\"; did you mean \"code\"?\n"},
  };
  for (const auto& [members, expected] : kCases) {
    const auto told = mistakes(members);
    EXPECT_TRUE(told.starts_with(expected)) << members << told;
  }
}

TEST(FlowMistakes, AreTold) {
  const std::pair<const char*, const char*> kCases[] = {
      {"flow: x\ntitle: t\nsteps: []\n", "flow.yaml:3:1: a flow without steps\n"},
      {"flow: x\ntitle: t\nneeds: [ap]\nsteps:\n- redeem: {}\n",
       "flow.yaml:3:1: unknown capability \"ap\"; did you mean \"api\"?\n"},
      {"flow: x\ntitle: t\nsteps:\n- autorize: {}\n",
       "flow.yaml:4:3: unknown verb \"autorize\"; did you mean \"authorize\"?\n"},
      {"flow: x\ntitle: t\nsteps:\n- redeem: {}\n- redeem:\n",
       "flow.yaml:5:3: there is already a step \"redeem\"; give this one another name: redeem: { as: ... }\n"},
      {"flow: x\ntitle: t\nsteps:\n- redeem: {}\n  expect: refusd\n",
       "flow.yaml:5:3: unknown expectation \"refusd\"; did you mean \"refused\"?\n"},
      {"flow: x\ntitle: t\nsteps:\n- redeem: {}\n  expect: { error: x }\n",
       "flow.yaml:5:3: unknown expectation \"{\"error\":\"x\"}\"\n"},
      {"flow: x\ntitle: t\nsteps:\n- redeem: {}\n  proves: x\n  error: y\n  deviate: { body: z }\n",
       "flow.yaml:5:3: a step of a flow has no \"proves\"\n"
       "flow.yaml:6:3: a step of a flow has no \"error\"\n"
       "flow.yaml:7:3: a step of a flow has no \"deviate\"\n"},
      {"flow: x\ntitle: t\nstep: []\n",
       "flow.yaml:3:1: unknown key \"step\"; did you mean \"steps\"?\n"
       "flow.yaml:1:1: the file: Missing required property 'steps'.\n"},
  };
  for (const auto& [text, expected] : kCases)
    EXPECT_EQ(flow_mistakes(text), expected) << text;
}

}  // namespace
}  // namespace oauthentic::script

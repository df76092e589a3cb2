// What a script that is in order becomes: every shape in which questions, tables and instances may be written.
#include <gmock/gmock.h>

#include "script/reader.hpp"
#include "script/schema.hpp"

namespace oauthentic::script {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

class ScenarioReading : public testing::Test {
 protected:
  ScenarioReading() {
    names_.requirements = {"one",
                           "two",
                           "three",
                           "rfc6749-5.2-error-invalid-grant",
                           "rfc6749-5.2-error-invalid-request",
                           "rfc6749-4.1.2.1-error-invalid-request"};
    add_flow("flow: code\ntitle: t\nneeds: [authorization_code]\nsteps:\n- authorize: {}\n- redeem: {}\n");
    add_flow(
        "flow: refresh\ntitle: t\nneeds: [refresh_token]\nsteps:\n- authorize: {}\n- redeem: {}\n- refresh: "
        "{}\n");
  }

  void add_flow(const char* text) {
    Diagnostics diagnostics;
    const auto document = Document::parse(text, "flow.yaml", diagnostics);
    const auto flow = read_flow(*document, diagnostics);
    EXPECT_EQ(diagnostics.to_string(), "");
    names_.flows[flow->id] = *flow;
  }

  /// The scenario that has `members` beside its id, title and flow; they begin in line 6.
  Scenario read(const std::string& members) const {
    Diagnostics diagnostics;
    const auto document = Document::parse("topic: t\nscenarios:\n- id: a\n  title: T\n  flow: code\n" + members,
                                          "s.yaml", diagnostics);
    std::vector<Scenario> all;
    if (document && check_schema(*document, "scenarios", diagnostics)) {
      all = read_scenarios(*document, names_, diagnostics);
    }
    EXPECT_EQ(diagnostics.to_string(), "") << members;
    return all.size() == 1 ? all.front() : Scenario();
  }

  /// "requirement: steps: expectation or error=codes @line", one a question.
  static std::vector<std::string> told(const std::vector<Question>& questions) {
    std::vector<std::string> all;
    for (const auto& q : questions) {
      std::string text = q.requirement + ":";
      for (const auto& step : q.steps)
        text += " " + step;
      text += ": " + (q.about_error ? "error" : q.expectation.describe());
      for (const auto& code : q.errors)
        text += " " + code;
      all.push_back(text + " @" + std::to_string(q.place.line));
    }
    return all;
  }

  Names names_;
};

TEST_F(ScenarioReading, ProvesAndExpectInEveryShape) {
  EXPECT_THAT(told(read("  proves: one\n  expect: { redeem: refused }\n").questions),
              ElementsAre("one: redeem: refused @7"));
  EXPECT_THAT(told(read("  proves: [one, two]\n  expect: { redeem: refused }\n").questions),
              ElementsAre("one: redeem: refused @7", "two: redeem: refused @7"));
  EXPECT_THAT(
      told(read("  proves:\n    one: { redeem: refused }\n    two:\n      authorize: accepted\n").questions),
      ElementsAre("one: redeem: refused @7", "two: authorize: accepted @9"));
  EXPECT_THAT(told(read("  proves: one\n  expect: { authorize or redeem: refused }\n").questions),
              ElementsAre("one: authorize redeem: refused @7"));
  EXPECT_THAT(
      told(read("  proves: one\n  expect:\n    authorize: refused_at_page\n    redeem: refused\n").questions),
      ElementsAre("one: authorize: refused_at_page @8", "one: redeem: refused @9"));
}

TEST_F(ScenarioReading, ConditionsOnFacts) {
  const auto questions = read(
                             "  proves: one\n"
                             "  expect:\n"
                             "    redeem:\n"
                             "      is: refused\n"
                             "      headers.cache-control: { has_directive: no-store }\n"
                             "      headers: { pragma: no-cache, x-a: { b: { present: false } } }\n"
                             "      expires_in: { at_least: 1, at_most: 3600 }\n"
                             "      token_type: Bearer\n"
                             "      body: { deep: { er: { type: string } } }\n")
                             .questions;
  ASSERT_THAT(questions, SizeIs(1));
  EXPECT_EQ(questions[0].expectation.word, "refused");
  std::vector<std::string> conditions;
  for (const auto& c : questions[0].expectation.conditions) {
    conditions.push_back(c.path + " " + c.matcher + " " + c.argument.dump());
  }
  EXPECT_THAT(conditions,
              testing::UnorderedElementsAre(
                  R"(headers.cache-control has_directive "no-store")", R"(headers.pragma equals "no-cache")",
                  "headers.x-a.b present false", "expires_in at_least 1", "expires_in at_most 3600",
                  R"(token_type equals "Bearer")", R"(body.deep.er type "string")"));
}

TEST_F(ScenarioReading, AnExpectationDescribesItself) {
  const auto describe = [&](const char* expectation) {
    const auto questions =
        read("  proves: one\n  expect: { redeem: " + std::string(expectation) + " }\n").questions;
    return questions.empty() ? "nothing" : questions[0].expectation.describe();
  };
  EXPECT_EQ(describe("refused"), "refused");
  EXPECT_EQ(describe("{ token_type: Bearer }"), R"(token_type is "Bearer")");
  EXPECT_EQ(describe("{ refresh_token: { present: true } }"), "refresh_token is present");
  EXPECT_EQ(describe("{ refresh_token: { present: false } }"), "refresh_token is absent");
  EXPECT_EQ(describe("{ is: accepted, expires_in: { at_most: 60 } }"), "accepted, expires_in at most 60");
  EXPECT_EQ(describe("{ if: refused, error: { grammar: nqschar } }"), R"(if refused, error grammar "nqschar")");
}

TEST_F(ScenarioReading, ErrorsInEveryShape) {
  EXPECT_THAT(
      told(
          read("  proves: one\n  expect: { redeem: refused }\n  error: { redeem: invalid_grant }\n").questions),
      ElementsAre("one: redeem: refused @7",
                  "rfc6749-5.2-error-invalid-grant: redeem: error invalid_grant @8"));
  EXPECT_THAT(told(read("  error: { redeem: [invalid_grant, invalid_request] }\n").questions),
              ElementsAre("rfc6749-5.2-error-invalid-grant: redeem: error invalid_grant invalid_request @6"));
  EXPECT_THAT(told(read("  error: { redeem: { is: [slow_down], proves: two } }\n").questions),
              ElementsAre("two: redeem: error slow_down @6"));
  EXPECT_THAT(told(read("  error: { authorize or redeem: invalid_request }\n").questions),
              ElementsAre("rfc6749-4.1.2.1-error-invalid-request: authorize: error invalid_request @6",
                          "rfc6749-5.2-error-invalid-request: redeem: error invalid_request @6"));
}

TEST_F(ScenarioReading, AStepAsksForItself) {
  const auto scenario = read(
      "  proves: one\n"
      "  then:\n"
      "  - redeem: { as: again, code: \"{{authorize.code}}\" }\n"
      "    expect: refused\n"
      "    error: invalid_grant\n"
      "  - call_api: { access_token: \"{{redeem.access_token}}\" }\n"
      "    expect: refused\n"
      "    proves: two\n"
      "    needs: [api]\n"
      "  - call_api: { as: third }\n"
      "    proves: { two: accepted, three: { status: 200 } }\n"
      "    deviate: { headers: { X: y } }\n");
  EXPECT_THAT(
      told(scenario.questions),
      ElementsAre("one: again: refused @9", "rfc6749-5.2-error-invalid-grant: again: error invalid_grant @10",
                  "two: call_api: refused @12", "three: third: status is 200 @16", "two: third: accepted @16"));
  ASSERT_THAT(scenario.steps, SizeIs(5));
  EXPECT_EQ(scenario.steps[2].verb, "redeem");
  EXPECT_EQ(scenario.steps[2].name, "again");
  EXPECT_EQ(scenario.steps[2].arguments, json({{"code", "{{authorize.code}}"}}));
  EXPECT_EQ(scenario.steps[2].expected, "refused");
  EXPECT_TRUE(scenario.steps[2].deviation.is_null());
  EXPECT_EQ(scenario.steps[2].place.to_string(), "s.yaml:8:5");
  EXPECT_THAT(scenario.steps[3].needs, ElementsAre("api"));
  EXPECT_EQ(scenario.steps[4].name, "third");
  EXPECT_EQ(scenario.steps[4].expected, "accepted");
  EXPECT_EQ(scenario.steps[4].deviation, json({{"headers", {{"X", "y"}}}}));
  EXPECT_THAT(scenario.requirements(), ElementsAre("one", "rfc6749-5.2-error-invalid-grant", "three", "two"));
}

TEST_F(ScenarioReading, DefaultsAndEveryMember) {
  const auto plain = read("  proves: one\n  expect: { redeem: refused }\n");
  EXPECT_EQ(plain.id, "t/a");
  EXPECT_EQ(plain.topic, "t");
  EXPECT_EQ(plain.place.to_string(), "s.yaml:3:3");
  EXPECT_EQ(plain.user, "user");
  EXPECT_EQ(plain.disturbs, Disturbs::grant);
  EXPECT_EQ(plain.rounds, 1);
  EXPECT_FALSE(plain.has_table || plain.fresh_session || plain.control || plain.row_source);
  EXPECT_THAT(plain.rows, SizeIs(1));
  EXPECT_THAT(plain.steps, SizeIs(2));
  EXPECT_THAT(plain.needs, ElementsAre("authorization_code"));

  const auto full = read(
      "  why: because\n  proves: one\n  expect: { redeem: refused }\n  needs: [pkce, authorization_code]\n"
      "  when: { pkce: S256, request: [plain, par] }\n  varies_with: [client_authentication]\n  variant: v\n"
      "  client: other\n  user: other_user\n  session: fresh\n  rounds: 20\n  disturbs: client\n"
      "  only_when_asked: flood\n  control: { deviate: { redeem: { set: { x: y } } } }\n"
      "  deviate: { authorize: { remove: state } }\n  given: { authorize: accepted }\n  finally: [ { revoke: "
      "{} } ]\n");
  EXPECT_EQ(full.why, "because");
  EXPECT_THAT(full.needs, ElementsAre("authorization_code", "pkce"));
  EXPECT_THAT(full.when,
              ElementsAre(Pair("pkce", ElementsAre("S256")), Pair("request", ElementsAre("plain", "par"))));
  EXPECT_THAT(full.varies_with, ElementsAre("client_authentication"));
  EXPECT_EQ(full.variant + full.client + full.user + full.only_when_asked, "votherother_userflood");
  EXPECT_TRUE(full.fresh_session);
  EXPECT_EQ(full.rounds, 20);
  EXPECT_EQ(full.disturbs, Disturbs::client);
  ASSERT_TRUE(full.control);
  EXPECT_EQ(full.control->at("redeem"), json({{"set", {{"x", "y"}}}}));
  EXPECT_EQ(full.deviations.at("authorize"), json({{"remove", "state"}}));
  EXPECT_THAT(told(full.given), ElementsAre(": authorize: accepted @21"));
  EXPECT_THAT(full.cleanup, SizeIs(1));
  EXPECT_THAT(told(full.questions), ElementsAre("one: redeem: refused @8"));
}

TEST_F(ScenarioReading, OwnStepsReplaceTheFlows) {
  const auto scenario =
      read("  steps: [ { authorize: {} } ]\n  then: [ { refresh: {}, proves: one, expect: refused } ]\n");
  ASSERT_THAT(scenario.steps, SizeIs(2));
  EXPECT_EQ(scenario.steps[0].verb + " " + scenario.steps[1].verb, "authorize refresh");
  EXPECT_THAT(told(scenario.questions), ElementsAre("one: refresh: refused @7"));
}

TEST_F(ScenarioReading, TablesInEveryShape) {
  const std::string kAsked = "  proves: one\n  expect: { redeem: refused }\n";
  const auto column = read(kAsked +
                           "  each: { parameter: [code, 5, true] }\n"
                           "  deviate: { redeem: { repeat: \"{{each.parameter}}\" } }\n");
  EXPECT_TRUE(column.has_table);
  ASSERT_THAT(column.rows, SizeIs(3));
  EXPECT_EQ(column.rows[0].name, "parameter=code");
  EXPECT_EQ(column.rows[1].name, "parameter=5");
  EXPECT_EQ(column.rows[1].values, json({{"parameter", 5}}));
  EXPECT_EQ(column.rows[2].name, "parameter=true");
  EXPECT_EQ(column.rows[2].place.to_string(), "s.yaml:8:32");
  EXPECT_THAT(column.rows[0].questions, IsEmpty());

  const auto rows = read(kAsked +
                         "  each:\n"
                         "  - { row: first, name: a }\n"
                         "  - { name: b, deviate: { redeem: { remove: code } } }\n"
                         "  - { name: c, expect: { redeem: accepted } }\n"
                         "  - { name: d, proves: two }\n"
                         "  - { name: e, proves: { three: { authorize: refused } } }\n"
                         "  - { name: f, error: { redeem: invalid_grant } }\n");
  ASSERT_THAT(rows.rows, SizeIs(6));
  EXPECT_EQ(rows.rows[0].name, "first");
  EXPECT_EQ(rows.rows[0].values, json({{"name", "a"}}));
  EXPECT_EQ(rows.rows[1].name, "name=b");
  EXPECT_EQ(rows.rows[1].deviations.at("redeem"), json({{"remove", "code"}}));
  EXPECT_THAT(rows.rows[1].questions, IsEmpty());
  EXPECT_THAT(told(rows.rows[2].questions), ElementsAre("one: redeem: accepted @11"));
  EXPECT_THAT(told(rows.rows[3].questions), ElementsAre("two: redeem: refused @12"));
  EXPECT_THAT(told(rows.rows[4].questions), ElementsAre("three: authorize: refused @13"));
  EXPECT_THAT(told(rows.rows[5].questions),
              ElementsAre("one: redeem: refused @14",
                          "rfc6749-5.2-error-invalid-grant: redeem: error invalid_grant @14"));
  EXPECT_THAT(rows.requirements(), ElementsAre("one", "rfc6749-5.2-error-invalid-grant", "three", "two"));

  const auto source = read(kAsked +
                           "  each: { method: { from: vocabulary.challenge_methods, less: metadata.x } }\n"
                           "  deviate: { authorize: { set: { a: \"{{each.method}}\" } } }\n");
  ASSERT_TRUE(source.row_source);
  EXPECT_EQ(source.row_source->variable, "method");
  EXPECT_EQ(source.row_source->from, "vocabulary.challenge_methods");
  EXPECT_EQ(source.row_source->less, "metadata.x");
  EXPECT_THAT(source.rows, IsEmpty());
}

TEST_F(ScenarioReading, ATableOverSeveralNamesTakesEachWithEach) {
  const std::string kAsked = "  proves: one\n  expect: { redeem: refused }\n";
  const auto names_of = [](const Scenario& scenario) {
    std::vector<std::string> names;
    for (const auto& row : scenario.rows)
      names.push_back(row.name);
    return names;
  };
  const std::string deviation = "  deviate: { redeem: { shape: { \"{{each.p}}\": \"{{each.s}}\" } } }\n";
  const auto product = read(kAsked + "  each: { p: [code, state], s: [nul, cut] }\n" + deviation);
  EXPECT_THAT(names_of(product),
              ElementsAre("p=code, s=nul", "p=code, s=cut", "p=state, s=nul", "p=state, s=cut"));
  EXPECT_EQ(product.rows[2].values, (nlohmann::json{{"p", "state"}, {"s", "nul"}}));
  const auto named = read(kAsked + "  each: { p: [code], s: altered_values }\n" + deviation);
  EXPECT_THAT(names_of(named), testing::Contains("p=code, s=nul"));
  EXPECT_GT(named.rows.size(), 5U);
}

TEST_F(ScenarioReading, AScenarioMayLeaveTheAskingToItsRowsOrSteps) {
  const auto rows = read(
      "  proves: one\n  each:\n  - { row: a, expect: { redeem: refused } }\n"
      "  - { row: b, expect: { redeem: accepted } }\n");
  EXPECT_THAT(rows.questions, IsEmpty());
  EXPECT_THAT(told(rows.rows[1].questions), ElementsAre("one: redeem: accepted @9"));
  const auto step = read("  proves: one\n  then: [ { call_api: {}, expect: refused } ]\n");
  EXPECT_THAT(told(step.questions), ElementsAre("one: call_api: refused @7"));
}

TEST_F(ScenarioReading, InstancesRunInPlaceOfTheFlowsSteps) {
  const auto scenario = read(
      "  instances:\n"
      "    victim: { user: other_user, until: authorize }\n"
      "    attacker: { flow: refresh, client: other }\n"
      "  then:\n"
      "  - redeem: { of: attacker, as: injected, code: \"{{victim.authorize.code}}\" }\n"
      "    proves: one\n"
      "    expect: refused\n"
      "  - call_api: { access_token: \"{{attacker.refresh.access_token}}\" }\n"
      "  - introspect: { token: \"{{attacker.injected.access_token}}\" }\n");
  ASSERT_THAT(scenario.instances, SizeIs(2));
  EXPECT_EQ(scenario.instances[0].name, "attacker");
  EXPECT_EQ(scenario.instances[0].flow + " " + scenario.instances[0].client, "refresh other");
  EXPECT_EQ(scenario.instances[0].user, "user");
  EXPECT_EQ(scenario.instances[1].flow + " " + scenario.instances[1].user, "code other_user");
  EXPECT_EQ(scenario.instances[1].until, "authorize");
  ASSERT_THAT(scenario.steps, SizeIs(3));
  EXPECT_EQ(scenario.steps[0].instance + "." + scenario.steps[0].name, "attacker.injected");
  EXPECT_THAT(scenario.needs, ElementsAre("authorization_code", "refresh_token"));
  EXPECT_THAT(told(scenario.questions), ElementsAre("one: injected: refused @12"));
}

}  // namespace
}  // namespace oauthentic::script

// Which rows are run against a target, in which order, and why anything is left out.
#include "run/plan.hpp"

#include <gmock/gmock.h>

#include "run/run_test_support.hpp"

namespace oauthentic::run {
namespace {

using oauth::AuthenticationMethod;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

std::string scenario(const std::string& id, const std::string& more = "",
                     const std::string& proves = "must-1") {
  return "- id: " + id + "\n  title: T\n  flow: token\n  proves: " + proves +
         "\n  expect: { request_token: accepted }\n" + more;
}

const std::string kWaits60 = "  then:\n  - wait: { for: 60 }\n";

class PlanTest : public testing::Test {
 protected:
  const Plan& plan(const std::string& scenarios) {
    library_ = library_of(scenarios);
    selection_.profiles = world_.all_of(library_).profiles;
    return plan_again();
  }
  const Plan& plan_again() { return plan_ = make_plan(library_, world_.world, selection_); }

  std::vector<std::string> of_jobs(std::string (Job::*name)() const) const {
    std::vector<std::string> all;
    for (const auto& block : plan_.blocks) {
      for (const auto& job : block.jobs)
        all.push_back((job.*name)());
    }
    return all;
  }
  std::vector<std::string> jobs() const { return of_jobs(&Job::id); }
  std::vector<std::string> clients() const { return of_jobs(&Job::variant); }
  /// Why the only scenario is not run.
  LeftOut left_out() const { return plan_.left_out.size() == 1 ? plan_.left_out.front() : LeftOut{}; }

  TestWorld world_;
  script::Library library_;
  Selection selection_;
  Plan plan_;
};

TEST_F(PlanTest, WhatNoProfileAsksForIsNotSelected) {
  plan(scenario("a") + scenario("b", "", "unasked-1"));
  EXPECT_THAT(jobs(), ElementsAre("t/a"));
  ASSERT_THAT(plan_.left_out, SizeIs(1));
  EXPECT_EQ(left_out().scenario->id, "t/b");
  EXPECT_EQ(left_out().reason, "not selected");
  EXPECT_FALSE(left_out().result);
  EXPECT_EQ(left_out().row, nullptr);
}

TEST_F(PlanTest, AnEquivalentOfWhatIsAskedForIsSelected) {
  library_ =
      library_of(scenario("a", "", "same-1") + scenario("b", "", "must-1") + scenario("c", "", "must-2"));
  for (const auto* id : {"must-1", "same-1"}) {
    Profile profile;
    profile.levels = {{id, Level::must}};
    selection_.profiles = {&profile};
    plan_again();
    EXPECT_THAT(jobs(), ElementsAre("t/a", "t/b")) << id;
  }
}

TEST_F(PlanTest, OneRequirementOfSeveralIsEnough) {
  plan(scenario("a", "", "[unasked-1, may-1]"));
  EXPECT_THAT(jobs(), ElementsAre("t/a"));
}

TEST_F(PlanTest, OnlyTakesGlobsOverScenariosTopicsAndRequirements) {
  plan(scenario("apple", "", "must-1") + scenario("pear", "", "must-2") + scenario("plum", "", "may-1"));
  const auto with = [&](std::vector<std::string> only) {
    selection_.only = std::move(only);
    plan_again();
    return jobs();
  };
  EXPECT_THAT(with({}), SizeIs(3));
  EXPECT_THAT(with({"t/p*"}), ElementsAre("t/pear", "t/plum"));
  EXPECT_THAT(with({"t/apple"}), ElementsAre("t/apple"));
  EXPECT_THAT(with({"must-*"}), ElementsAre("t/apple", "t/pear"));
  EXPECT_THAT(with({"t"}), SizeIs(3));
  EXPECT_THAT(with({"t/plum", "must-1"}), ElementsAre("t/apple", "t/plum"));
  EXPECT_THAT(with({"p*"}), IsEmpty());
  EXPECT_THAT(plan_.left_out, SizeIs(3));
}

TEST_F(PlanTest, OnlyDoesNotReachBeyondTheProfiles) {
  selection_.only = {"t/b"};
  plan(scenario("a") + scenario("b", "", "unasked-1"));
  EXPECT_THAT(jobs(), IsEmpty());
}

TEST_F(PlanTest, WhatTheTargetDoesNotOfferIsNotApplicable) {
  world_.world.discovery.capabilities = {"jwks"};
  plan(scenario("a", "  needs: [jwks, revocation]\n"));
  EXPECT_THAT(jobs(), IsEmpty());
  EXPECT_EQ(left_out().reason, "the target does not offer revocation");
  EXPECT_EQ(left_out().result, Result::not_applicable);
  world_.world.discovery.capabilities = {"jwks", "revocation"};
  plan_again();
  EXPECT_THAT(jobs(), ElementsAre("t/a"));
}

TEST_F(PlanTest, WhatMayDoHarmIsOffUntilItIsAllowed) {
  plan(scenario("a", "  only_when_asked: lockout\n"));
  EXPECT_EQ(left_out().reason, "only with --allow lockout");
  EXPECT_FALSE(left_out().result);
  selection_.allowed = {"flood"};
  EXPECT_THAT(plan_again().blocks, IsEmpty());
  selection_.allowed = {"lockout"};
  EXPECT_THAT(plan_again().blocks, SizeIs(1));
}

TEST_F(PlanTest, AVerbThatCannotBeRunYetIsLeftOut) {
  plan(
      "- { id: a, title: T, flow: token, proves: must-1, steps: [{ serve: {} }], expect: { serve: "
      "accepted } }\n");
  EXPECT_EQ(left_out().reason, "the verb \"serve\" cannot be run yet");
  EXPECT_FALSE(left_out().result);
}

TEST_F(PlanTest, AWaitIsAllowedUpToTheLongest) {
  plan(scenario("a", kWaits60));
  EXPECT_EQ(left_out().reason, "it waits 60 s; allow that with --max-wait 60");
  EXPECT_EQ(left_out().result, Result::inconclusive);
  EXPECT_EQ(plan_.longest_wait, 0s);
  selection_.max_wait = 59s;
  EXPECT_THAT(plan_again().blocks, IsEmpty());
  selection_.max_wait = 60s;
  EXPECT_THAT(plan_again().blocks, SizeIs(1));
  EXPECT_EQ(plan_.longest_wait, 60s);
}

TEST_F(PlanTest, WaitsAreAddedUp) {
  world_.target.code_lifetime = 100s;
  world_.target.refresh_grace = 7s;
  const auto waited = [&](const std::string& waits) {
    plan(scenario("a", "  then:\n" + waits));
    return left_out().reason;
  };
  EXPECT_THAT(waited("  - wait: { for: 60 }\n  - wait: { as: more, for: 30s }\n"), HasSubstr("waits 90 s"));
  EXPECT_THAT(waited("  - wait: { for: \"{{target.code_lifetime}}\" }\n"), HasSubstr("waits 100 s"));
  EXPECT_THAT(waited("  - wait: { for: \"{{target.refresh_grace}}\" }\n"), HasSubstr("waits 7 s"));
  EXPECT_THAT(waited("  - wait: { for: \"{{request_token.expires_in}}\", at_most: 50 }\n"),
              HasSubstr("waits 50 s"));
  EXPECT_THAT(waited("  - wait: { for: 60 }\n  rounds: 3\n"), HasSubstr("waits 180 s"));
}

TEST_F(PlanTest, AMockMovesItsClockInstead) {
  world_.target.clock_header = "X-Clock";
  EXPECT_THAT(plan(scenario("a", kWaits60)).blocks, SizeIs(1));
}

TEST_F(PlanTest, TheLongestOfAllWaitsIsTold) {
  selection_.max_wait = 1h;
  plan(scenario("a", kWaits60) + scenario("b", "  then:\n  - wait: { for: 90 }\n") + scenario("c"));
  EXPECT_EQ(plan_.longest_wait, 90s);
}

TEST_F(PlanTest, WhatWaitsComesFirstAndWhatDisturbsLast) {
  selection_.max_wait = 1h;
  plan(scenario("user", "  disturbs: user\n" + kWaits60) + scenario("a", "  disturbs: session\n") +
       scenario("slow", kWaits60) + scenario("client", "  disturbs: client\n") +
       scenario("b", "  disturbs: nothing\n") + scenario("slower", kWaits60) + scenario("c"));
  EXPECT_THAT(jobs(), ElementsAre("t/slow", "t/slower", "t/a", "t/b", "t/c", "t/user", "t/client"));
  std::string kinds;
  for (const auto& block : plan_.blocks)
    kinds += std::string(block.waits ? "waits" : "") + (block.alone ? "alone" : "") + ",";
  EXPECT_EQ(kinds, "waits,waits,,,,waitsalone,alone,");
}

TEST_F(PlanTest, AScenarioRunsWithTheClientThatItNamesOrThePrimaryOne) {
  plan(scenario("a") + scenario("b", "  client: public\n  varies_with: [client_authentication]\n"));
  EXPECT_THAT(clients(), ElementsAre("confidential", "public"));
  world_.target.clients.erase("confidential");
  plan_again();
  EXPECT_THAT(clients(), ElementsAre("public", "public"));
}

TEST_F(PlanTest, AClientThatTheTargetLacksLeavesItOpen) {
  plan(scenario("a", "  client: other\n"));
  EXPECT_THAT(jobs(), IsEmpty());
  EXPECT_EQ(left_out().reason,
            "the target file names no client \"other\"; add it, or say that there is none: "
            "capabilities: { other_client: false }");
  EXPECT_EQ(left_out().result, Result::inconclusive);
}

TEST_F(PlanTest, EachAuthenticationMethodIsVariedOnce) {
  world_.add_client("post", "secret", AuthenticationMethod::client_secret_post);
  world_.add_client("jwt", "secret", AuthenticationMethod::client_secret_basic);  // as `confidential` does
  world_.add_client("other", "secret", AuthenticationMethod::client_secret_jwt);  // no variant
  plan(scenario("a", "  varies_with: [client_authentication]\n"));
  EXPECT_THAT(jobs(), ElementsAre("t/a@confidential", "t/a@public", "t/a@post"));
}

TEST_F(PlanTest, WhatTheTargetFileSaysThereIsNotIsNotApplicable) {
  world_.target.capabilities = {{"other_client", false}, {"second_user", false}};
  plan(scenario("a", "  client: other\n"));
  EXPECT_EQ(left_out().result, Result::not_applicable);
  plan(scenario("a", "  needs: [second_user]\n"));
  EXPECT_EQ(left_out().result, Result::not_applicable);
  world_.target.capabilities.clear();
  plan(scenario("a", "  needs: [second_user]\n"));
  EXPECT_EQ(left_out().result, Result::inconclusive);
  EXPECT_EQ(
      left_out().reason,
      "the target file lacks `other_user`; add it, or say that there is none: capabilities: { second_user: "
      "false }");
}

TEST_F(PlanTest, WhenRestrictsTheVariants) {
  world_.add_client("post", "secret", AuthenticationMethod::client_secret_post);
  const auto with = [&](const std::string& when) {
    plan(scenario("a", "  varies_with: [client_authentication]\n  when: " + when + "\n"));
    return clients();
  };
  EXPECT_THAT(with("{ client: public }"), ElementsAre("public"));
  EXPECT_THAT(with("{ client: confidential }"), ElementsAre("confidential", "post"));
  EXPECT_THAT(with("{ client_authentication: client_secret_post }"), ElementsAre("post"));
  EXPECT_THAT(with("{ client_authentication: [none, client_secret_basic] }"),
              ElementsAre("confidential", "public"));
  EXPECT_THAT(with("{ client: public, client_authentication: client_secret_post }"), IsEmpty());
  EXPECT_EQ(left_out().result, Result::inconclusive);
}

TEST_F(PlanTest, RowsAreSplitIntoBlocksOfTwelve) {
  const auto sizes = [&] {
    std::vector<std::size_t> all;
    for (const auto& block : plan_.blocks)
      all.push_back(block.jobs.size());
    return all;
  };
  plan(scenario("a", table_of(25)));
  EXPECT_THAT(sizes(), ElementsAre(12, 12, 1));
  EXPECT_EQ(plan_.jobs(), 25);
  plan(scenario("a", table_of(12)));
  EXPECT_THAT(sizes(), ElementsAre(12));
  EXPECT_TRUE(plan_.blocks.at(0).table);
  plan(scenario("a"));
  EXPECT_FALSE(plan_.blocks.at(0).table);
}

TEST_F(PlanTest, EachBlockBeginsWithItsControlRow) {
  plan(scenario("a", table_of(13) + "  control: { deviate: { request_token: { set: { x: y } } } }\n"));
  ASSERT_THAT(plan_.blocks, SizeIs(2));
  EXPECT_THAT(plan_.blocks[0].jobs, SizeIs(12));
  EXPECT_THAT(plan_.blocks[1].jobs, SizeIs(3));
  for (const auto& block : plan_.blocks) {
    EXPECT_TRUE(block.jobs[0].control);
    EXPECT_FALSE(block.jobs[1].control);
    EXPECT_EQ(block.jobs[0].row, block.jobs[1].row);  // it takes the same path
  }
  EXPECT_EQ(plan_.blocks[1].jobs[1].id(), "t/a[n=11]");
}

TEST_F(PlanTest, RowsAreMadeOfWhatTheTargetPublishes) {
  world_.world.discovery.metadata["x"] = {"one", "two", "three"};
  world_.world.discovery.metadata["y"] = {"two"};
  plan(scenario("a", "  each: { v: { from: metadata.x, less: metadata.y } }\n"));
  EXPECT_THAT(jobs(), ElementsAre("t/a[v=one]", "t/a[v=three]"));
  const auto& row = *plan_.blocks.at(0).jobs.at(1).row;
  EXPECT_EQ(row.values, nlohmann::json({{"v", "three"}}));
  EXPECT_EQ(row.place.file_and_line(), library_.scenarios[0].place.file_and_line());
}

TEST_F(PlanTest, RowsAreMadeOfVocabulary) {
  world_.world.discovery.metadata["code_challenge_methods_supported"] = {"S256"};
  plan(scenario("a",
                "  each: { v: { from: vocabulary.challenge_methods, less: "
                "metadata.code_challenge_methods_supported } }\n"));
  EXPECT_THAT(jobs(), ElementsAre("t/a[v=plain]"));
}

TEST_F(PlanTest, ATableWithoutRowsIsNotApplicable) {
  const std::string from = "  each: { v: { from: metadata.x } }\n";
  EXPECT_THAT(plan(scenario("a", from)).blocks, IsEmpty());
  EXPECT_EQ(left_out().reason, "the target has no metadata.x");
  EXPECT_EQ(left_out().result, Result::not_applicable);
  for (const auto& odd : {nlohmann::json("text"), nlohmann::json::array(), nlohmann::json{{"a", 1}}}) {
    world_.world.discovery.metadata["x"] = odd;
    EXPECT_THAT(plan_again().blocks, IsEmpty()) << odd;
  }
}

TEST_F(PlanTest, NoMoreThan64RowsAreMade) {
  auto& list = world_.world.discovery.metadata["x"];
  for (int i = 0; i < 100; ++i)
    list.push_back("v" + std::to_string(i));
  plan(scenario("a", "  each: { v: { from: metadata.x } }\n") +
       scenario("b", "  each: { v: { from: metadata.x } }\n"));
  ASSERT_EQ(plan_.jobs(), 128);
  EXPECT_EQ(plan_.blocks.at(0).jobs.at(0).row, &plan_.made_rows.front());
  EXPECT_EQ(plan_.blocks.back().jobs.back().row, &plan_.made_rows.back());
}

TEST_F(PlanTest, RequestsAreCountedForADryRun) {
  EXPECT_EQ(plan(scenario("a")).expected_requests, 1);
  plan(scenario("a", table_of(5) + "  rounds: 3\n  then:\n  - request_token: { as: again }\n") + scenario("b"));
  EXPECT_EQ(plan_.expected_requests, 5 * 2 * 3 + 1);
}

}  // namespace
}  // namespace oauthentic::run

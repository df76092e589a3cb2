// From outcomes to results, from results to verdicts, and from those to the exit status.
#include "run/judge.hpp"

#include <gmock/gmock.h>

#include "run/run_test_support.hpp"

namespace oauthentic::run {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

Outcome outcome(const std::string& requirement, Result result, const std::string& row = "") {
  Outcome outcome;
  outcome.requirement = requirement;
  outcome.row = row;
  outcome.result = result;
  return outcome;
}

const script::Library& library() {
  static const auto kLibrary =
      library_of("- { id: a, title: T, flow: token, proves: must-1, expect: { request_token: accepted } }\n");
  return kLibrary;
}

/// A run, its results, and what the profile makes of them.
struct Judged {
  Judged(std::vector<Outcome> outcomes, std::map<std::string, Level> levels, std::vector<std::string> only = {},
         bool cut_short = false) {
    run.outcomes = std::move(outcomes);
    run.only = std::move(only);
    if (!cut_short) run.finished = run.started;
    profile.levels = std::move(levels);
    results = results_of(run, library());
    verdict = judge(profile, run, results, library());
  }
  Judged(const Judged&) = delete;
  Judged& operator=(const Judged&) = delete;

  const RequirementResult& result(const std::string& id) const {
    return *std::ranges::find_if(results, [&](const auto& r) { return r.requirement->id == id; });
  }
  int status() const { return exit_status({verdict}); }

  RunRecord run;
  Profile profile;
  std::vector<RequirementResult> results;
  ProfileVerdict verdict;
};

TEST(Verdict, AMustThatWasNeverObservedIsUndecided) {
  const Judged judged({outcome("must-1", Result::satisfied)},
                      {{"must-1", Level::must}, {"must-2", Level::must}});
  EXPECT_EQ(judged.verdict.undecided, 1U);
  EXPECT_FALSE(judged.verdict.conformant);
  EXPECT_EQ(judged.status(), 4);
}

TEST(Verdict, ARunThatWasLimitedMeetsItsPart) {
  const Judged judged({outcome("must-1", Result::satisfied)},
                      {{"must-1", Level::must}, {"must-2", Level::must}}, {"t/*"});
  EXPECT_FALSE(judged.verdict.conformant);
  EXPECT_TRUE(judged.verdict.part_met);
  EXPECT_EQ(judged.status(), 0);
  const Judged open({outcome("must-1", Result::inconclusive)}, {{"must-1", Level::must}}, {"t/*"});
  EXPECT_FALSE(open.verdict.part_met);
  EXPECT_EQ(open.status(), 4);
}

TEST(Verdict, ARunThatWasCutShortIsNeverConformant) {
  const Judged judged({outcome("must-1", Result::satisfied)}, {{"must-1", Level::must}}, {}, true);
  EXPECT_FALSE(judged.verdict.conformant);
  EXPECT_EQ(judged.status(), 4);
}

TEST(Results, EveryRequirementHasOneInTheOrderOfTheCatalogue) {
  const Judged judged({}, {});
  std::vector<std::string> ids;
  for (const auto& result : judged.results) {
    ids.push_back(result.requirement->id);
    EXPECT_FALSE(result.observed);
    EXPECT_THAT(result.outcomes, IsEmpty());
  }
  EXPECT_THAT(ids, ElementsAre("must-1", "must-2", "should-1", "may-1", "same-1", "unasked-1"));
}

TEST(Results, TheWorstOfAllRowsCounts) {
  const auto graver = {Result::not_applicable, Result::satisfied, Result::inconclusive, Result::violated,
                       Result::harness_error};
  for (const auto one : graver) {
    for (const auto other : graver) {
      const Judged judged({outcome("must-2", one), outcome("must-2", other)}, {});
      EXPECT_EQ(judged.result("must-2").result, std::max(one, other)) << to_string(one) << to_string(other);
      EXPECT_TRUE(judged.result("must-2").observed);
    }
  }
}

TEST(Results, OutcomesAreCountedAndTheWorstComesFirst) {
  const Judged judged({outcome("must-2", Result::satisfied, "1"), outcome("must-2", Result::violated, "2"),
                       outcome("must-1", Result::harness_error, "3"), outcome("must-2", Result::satisfied, "4"),
                       outcome("must-2", Result::violated, "5")},
                      {});
  const auto& result = judged.result("must-2");
  EXPECT_THAT(result.counts, UnorderedElementsAre(Pair(Result::satisfied, 2), Pair(Result::violated, 2)));
  std::vector<std::string> rows;
  for (const auto* one : result.outcomes)
    rows.push_back(one->row);
  EXPECT_THAT(rows, ElementsAre("2", "5", "1", "4"));
}

TEST(Results, EquivalentsShareTheirOutcomes) {
  const Judged judged({outcome("must-1", Result::satisfied), outcome("same-1", Result::violated)}, {});
  for (const auto* id : {"must-1", "same-1"}) {
    EXPECT_EQ(judged.result(id).result, Result::violated) << id;
    EXPECT_THAT(judged.result(id).outcomes, SizeIs(2)) << id;
  }
  EXPECT_FALSE(judged.result("must-2").observed);
}

TEST(Results, AnOutcomeOfARequirementThatIsNotInTheCatalogueHarmsNothing) {
  const Judged judged({outcome("gone-1", Result::violated), outcome("must-1", Result::satisfied)}, {});
  EXPECT_THAT(judged.results, SizeIs(6));
  EXPECT_EQ(judged.result("must-1").result, Result::satisfied);
}

struct Case {
  Result result;
  Level level;
  Verdict verdict;
  bool conformant;
  int status;
};

std::vector<Case> cases() {
  std::vector<Case> all = {
      {Result::violated, Level::must, Verdict::fail, false, 1},
      {Result::violated, Level::should, Verdict::warn, true, 0},
      {Result::violated, Level::may, Verdict::info, true, 0},
      {Result::inconclusive, Level::must, Verdict::inconclusive, false, 4},
      {Result::inconclusive, Level::should, Verdict::inconclusive, true, 0},
      {Result::inconclusive, Level::may, Verdict::inconclusive, true, 0},
  };
  for (const auto level : {Level::must, Level::should, Level::may}) {
    all.push_back({Result::satisfied, level, Verdict::pass, true, 0});
    all.push_back({Result::not_applicable, level, Verdict::not_applicable, true, 0});
    all.push_back({Result::harness_error, level, Verdict::harness_error, false, 5});
  }
  return all;
}

TEST(Judge, EachResultAtEachLevelBesideAPass) {
  for (const auto& test : cases()) {
    const Judged judged({outcome("must-1", Result::satisfied), outcome("may-1", test.result)},
                        {{"must-1", Level::must}, {"may-1", test.level}});
    const auto name = std::string(to_string(test.result)) + " " + std::string(to_string(test.level));
    ASSERT_THAT(judged.verdict.judgements, SizeIs(2)) << name;
    const auto& judgement = judged.verdict.judgements[1];
    EXPECT_EQ(judgement.verdict, test.verdict) << name;
    EXPECT_EQ(judgement.level, test.level) << name;
    EXPECT_EQ(judgement.requirement->id, "may-1");
    EXPECT_EQ(judgement.result, &judged.result("may-1"));
    EXPECT_EQ(judged.verdict.conformant, test.conformant) << name;
    EXPECT_EQ(judged.verdict.undecided, test.status == 4 ? 1 : 0) << name;
    EXPECT_EQ(judged.status(), test.status) << name;
  }
}

TEST(Judge, WithoutAPassNothingIsConformant) {
  for (const auto& test : cases()) {
    if (test.verdict == Verdict::pass) continue;
    const Judged judged({outcome("may-1", test.result)}, {{"may-1", test.level}});
    EXPECT_FALSE(judged.verdict.conformant) << to_string(test.result);
    EXPECT_EQ(judged.status(), test.status == 0 ? 4 : test.status) << to_string(test.result);
  }
  const Judged nothing({}, {{"must-1", Level::must}});
  EXPECT_EQ(nothing.verdict.judgements.at(0).verdict, Verdict::not_observed);
  EXPECT_EQ(nothing.status(), 4);
}

TEST(Judge, AProfileSeesOnlyWhatItAsksFor) {
  const Judged judged({outcome("must-2", Result::violated), outcome("should-1", Result::satisfied)},
                      {{"should-1", Level::should}, {"may-1", Level::may}});
  EXPECT_THAT(judged.verdict.counts,
              UnorderedElementsAre(Pair(Verdict::pass, 1), Pair(Verdict::not_observed, 1)));
  EXPECT_EQ(judged.status(), 0);
}

TEST(Judge, TheSameRequirementIsJudgedDifferentlyByProfiles) {
  const std::vector<Outcome> outcomes = {outcome("must-1", Result::satisfied),
                                         outcome("may-1", Result::violated)};
  EXPECT_EQ(Judged(outcomes, {{"must-1", Level::must}, {"may-1", Level::must}}).status(), 1);
  EXPECT_EQ(Judged(outcomes, {{"must-1", Level::must}, {"may-1", Level::should}}).status(), 0);
}

TEST(Judge, OfEquivalentsOneIsJudgedAtTheStrictestLevel) {
  using Levels = std::map<std::string, Level>;
  for (const auto& levels : {Levels{{"must-1", Level::may}, {"same-1", Level::must}},
                             Levels{{"must-1", Level::must}, {"same-1", Level::may}}}) {
    const Judged judged({outcome("same-1", Result::violated)}, levels);
    ASSERT_THAT(judged.verdict.judgements, SizeIs(1));
    EXPECT_EQ(judged.verdict.judgements[0].requirement->id, "must-1");  // the first of them in the catalogue
    EXPECT_EQ(judged.verdict.judgements[0].level, Level::must);
    EXPECT_EQ(judged.verdict.judgements[0].verdict, Verdict::fail);
    EXPECT_THAT(judged.verdict.counts, ElementsAre(Pair(Verdict::fail, 1)));
  }
}

TEST(Judge, WhatComesAfterAnEquivalentIsJudgedAsWell) {
  const Judged judged({outcome("unasked-1", Result::violated)},
                      {{"must-1", Level::must}, {"same-1", Level::must}, {"unasked-1", Level::must}});
  ASSERT_THAT(judged.verdict.judgements, SizeIs(2));
  EXPECT_EQ(judged.verdict.judgements[1].verdict, Verdict::fail);
}

TEST(Judge, AnEquivalentThatTheProfileDoesNotNameLendsItsOutcomes) {
  const Judged judged({outcome("must-1", Result::violated)}, {{"same-1", Level::should}});
  ASSERT_THAT(judged.verdict.judgements, SizeIs(1));
  EXPECT_EQ(judged.verdict.judgements[0].requirement->id, "same-1");
  EXPECT_EQ(judged.verdict.judgements[0].verdict, Verdict::warn);
}

ProfileVerdict verdict(bool conformant, std::map<Verdict, std::size_t> counts) {
  ProfileVerdict verdict;
  verdict.conformant = conformant;
  verdict.counts = std::move(counts);
  return verdict;
}

TEST(ExitStatus, TheGravestOfAllProfilesCounts) {
  const auto good = verdict(true, {{Verdict::pass, 3}, {Verdict::warn, 1}});
  const auto open = verdict(false, {{Verdict::pass, 3}, {Verdict::inconclusive, 1}});
  const auto bad = verdict(false, {{Verdict::pass, 3}, {Verdict::fail, 1}});
  const auto broken = verdict(false, {{Verdict::pass, 3}, {Verdict::fail, 1}, {Verdict::harness_error, 1}});
  EXPECT_EQ(exit_status({}), 4);
  EXPECT_EQ(exit_status({good}), 0);
  EXPECT_EQ(exit_status({good, good}), 0);
  EXPECT_EQ(exit_status({good, open}), 4);
  EXPECT_EQ(exit_status({open, good}), 4);
  EXPECT_EQ(exit_status({open, bad}), 1);
  EXPECT_EQ(exit_status({good, bad, open}), 1);
  EXPECT_EQ(exit_status({bad, broken, good}), 5);
  EXPECT_EQ(exit_status({broken}), 5);
}

TEST(ExitStatus, ACountOfNoneIsNone) {
  EXPECT_EQ(exit_status({verdict(true, {{Verdict::pass, 1}, {Verdict::fail, 0}, {Verdict::harness_error, 0}})}),
            0);
}

}  // namespace
}  // namespace oauthentic::run

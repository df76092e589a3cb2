#include <gtest/gtest.h>

#include <set>

#include "core/outcome.hpp"
#include "core/profile.hpp"
#include "core/requirement.hpp"

namespace oauthentic {
namespace {

TEST(Level, NamesAreReadInAnyCase) {
  EXPECT_EQ(to_string(Level::must), "MUST");
  EXPECT_EQ(to_string(Level::should), "SHOULD");
  EXPECT_EQ(to_string(Level::may), "MAY");
  EXPECT_EQ(level_from("MUST"), Level::must);
  EXPECT_EQ(level_from("should"), Level::should);
  EXPECT_EQ(level_from("May"), Level::may);
  for (const auto* text : {"", "off", "MUST ", "MUST NOT", "M"})
    EXPECT_FALSE(level_from(text)) << text;
}

TEST(Result, NamesRoundTripAndTheGravestIsTheGreatest) {
  using enum Result;
  for (const auto result : {not_applicable, satisfied, inconclusive, violated, harness_error}) {
    EXPECT_EQ(result_from(to_string(result)), result) << to_string(result);
  }
  EXPECT_EQ(to_string(not_applicable), "not_applicable");
  EXPECT_EQ(to_string(harness_error), "harness_error");
  for (const auto* text : {"", "Satisfied", "pass", "not applicable"})
    EXPECT_FALSE(result_from(text)) << text;
  EXPECT_LT(not_applicable, satisfied);
  EXPECT_LT(satisfied, inconclusive);
  EXPECT_LT(inconclusive, violated);
  EXPECT_LT(violated, harness_error);
}

TEST(Verdict, EveryOneHasItsOwnName) {
  using enum Verdict;
  std::set<std::string_view> names;
  for (const auto verdict :
       {pass, fail, warn, info, inconclusive, not_applicable, not_observed, harness_error}) {
    EXPECT_FALSE(to_string(verdict).empty());
    names.insert(to_string(verdict));
  }
  EXPECT_EQ(names.size(), 8u);
}

TEST(Verdict, OnlyAViolationDependsOnTheLevel) {
  EXPECT_EQ(verdict_of(Result::violated, Level::must), Verdict::fail);
  EXPECT_EQ(verdict_of(Result::violated, Level::should), Verdict::warn);
  EXPECT_EQ(verdict_of(Result::violated, Level::may), Verdict::info);
  for (const auto level : {Level::must, Level::should, Level::may}) {
    EXPECT_EQ(verdict_of(Result::satisfied, level), Verdict::pass);
    EXPECT_EQ(verdict_of(Result::inconclusive, level), Verdict::inconclusive);
    EXPECT_EQ(verdict_of(Result::not_applicable, level), Verdict::not_applicable);
    EXPECT_EQ(verdict_of(Result::harness_error, level), Verdict::harness_error);
  }
}

}  // namespace
}  // namespace oauthentic

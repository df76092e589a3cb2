#include "reports/view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/evidence.hpp"
#include "reports/place.hpp"
#include "reports/sample_test_support.hpp"

namespace oauthentic::reports {
namespace {

using testing::ElementsAre;

std::vector<std::string> ids(const std::vector<const Finding*>& findings) {
  std::vector<std::string> out;
  for (const auto* finding : findings)
    out.push_back(finding->requirement->id);
  return out;
}

TEST(View, RanksViolationsByLevelAndFoldsEquivalents) {
  const auto s = sample();
  const View view(s->input());
  ASSERT_EQ(view.violations().size(), 3u);
  EXPECT_EQ(view.violations()[0].finding->requirement->id, "rfc6749-3.2-parameters-not-repeated");
  EXPECT_EQ(view.violations()[1].finding->requirement->id, "rfc7636-4.6-verifier-mismatch");
  EXPECT_THAT(ids(view.violations()[1].also), ElementsAre("rfc9700-2.1.1-pkce-enforced"));
  EXPECT_EQ(view.violations()[2].finding->verdict, Verdict::warn);
}

TEST(View, TellsApartWhatIsUndecidedAndWhatWasNotObserved) {
  const auto s = sample();
  const View view(s->input());
  EXPECT_THAT(ids(view.undecided()), ElementsAre("rfc6749-4.1.3-redirect-uri-identical"));
  // rfc6749-4.3-password is excluded with a reason, so that nobody waits for it.
  EXPECT_THAT(ids(view.unobserved()), ElementsAre("rfc9700-4.14.2-refresh-rotation"));
  EXPECT_EQ(view.headline(), "2 MUST and 1 SHOULD violated, 1 undecided, 9 of 10 looked at");
}

TEST(View, TakesTheStrictestLevelOfTheSelectedProfiles) {
  const auto s = sample();
  const std::string framing = "rfc9700-4.16-framing";
  s->profiles[2].levels[framing] = Level::must;  // judged, not selected
  s->judge();
  const View view(s->input());
  const auto at =
      std::ranges::find(view.findings(), framing, [](const Finding& f) { return f.requirement->id; });
  EXPECT_EQ(at->level, Level::should);
  EXPECT_EQ(at->asked.size(), 2u);
  s->run.profiles.push_back("oauth-2.1");
  const View stricter(s->input());
  EXPECT_EQ(stricter.findings()[static_cast<std::size_t>(at - view.findings().begin())].verdict, Verdict::fail);
}

TEST(View, JudgesByAllProfilesWhenTheRunKnewNone) {
  const auto s = sample();
  s->run.profiles = {"gone"};
  const View view(s->input());
  EXPECT_EQ(view.selected().size(), 3u);
  EXPECT_TRUE(view.others().empty());
}

TEST(View, WithoutProfilesNothingWasJudged) {
  const auto s = sample();
  s->verdicts.clear();
  const View view(s->input());
  EXPECT_FALSE(view.conformant());
  EXPECT_EQ(view.headline(), "Nothing was judged");
  EXPECT_TRUE(view.violations().empty());
}

TEST(View, SaysWhenAllIsWell) {
  const auto s = clean_sample();
  const View view(s->input());
  EXPECT_TRUE(view.conformant());
  EXPECT_EQ(view.headline(), "Every requirement that was asked for is met");
}

TEST(SectionUrl, IsAWebAddressOrNothing) {
  const auto s = sample();
  const View view(s->input());
  EXPECT_EQ(section_url(view.findings().front()), "https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2");
  EXPECT_EQ(section_url(view.findings().back()), "");
  s->specifications[0].url = "javascript:alert({section})";
  EXPECT_EQ(section_url(view.findings().front()), "");
}

TEST(EvidencePlan, ShowsEachExchangeOnce) {
  const auto s = sample();
  const View view(s->input());
  const EvidencePlan plan(view, nullptr);
  const auto& own = plan.shown_under("rfc7636-4.6-verifier-mismatch");
  EXPECT_THAT(own, ElementsAre("pkce/verifier-mismatch#2", "pkce/verifier-mismatch#3"));
  EXPECT_TRUE(plan.shown_under("rfc9700-2.1.1-pkce-enforced").empty());
  EXPECT_EQ(plan.link(own.front()), "#" + plan.anchor(own.front()));
  EXPECT_EQ(plan.link("unknown"), "");
  EXPECT_TRUE(plan.shown_under("unknown").empty());
}

TEST(EvidencePlan, KeepsToItsLimits) {
  const auto s = sample();
  const View view(s->input());
  const EvidencePlan plan(view, nullptr, {.total = 2, .grave = 1, .harmless = 1, .per_outcome = 1});
  std::size_t shown = 0;
  for (const auto& requirement : s->requirements)
    shown += plan.shown_under(requirement.id).size();
  EXPECT_EQ(shown, 2u);
  EXPECT_THAT(plan.shown_under("rfc7636-4.6-verifier-mismatch"), ElementsAre("pkce/verifier-mismatch#3"));
}

TEST(ParsePlace, SplitsFileAndLine) {
  EXPECT_EQ(parse_place("a/b.yaml:12").file, "a/b.yaml");
  EXPECT_EQ(parse_place("a/b.yaml:12").line, 12u);
  EXPECT_EQ(parse_place("a/b.yaml:12:3").line, 12u);
  for (const auto* text : {"", "a", "a:", "a:0", "a:x", "a:-1", "a:99999999999999"}) {
    EXPECT_EQ(parse_place(text).file, text);
    EXPECT_FALSE(parse_place(text).line) << text;
  }
}

}  // namespace
}  // namespace oauthentic::reports

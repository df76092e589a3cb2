#include "reports/sequence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/sample_test_support.hpp"

namespace oauthentic::reports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string no_link(const std::string&) {
  return {};
}

std::vector<std::string> told(const Sequence& sequence) {
  std::vector<std::string> out;
  for (const auto& step : sequence.steps) {
    out.push_back(std::string(to_string(step.from)) + " > " + std::string(to_string(step.to)) + ": " +
                  step.request + " = " + step.answer);
  }
  return out;
}

TEST(SequenceOf, TellsTheThirdPartySignIn) {
  const auto s = sample();
  EXPECT_THAT(told(sequence_of(s->run, s->run.scenarios.front(), nullptr)),
              ElementsAre("User agent > Client: GET / = 200 page",
                          "Client > API: GET /api/profile = 401 Bearer challenge",
                          "User agent > Client: GET /sign-in = 302 → /authorize (state)",
                          "User agent > Authorization server: GET /authorize = 200 page",
                          "User agent > Authorization server: POST /sign-in = 200 page",
                          "User agent > Authorization server: POST /consent = 302 → /callback (code, state)",
                          "User agent > Client: /callback (code, state) = ",
                          "Client > Authorization server: POST /token = 200 access_token, id_token",
                          "Client > API: GET /api/profile = 200 sub"));
}

TEST(SequenceOf, MarksTheDeviationAndTheJudgedStep) {
  const auto s = sample();
  const auto sequence = sequence_of(s->run, s->run.scenarios[1], &s->run.outcomes.front());
  ASSERT_EQ(sequence.steps.size(), 4u);
  EXPECT_TRUE(sequence.steps[2].deviates);
  EXPECT_EQ(sequence.steps[3].judged, Result::violated);
  EXPECT_FALSE(sequence.steps[0].deviates);
  EXPECT_FALSE(sequence.steps[0].judged);
}

TEST(SequenceOf, CountsWhatWasNotRecorded) {
  const auto s = sample();
  s->exchanges.erase(s->run.scenarios[1].exchanges.back());
  EXPECT_EQ(sequence_of(s->run, s->run.scenarios[1], nullptr).left_out, 1u);
  s->run.exchange = nullptr;
  EXPECT_EQ(sequence_of(s->run, s->run.scenarios[1], nullptr).left_out, 3u);
}

TEST(DrawSequence, DrawsOnlyThePartiesThatSpeak) {
  const auto s = sample();
  const auto drawn = draw_sequence(sequence_of(s->run, s->run.scenarios[2], nullptr), no_link);
  EXPECT_THAT(drawn, HasSubstr(">Client</text>"));
  EXPECT_THAT(drawn, HasSubstr(">Authorization server</text>"));
  EXPECT_THAT(drawn, Not(HasSubstr(">API</text>")));
  EXPECT_THAT(drawn, HasSubstr("the one deviation: redeem: repeat"));
}

TEST(DrawSequence, LinksToTheEvidence) {
  const auto s = sample();
  const auto drawn = draw_sequence(sequence_of(s->run, s->run.scenarios[2], nullptr),
                                   [](const std::string&) { return "#x-1"; });
  EXPECT_THAT(drawn, HasSubstr("href=\"#x-1\""));
}

TEST(DrawSequence, DrawsNothingOutOfNothing) {
  EXPECT_EQ(draw_sequence({}, no_link), "");
}

TEST(DrawSequence, KeepsHostileTextInert) {
  const auto s = hostile_sample();
  for (const auto& scenario : s->run.scenarios) {
    const auto drawn = draw_sequence(sequence_of(s->run, scenario, &s->run.outcomes.front()), no_link);
    EXPECT_THAT(drawn, Not(HasSubstr("<script")));
    EXPECT_THAT(drawn, Not(HasSubstr("<img")));
    EXPECT_THAT(drawn, Not(HasSubstr("javascript:alert(3)\"")));
  }
}

}  // namespace
}  // namespace oauthentic::reports

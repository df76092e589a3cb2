#include "agent/steps.hpp"

#include "agent/form_agent_test_support.hpp"
#include "agent/page_reader_test_support.hpp"

namespace oauthentic::agent {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using End = Arrival::End;
using Kind = Decision::Kind;

const std::string kTenant =
    "<title>Tenant</title><form method=post action=/search><input name=q><button>Find</button></form>"
    "<form method=post action=/tenant><input type=hidden name=csrf value=t1><label "
    "for=where>Organisation</label>"
    "<input id=where name=t><input name=pin><input type=checkbox name=agree><select name=region><option "
    "value=eu>EU<option value=us>US</select><input type=radio name=mode value=a><input type=radio name=mode "
    "value=b><button name=go value=1>Proceed</button><button name=go value=2 id=other>Other</button></form>"
    "<a href=/help id=h>Get help now</a>";

/// What a step does on one page of a provider.
struct Done {
  Done(const PageStep& step, const std::string& html, PageContext with = context())
      : page(*oauth::parse_html(html, with.url)), reader({step}), decision(reader.read(page, with)) {
    if (decision && decision->kind == Kind::submit)
      body = submission_request(*decision->form, decision->fill).body;
  }
  oauth::HtmlPage page;
  StepReader reader;
  std::optional<Decision> decision;
  std::string body;
};

PageStep step(std::vector<std::pair<std::string, std::string>> fill, std::string click = "") {
  PageStep out;
  out.at = "*";
  out.fill = std::move(fill);
  out.click = std::move(click);
  return out;
}

TEST(Steps, FindFieldsByNameIdAndLabel) {
  for (const char* selector : {"t", "where", "#where", "Organisation", "organisation"}) {
    const Done done(step({{selector, "acme"}}, "Proceed"), kTenant);
    ASSERT_TRUE(done.decision && done.decision->kind == Kind::submit) << selector;
    EXPECT_EQ(done.body, "csrf=t1&t=acme&pin=&region=eu&go=1") << selector;
  }
}

TEST(Steps, FindButtonsByTextNameValueAndId) {
  for (const auto& [wanted, pressed] : std::map<std::string, std::string>{{"Proceed", "1"},
                                                                          {"proc", "1"},
                                                                          {"OTHER", "2"},
                                                                          {"#other", "2"},
                                                                          {"other", "2"},
                                                                          {"go", "1"},
                                                                          {"2", "2"}}) {
    const Done done(step({}, wanted), kTenant);
    if (wanted == "proc") {  // a part of a word is no word
      EXPECT_EQ(done.decision->kind, Kind::lost);
      continue;
    }
    ASSERT_EQ(done.decision->kind, Kind::submit) << wanted << done.decision->why;
    EXPECT_THAT(done.body, testing::EndsWith("go=" + pressed)) << wanted;
  }
}

TEST(Steps, FillBoxesAndLists) {
  const Done done(step({{"agree", "yes"}, {"region", "us"}, {"mode", "b"}}), kTenant);
  EXPECT_EQ(done.body, "csrf=t1&t=&pin=&agree=on&region=us&mode=b&go=1");
}

TEST(Steps, FillInWhatIsTheUsers) {
  const Done done(step({{"t", "{{user.username}}/x"}, {"pin", "{{user.totp}}"}}), kTenant);
  EXPECT_THAT(done.body, HasSubstr("t=alice%40as.test%2Fx&pin=123456"));
  EXPECT_TRUE(done.decision->types_username && done.decision->types_code && !done.decision->types_password);
  const Done password(step({{"pin", "{{user.password}}"}}), kTenant);
  EXPECT_TRUE(password.decision->types_password);
  EXPECT_THAT(password.decision->why, Not(HasSubstr("the-password-1")));
}

TEST(Steps, NeverTypeIntoAForeignForm) {
  const Done foreign(
      step({{"a", "{{user.password}}"}}),
      "<form method=post action=https://collector.invalid/><input name=a><button>OK</button></form>");
  EXPECT_EQ(foreign.decision->kind, Kind::lost);
  EXPECT_THAT(foreign.decision->why, HasSubstr("https://collector.invalid/"));
  const Done url(step({{"a", "{{user.password}}"}}), "<form><input name=a><button>OK</button></form>");
  EXPECT_THAT(url.decision->why, HasSubstr("into the URL"));
}

TEST(Steps, FollowLinks) {
  for (const char* wanted : {"Get help now", "get help", "#h"}) {
    PageStep follow;
    follow.at = "*";
    follow.follow = wanted;
    const Done done(follow, kTenant);
    ASSERT_EQ(done.decision->kind, Kind::follow) << done.decision->why;
    EXPECT_EQ(done.decision->url, "https://as.test/help");
  }
}

TEST(Steps, SayWhatIsMissing) {
  EXPECT_THAT(
      Done(step({{"nothing", "x"}}), kTenant).decision->why,
      AllOf(HasSubstr("step 1 is for this page, but there is no field \"nothing\""), HasSubstr("text t")));
  EXPECT_THAT(Done(step({{"t", "x"}}, "Nowhere"), kTenant).decision->why, HasSubstr("no button \"Nowhere\""));
  EXPECT_THAT(Done(step({{"t", "x"}}), "<p>nothing").decision->why, HasSubstr("no form"));
  auto optional = step({{"nothing", "x"}});
  optional.optional = true;
  EXPECT_FALSE(Done(optional, kTenant).decision);
}

TEST(Steps, KeepToHowFarTheJourneyGoes) {
  auto with = context();
  with.until = Until::sign_in;
  EXPECT_EQ(Done(step({{"pin", "{{user.password}}"}}), kTenant, with).decision->kind, Kind::stop);
  const std::string decision =
      "<form method=post><button>No</button><button name=d value=y>Allow</button></form>";
  with.until = Until::consent;
  EXPECT_EQ(Done(step({}, "Allow"), decision, with).decision->kind, Kind::stop);
  with = context(Consent::refuse);
  EXPECT_FALSE(Done(step({}, "Allow"), decision, with).decision);
  EXPECT_TRUE(Done(step({}, "Allow"), decision).decision->answers_consent);
}

TEST(Steps, AreTakenOnceAndInOrder) {
  const auto page = *oauth::parse_html(kTenant, context().url);
  StepReader reader({step({{"t", "1"}}), step({{"t", "2"}})});
  const auto typed = [&] {
    const auto decision = reader.read(page, context());
    return decision ? submission_request(*decision->form, decision->fill).body : std::string("none");
  };
  EXPECT_THAT(typed(), HasSubstr("t=1"));
  EXPECT_THAT(typed(), HasSubstr("t=2"));
  EXPECT_EQ(typed(), "none");
}

TEST(Steps, WaitOnceBeforeTheyAct) {
  const auto page = *oauth::parse_html(kTenant, context().url);
  auto slow = step({{"t", "1"}});
  slow.wait = std::chrono::milliseconds(500);
  StepReader reader({slow});
  const auto first = reader.read(page, context());
  EXPECT_EQ(first->kind, Kind::wait);
  EXPECT_EQ(first->pause, std::chrono::milliseconds(500));
  EXPECT_EQ(reader.read(page, context())->kind, Kind::submit);
}

TEST(Steps, AreForPagesByTheirUrl) {
  const std::string url = "https://as.test/t/login?step=2#x";
  for (const char* yes : {"*", "https://as.test/t/login", "*/login", "https://as.test/*", "*?step=2",
                          "/login\\?step=[0-9]$/", "/^https:/"}) {
    EXPECT_TRUE(is_for(yes, url)) << yes;
  }
  for (const char* no : {"https://as.test", "login", "*/login?", "/logout/", "/(/", "*?step=3", ""}) {
    EXPECT_FALSE(is_for(no, url)) << no;
  }
  EXPECT_FALSE(is_for("/(a+)+$/", "https://as.test/?" + std::string(100'000, 'b')));
}

TEST_F(FormAgent, TakesStepsAndElseItsOwnRules) {
  serve_provider();
  serve("GET /login", html(kTenant));
  serve("POST /tenant", html(kSignIn));
  auto tenant = step({{"t", "acme"}}, "Proceed");
  tenant.at = "https://as.test/login";
  journey_.steps = {tenant};
  const auto arrival = travel();
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_TRUE(arrival.signed_in && arrival.consented);
  EXPECT_THAT(arrival.log, testing::Contains(HasSubstr("step 1: filled in t, \"Proceed\"")));
}

TEST_F(FormAgent, IsLostWhereAStepLacksItsField) {
  serve_provider();
  journey_.steps = {step({{"nothing", "x"}})};
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_THAT(arrival.reason, HasSubstr("step 1 is for this page"));
}

}  // namespace
}  // namespace oauthentic::agent

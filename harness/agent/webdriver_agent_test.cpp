#include "agent/webdriver_agent_test_support.hpp"
#include "oauth/cookies.hpp"

namespace oauthentic::agent {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using End = Arrival::End;

const std::string kAs = "https://as.test";

class WebDriverAgent : public testing::Test {
 protected:
  WebDriverAgent() {
    journey_.first.url = kAs + "/authorize?client_id=demo&state=s1";
    journey_.account = {"alice", "the-password-1"};
    journey_.origins = {kAs};
    journey_.redirect_uris = {"https://app.test/cb"};
    browser_.pages[kAs + "/authorize"] =
        "<title>Sign in</title><form action=/login><input name=user data-oauthentic=0><input type=password "
        "name=pass "
        "data-oauthentic=1><button data-oauthentic=2>Sign in</button></form>";
    browser_.pages[kAs + "/consent"] =
        "<title>Consent</title><p>demo wants access<form method=post action=/consent><button name=d value=no "
        "data-oauthentic=0>Deny</button><button name=d value=yes data-oauthentic=1>Allow</button></form>";
    browser_.clicks = {{kAs + "/authorize 2", kAs + "/consent"},
                       {kAs + "/consent 0", "https://app.test/cb?error=access_denied&state=s1"},
                       {kAs + "/consent 1", "https://app.test/cb?code=c-1&state=s1"}};
  }

  Arrival travel() {
    http::LoopbackTransport transport(
        {{"http://driver.test", [this](const Request& request) { return browser_.handle(request); }}});
    BrowserOptions options;
    options.transport = &transport;
    options.driver_url = driver_url_;
    options.glance = std::chrono::milliseconds(1);
    options.page_patience = std::chrono::milliseconds(900);
    options.journey_patience = std::chrono::milliseconds(8'000);
    UserAgent user_agent;
    user_agent.cookies = &jar_;
    user_agent.now = [] { return Time(std::chrono::seconds(1'700'000'000)); };
    user_agent.send = [](const Request&) -> http::Answer {
      ADD_FAILURE() << "the browser sends, not the harness";
      return Response{};
    };
    auto arrival = make_webdriver_agent(options)->travel(journey_, user_agent);
    EXPECT_FALSE(arrival.reason.empty());
    EXPECT_FALSE(arrival.responses_seen);
    EXPECT_THAT(arrival.reason, Not(HasSubstr("the-password-1")));
    EXPECT_THAT(arrival.log, Each(Not(HasSubstr("the-password-1"))));
    return arrival;
  }

  Journey journey_;
  FakeBrowser browser_;
  oauth::CookieJar jar_;
  std::string driver_url_ = "http://driver.test/";
};

TEST_F(WebDriverAgent, SignsInConsentsAndTellsWhereTheBrowserWasSent) {
  const auto arrival = travel();
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_EQ(arrival.url, "https://app.test/cb?code=c-1&state=s1");
  EXPECT_EQ(oauth::value(arrival.parameters, "code"), "c-1");
  EXPECT_EQ(arrival.response_mode, "query");
  EXPECT_TRUE(arrival.signed_in && arrival.consented && arrival.pages_seen);
  EXPECT_FALSE(arrival.redirected_before_sign_in);
  EXPECT_EQ(arrival.pages.size(), 2U);
  EXPECT_EQ(browser_.typed["0"], "alice");
  EXPECT_EQ(browser_.typed["1"], "the-password-1");
  EXPECT_EQ(browser_.origins_asked.front(), kAs);
  EXPECT_EQ(browser_.commands.back(), "DELETE /session/s1");
  EXPECT_THAT(arrival.log, AllOf(Contains(HasSubstr("sign-in form")), Contains(HasSubstr("decision"))));
  const auto chromium = browser_.capabilities.at("firstMatch").at(0).at("goog:chromeOptions").at("args");
  EXPECT_THAT(chromium, Contains("--host-resolver-rules=MAP app.test ~NOTFOUND"));
}

TEST_F(WebDriverAgent, Refuses) {
  journey_.consent = Consent::refuse;
  const auto arrival = travel();
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_EQ(oauth::value(arrival.parameters, "error"), "access_denied");
}

TEST_F(WebDriverAgent, TellsFragmentsAndForeignPlaces) {
  browser_.clicks[kAs + "/consent 1"] = "https://app.test/cb#code=c-2";
  EXPECT_EQ(travel().response_mode, "fragment");
  browser_.go("about:blank");
  browser_.clicks[kAs + "/consent 1"] = "https://elsewhere.invalid/x?code=c-3";
  const auto elsewhere = travel();
  EXPECT_EQ(elsewhere.end, End::delivered);
  EXPECT_EQ(elsewhere.url, "https://elsewhere.invalid/x?code=c-3");
}

TEST_F(WebDriverAgent, SaysThatAPostedFormWasNotSeen) {
  browser_.clicks[kAs + "/consent 1"] = "https://app.test/cb";
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_THAT(arrival.reason, HasSubstr("nothing of ours can listen on https://app.test"));
}

TEST_F(WebDriverAgent, StopsAtSignInAndTypesNothing) {
  journey_.until = Until::sign_in;
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::stopped) << arrival.reason;
  EXPECT_EQ(arrival.pages.size(), 1U);
  EXPECT_THAT(browser_.typed, IsEmpty());
}

TEST_F(WebDriverAgent, StopsAtConsent) {
  journey_.until = Until::consent;
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::stopped) << arrival.reason;
  EXPECT_TRUE(arrival.signed_in);
  EXPECT_FALSE(arrival.consented);
  EXPECT_EQ(arrival.pages.back().page->title, "Consent");
}

TEST_F(WebDriverAgent, TypesThePasswordNowhereElse) {
  const auto sign_in = browser_.pages[kAs + "/authorize"];
  browser_.pages[kAs + "/authorize"] =
      "<form action=https://collector.invalid/login method=post><input name=user data-oauthentic=0><input "
      "type=password name=pass data-oauthentic=1><button data-oauthentic=2>Sign in</button></form>";
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_THAT(arrival.reason, HasSubstr("collector.invalid"));
  browser_.pages["https://collector.invalid/"] = sign_in;
  journey_.first.url = "https://collector.invalid/";
  EXPECT_EQ(travel().end, End::delivered);  // told as another place, and not read
  EXPECT_THAT(browser_.typed, IsEmpty());
}

TEST_F(WebDriverAgent, TellsRefusedCredentials) {
  browser_.clicks[kAs + "/authorize 2"] = kAs + "/authorize";
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_TRUE(arrival.credentials_refused) << arrival.reason;
  EXPECT_FALSE(arrival.signed_in);
}

TEST_F(WebDriverAgent, TypesOneTimeCodes) {
  journey_.account.totp = *oauth::parse_totp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  browser_.pages[kAs + "/code"] =
      "<title>Code</title><form method=post><input name=otp data-oauthentic=0><button "
      "data-oauthentic=1>OK</button></form>";
  browser_.clicks[kAs + "/authorize 2"] = kAs + "/code";
  browser_.clicks[kAs + "/code 1"] = kAs + "/consent";
  const auto arrival = travel();
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_EQ(browser_.typed["0"], journey_.account.totp->code_at(Time(std::chrono::seconds(1'700'000'000))));
}

TEST_F(WebDriverAgent, TakesSteps) {
  browser_.pages[kAs + "/tenant"] =
      "<title>Tenant</title><form><input name=t data-oauthentic=0><button data-oauthentic=1>Go</button></form>";
  browser_.clicks[kAs + "/tenant 1"] = kAs + "/authorize";
  journey_.first.url = kAs + "/tenant";
  PageStep step;
  step.at = "*/tenant";
  step.fill = {{"t", "acme"}};
  step.wait = std::chrono::milliseconds(5);
  journey_.steps = {step};
  const auto arrival = travel();
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_THAT(arrival.log,
              AllOf(Contains(HasSubstr("step 1: waited")), Contains(HasSubstr("step 1: filled in t"))));
}

TEST_F(WebDriverAgent, LooksAgainWhenThePageChangedUnderItsHands) {
  browser_.stale = 1;
  EXPECT_EQ(travel().end, End::delivered);
  browser_.go("about:blank");
  browser_.stale = 100;
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_THAT(arrival.reason, HasSubstr("stale element reference"));
}

TEST_F(WebDriverAgent, KeepsTheCookiesOfItsUserAgent) {
  const Time now(std::chrono::seconds(1'700'000'000));
  jar_.store(kAs + "/", Headers{{"Set-Cookie", "session=old; Path=/; Secure; HttpOnly; SameSite=Lax"}}, now);
  browser_.cookies = {{{"name", "session"},
                       {"value", "new"},
                       {"domain", "as.test"},
                       {"path", "/"},
                       {"expires", -1},
                       {"secure", true},
                       {"httpOnly", true},
                       {"sameSite", "None"}},
                      {{"name", "wide"},
                       {"value", "w"},
                       {"domain", ".as.test"},
                       {"path", "/a"},
                       {"expires", 1'700'000'060.5},
                       {"secure", false},
                       {"httpOnly", false}}};
  travel();
  ASSERT_EQ(browser_.cookies_put.size(), 1U);
  EXPECT_EQ(browser_.cookies_put[0].at("url"), kAs + "/");
  EXPECT_EQ(browser_.cookies_put[0].at("value"), "old");
  EXPECT_EQ(browser_.cookies_put[0].at("sameSite"), "Lax");
  EXPECT_FALSE(browser_.cookies_put[0].contains("domain"));
  ASSERT_EQ(jar_.cookies().size(), 2U);
  EXPECT_EQ(jar_.header_for(kAs + "/", now), "session=new");
  EXPECT_TRUE(jar_.cookies()[0].host_only && jar_.cookies()[0].secure);
  EXPECT_FALSE(jar_.cookies()[1].host_only);
  EXPECT_EQ(jar_.cookies()[1].expires, now + std::chrono::seconds(60));
}

TEST_F(WebDriverAgent, KeepsAPictureOfWhereItGotLost) {
  browser_.pages[kAs + "/authorize"] = "<title>Maze</title>";
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_THAT(arrival.screenshot, StartsWith("\x89PNG"));
  browser_.screenshot = "bm8gcGljdHVyZQ==";
  EXPECT_THAT(travel().screenshot, IsEmpty());
}

TEST_F(WebDriverAgent, TellsPagesThatDoNotCome) {
  browser_.failed = true;
  const auto failed = travel();
  EXPECT_EQ(failed.end, End::no_answer);
  EXPECT_THAT(failed.reason, HasSubstr("could not load https://as.test/authorize"));
  // A browser's own page for an error without a body tells the status.
  for (const auto& [text, end] :
       {std::pair("HTTP ERROR 403", End::error_page), std::pair("HTTP ERROR 500", End::no_answer),
        std::pair("HTTP ERROR 4", End::no_answer), std::pair("ERR_EMPTY_RESPONSE", End::no_answer)}) {
    browser_.pages["chrome-error://chromewebdata/"] = browser_.pages[kAs + "/authorize"] =
        std::string("<p>") + text;
    EXPECT_EQ(travel().end, end) << text;
  }
  browser_.failed = false;
  browser_.statuses[kAs + "/authorize"] = 503;
  EXPECT_EQ(travel().end, End::no_answer);
  browser_.statuses[kAs + "/authorize"] = 400;
  const auto refused = travel();
  EXPECT_EQ(refused.end, End::error_page);
  EXPECT_EQ(refused.status, 400);
  journey_.first.url = "about:blank";
  EXPECT_THAT(travel().reason, HasSubstr("within 0.9 s no page was shown"));
}

TEST_F(WebDriverAgent, TellsABrowserThatDies) {
  browser_.on_click = [](FakeBrowser& browser) { browser.dead = true; };
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_THAT(arrival.reason, AllOf(HasSubstr("the browser was lost"), HasSubstr("the browser is no more"),
                                    Not(HasSubstr("own lines"))));
}

TEST_F(WebDriverAgent, TellsADriverThatDoesNotServe) {
  browser_.refuses_sessions = "Chrome failed to start";
  const auto refused = travel();
  EXPECT_THAT(refused.reason,
              HasSubstr("the browser does not start: session not created: Chrome failed to start"));
  EXPECT_FALSE(refused.pages_seen);
  driver_url_ = "http://nobody.test";
  EXPECT_THAT(travel().reason, HasSubstr("the driver gives no answer"));
}

TEST_F(WebDriverAgent, SaysWhatABrowserCannotDo) {
  journey_.first.method = "POST";
  EXPECT_THAT(travel().reason, HasSubstr("its method is POST"));
  journey_.first.method = "GET";
  journey_.until = Until::next_page;
  EXPECT_THAT(travel().reason, HasSubstr("cannot be kept from answering"));
  EXPECT_THAT(browser_.commands, IsEmpty());
}

}  // namespace
}  // namespace oauthentic::agent

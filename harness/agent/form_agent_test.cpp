#include "agent/form_agent_test_support.hpp"

namespace oauthentic::agent {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using End = Arrival::End;

TEST_F(FormAgent, SignsInConsentsAndTellsWhereItWasSent) {
  serve_provider();
  const auto arrival = travel();
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_EQ(arrival.url, "https://app.test/cb?code=c-1&state=s1");
  EXPECT_EQ(arrival.response_mode, "query");
  EXPECT_THAT(arrival.parameters,
              ElementsAre(oauth::Parameter{"code", "c-1"}, oauth::Parameter{"state", "s1"}));
  EXPECT_EQ(arrival.status, 302);
  EXPECT_TRUE(arrival.signed_in);
  EXPECT_TRUE(arrival.consented);
  EXPECT_FALSE(arrival.redirected_before_sign_in);
  EXPECT_EQ(arrival.pages.size(), 2U);
  EXPECT_EQ(arrival.status_after_credentials, 303);
  EXPECT_EQ(arrival.page_title, "Consent");
  for (const auto& request : sent_) {
    EXPECT_EQ(request.headers.value("User-Agent"), "Oauthentic/0.1");
    EXPECT_THAT(request.url, Not(HasSubstr("app.test")));
  }
  ASSERT_EQ(sent_.size(), 6U);
  EXPECT_EQ(sent_[2].headers.value("Referer"), "https://as.test/login?next=1");
  EXPECT_EQ(sent_[2].headers.value("Origin"), "https://as.test");
  EXPECT_EQ(sent_[2].headers.value("Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(sent_[5].headers.value("Cookie"), "session=1; consent=1");
}

TEST_F(FormAgent, SendsAPasswordAndAConsentInItsTurnOnly) {
  serve_provider();
  std::vector<std::string> turns;
  for (auto& [line, page] : pages_) {
    page = [this, &turns, line = line, serve = page](const Request& request) {
      turns.push_back(line + (is_held(sign_in_turn_) ? ", sign-in" : "") +
                      (is_held(consent_turn_) ? ", consent" : ""));
      return serve(request);
    };
  }
  EXPECT_EQ(travel().end, End::delivered);
  EXPECT_THAT(turns, ElementsAre("GET /authorize", "GET /login", "POST /login, sign-in", "GET /authorize",
                                 "POST /consent, consent", "GET /authorize"));
}

TEST_F(FormAgent, GoesStraightThroughWhenAllIsRemembered) {
  serve_provider();
  travel();
  const auto again = travel();
  EXPECT_EQ(again.end, End::delivered);
  EXPECT_TRUE(again.redirected_before_sign_in && !again.signed_in);
  EXPECT_FALSE(again.consented);
}

TEST_F(FormAgent, Refuses) {
  serve_provider();
  journey_.consent = Consent::refuse;
  const auto arrival = travel();
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_EQ(oauth::value(arrival.parameters, "error"), "access_denied");
  EXPECT_TRUE(arrival.consented);
}

TEST_F(FormAgent, ToldWrongCredentials) {
  serve_provider();
  journey_.account.password = "another-password";
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_TRUE(arrival.credentials_refused);
  EXPECT_THAT(arrival.reason,
              HasSubstr("the provider showed its sign-in page again after the credentials were sent"));
  EXPECT_FALSE(arrival.signed_in);
}

TEST_F(FormAgent, StopsAtSignIn) {
  serve_provider();
  journey_.until = Until::sign_in;
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::stopped);
  EXPECT_THAT(sent_, Each(testing::Field(&Request::method, "GET")));
}

TEST_F(FormAgent, StopsAtConsent) {
  serve_provider();
  journey_.until = Until::consent;
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::stopped);
  EXPECT_TRUE(arrival.signed_in);
  EXPECT_FALSE(arrival.consented);
  ASSERT_EQ(arrival.pages.size(), 2U);
  EXPECT_EQ(arrival.pages[0].url, "https://as.test/login?next=1");
  EXPECT_EQ(arrival.pages[1].url, "https://as.test/authorize?client_id=demo&state=s1");
}

TEST_F(FormAgent, AnswersAPageThatAnotherUserAgentWasShown) {
  serve_provider();
  journey_.from = ShownPage{"https://as.test/authorize?client_id=demo", html(kConsent)};
  journey_.until = Until::next_page;
  serve("POST /consent", redirect("https://app.test/cb?code=c-2"));
  auto arrival = travel();
  EXPECT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_EQ(oauth::value(arrival.parameters, "code"), "c-2");
  ASSERT_EQ(sent_.size(), 1U);
  EXPECT_EQ(sent_[0].body, "csrf=c2&d=yes");
  EXPECT_EQ(sent_[0].headers.value("Referer"), "https://as.test/authorize?client_id=demo");

  // What asks anew is not answered: neither with the password nor with consent.
  serve("POST /consent", redirect("/login"));
  arrival = travel();
  EXPECT_EQ(arrival.end, End::error_page);
  EXPECT_THAT(arrival.reason, HasSubstr("in place of an answer"));
  EXPECT_EQ(sent_.back().method, "GET");
}

TEST_F(FormAgent, FollowsRefreshesAndScriptlessForms) {
  auto first = html("<p>wait");
  first.headers.add("Refresh", "0; url=/two");
  serve("GET /authorize", first);
  serve("GET /two", html("<meta http-equiv=refresh content='1; /three'>"));
  serve("GET /three", html("<form method=get action=/four#x><input type=hidden name=a "
                           "value=b></form><script>f.submit()</script>"));
  serve("GET /four", redirect("https://app.test/cb?code=c"));
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_EQ(sent_.back().url, "https://as.test/four?a=b");
  EXPECT_TRUE(arrival.redirected_before_sign_in);
}

TEST_F(FormAgent, KeepsOrChangesTheMethodOfARedirect) {
  serve_provider();
  serve("POST /login", redirect("/login2", 307));
  serve("POST /login2", redirect("https://app.test/cb?code=c", 302));
  auto arrival = travel();
  EXPECT_EQ(arrival.end, End::delivered);
  EXPECT_EQ(arrival.status_after_credentials, 307);
  EXPECT_EQ(sent_.back().body, "csrf=c1&user=alice&pass=the-password-1");
  EXPECT_EQ(sent_.back().headers.value("Content-Type"), "application/x-www-form-urlencoded");

  serve("POST /login", redirect("/login2", 301));
  serve("GET /login2", redirect("https://app.test/cb?code=c", 302));
  arrival = travel();
  EXPECT_EQ(arrival.end, End::delivered);
  EXPECT_EQ(arrival.status_after_credentials, 301);
  EXPECT_EQ(sent_.back().body, "");
}

TEST_F(FormAgent, NeverHandsThePasswordToAnotherOrigin) {
  serve_provider();
  journey_.origins.insert("https://login.test");
  serve("POST /login", redirect("https://login.test/take", 308));
  auto arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_THAT(arrival.reason, HasSubstr("would send the password on"));
  EXPECT_EQ(oauth::parse_url(sent_.back().url)->host, "as.test");

  serve("POST /login", redirect("https://app.test/cb?code=c", 307));
  arrival = travel();
  EXPECT_EQ(arrival.end, End::delivered);
  EXPECT_EQ(arrival.status, 307);
  EXPECT_EQ(arrival.status_after_credentials, 307);
}

TEST_F(FormAgent, EndsCirclesAndLongWays) {
  serve("GET /authorize", redirect("/authorize?client_id=demo&state=s1"));
  auto arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_THAT(arrival.reason, HasSubstr("circle"));

  int hop = 0;
  serve("GET /authorize",
        [&](const Request&) -> http::Answer { return redirect("/authorize?hop=" + std::to_string(++hop)); });
  arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_EQ(hop, 20);
  EXPECT_THAT(arrival.reason, HasSubstr("20 pages and redirects"));

  serve("GET /authorize", html(kConsent));
  serve("POST /consent", html(kConsent));
  arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_THAT(arrival.reason, HasSubstr("comes back"));
}

TEST_F(FormAgent, TellsErrorPagesFromNoAnswer) {
  struct Case {
    http::Answer answer;
    End end;
  };
  const auto json = [](int status, std::string body) {
    return Response{status, "", Headers{{"Content-Type", "application/problem+json"}}, std::move(body), ""};
  };
  const std::vector<Case> cases = {
      {html("<h1>Bad request", 400), End::error_page},
      {html("", 403), End::error_page},
      {html("<title>Error</title>invalid_client", 200), End::error_page},
      {json(400, "{\"error\":\"invalid_request\"}"), End::error_page},
      {json(200, "{\"error\":\"invalid_request\"}"), End::error_page},
      {json(200, "{\"ok\":true}"), End::lost},
      {json(200, "{"), End::lost},
      {Response{404, "", {}, "", ""}, End::error_page},
      {Response{501, "", {}, "", ""}, End::no_answer},
      {Response{200, "", {}, "", ""}, End::lost},
      {Response{204, "", {}, "", ""}, End::lost},
      {Response{302, "", {}, "", ""}, End::lost},
      {Response{200, "", Headers{{"Content-Type", "text/plain"}}, "Error: invalid redirect_uri", ""},
       End::error_page},
      {html("x", 500), End::no_answer},
      {html("x", 429), End::no_answer},
      {html("<div>" + std::string(3'000'000, 'x'), 200), End::lost},
      {TransportError{TransportError::Kind::reset, "gone"}, End::no_answer},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    serve("GET /authorize", [&](const Request&) { return cases[i].answer; });
    const auto arrival = travel();
    EXPECT_EQ(arrival.end, cases[i].end) << i << ": " << arrival.reason;
    EXPECT_FALSE(arrival.signed_in);
  }
}

TEST_F(FormAgent, KnowsThatAnErrorAfterSigningInCameAfterSigningIn) {
  serve_provider();
  serve("POST /login", redirect("/fail"));
  serve("GET /fail", html("<h1>invalid_scope", 400));
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::error_page);
  EXPECT_TRUE(arrival.signed_in);
}

TEST_F(FormAgent, SendsNoFormToAScript) {
  serve("GET /authorize",
        html("<p>wants access<form method=post action='javascript:go()'><button>Allow</button></form>"));
  EXPECT_EQ(travel().end, End::lost);
}

TEST_F(FormAgent, LeavesAnOctetExactRequestAlone) {
  journey_.first.octets = "GET /authorize HTTP/1.1\r\n\r\n";
  serve("GET /authorize", redirect("https://app.test/cb?code=c"));
  travel();
  EXPECT_TRUE(sent_.front().headers.empty());
}

}  // namespace
}  // namespace oauthentic::agent

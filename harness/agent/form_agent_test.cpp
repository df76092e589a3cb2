#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "agent/agent.hpp"
#include "oauth/url.hpp"

namespace oauthentic::agent {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using End = Arrival::End;

Response html(std::string body, int status = 200) {
  return {status, "", Headers{{"Content-Type", "text/html; charset=utf-8"}}, std::move(body), ""};
}
Response redirect(std::string location, int status = 302) {
  return {status, "", Headers{{"Location", std::move(location)}}, "", ""};
}

const std::string kSignIn =
    "<title>Sign in</title><form method=post action=/login><input type=hidden name=csrf value=c1><input "
    "name=user>"
    "<input type=password name=pass><input type=checkbox name=stay><button>Sign in</button></form>";
const std::string kConsent =
    "<title>Consent</title><p>demo wants access<form method=post action=/consent><input type=hidden name=csrf "
    "value=c2>"
    "<button name=d value=no>Deny</button><button name=d value=yes>Allow</button></form>";

class FormAgent : public testing::Test {
 protected:
  using Page = std::function<http::Answer(const Request&)>;

  FormAgent() {
    journey.first.url = "https://as.test/authorize?client_id=demo&state=s1";
    journey.account = {"alice", "the-password-1"};
    journey.origins = {"https://as.test"};
    journey.redirect_uris = {"https://app.test/cb"};
  }

  /// "POST /login" → what answers it, query aside.
  void serve(const std::string& line, Page page) { pages[line] = std::move(page); }
  void serve(const std::string& line, Response response) {
    serve(line, [response](const Request&) -> http::Answer { return response; });
  }

  Arrival travel() {
    UserAgent user_agent;
    user_agent.cookies = &jar;
    user_agent.now = [] { return Time(std::chrono::seconds(1'700'000'000)); };
    user_agent.send = [this](const Request& request) -> http::Answer {
      sent.push_back(request);
      const auto url = oauth::parse_url(request.url);
      const auto page = pages.find(request.method + ' ' + url->path);
      if (page == pages.end()) return html("<p>nothing here", 404);
      return page->second(request);
    };
    auto arrival = make_form_agent()->travel(journey, user_agent);
    for (const auto& line : arrival.log)
      EXPECT_THAT(line, Not(HasSubstr("the-password-1")));
    EXPECT_FALSE(arrival.reason.empty());
    return arrival;
  }

  /// Sign-in, consent, delivery; state is kept in cookies.
  void serve_provider() {
    serve("GET /authorize", [](const Request& r) -> http::Answer {
      const auto cookies = r.headers.value("Cookie");
      if (!cookies.contains("session=1")) return redirect("/login?next=1");
      if (!cookies.contains("consent=1")) return html(kConsent);
      return redirect("https://app.test/cb?code=c-1&state=s1");
    });
    serve("GET /login", html(kSignIn));
    serve("POST /login", [](const Request& r) -> http::Answer {
      auto response = redirect("https://as.test/authorize?client_id=demo&state=s1", 303);
      if (r.body == "csrf=c1&user=alice&pass=the-password-1")
        response.headers.add("Set-Cookie", "session=1; HttpOnly");
      return response;
    });
    serve("POST /consent", [](const Request& r) -> http::Answer {
      if (r.body != "csrf=c2&d=yes") return redirect("https://app.test/cb?error=access_denied&state=s1");
      auto response = redirect("/authorize?client_id=demo&state=s1");
      response.headers.add("Set-Cookie", "consent=1");
      return response;
    });
  }

  Journey journey;
  oauth::CookieJar jar;
  std::map<std::string, Page> pages;
  std::vector<Request> sent;
};

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
  for (const auto& request : sent) {
    EXPECT_EQ(request.headers.value("User-Agent"), "Oauthentic/0.1");
    EXPECT_THAT(request.url, Not(HasSubstr("app.test")));
  }
  ASSERT_EQ(sent.size(), 6U);
  EXPECT_EQ(sent[2].headers.value("Referer"), "https://as.test/login?next=1");
  EXPECT_EQ(sent[2].headers.value("Origin"), "https://as.test");
  EXPECT_EQ(sent[2].headers.value("Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(sent[5].headers.value("Cookie"), "session=1; consent=1");
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
  journey.consent = Consent::refuse;
  const auto arrival = travel();
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_EQ(oauth::value(arrival.parameters, "error"), "access_denied");
  EXPECT_TRUE(arrival.consented);
}

TEST_F(FormAgent, ToldWrongCredentials) {
  serve_provider();
  journey.account.password = "another-password";
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_THAT(arrival.reason,
              HasSubstr("the provider showed its sign-in page again after the credentials were sent"));
  EXPECT_FALSE(arrival.signed_in);
}

TEST_F(FormAgent, StopsAtSignIn) {
  serve_provider();
  journey.stop_at_sign_in = true;
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::sign_in);
  EXPECT_THAT(sent, Each(testing::Field(&Request::method, "GET")));
}

TEST_F(FormAgent, ReadsEveryShapeOfADelivery) {
  struct Case {
    const char* location;
    const char* mode;
    oauth::Parameters parameters;
  };
  const std::vector<Case> cases = {
      {"https://app.test/cb#access_token=t&state=s", "fragment", {{"access_token", "t"}, {"state", "s"}}},
      {"https://app.test/cb?code=c#_=_", "query", {{"code", "c"}}},
      {"https://app.test/cb?x=1&code=a&code=b", "query", {{"x", "1"}, {"code", "a"}, {"code", "b"}}},
      {"https://app.test/cb?error_description=two words&error=e",
       "query",
       {{"error_description", "two words"}, {"error", "e"}}},
      {"//evil.invalid/cb?code=c", "query", {{"code", "c"}}},
      {"com.example.app:/cb?code=c", "query", {{"code", "c"}}},
      {"https://app.test/cb", "query", {}},
  };
  for (const auto& row : cases) {
    serve("GET /authorize", redirect(row.location));
    const auto arrival = travel();
    EXPECT_EQ(arrival.end, End::delivered) << row.location << arrival.reason;
    EXPECT_EQ(arrival.response_mode, row.mode) << row.location;
    EXPECT_EQ(arrival.parameters, row.parameters) << row.location;
    EXPECT_EQ(arrival.url, std::string_view(row.location).starts_with("//")
                               ? "https:" + std::string(row.location)
                               : row.location);
    EXPECT_TRUE(arrival.redirected_before_sign_in);
  }
}

TEST_F(FormAgent, DeliversARedirectUriAtTheProviderItself) {
  journey.redirect_uris = {"https://as.test/console/cb?tenant=1"};
  serve("GET /authorize", redirect("/console/cb?tenant=1&code=c"));
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::delivered);
  EXPECT_EQ(arrival.url, "https://as.test/console/cb?tenant=1&code=c");
}

TEST_F(FormAgent, HandlesALocationThatIsNoUrl) {
  journey.redirect_uris = {"http://[bad/cb"};
  serve("GET /authorize", redirect("http://[bad/cb?code=c"));
  auto arrival = travel();
  EXPECT_EQ(arrival.end, End::delivered);
  EXPECT_EQ(oauth::value(arrival.parameters, "code"), "c");
  serve("GET /authorize", redirect("http://[worse/cb?code=c"));
  arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_THAT(arrival.reason, HasSubstr("no URL"));
}

TEST_F(FormAgent, TakesAFormPostForADelivery) {
  serve("GET /authorize",
        html("<body onload='document.forms[0].submit()'><form method=post action='https://app.test/cb'>"
             "<input type=hidden name=state value=s1><input type=hidden name=code value=c1></form>"));
  const auto arrival = travel();
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_EQ(arrival.response_mode, "form_post");
  EXPECT_EQ(arrival.url, "https://app.test/cb");
  EXPECT_THAT(arrival.parameters, ElementsAre(oauth::Parameter{"state", "s1"}, oauth::Parameter{"code", "c1"}));
  EXPECT_EQ(arrival.status, 200);
  EXPECT_TRUE(arrival.redirected_before_sign_in);
  EXPECT_EQ(sent.size(), 1U);
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
  EXPECT_EQ(sent.back().url, "https://as.test/four?a=b");
  EXPECT_TRUE(arrival.redirected_before_sign_in);
}

TEST_F(FormAgent, KeepsOrChangesTheMethodOfARedirect) {
  serve_provider();
  serve("POST /login", redirect("/login2", 307));
  serve("POST /login2", redirect("https://app.test/cb?code=c", 302));
  EXPECT_EQ(travel().end, End::delivered);
  EXPECT_EQ(sent.back().body, "csrf=c1&user=alice&pass=the-password-1");
  EXPECT_EQ(sent.back().headers.value("Content-Type"), "application/x-www-form-urlencoded");

  serve("POST /login", redirect("/login2", 301));
  serve("GET /login2", redirect("https://app.test/cb?code=c", 302));
  EXPECT_EQ(travel().end, End::delivered);
  EXPECT_EQ(sent.back().body, "");
}

TEST_F(FormAgent, NeverHandsThePasswordToAnotherOrigin) {
  serve_provider();
  journey.origins.insert("https://login.test");
  serve("POST /login", redirect("https://login.test/take", 308));
  auto arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_THAT(arrival.reason, HasSubstr("would send the password on"));
  EXPECT_EQ(oauth::parse_url(sent.back().url)->host, "as.test");

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
  journey.first.octets = "GET /authorize HTTP/1.1\r\n\r\n";
  serve("GET /authorize", redirect("https://app.test/cb?code=c"));
  travel();
  EXPECT_TRUE(sent.front().headers.empty());
}

}  // namespace
}  // namespace oauthentic::agent

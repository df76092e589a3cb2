// How the redirect to the client is told from every other page.
#include <string_view>

#include "agent/delivery.hpp"
#include "agent/form_agent_test_support.hpp"

namespace oauthentic::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using End = Arrival::End;

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

TEST(Delivery, HoldsNoAnswerThatTheRedirectUriHeldItself) {
  struct Case {
    const char* redirect_uri;
    const char* url;
    const char* mode;
    oauth::Parameters answer;
  };
  const std::vector<Case> cases = {
      {"https://a.test/cb?code=1", "https://a.test/cb?code=1&error=e", "query", {{"error", "e"}}},
      {"https://a.test/cb?code=1", "https://a.test/cb?code=1&code=2", "query", {{"code", "2"}}},
      {"https://a.test/cb?error=x", "https://a.test/cb?error=x&code=2", "query", {{"code", "2"}}},
      {"https://a.test/cb#state=p",
       "https://a.test/cb?code=2&state=s#state=p",
       "query",
       {{"code", "2"}, {"state", "s"}}},
      {"https://a.test/cb#state=p", "https://a.test/cb?code=2#state=q", "query", {{"code", "2"}}},
      {"https://a.test/cb#state=p",
       "https://a.test/cb#state=p?code=2&state=s",
       "fragment",
       {{"code", "2"}, {"state", "s"}}},
      {"https://a.test/#/cb", "https://a.test/#/cb?code=2", "fragment", {{"code", "2"}}},
      {"https://a.test/cb?code=1", "https://a.test/cb?code=1", "query", {}},
      {"https://a.test/cb", "https://a.test/cb?code=2#", "query", {{"code", "2"}}},
      {"", "?code=2", "query", {{"code", "2"}}},
  };
  for (const auto& row : cases) {
    const auto delivery = read_delivery(row.url, row.redirect_uri);
    EXPECT_EQ(delivery.response_mode, row.mode) << row.url;
    EXPECT_EQ(delivery.answer, row.answer) << row.url;
    EXPECT_EQ(delivery.url, row.url);
  }
}

/// A relative redirect URI that is taken leads to a page of the provider's own.
TEST_F(FormAgent, TakesACodeForDeliveredAtTheProviderItself) {
  journey_.first.url = "https://as.test/authorize?state=s1";
  journey_.redirect_uris = {"/cb", "https://app.test/cb"};
  serve("GET /authorize", redirect("/cb?code=c&state=s1"));
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_EQ(arrival.url, "https://as.test/cb?code=c&state=s1");
  EXPECT_EQ(sent_.size(), 1U);
}

TEST_F(FormAgent, FollowsARedirectThatHandsTheRequestOn) {
  journey_.first.url = "https://as.test/authorize?state=s1";
  serve("GET /authorize", redirect("/login?client_id=demo&code=x&state=s1"));
  serve("GET /login", redirect("/broker?code=y&state=other"));
  serve("GET /broker", redirect("https://app.test/cb?code=c&state=s1"));
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_EQ(oauth::value(arrival.answer, "code"), "c");
}

TEST_F(FormAgent, DeliversARedirectUriAtTheProviderItself) {
  journey_.redirect_uris = {"https://as.test/console/cb?tenant=1"};
  serve("GET /authorize", redirect("/console/cb?tenant=1&code=c"));
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::delivered);
  EXPECT_EQ(arrival.url, "https://as.test/console/cb?tenant=1&code=c");
}

TEST_F(FormAgent, HandlesALocationThatIsNoUrl) {
  journey_.redirect_uris = {"http://[bad/cb"};
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
  EXPECT_EQ(sent_.size(), 1U);
}

}  // namespace
}  // namespace oauthentic::agent

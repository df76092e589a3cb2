// The real browser, headless, against the mock provider and against pages that a script draws. Needs chromium
// and chromedriver, and is therefore no part of ctest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "agent/agent.hpp"
#include "http/beast_client.hpp"
#include "http/listener.hpp"
#include "oauth/pkce.hpp"
#include "oauth/url.hpp"
#include "script/target.hpp"
#include "tests/program/program.hpp"
#include "tests/program/served_provider.hpp"

namespace oauthentic::program {
namespace {

using agent::Arrival;
using agent::Journey;
using testing::AllOf;
using testing::AnyOf;
using testing::Eq;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using End = Arrival::End;
using std::chrono::milliseconds;

Response page(std::string body) {
  return {200, "OK", Headers{{"Content-Type", "text/html; charset=utf-8"}}, std::move(body), ""};
}

/// A port where nothing listened a moment ago.
std::string free_origin() {
  return http::Listener([](const Request&) { return Response{}; }, {}).origin();
}

class RealBrowser : public testing::Test {
 protected:
  RealBrowser() : transport_(http::make_client()) {
    journey_.account = {"alice", "the-password-1"};
    callback_ = free_origin() + "/cb";
    journey_.redirect_uris = {callback_};
  }

  Arrival travel() {
    if (!agent_) {
      agent::BrowserOptions options;
      options.transport = transport_.get();
      options.page_patience = patience_;
      agent_ = agent::make_webdriver_agent(options);
    }
    agent::UserAgent user_agent;
    user_agent.cookies = &jar_;
    user_agent.now = [] { return SystemClock().now(); };
    auto arrival = agent_->travel(journey_, user_agent);
    for (const auto& line : arrival.log)
      EXPECT_THAT(line, Not(HasSubstr(journey_.account.password)));
    return arrival;
  }

  /// Serves pages at an origin that counts as the provider's, beginning with "/".
  void serve(http::Handler handler) {
    server_ = std::make_unique<http::Listener>(std::move(handler), http::ListenerOptions{});
    journey_.first.url = server_->origin() + "/";
    journey_.origins = {server_->origin()};
  }

  std::unique_ptr<http::Transport> transport_;
  std::unique_ptr<http::Listener> server_;
  std::unique_ptr<agent::Agent> agent_;
  oauth::CookieJar jar_;
  Journey journey_;
  std::string callback_;
  milliseconds patience_{10'000};
};

/// The mock provider and an authorization request of its public client.
class MockProvider : public RealBrowser {
 protected:
  MockProvider() {
    script::Diagnostics diagnostics;
    const auto target = script::parse_target(provider_.target_yaml(), "mock.yaml", diagnostics);
    if (!target) throw std::logic_error(diagnostics.to_string());
    const auto& user = target->users.at("user");
    const auto& client = target->clients.at("public");
    journey_.account = {user.username, user.password};
    journey_.redirect_uris = {client.redirect_uri};
    journey_.origins = {provider_.issuer()};
    journey_.first.url = oauth::with_query(
        provider_.issuer() + "/authorize",
        {{"response_type", "code"},
         {"client_id", client.client_id},
         {"redirect_uri", client.redirect_uri},
         {"scope", client.scopes.empty() ? "" : client.scopes.front()},
         {"state", "s-1"},
         {"code_challenge", oauth::code_challenge(std::string(43, 'v'), oauth::ChallengeMethod::s256)},
         {"code_challenge_method", "S256"}});
  }

  ServedProvider provider_;
};

TEST_F(MockProvider, IsSignedInToAndRemembers) {
  const auto arrival = travel();
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_FALSE(oauth::value(arrival.parameters, "code").empty());
  EXPECT_EQ(oauth::value(arrival.parameters, "state"), "s-1");
  EXPECT_TRUE(arrival.signed_in && arrival.consented);
  EXPECT_FALSE(arrival.redirected_before_sign_in);
  // A new browser with the cookies of the last is not asked for the password again.
  const auto again = travel();
  ASSERT_EQ(again.end, End::delivered) << again.reason;
  EXPECT_FALSE(again.signed_in);
  jar_.clear();
  EXPECT_TRUE(travel().signed_in);
}

TEST_F(MockProvider, IsRefusedConsent) {
  journey_.consent = agent::Consent::refuse;
  const auto arrival = travel();
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_EQ(oauth::value(arrival.parameters, "error"), "access_denied");
}

TEST_F(MockProvider, RefusesAWrongPassword) {
  journey_.account.password = "no-password-of-hers";
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_TRUE(arrival.credentials_refused) << arrival.reason;
  EXPECT_THAT(arrival.screenshot, StartsWith("\x89PNG"));
}

TEST_F(MockProvider, ShowsAnErrorPage) {
  journey_.first.url = provider_.issuer() + "/authorize?client_id=nobody";
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::error_page) << arrival.reason;
  EXPECT_EQ(arrival.status, 400);
}

TEST(BrowserRun, DecidesRequirementsOfTheMockProvider) {
  const ServedProvider provider;
  const Folder folder;
  folder.write("t.yaml", with_value(provider.target_yaml(), "agent", "webdriver"));
  const auto ended =
      run(folder, {"run", "--target", "t.yaml", "--out", "out", "--quiet", "--only", "pkce/verifier-mismatch"});
  EXPECT_THAT(ended.status, AnyOf(Eq(0), Eq(4))) << ended.err << ended.out;
  EXPECT_THAT(folder.read("out/run.json"), HasSubstr("satisfied"));
}

const std::string kDrawn = R"(<!doctype html><title>Sign in</title><div id=app></div><script>
setTimeout(() => {
  const app = document.getElementById('app');
  app.innerHTML = '<h1>Welcome</h1><p style="display:none">Error: wrong password</p>' +
      '<label>User name <input id=u></label><label>Password <input id=p type=password></label>' +
      '<button type=button id=go>Sign in</button>';
  document.getElementById('go').onclick = async () => {
    app.querySelector('button').textContent = 'Signing in ...';
    const body = new URLSearchParams({u: document.getElementById('u').value, p: document.getElementById('p').value});
    const answer = await fetch('/session', {method: 'POST', body});
    if (!answer.ok) { app.innerHTML += '<p>Wrong password</p>'; return; }
    app.innerHTML = '<h1>demo would like to access your account</h1><button id=no>Deny</button><button id=yes>Allow' +
        '</button>';
    document.getElementById('no').onclick = () => { location.href = '/done?error=access_denied'; };
    document.getElementById('yes').onclick = () => { location.href = '/done?code=c-1'; };
  };
}, 300);
</script>)";

class DrawnByScript : public RealBrowser {
 protected:
  DrawnByScript() {
    serve([this](const Request& request) -> Response {
      const auto url = oauth::parse_url(request.url);
      if (url->path == "/session") {
        std::this_thread::sleep_for(milliseconds(400));
        return {request.body == "u=alice&p=the-password-1" ? 200 : 403, "", {}, "{}", ""};
      }
      if (url->path == "/done") {
        return {303, "", Headers{{"Location", callback_ + separator_ + *url->query + "&state=s"}}, "", ""};
      }
      return page(kDrawn);
    });
  }
  std::string separator_ = "?";
};

TEST_F(DrawnByScript, IsUnderstood) {
  const auto arrival = travel();
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason << testing::PrintToString(arrival.log);
  EXPECT_EQ(arrival.url, callback_ + "?code=c-1&state=s");
  EXPECT_TRUE(arrival.signed_in && arrival.consented);
}

TEST_F(DrawnByScript, IsRefused) {
  journey_.consent = agent::Consent::refuse;
  separator_ = "#";
  const auto arrival = travel();
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason << testing::PrintToString(arrival.log);
  EXPECT_EQ(arrival.response_mode, "fragment");
  EXPECT_EQ(oauth::value(arrival.parameters, "error"), "access_denied");
}

TEST_F(DrawnByScript, TellsAWrongPassword) {
  journey_.account.password = "another-password";
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_TRUE(arrival.credentials_refused) << arrival.reason;
}

TEST_F(DrawnByScript, IsStoppedAt) {
  journey_.until = agent::Until::sign_in;
  EXPECT_EQ(travel().end, End::stopped);
  journey_.until = agent::Until::consent;
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::stopped) << arrival.reason;
  EXPECT_TRUE(arrival.signed_in);
}

TEST_F(DrawnByScript, IsGoneThroughByStepsAndCaughtWithoutAListener) {
  journey_.redirect_uris = {"https://app.test/cb"};
  callback_ = "https://app.test/cb";
  PageStep step;
  step.at = journey_.first.url;
  step.fill = {{"#u", "{{user.username}}"}, {"#p", "{{user.password}}"}};
  step.click = "#go";
  step.wait = milliseconds(500);
  journey_.steps = {step};
  const auto arrival = travel();
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason << testing::PrintToString(arrival.log);
  EXPECT_EQ(arrival.url, "https://app.test/cb?code=c-1&state=s");
}

TEST_F(RealBrowser, CatchesAPostedForm) {
  serve([this](const Request&) {
    return page("<body onload='document.forms[0].submit()'><form method=post action='" + callback_ +
                "'><input type=hidden name=code value='c 1'><input type=hidden name=state value=s></form>");
  });
  const auto arrival = travel();
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_EQ(arrival.response_mode, "form_post");
  EXPECT_EQ(oauth::value(arrival.parameters, "code"), "c 1");
}

TEST_F(RealBrowser, ComesToAnEndWhereAPageNeverDoes) {
  patience_ = milliseconds(3'000);
  std::mutex mutex;
  std::condition_variable over;
  bool ended = false;
  serve([&](const Request&) {
    std::unique_lock lock(mutex);
    over.wait_for(lock, std::chrono::seconds(60), [&] { return ended; });
    return page("<p>late");
  });
  const auto arrival = travel();
  {
    const std::lock_guard lock(mutex);
    ended = true;
  }
  over.notify_all();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_THAT(arrival.reason, HasSubstr("within 3 s")) << arrival.reason;
  server_.reset();
}

TEST_F(RealBrowser, TellsAProviderThatIsNotThere) {
  const auto nowhere = free_origin();
  journey_.first.url = nowhere + "/authorize";
  journey_.origins = {nowhere};
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::no_answer) << arrival.reason;
  EXPECT_THAT(arrival.reason, AllOf(HasSubstr("could not load " + nowhere), HasSubstr("refused")));
}

}  // namespace
}  // namespace oauthentic::program

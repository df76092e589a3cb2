// oauthentic doctor against targets that are broken in one way each: the step and the culprit are the right
// ones.
#include <map>
#include <mutex>
#include <set>

#include "http/test_peers.hpp"
#include "oauth/client_authentication.hpp"
#include "oauth/encoding.hpp"
#include "tests/program/doctor_test_support.hpp"

namespace oauthentic::program {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Lt;
using testing::Not;

TEST(Doctor, AllIsWellWithTheMock) {
  std::mutex mutex;
  std::map<std::string, std::set<std::string>> secrets;  // those that were sent, by client
  std::set<std::string> passwords;
  Hooks hooks;
  hooks.seen = [&](const Request& request, const Response&) {
    const std::lock_guard lock(mutex);
    const auto form = oauth::form_decode_leniently(request.body);
    if (const auto basic = oauth::parse_basic(request.headers.value("Authorization")))
      secrets[basic->user].insert(basic->password);
    if (const auto* secret = oauth::find(form, "client_secret"))
      secrets[std::string(oauth::value(form, "client_id"))].insert(*secret);
    if (const auto* password = oauth::find(form, "password")) passwords.insert(*password);
  };
  const ServedProvider provider(std::move(hooks));
  const Folder folder;
  const auto told = examine(folder, provider.target_yaml());
  EXPECT_EQ(told.status, 0) << told.ended.out;
  EXPECT_EQ(told.blamed, "nobody");
  for (const auto* step : {"target file",
                           "host name",
                           "connection",
                           "metadata",
                           "endpoints",
                           "keys",
                           "client confidential",
                           "client public",
                           "client limited",
                           "client resource_server",
                           "redirect_uri of confidential",
                           "redirect_uris",
                           "authorization request",
                           "sign-in page",
                           "credentials",
                           "consent",
                           "code",
                           "token",
                           "API",
                           "credentials of other_user",
                           "rate"}) {
    EXPECT_THAT(told.result(step), testing::AnyOf("ok", "warning")) << step;
  }
  EXPECT_THAT(told.at("sign-in page").value("seen", ""), HasSubstr("the password into"));
  EXPECT_FALSE(secrets.empty());
  for (const auto& [client, sent] : secrets)
    EXPECT_THAT(sent.size(), Lt(3U)) << client << ": one wrong secret at the most";
  EXPECT_EQ(passwords.size(), 2U) << "of two users, and no wrong one";

  const auto text = run(folder, {"doctor", "--target", "t.yaml"});
  EXPECT_EQ(text.status, 0);
  EXPECT_THAT(text.out, AllOf(HasSubstr("ok         token"), HasSubstr("oauthentic run --target t.yaml"),
                              Not(HasSubstr("\x1b["))));
  for (const auto& [client, sent] : secrets) {
    for (const auto& secret : sent)
      EXPECT_TRUE(secret.empty() || !text.out.contains(secret)) << client;
  }
}

TEST(Doctor, AWrongPassword) {
  const ServedProvider provider;
  const auto told = examine(with_value(provider.target_yaml(), "password", "\"no password of hers\""));
  EXPECT_EQ(told.blamed, "credentials: configuration");
  EXPECT_EQ(told.status, 2);
  EXPECT_EQ(told.result("sign-in page"), "ok");
  EXPECT_EQ(told.result("token"), "not tried");
  EXPECT_THAT(told.ended.out, Not(HasSubstr("no password of hers")));
}

TEST(Doctor, AWrongSecretOfOneClient) {
  const ServedProvider provider;
  const auto told =
      examine(with_client_value(provider.target_yaml(), "other", "client_secret", "\"no secret of its own\""));
  EXPECT_EQ(told.blamed, "client other: configuration");
  EXPECT_THAT(told.advice, HasSubstr("client_secret"));
  EXPECT_EQ(told.result("client confidential"), "ok");
  EXPECT_EQ(told.result("token"), "ok") << "the journey is another client's";
  EXPECT_EQ(told.status, 2);
  EXPECT_THAT(told.ended.out, Not(HasSubstr("no secret of its own")));
}

TEST(Doctor, AClientThatIsNotKnown) {
  const ServedProvider provider;
  const auto told =
      examine(with_client_value(provider.target_yaml(), "confidential", "client_id", "\"nobody\""));
  EXPECT_EQ(told.blamed, "client confidential: configuration");
  EXPECT_THAT(told.advice, HasSubstr("no client with client_id \"nobody\""));
  EXPECT_EQ(told.result("code"), "not tried");
}

TEST(Doctor, ARedirectUriThatIsNotRegistered) {
  const ServedProvider provider;
  const auto told =
      examine(with_value(provider.target_yaml(), "redirect_uri", "\"http://127.0.0.1:8765/another\""));
  EXPECT_EQ(told.blamed, "redirect_uri of confidential: configuration");
  EXPECT_THAT(told.advice, HasSubstr("Register http://127.0.0.1:8765/another"));
}

TEST(Doctor, AnApiThatIsSomewhereElse) {
  const ServedProvider provider;
  const http::testing::ClosedPort port;
  for (const auto& url : {provider.issuer() + "/no/such/api", port.origin() + "/me"}) {
    const auto told = examine(with_first_api(provider.target_yaml(), url));
    EXPECT_EQ(told.blamed, "API: configuration") << url;
    EXPECT_EQ(told.result("token"), "ok");
  }
}

TEST(Doctor, AScopeThatIsMissing) {
  const ServedProvider provider;
  const auto told = examine(with_value(provider.target_yaml(), "scopes", "[openid]"));
  EXPECT_EQ(told.blamed, "API: configuration");
  EXPECT_THAT(told.advice, HasSubstr("Add profile to scopes:"));
}

TEST(Doctor, AScopeThatThereIsNot) {
  const ServedProvider provider;
  const auto told = examine(with_value(provider.target_yaml(), "scopes", "[openid, no-such-scope]"));
  EXPECT_THAT(told.blamed, testing::EndsWith(": configuration"));
  EXPECT_THAT(told.ended.out, HasSubstr("scope"));
}

TEST(Doctor, EndpointsThatFail) {
  const ServedProvider token(answering("/token", status(500)));
  EXPECT_EQ(examine(token.target_yaml()).blamed, "client confidential: provider");
  const ServedProvider authorize(answering("/authorize", status(503)));
  const auto told = examine(authorize.target_yaml());
  EXPECT_EQ(told.blamed, "redirect_uri of confidential: provider");
  EXPECT_EQ(told.status, 3);
}

TEST(Doctor, AProviderThatLimitsTheRate) {
  auto limited = status(429);
  limited.headers.add("Retry-After", "0");
  const ServedProvider provider(answering("/token", limited));
  const auto told = examine(provider.target_yaml());
  EXPECT_EQ(told.blamed, "client confidential: provider");
  EXPECT_THAT(told.advice, HasSubstr("limits: { rate:"));
  EXPECT_EQ(told.result("rate"), "warning");
}

TEST(Doctor, ASignInPageThatNeedsAScriptIsKept) {
  const ServedProvider provider(
      answering("/authorize",
                status(200,
                       "<title>Sign in</title><div id=app></div><script src=app.js></script>"
                       "<form action=/x method=post><input name=captcha placeholder='Six letters'></form>")));
  const Folder folder;
  const auto told = examine(folder, provider.target_yaml());
  EXPECT_EQ(told.blamed, "sign-in page: harness");
  EXPECT_EQ(told.status, 5);
  EXPECT_THAT(told.advice, HasSubstr("agent: manual"));
  const auto page = json::parse(told.ended.out).at("page");
  EXPECT_EQ(page.at("file"), "oauthentic-out/doctor/page.html");
  EXPECT_THAT(page.at("outline").get<std::string>(), AllOf(HasSubstr("Sign in"), HasSubstr("captcha")));
  EXPECT_THAT(folder.read("oauthentic-out/doctor/page.html"), HasSubstr("id=app"));
  const auto text = run(folder, {"doctor", "--target", "t.yaml", "--out", "elsewhere"});
  EXPECT_THAT(text.out, AllOf(HasSubstr("text captcha \"Six letters\""), HasSubstr("elsewhere/page.html")));
}

TEST(Doctor, ACallbackThatGetsNoCode) {
  auto nothing = status(302);
  nothing.headers.add("Location", "http://127.0.0.1:8765/callback?nothing=here");
  const ServedProvider provider(answering("/authorize", nothing));
  EXPECT_THAT(examine(provider.target_yaml()).blamed, testing::EndsWith(": provider"));
}

TEST(Doctor, ASignInOnAnotherHost) {
  Response away = status(302);
  away.headers.add("Location", "https://sso.example/login");
  const ServedProvider provider(answering("/authorize", away));
  const auto told = examine(provider.target_yaml());
  EXPECT_EQ(told.blamed, "authorization request: configuration");
  EXPECT_THAT(told.advice, HasSubstr("origins: [\"https://sso.example\"]"));
}

TEST(Doctor, ARunSaysWhichStepItWasAndWhereToLook) {
  const ServedProvider provider;
  const Folder folder;
  folder.write("t.yaml", with_value(provider.target_yaml(), "password", "\"no password of hers\""));
  auto ended = run(folder, {"run", "--target", "t.yaml", "--out", "out", "--quiet"});
  EXPECT_EQ(ended.status, 3);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("the step \"credentials\", probably by fault of the configuration"),
                               HasSubstr("oauthentic doctor --target t.yaml")));
  const http::testing::ClosedPort port;
  folder.write("t.yaml", minimal(port.origin()));
  ended = run(folder, {"run", "--target", "t.yaml", "--out", "out", "--quiet"});
  EXPECT_EQ(ended.status, 3);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("the step \"connection\", probably by fault of the provider"),
                               HasSubstr("oauthentic doctor --target t.yaml")));
}

}  // namespace
}  // namespace oauthentic::program

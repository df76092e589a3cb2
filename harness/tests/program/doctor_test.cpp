// oauthentic doctor against targets that are broken in one way each: the step and the culprit are the right
// ones.
#include <gmock/gmock.h>

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "http/test_certificates.hpp"
#include "http/test_peers.hpp"
#include "oauth/client_authentication.hpp"
#include "oauth/encoding.hpp"
#include "tests/program/program.hpp"
#include "tests/program/served_provider.hpp"

namespace oauthentic::program {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Lt;
using testing::Not;

struct Told {
  int status = 0;
  json findings;
  std::string blamed;  ///< "step: culprit" of the first failure; "nobody"
  std::string advice;  ///< of the same
  std::string seen;
  Ended ended;

  const json& at(const std::string& step) const {
    static const json none = json::object();
    for (const auto& finding : findings) {
      if (finding.value("step", "") == step) return finding;
    }
    return none;
  }
  std::string result(const std::string& step) const {
    return at(step).value("result", "there is no such step");
  }
};

Told examine(const Folder& folder, const std::string& target) {
  folder.write("t.yaml", target);
  Told told;
  told.ended = run(folder, {"doctor", "--target", "t.yaml", "--json"});
  told.status = told.ended.status;
  const auto all = json::parse(told.ended.out, nullptr, false);
  EXPECT_TRUE(all.is_object()) << told.ended.out << told.ended.err;
  if (!all.is_object()) return told;
  EXPECT_EQ(all.value("exit_status", -1), told.status);
  told.findings = all.at("findings");
  told.blamed = "nobody";
  for (const auto& finding : told.findings) {
    if (finding.at("result") != "failed") continue;
    told.blamed = finding.value("step", "") + ": " + finding.value("culprit", "");
    told.advice = finding.value("advice", "");
    told.seen = finding.value("seen", "");
    EXPECT_NE(told.advice, "") << told.blamed;
    break;
  }
  return told;
}

Told examine(const std::string& target) {
  const Folder folder;
  return examine(folder, target);
}

/// A provider that answers so where `path` stands in the URL.
Hooks answering(std::string path, Response response) {
  Hooks hooks;
  hooks.instead = [path = std::move(path), response = std::move(response)](const Request& request) {
    return request.url.contains(path) ? std::optional(response) : std::nullopt;
  };
  return hooks;
}

Response status(int code, std::string body = "") {
  return {code, "As told", {{"Content-Type", "text/html"}}, std::move(body), ""};
}

/// The line `key: value` of one client, replaced.
std::string with_client_value(const std::string& yaml, const std::string& client, const std::string& key,
                              const std::string& value) {
  const auto begin = yaml.find("  " + client + ":\n");
  const auto line = yaml.find("    " + key + ": ", begin);
  EXPECT_NE(line, std::string::npos);
  return yaml.substr(0, line) + "    " + key + ": " + value + yaml.substr(yaml.find('\n', line));
}

/// The mock's target file with another first API.
std::string with_first_api(const std::string& yaml, const std::string& url) {
  const auto begin = yaml.find("api:\n- url: ") + 12;
  return yaml.substr(0, begin) + "\"" + url + "\"" + yaml.substr(yaml.find('\n', begin));
}

std::string minimal(const std::string& issuer, const std::string& more = "") {
  return "issuer: \"" + issuer + "\"\nredirect_uri: \"http://127.0.0.1:8765/callback\"\n" +
         "clients:\n  public: { client_id: \"app\" }\nuser: { username: alice, password: \"a secret of mine\" "
         "}\n" +
         "limits: { timeout: 500ms }\n" + more;
}

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

TEST(Doctor, ATargetFileThatIsWrong) {
  const auto told = examine("issuer: 7\n");
  EXPECT_EQ(told.status, 2);
  EXPECT_EQ(told.blamed, "target file: configuration");
  EXPECT_THAT(told.seen, HasSubstr("t.yaml:1"));
}

TEST(Doctor, ANameThatDoesNotResolve) {
  const auto told = examine(minimal("http://as.oauthentic.invalid"));
  EXPECT_EQ(told.blamed, "host name: configuration");
  EXPECT_EQ(told.status, 2);
  EXPECT_EQ(told.result("token"), "not tried");
}

TEST(Doctor, APortThatIsClosed) {
  const http::testing::ClosedPort port;
  const auto told = examine(minimal(port.origin()));
  EXPECT_EQ(told.blamed, "connection: provider");
  EXPECT_EQ(told.status, 3);
  EXPECT_THAT(told.advice, HasSubstr("running"));
}

TEST(Doctor, AServerThatStalls) {
  const http::testing::RawServer server([](auto& peer, int) { peer.wait(); });
  const auto told = examine(minimal(server.origin()));
  EXPECT_EQ(told.blamed, "metadata: provider");
  EXPECT_EQ(told.status, 3);
  EXPECT_THAT(told.ended.duration, Lt(std::chrono::seconds(10)));
}

TEST(Doctor, HtmlInPlaceOfMetadata) {
  const http::Listener server([](const Request&) { return status(200, "<h1>Welcome</h1>"); }, {});
  const auto told = examine(minimal(server.origin()));
  EXPECT_EQ(told.blamed, "metadata: configuration");
  EXPECT_THAT(told.seen, HasSubstr("text/html"));
}

TEST(Doctor, AnIssuerWithATypingMistakeInItsPath) {
  const ServedProvider provider;
  const auto target = with_value(provider.target_yaml(), "issuer", "\"" + provider.issuer() + "/relams/test\"");
  const auto told = examine(target);
  EXPECT_EQ(told.blamed, "metadata: configuration");
  EXPECT_EQ(told.status, 2);
  EXPECT_THAT(told.advice, HasSubstr("issuer: \"" + provider.issuer() + "\""));
}

TEST(Doctor, AnIssuerUnderAnotherHostName) {
  const ServedProvider provider;
  // The same server by another name: its metadata go on naming the first.
  const http::Listener other(
      [&](const Request& request) {
        if (!request.url.contains("/.well-known/oauth-authorization-server")) return status(404);
        const auto origin = provider.issuer();
        const json metadata = {{"issuer", origin},
                               {"authorization_endpoint", origin + "/authorize"},
                               {"token_endpoint", origin + "/token"},
                               {"response_types_supported", {"code"}}};
        return Response{200, "OK", {{"Content-Type", "application/json"}}, metadata.dump(), ""};
      },
      {});
  const auto told = examine(with_value(provider.target_yaml(), "issuer", "\"" + other.origin() + "\""));
  EXPECT_EQ(told.blamed, "metadata: configuration");
  EXPECT_THAT(told.advice, AllOf(HasSubstr(provider.issuer()), HasSubstr("octet for octet")));
}

TEST(Doctor, MetadataThatFail) {
  const ServedProvider provider(answering("/.well-known/", status(500)));
  const auto told = examine(minimal(provider.issuer()));
  EXPECT_EQ(told.blamed, "metadata: provider");
  EXPECT_EQ(told.status, 3);
}

TEST(Doctor, AnEndpointOnAHostThatDoesNotAnswer) {
  const http::testing::ClosedPort port;
  const ServedProvider provider;
  const auto told =
      examine(provider.target_yaml() + "metadata: { token_endpoint: \"" + port.origin() + "/token\" }\n");
  EXPECT_EQ(told.blamed, "endpoints: configuration");
  EXPECT_THAT(told.seen, HasSubstr("token_endpoint"));
}

/// Of a TLS server with that certificate.
Told examine_tls(const http::Certificate& certificate, bool trusted, const char* address = "127.0.0.1") {
  http::ListenerOptions options;
  options.address = address;
  options.tls = true;
  options.certificate_pem = certificate.certificate_pem;
  options.key_pem = certificate.key_pem;
  const http::Listener server([](const Request&) { return status(404); }, options);
  const Folder folder;
  folder.write("ca.pem", certificate.certificate_pem);
  return examine(folder, minimal(server.origin(), trusted ? "tls: { ca_file: ca.pem }\n" : ""));
}

TEST(Doctor, CertificatesAreToldApart) {
  constexpr long kHour = 3600;
  auto told = examine_tls(http::testing::aged(http::make_certificate(), -kHour), true);
  EXPECT_EQ(told.blamed, "TLS: provider");
  EXPECT_THAT(told.seen, HasSubstr("has expired"));
  told = examine_tls(http::make_certificate(), false);
  EXPECT_EQ(told.blamed, "TLS: configuration");
  EXPECT_THAT(told.advice, HasSubstr("ca_file"));
  told = examine_tls(http::make_certificate(), true, "127.0.0.2");
  EXPECT_EQ(told.blamed, "TLS: configuration");
  EXPECT_THAT(told.seen, AllOf(HasSubstr("for another host"), HasSubstr("localhost")));
  told = examine_tls(http::make_certificate(), true);
  EXPECT_EQ(told.result("TLS"), "warning") << "it ends tomorrow";
  EXPECT_EQ(told.blamed, "metadata: configuration");
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

TEST(Doctor, AClockThatIsWrong) {
  auto late = status(404);
  late.headers.add("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
  const ServedProvider provider(answering("/.well-known/", late));
  const auto told = examine(minimal(provider.issuer()));
  EXPECT_EQ(told.result("clock"), "warning");
  EXPECT_THAT(told.at("clock").value("seen", ""), HasSubstr("behind"));
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

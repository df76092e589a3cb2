// The facade: what the harness and the demonstration see.
#include "mock_servers/provider.hpp"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <chrono>

#include "oauth/client_authentication.hpp"
#include "oauth/cookies.hpp"
#include "oauth/html.hpp"
#include "oauth/jose.hpp"
#include "oauth/url.hpp"

namespace oauthentic::mock {
namespace {

/// A browser that follows redirects between the provider's servers and fills forms.
class Browser {
 public:
  explicit Browser(const Provider& provider) : provider_(provider) {}

  Response get(std::string url) {
    return go({.method = "GET", .url = std::move(url), .headers = {}, .body = {}, .octets = {}});
  }
  Response submit(const Response& shown, const oauth::Parameters& more) {
    const auto page = oauth::parse_html(shown.body, url);
    if (!page || page->forms.empty()) return {};
    oauth::Parameters form;
    for (const auto& field : page->forms.front().fields) {
      if (field.type == "hidden") form.push_back({field.name, field.value});
    }
    form.insert(form.end(), more.begin(), more.end());
    Request request{.method = "POST",
                    .url = page->forms.front().action,
                    .headers = {},
                    .body = oauth::form_encode(form),
                    .octets = {}};
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    return go(std::move(request));
  }

  std::string url;

 private:
  Response go(Request request) {
    for (int i = 0; i < 10; ++i) {
      const auto now = Time{std::chrono::seconds(1'800'000'000)};
      url = request.url;
      if (const auto cookies = jar_.header_for(url, now)) request.headers.add("Cookie", *cookies);
      const auto response = provider_.handlers().at(oauth::parse_url(url)->origin())(request);
      jar_.store(url, response.headers, now);
      if (!response.headers.has("Location")) return response;
      request = {.method = "GET",
                 .url = *oauth::resolve_url(url, response.headers.value("Location")),
                 .headers = {},
                 .body = {},
                 .octets = {}};
    }
    return {};
  }

  const Provider& provider_;
  oauth::CookieJar jar_;
};

TEST(Provider, UserSignsInToTheApplicationWithTheProvider) {
  for (const auto& stance : Provider::stances()) {
    const Provider provider({.stance = stance});
    const auto target = YAML::Load(provider.target_yaml());
    Browser browser(provider);
    const auto home = browser.get(target["relying_party"].as<std::string>() + "/");
    const auto page = oauth::parse_html(home.body, browser.url);
    ASSERT_TRUE(page);
    ASSERT_EQ(page->links.size(), 1U);
    EXPECT_EQ(page->links[0].text, "Sign in with Example");
    const auto sign_in = browser.get(page->links[0].href);
    const auto consent = browser.submit(sign_in, {{"username", target["user"]["username"].as<std::string>()},
                                                  {"password", target["user"]["password"].as<std::string>()}});
    const auto welcome = browser.submit(consent, {{"decision", "allow"}});
    EXPECT_TRUE(browser.url.starts_with("https://app.test/callback?")) << browser.url;
    EXPECT_TRUE(welcome.body.contains("Welcome, Alice Example")) << welcome.body;
    // The answer counts once, and only in the browser that asked.
    EXPECT_TRUE(browser.get(browser.url).body.contains("has not started a sign-in"));
    EXPECT_TRUE(browser.get("https://app.test/callback?state=x&code=y").body.contains("has not started"));
  }
}

TEST(Provider, ApplicationChecksTheAnswer) {
  const Provider provider({});
  const auto answer_to = [&](std::string_view changed, std::string_view value) {
    Browser browser(provider);
    const auto sign_in = browser.get("https://app.test/sign-in");
    const auto asked = oauth::query_of(browser.url);
    oauth::Parameters answer{
        {"state", std::string(oauth::value(asked, "state"))}, {"iss", "https://as.test"}, {"code", "c"}};
    oauth::set(answer, changed, std::string(value));
    return browser.get(oauth::with_query("https://app.test/callback", answer)).body;
  };
  EXPECT_TRUE(answer_to("state", "x").contains("another sign-in"));
  EXPECT_TRUE(answer_to("iss", "https://evil.test").contains("another provider"));
  EXPECT_TRUE(answer_to("error", "access_denied").contains("said no"));
  EXPECT_TRUE(answer_to("code", "unknown").contains("refused the application"));
}

TEST(Provider, TargetFileHoldsWhatIsNeeded) {
  const Provider provider({});
  const auto target = YAML::Load(provider.target_yaml());
  EXPECT_EQ(target["issuer"].as<std::string>(), "https://as.test");
  EXPECT_EQ(target["clock_header"].as<std::string>(), std::string(kClockHeader));
  EXPECT_EQ(target["redirect_uris"].size(), 2U);
  EXPECT_EQ(target["api"].size(), 2U);
  const auto clients = target["clients"];
  for (const auto* role :
       {"confidential", "public", "other", "post", "jwt", "encoded", "single", "limited", "resource_server"}) {
    ASSERT_TRUE(clients[role]) << role;
    EXPECT_TRUE(clients[role]["client_id"]) << role;
    EXPECT_TRUE(oauth::authentication_method_from(clients[role]["authentication"].as<std::string>())) << role;
  }
  EXPECT_FALSE(clients["relying_party"]);
  EXPECT_EQ(clients["confidential"]["client_id"].as<std::string>().size(), 22U);
  EXPECT_EQ(clients["confidential"]["client_secret"].as<std::string>().size(), 43U);
  EXPECT_FALSE(clients["public"]["client_secret"]);
  EXPECT_TRUE(oauth::Key::from_pem(clients["jwt"]["private_key"].as<std::string>()));
}

TEST(Provider, SameSeedMakesTheSameTarget) {
  SeededRandom one("seed");
  SeededRandom two("seed");
  SeededRandom three("another");
  const auto first = Provider({.random = &one}).target_yaml();
  EXPECT_EQ(first, Provider({.random = &two}).target_yaml());
  EXPECT_NE(first, Provider({.random = &three}).target_yaml());
}

TEST(Provider, UnknownStanceIsNamedWithThoseThereAre) {
  try {
    const Provider provider({.stance = "fapi9"});
    FAIL() << "the stance was taken";
  } catch (const std::invalid_argument& error) {
    EXPECT_TRUE(std::string(error.what()).contains("bcp")) << error.what();
  }
}

TEST(Provider, IsQuicklyMade) {
  Provider({}).target_yaml();  // the keys, once in a process
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i)
    Provider({});
  EXPECT_LT(std::chrono::steady_clock::now() - begin,
            std::chrono::seconds(1));  // generous: sanitizers, busy machines
}

}  // namespace
}  // namespace oauthentic::mock

#include "script/user_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace oauthentic::script {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

const std::string kHead =
    "issuer: https://as.test\nredirect_uri: https://client.test/cb\nclients: { public: { client_id: c } "
    "}\nuser:\n"
    "  username: alice\n";

std::string mistakes(const std::string& members) {
  Diagnostics diagnostics;
  EXPECT_EQ(parse_target(kHead + members, "t.yaml", diagnostics).has_value(), diagnostics.empty());
  return diagnostics.to_string();
}

Target parse(const std::string& members) {
  Diagnostics diagnostics;
  auto target = parse_target(kHead + members, "t.yaml", diagnostics);
  EXPECT_EQ(diagnostics.to_string(), "");
  return target.value_or(Target{});
}

TEST(UserReader, ReadsSteps) {
  ::setenv("OAUTHENTIC_TEST_PIN", "pin-pin-pin", 1);
  const auto target = parse(
      "  agent: webdriver\n  webdriver: http://127.0.0.1:9515\n  totp: GEZDGNBVGY3TQOJQ\n  steps:\n"
      "  - { at: \"*/tenant\", fill: { org: acme, \"#pin\": \"${OAUTHENTIC_TEST_PIN}\" }, click: Go }\n"
      "  - at: /login/\n    fill: { u: \"{{user.username}}\", p: \"{{ user.password }}\", o: \"{{user.totp}}\" "
      "}\n"
      "    optional: true\n    wait: 500ms\n"
      "  - { at: \"*\", follow: Sign in with a password, wait: \"2\" }\n");
  ::unsetenv("OAUTHENTIC_TEST_PIN");
  const auto& user = target.users.at("user");
  EXPECT_EQ(user.webdriver, "http://127.0.0.1:9515");
  EXPECT_TRUE(user.totp);
  ASSERT_EQ(user.steps.size(), 3U);
  EXPECT_EQ(user.steps[0].at, "*/tenant");
  EXPECT_THAT(user.steps[0].fill, ElementsAre(Pair("#pin", "pin-pin-pin"), Pair("org", "acme")));
  EXPECT_EQ(user.steps[0].click, "Go");
  EXPECT_THAT(user.steps[1].fill, Contains(Pair("p", "{{user.password}}")));
  EXPECT_TRUE(user.steps[1].optional);
  EXPECT_EQ(user.steps[1].wait, std::chrono::milliseconds(500));
  EXPECT_EQ(user.steps[2].follow, "Sign in with a password");
  EXPECT_EQ(user.steps[2].wait, std::chrono::seconds(2));
  EXPECT_THAT(target.secrets, Contains(Pair("typed_value", "pin-pin-pin")));
  EXPECT_THAT(target.secrets, Contains(Pair("totp", "GEZDGNBVGY3TQOJQ")));
}

TEST(UserReader, ReadsACommand) {
  const auto target = parse("  agent: command\n  command: [./sign-in, --fast]\n");
  EXPECT_THAT(target.users.at("user").command, ElementsAre("./sign-in", "--fast"));
}

struct Mistake {
  const char* members;
  const char* told;
};

class Mistakes : public testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreToldWithTheirPlace) {
  EXPECT_THAT(mistakes(GetParam().members), HasSubstr(GetParam().told)) << GetParam().members;
}

INSTANTIATE_TEST_SUITE_P(
    All, Mistakes,
    testing::Values(
        Mistake{"  totp: GEZ0\n", "t.yaml:6:3: totp: the secret is no Base32"},
        Mistake{"  totp: otpauth://hotp/a?secret=GEZDGNBV\n", "t.yaml:6:3: totp: otpauth://hotp/"},
        Mistake{"  agent: command\n  command: [x]\n  totp: GEZDGNBV\n",
                "t.yaml:8:3: `totp` needs agent: forms"},
        Mistake{"  agent: steps\n", "agent: steps needs `steps`"},
        Mistake{"  agent: command\n", "agent: command needs `command`"},
        Mistake{"  steps: [ { at: \"*\", click: x } ]\n",
                "t.yaml:6:3: `steps` needs agent: steps, or agent: webdriver"},
        Mistake{"  webdriver: http://127.0.0.1:9515\n", "t.yaml:6:3: `webdriver` needs agent: webdriver"},
        Mistake{"  command: [x]\n", "t.yaml:6:3: `command` needs agent: command"},
        Mistake{"  agent: webdriver\n  webdriver: localhost\n",
                "t.yaml:7:3: \"localhost\" is no http or https URL"},
        Mistake{"  agent: steps\n  steps:\n  - at: \"*\"\n", "t.yaml:8:5: this step does nothing"},
        Mistake{"  agent: steps\n  steps:\n  - at: /login\n    click: x\n",
                "t.yaml:8:5: \"/login\" matches no URL"},
        Mistake{"  agent: steps\n  steps:\n  - at: /(/\n    click: x\n",
                "t.yaml:8:5: /(/ is no regular expression"},
        Mistake{"  agent: steps\n  steps:\n  - at: \"*\"\n    click: x\n    wait: 2s\n",
                "t.yaml:10:5: `wait` needs agent: webdriver"},
        Mistake{"  agent: webdriver\n  steps:\n  - at: \"*\"\n    wait: 2h\n", "\"2h\" is no time to wait"},
        Mistake{"  agent: webdriver\n  steps:\n  - at: \"*\"\n    wait: 61s\n", "\"61s\" is no time to wait"},
        Mistake{"  agent: steps\n  steps:\n  - at: \"*\"\n    click: x\n    follow: y\n",
                "t.yaml:10:5: `follow` leaves"},
        Mistake{"  agent: steps\n  steps:\n  - at: \"*\"\n    fill:\n      p: \"{{user.pasword}}\"\n",
                "t.yaml:10:7: unknown placeholder {{user.pasword}}; did you mean \"user.password\"?"},
        Mistake{"  agent: steps\n  steps:\n  - at: \"*\"\n    fill: { p: \"{{user.totp}}\" }\n",
                "{{user.totp}} needs `totp`"},
        Mistake{"  agent: steps\n  steps:\n  - at: \"*\"\n    fill: { p: \"{{user\" }\n", "\"{{\" without"},
        Mistake{"  agent: steps\n  steps:\n  - at: \"*\"\n    clik: x\n", "t.yaml:9:5: "},
        Mistake{"  agent: form\n", "t.yaml:6:3: "}));

}  // namespace
}  // namespace oauthentic::script

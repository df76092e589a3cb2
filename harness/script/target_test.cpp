#include "script/target.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace oauthentic::script {
namespace {

using oauth::AuthenticationMethod;
using testing::Contains;
using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;
using namespace std::chrono_literals;

/// An environment variable and a file that are gone when the test is.
class TargetTest : public testing::Test {
 public:
  TargetTest()
      : path_(std::filesystem::temp_directory_path() /
              ("oauthentic_target_test_" + std::to_string(::getpid()))) {
    ::setenv("OAUTHENTIC_TEST_SECRET", "from-the-environment", 1);
    ::unsetenv("OAUTHENTIC_TEST_UNSET");
  }
  ~TargetTest() override {
    ::unsetenv("OAUTHENTIC_TEST_SECRET");
    std::filesystem::remove(path_);
  }

 protected:
  std::string write(const std::string& text) const {
    std::ofstream(path_, std::ios::binary) << text;
    return path_.string();
  }

  static std::optional<Target> parse(const std::string& text) {
    Diagnostics diagnostics;
    auto target = parse_target(text, "t.yaml", diagnostics);
    EXPECT_EQ(diagnostics.to_string(), "") << text;
    return target;
  }

  static std::string mistakes(const std::string& text) {
    Diagnostics diagnostics;
    EXPECT_EQ(parse_target(text, "t.yaml", diagnostics).has_value(), diagnostics.empty());
    return diagnostics.to_string();
  }

  std::filesystem::path path_;
};

const std::string kHead = "issuer: https://as.test\nredirect_uri: https://client.test/cb\n";
const std::string kUser = "user: { username: alice, password: wonderland }\n";
const std::string kPublic = "clients: { public: { client_id: c } }\n";
const std::string kMinimal = kHead + kUser + kPublic;

std::string with_client(const std::string& members) {
  return kHead + kUser + "clients:\n  confidential: { client_id: c, " + members + " }\n";
}

TEST_F(TargetTest, WhatIsLeftOutHasADefault) {
  const auto target = parse(kMinimal);
  ASSERT_TRUE(target);
  EXPECT_EQ(target->name, "t.yaml");
  EXPECT_EQ(target->issuer, "https://as.test");
  EXPECT_EQ(target->metadata, nlohmann::json::object());
  EXPECT_EQ(target->timeout, 10s);
  EXPECT_EQ(target->code_lifetime, 600s);
  EXPECT_EQ(target->refresh_grace, 0s);
  EXPECT_EQ(target->requests_per_second, 0);
  EXPECT_FALSE(target->insecure);
  const auto& client = target->clients.at("public");
  EXPECT_EQ(client.name, "public");
  EXPECT_EQ(client.authentication, AuthenticationMethod::none);
  EXPECT_EQ(client.redirect_uri, "https://client.test/cb");
  EXPECT_EQ(target->users.at("user").agent, "forms");
  EXPECT_THAT(target->secrets, ElementsAre(Pair("password", "wonderland")));
}

TEST_F(TargetTest, EveryMemberIsRead) {
  const auto target = parse(
      "name: mine\nissuer: https://as.test/t\nmetadata: { token_endpoint: https://as.test/token, x: [1] }\n"
      "clients:\n  confidential: { client_id: a, client_secret: \"s3cr3t-s3cr3t\", scopes: [x] }\n"
      "  other: { client_id: b, client_secret: t, authentication: client_secret_post, redirect_uri: "
      "\"app:/cb\" }\n"
      "redirect_uri: http://127.0.0.1:8765/callback\nredirect_uris: [https://client.test/2]\nscopes: [openid, "
      "y]\n"
      "user: { username: alice, password: p1 }\nother_user: { username: bob, agent: manual }\n"
      "api: [ { url: https://api.test/me, scope: y }, { url: https://api.test/b, method: POST } ]\n"
      "relying_party: https://client.test\norigins: [ https://login.test ]\ncapabilities: { pkce: true, api: "
      "false }\n"
      "authorization_parameters: { prompt: login }\ntoken_parameters: { audience: a }\nlimits: { rate: 2.5/s, "
      "timeout: 500ms }\ncode_lifetime: "
      "2m\n"
      "refresh_grace: \"10\"\ntls: { ca_file: ca.pem, insecure: true }\nclock_header: X-Clock\n");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->name, "mine");
  EXPECT_EQ(target->metadata, nlohmann::json({{"token_endpoint", "https://as.test/token"}, {"x", {1}}}));
  const auto& first = target->clients.at("confidential");
  EXPECT_EQ(first.authentication, AuthenticationMethod::client_secret_basic);
  EXPECT_THAT(first.scopes, ElementsAre("x"));
  const auto& other = target->clients.at("other");
  EXPECT_EQ(other.authentication, AuthenticationMethod::client_secret_post);
  EXPECT_EQ(other.redirect_uri, "app:/cb");
  EXPECT_THAT(other.scopes, ElementsAre("openid", "y"));
  EXPECT_THAT(target->redirect_uris, ElementsAre("https://client.test/2"));
  EXPECT_EQ(target->users.at("other_user").agent, "manual");
  ASSERT_EQ(target->api.size(), 2u);
  EXPECT_EQ(target->api[0].scope + target->api[0].method + target->api[1].method, "yGETPOST");
  EXPECT_EQ(target->relying_party, "https://client.test");
  EXPECT_THAT(target->origins, ElementsAre("https://login.test"));
  EXPECT_THAT(target->capabilities, ElementsAre(Pair("api", false), Pair("pkce", true)));
  EXPECT_THAT(target->authorization_parameters, ElementsAre(Pair("prompt", "login")));
  EXPECT_THAT(target->token_parameters, ElementsAre(Pair("audience", "a")));
  EXPECT_EQ(target->requests_per_second, 2.5);
  EXPECT_EQ(target->timeout, 500ms);
  EXPECT_EQ(target->code_lifetime, 120s);
  EXPECT_EQ(target->refresh_grace, 10s);
  EXPECT_EQ(target->ca_file + target->clock_header, "ca.pemX-Clock");
  EXPECT_TRUE(target->insecure);
  EXPECT_THAT(target->secrets, UnorderedElementsAre(Pair("client_secret", "s3cr3t-s3cr3t"),
                                                    Pair("client_secret", "t"), Pair("password", "p1")));
}

TEST_F(TargetTest, SecretsComeFromTheEnvironmentAndFromFiles) {
  const auto file = write("  from a file\n");
  const auto target =
      parse(kHead + "user: { username: a, password: \"${file:" + file + "}\" }\n" +
            "clients: { c: { client_id: \"x${OAUTHENTIC_TEST_SECRET}y${OAUTHENTIC_TEST_SECRET}\","
            " client_secret: \"${OAUTHENTIC_TEST_SECRET}\" } }\n");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->users.at("user").password, "from a file");
  EXPECT_EQ(target->clients.at("c").client_id, "xfrom-the-environmentyfrom-the-environment");
  EXPECT_THAT(target->secrets, Contains(Pair("client_secret", "from-the-environment")));
  EXPECT_THAT(target->secrets, Contains(Pair("password", "from a file")));
}

TEST_F(TargetTest, WhatTheEnvironmentSaysIsNotReadAgain) {
  ::setenv("OAUTHENTIC_TEST_SECRET", "${OAUTHENTIC_TEST_SECRET}: \"&x", 1);
  const auto target = parse(with_client("client_secret: \"${OAUTHENTIC_TEST_SECRET}\""));
  ASSERT_TRUE(target);
  EXPECT_EQ(target->clients.at("confidential").client_secret, "${OAUTHENTIC_TEST_SECRET}: \"&x");
}

TEST_F(TargetTest, ASecretThatIsNotThereIsTold) {
  EXPECT_EQ(mistakes(with_client("client_secret: \"${OAUTHENTIC_TEST_UNSET}\"")),
            "t.yaml:5:33: the environment variable OAUTHENTIC_TEST_UNSET is not set\n");
  EXPECT_EQ(mistakes(with_client("client_secret: \"${OAUTHENTIC_TEST_UNSET\"")),
            "t.yaml:5:33: \"${\" without \"}\"\n");
  EXPECT_EQ(mistakes(with_client("client_secret: \"${file:/nonexistent/secret}\"")),
            "t.yaml:5:33: cannot read /nonexistent/secret: No such file or directory\n");
  EXPECT_EQ(mistakes(kMinimal + "redirect_uris: [https://a.test, \"${OAUTHENTIC_TEST_UNSET}\"]\n"),
            "t.yaml:5:33: the environment variable OAUTHENTIC_TEST_UNSET is not set\n");
}

TEST_F(TargetTest, UrlsDurationsAndRatesAreChecked) {
  const std::pair<std::string, const char*> kCases[] = {
      {"issuer: as.test\nredirect_uri: https://c.test\n" + kUser + kPublic,
       "t.yaml:1:1: \"as.test\" is no http or https URL\n"},
      {"issuer: localhost:9000\nredirect_uri: nonsense\n" + kUser + kPublic,
       "t.yaml:1:1: \"localhost:9000\" is no http or https URL\nt.yaml:2:1: \"nonsense\" is no absolute URL\n"},
      {kMinimal + "redirect_uris: [https://a.test, /b]\n", "t.yaml:5:33: \"/b\" is no absolute URL\n"},
      {kMinimal + "relying_party: \"app:/x\"\n", "t.yaml:5:1: \"app:/x\" is no http or https URL\n"},
      {kMinimal + "api: [ { url: me } ]\n", "t.yaml:5:10: \"me\" is no http or https URL\n"},
      {kMinimal + "limits: { rate: fast }\n", "t.yaml:5:11: \"fast\" is no rate; write 20/s\n"},
      {kMinimal + "limits: { rate: 0/s }\n", "t.yaml:5:11: \"0/s\" is no rate; write 20/s\n"},
      {kMinimal + "limits: { rate: -1/s }\n", "t.yaml:5:11: \"-1/s\" is no rate; write 20/s\n"},
      {kMinimal + "limits: { rate: 5/m }\n", "t.yaml:5:11: \"5/m\" is no rate; write 20/s\n"},
      {kMinimal + "limits: { rate: nan/s }\n", "t.yaml:5:11: \"nan/s\" is no rate; write 20/s\n"},
      {kMinimal + "limits: { rate: inf/s }\n", "t.yaml:5:11: \"inf/s\" is no rate; write 20/s\n"},
      {kMinimal + "limits: { timeout: 10h }\n",
       "t.yaml:5:11: \"10h\" is no duration; write 500ms, 10s or 5m\n"},
      {kMinimal + "limits: { timeout: soon }\n",
       "t.yaml:5:11: \"soon\" is no duration; write 500ms, 10s or 5m\n"},
      {kMinimal + "limits: { timeout: nan }\n",
       "t.yaml:5:11: \"nan\" is no duration; write 500ms, 10s or 5m\n"},
      {kMinimal + "limits: { timeout: 1e300s }\n",
       "t.yaml:5:11: \"1e300s\" is no duration; write 500ms, 10s or 5m\n"},
      {kMinimal + "code_lifetime: \"-5s\"\n", "t.yaml:5:1: \"-5s\" is no duration; write 500ms, 10s or 5m\n"},
      {kMinimal + "refresh_grace: \"\"\n", "t.yaml:5:1: \"\" is no duration; write 500ms, 10s or 5m\n"},
      {kMinimal + "capabilities: { refresh_tokn: false }\n",
       "t.yaml:5:17: unknown capability \"refresh_tokn\"; did you mean \"refresh_token\"?\n"},
      {kMinimal + "scope: [x]\n", "t.yaml:5:1: unknown key \"scope\"; did you mean \"scopes\"?\n"},
      {kMinimal + "issuer: x\n", "t.yaml:5:1: the key \"issuer\" stands here twice\n"},
  };
  for (const auto& [text, expected] : kCases)
    EXPECT_EQ(mistakes(text), expected) << text;
}

TEST_F(TargetTest, AClientHasWhatItsAuthenticationNeeds) {
  for (const auto* method : {"client_secret_basic", "client_secret_post", "client_secret_jwt"}) {
    EXPECT_EQ(mistakes(with_client(std::string("authentication: ") + method)),
              "t.yaml:5:3: authentication: " + std::string(method) + " needs a client_secret\n");
  }
  EXPECT_EQ(mistakes(with_client("authentication: private_key_jwt, client_secret: s")),
            "t.yaml:5:3: authentication: private_key_jwt needs a private_key\n");
  EXPECT_EQ(mistakes(with_client("authentication: none, client_secret: s")), "");
  EXPECT_TRUE(mistakes(with_client("private_key: nonsense")).starts_with("t.yaml:5:33: "));
}

TEST_F(TargetTest, APrivateKeyIsReadFromItsFile) {
  const auto key = oauth::Key::generate_p256();
  const auto file = write(key.to_pem());
  const auto members = "authentication: private_key_jwt, private_key: \"${file:" + file + "}\"";
  auto target = parse(with_client(members));
  ASSERT_TRUE(target);
  ASSERT_TRUE(target->clients.at("confidential").private_key);
  EXPECT_EQ(target->clients.at("confidential").private_key->thumbprint(), key.thumbprint());
  EXPECT_EQ(target->clients.at("confidential").private_key->kid(), key.thumbprint());
  EXPECT_EQ(target->secrets.front().first, "private_key");
  target = parse(with_client(members + ", key_id: mine"));
  EXPECT_EQ(target->clients.at("confidential").private_key->kid(), "mine");
}

TEST_F(TargetTest, IsLoadedFromAFile) {
  Diagnostics diagnostics;
  EXPECT_TRUE(load_target(write(kMinimal), diagnostics)) << diagnostics.to_string();
  EXPECT_FALSE(load_target("/nonexistent/target.yaml", diagnostics));
  EXPECT_EQ(diagnostics.to_string(),
            "/nonexistent/target.yaml: cannot read /nonexistent/target.yaml: No such file or directory\n");
  Diagnostics of_folder;
  EXPECT_FALSE(load_target("/tmp", of_folder));
  EXPECT_EQ(of_folder.to_string(), "/tmp: cannot read /tmp: it is a folder\n");
}

TEST_F(TargetTest, AnEmptyFileIsAMistake) {
  EXPECT_EQ(mistakes(""), "t.yaml: the file is empty\n");
}

}  // namespace
}  // namespace oauthentic::script

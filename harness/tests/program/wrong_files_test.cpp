// A mistake in a target file or a script is told with its place, before anything is sent or written.
#include <gmock/gmock.h>

#include <ostream>

#include "tests/program/program.hpp"

namespace oauthentic::program {
namespace {

using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// Nothing listens at port 1.
constexpr const char* kTarget = R"(issuer: "http://127.0.0.1:1"
redirect_uri: "http://127.0.0.1:8765/callback"
clients:
  public: { client_id: "app" }
user: { username: "alice", password: "secret" }
)";

struct Wrong {
  const char* name;
  std::string target;
  std::vector<std::string> told;
};

std::ostream& operator<<(std::ostream& out, const Wrong& wrong) {
  return out << wrong.name;
}

class WrongTarget : public testing::TestWithParam<Wrong> {};

TEST_P(WrongTarget, IsToldWithItsPlace) {
  const Folder folder;
  folder.write("t.yaml", GetParam().target);
  const auto ended = run(folder, {"run", "--target", "t.yaml"});
  EXPECT_EQ(ended.status, 2) << ended.err;
  for (const auto& text : GetParam().told)
    EXPECT_THAT(ended.err, HasSubstr(text));
  EXPECT_THAT(ended.out, IsEmpty());
  EXPECT_THAT(folder.files("."), ElementsAre("t.yaml"));
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, WrongTarget,
    testing::Values(
        Wrong{"types",
              "issuer: 7\nredirect_uri: [a]\nclients: []\nuser: alice\n",
              {"t.yaml:1:1: ", "/issuer", "t.yaml:2:1: ", "/redirect_uri", "t.yaml:3:1: ", "/clients",
               "t.yaml:4:1: ", "/user"}},
        Wrong{"unknown_key",
              std::string(kTarget) + "isuer: x\n",
              {"t.yaml:6:1: unknown key \"isuer\"; did you mean \"issuer\"?"}},
        Wrong{
            "missing_keys", "name: x\n", {"t.yaml:1:1: ", "'issuer'", "'clients'", "'redirect_uri'", "'user'"}},
        Wrong{"syntax", "issuer: [\n", {"t.yaml:2:1: "}}, Wrong{"empty", "", {"t.yaml"}},
        Wrong{"binary",
              std::string("\x7f"
                          "ELF\x02\0\0\xff",
                          8),
              {"t.yaml"}},
        Wrong{"no_url",
              "issuer: as.example\nredirect_uri: http://127.0.0.1/\nclients: { p: { client_id: a } }\n"
              "user: { username: a }\n",
              {"t.yaml:1:1: \"as.example\" is no http or https URL"}},
        Wrong{
            "duplicate_key", std::string(kTarget) + "issuer: http://127.0.0.1:2\n", {"t.yaml:6:1: ", "issuer"}},
        Wrong{"duration",
              std::string(kTarget) + "limits: { timeout: soon }\n",
              {"t.yaml:6:", "\"soon\" is no duration; write 500ms"}},
        Wrong{"capability",
              std::string(kTarget) + "capabilities: { pcke: true }\n",
              {"t.yaml:6:", "did you mean \"pkce\"?"}},
        Wrong{"variable",
              std::string(kTarget) + "name: \"${OAUTHENTIC_NOT_SET}\"\n",
              {"t.yaml:6:1: the environment variable OAUTHENTIC_NOT_SET is not set"}},
        Wrong{"secret_file",
              std::string(kTarget) + "name: \"${file:nowhere.txt}\"\n",
              {"t.yaml:6:1: cannot read nowhere.txt: No such file or directory"}},
        Wrong{"key",
              std::string(kTarget) + "other_user: { username: a }\nname: \"${\"\n",
              {"t.yaml:7:1: \"${\" without \"}\""}}),
    [](const auto& info) { return info.param.name; });

TEST(TargetFile, ThatIsNotThereOrAFolder) {
  const Folder folder;
  folder.write("folder/x", "");
  auto ended = run(folder, {"run", "--target", "none.yaml"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, HasSubstr("cannot read none.yaml: No such file or directory"));
  ended = run(folder, {"run", "--target", "folder"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, HasSubstr("cannot read folder: it is a folder"));
}

TEST(TargetFile, TakesSecretsFromTheEnvironment) {
  const Folder folder;
  folder.write("t.yaml", std::string(kTarget) + "name: \"${OAUTHENTIC_TEST_NAME}\"\n");
  const auto ended =
      run(folder, {"run", "--target", "t.yaml"}, {{"OAUTHENTIC_TEST_NAME", "from the environment"}});
  EXPECT_EQ(ended.status, 3) << ended.err;  // read, and then nothing listens
  EXPECT_THAT(folder.read("oauthentic-out/run.json"), HasSubstr("from the environment"));
}

TEST(TargetFile, ThatNamesNoUsableCertificateFile) {
  const Folder folder;
  folder.write("t.yaml", std::string(kTarget) + "tls: { ca_file: nowhere.pem }\n");
  const auto ended = run(folder, {"run", "--target", "t.yaml"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, StartsWith("t.yaml: tls: "));
  EXPECT_THAT(ended.err, HasSubstr("nowhere.pem"));
}

struct WrongScript {
  const char* name;
  std::string script;
  std::vector<std::string> told;
};

constexpr const char* kHead =
    "topic: mine\nscenarios:\n- id: one\n  title: One\n  proves: rfc7636-4.6-verifier-mismatch\n";

std::ostream& operator<<(std::ostream& out, const WrongScript& wrong) {
  return out << wrong.name;
}

class WrongScripts : public testing::TestWithParam<WrongScript> {};

TEST_P(WrongScripts, AreToldWithTheirPlace) {
  const Folder folder;
  folder.write("t.yaml", kTarget);
  folder.write("s/mine.yaml", GetParam().script);
  const auto ended = run(folder, {"run", "--target", "t.yaml", "--scripts", "s"});
  EXPECT_EQ(ended.status, 2) << ended.err;
  for (const auto& text : GetParam().told)
    EXPECT_THAT(ended.err, HasSubstr(text));
  EXPECT_THAT(ended.out, IsEmpty());
}

const std::string kFlow = std::string(kHead) + "  flow: authorization_code\n";

INSTANTIATE_TEST_SUITE_P(
    Mistakes, WrongScripts,
    testing::Values(
        WrongScript{"verb",
                    kFlow + "  then:\n  - redem: {}\n    expect: refused\n",
                    {"s/mine.yaml:8:5: unknown verb \"redem\"; did you mean \"redeem\"?"}},
        WrongScript{"variable",
                    kFlow + "  deviate: { redeem: { set: { code: \"{{authorise.code}}\" } } }\n  expect: { "
                            "redeem: refused }\n",
                    {"s/mine.yaml:7:", "undefined variable \"authorise.code\"; did you mean \"authorize\"?"}},
        WrongScript{"flow",
                    std::string(kHead) + "  flow: authorization_cod\n  expect: { redeem: refused }\n",
                    {"s/mine.yaml:6:", "did you mean \"authorization_code\"?"}},
        WrongScript{"requirement",
                    "topic: mine\nscenarios:\n- id: one\n  title: One\n  proves: rfc7636-4.6-verifier-mismach\n"
                    "  flow: authorization_code\n  expect: { redeem: refused }\n",
                    {"s/mine.yaml:5:", "did you mean \"rfc7636-4.6-verifier-mismatch\"?"}},
        WrongScript{"expectation",
                    kFlow + "  expect: { redeem: refusd }\n",
                    {"s/mine.yaml:7:", "did you mean \"refused\"?"}},
        WrongScript{"empty_table",
                    kFlow +
                        "  each: { parameter: [] }\n  deviate: { redeem: { remove: \"{{each.parameter}}\" } }\n"
                        "  expect: { redeem: refused }\n",
                    {"s/mine.yaml:7:3: an empty table"}},
        WrongScript{"no_scenarios", "topic: mine\nscenarios: []\n", {"s/mine.yaml:2:"}},
        WrongScript{"duplicate_id",
                    kFlow + "  expect: { redeem: accepted }\n- id: one\n  title: Two\n  proves: "
                            "rfc7636-4.6-verifier-mismatch\n"
                            "  flow: authorization_code\n  expect: { redeem: accepted }\n",
                    {"s/mine.yaml:8:3: there is already a scenario \"mine/one\" at s/mine.yaml:3"}},
        WrongScript{
            "unquoted_placeholder",
            kFlow +
                "  deviate: { redeem: { set: { code: {{authorize.code}} } } }\n  expect: { redeem: refused }\n",
            {"s/mine.yaml:7:", "quote"}},
        WrongScript{"anchor", kFlow + "  expect: &a { redeem: refused }\n", {"s/mine.yaml:7:", "anchor"}},
        WrongScript{"cycle",
                    "profile: a\ntitle: A\nsummary: A.\nextends: a\nstance: bcp\nlevels: { "
                    "rfc7636-4.6-verifier-mismatch: MUST }\n",
                    {"s/mine.yaml:4:", "cycle"}}),
    [](const auto& info) { return info.param.name; });

TEST(Scripts, AFolderWithNone) {
  const Folder folder;
  folder.write("t.yaml", kTarget);
  folder.write("s/readme.txt", "x");
  auto ended = run(folder, {"run", "--target", "t.yaml", "--scripts", "s"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, HasSubstr("s: the folder holds no scripts"));
  ended = run(folder, {"run", "--target", "t.yaml", "--scripts", "none"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, HasSubstr("none: cannot read the folder: No such file or directory"));
}

TEST(Scripts, AllMistakesAreToldAtOnce) {
  const Folder folder;
  folder.write("t.yaml", kTarget);
  folder.write("s/a.yaml", kFlow + "  expect: { redeem: refusd }\n");
  folder.write("s/b.yaml", "flow: b\ntitle: B\nsteps:\n- authorise: {}\n");
  const auto ended = run(folder, {"run", "--target", "t.yaml", "--scripts", "s"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, ContainsRegex("s/a.yaml:7:[0-9]+: "));
  EXPECT_THAT(ended.err, ContainsRegex("s/b.yaml:4:[0-9]+: "));
}

}  // namespace
}  // namespace oauthentic::program

// Whole runs against the mock provider: exit status, files, formats.
#include <gmock/gmock.h>

#include <csignal>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "oauth/encoding.hpp"
#include "oauth/url.hpp"
#include "tests/program/program.hpp"
#include "tests/program/served_provider.hpp"

namespace oauthentic::program {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST(Outputs, TheMockIsCleanByEachOfItsProfiles) {
  const Folder folder;
  for (const auto* stance : {"rfc6749", "bcp", "oauth21", "oidc"}) {
    const auto ended = run(folder, {"demo", "--stance", stance, "--out", stance, "--quiet"});
    EXPECT_EQ(ended.status, 0) << ended.err << ended.out;
    EXPECT_THAT(ended.out, AllOf(HasSubstr("conformant"), Not(HasSubstr("not conformant"))));
    EXPECT_THAT(folder.files(stance), ElementsAre("journal.ndjson", "junit.xml", "report.html", "report.sarif",
                                                  "run.json", "summary.md", "target.yaml"));
    const auto record = json::parse(folder.read(std::string(stance) + "/run.json"), nullptr, false);
    EXPECT_TRUE(record.is_object());
    EXPECT_TRUE(json::parse(folder.read(std::string(stance) + "/report.sarif"), nullptr, false).is_object());
    EXPECT_THAT(folder.read(std::string(stance) + "/junit.xml"), StartsWith("<?xml"));
    EXPECT_THAT(folder.read(std::string(stance) + "/report.html"), Not(HasSubstr("src=\"http")));
  }
}

TEST(Outputs, AFaultyProviderIsNotConformant) {
  const Folder folder;
  const std::pair<const char*, const char*> kFaults[] = {
      {"verifier-unchecked", "rfc7636-4.6-verifier-mismatch"},
      {"code-reusable", "rfc6749-4.1.2-code-single-use"}};
  for (const auto& [fault, requirement] : kFaults) {
    const auto ended =
        run(folder, {"demo", "--fault", fault, "--only", requirement, "--out", "out", "--quiet"});
    EXPECT_EQ(ended.status, 1) << ended.err;
    EXPECT_THAT(ended.out, AllOf(HasSubstr("not conformant"), HasSubstr(requirement)));
    EXPECT_THAT(folder.read("out/junit.xml"), HasSubstr("<failure"));
    const auto sarif = json::parse(folder.read("out/report.sarif"), nullptr, false);
    EXPECT_EQ(sarif.value("/runs/0/results/0/ruleId"_json_pointer, ""), requirement);
    EXPECT_EQ(sarif.value("/runs/0/results/0/level"_json_pointer, ""), "error");
  }
}

TEST(Outputs, JsonOnStandardOutputIsTheRecordAndNothingElse) {
  const Folder folder;
  const auto ended = run(folder, {"demo", "--only", "pkce", "--out", "out", "--json"});
  const auto record = json::parse(ended.out, nullptr, false);
  ASSERT_TRUE(record.is_object()) << ended.out.substr(0, 200);
  EXPECT_EQ(record, json::parse(folder.read("out/run.json"), nullptr, false));
  for (const auto* list : {"requirements", "scenarios", "profiles", "flows", "faults"}) {
    const auto listed = json::parse(run(folder, {"list", list, "--json"}).out, nullptr, false);
    EXPECT_TRUE(listed.is_array() && !listed.empty()) << list;
  }
}

TEST(Outputs, AnotherProfileJudgesTheSameJournalOffline) {
  const Folder folder;
  {
    const ServedProvider provider({}, "rfc6749");
    folder.write("t.yaml", provider.target_yaml());
    const auto ended =
        run(folder, {"run", "--target", "t.yaml", "--out", "out", "--profile", "oauth-2.0", "--quiet"});
    ASSERT_EQ(ended.status, 0) << ended.out;
  }  // the provider is gone
  auto ended = run(folder, {"report", "out"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("OAuth 2.0 as written"));
  ended = run(folder, {"report", "out", "--profile", "oauth-2.1", "--format", "json", "--out", "-"});
  EXPECT_NE(ended.status, 0) << "RFC 6749 as written is less than OAuth 2.1 asks for";
  EXPECT_TRUE(json::parse(ended.out, nullptr, false).is_object());
  ended = run(folder, {"report", "out/journal.ndjson", "--format", "sarif", "--out", "other.sarif"});
  EXPECT_TRUE(json::parse(folder.read("other.sarif"), nullptr, false).is_object()) << ended.err;
}

TEST(Outputs, ADryRunReadsMetadataAndNothingElse) {
  std::mutex mutex;
  std::set<std::string> sent;
  Hooks hooks;
  hooks.seen = [&](const Request& request, const Response&) {
    const std::lock_guard lock(mutex);
    const auto url = oauth::parse_url(request.url);
    sent.insert(request.method + " " +
                (url && url->path.starts_with("/.well-known/") ? "metadata"
                 : url                                         ? url->path
                                                               : "?"));
  };
  const ServedProvider provider(std::move(hooks));
  const Folder folder;
  folder.write("t.yaml", provider.target_yaml());
  const auto ended = run(folder, {"run", "--target", "t.yaml", "--dry-run"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out,
              testing::ContainsRegex("\n[0-9]+ checks, about [0-9]+ requests, longest wait [0-9]+ s\n$"));
  EXPECT_THAT(sent, ElementsAre("GET /jwks", "GET metadata"));
  EXPECT_THAT(folder.files("."), ElementsAre("t.yaml"));
}

/// What a run with this seed chose for `parameter` of its authorization requests.
std::set<std::string> chosen(const std::string& seed, const std::string& parameter) {
  std::mutex mutex;
  std::set<std::string> values;
  Hooks hooks;
  hooks.seen = [&](const Request& request, const Response&) {
    const auto query = oauth::query_of(request.url);
    const std::lock_guard lock(mutex);
    if (const auto* value = oauth::find(query, parameter)) values.insert(*value);
  };
  const ServedProvider provider(std::move(hooks));
  const Folder folder;
  folder.write("t.yaml", provider.target_yaml());
  run(folder, {"run", "--target", "t.yaml", "--only", "pkce", "--seed", seed, "--quiet"});
  return values;
}

TEST(Outputs, ASeedRepeatsTheRandomValues) {
  for (const auto* parameter : {"state", "code_challenge"}) {
    const auto first = chosen("one", parameter);
    EXPECT_THAT(first, Not(IsEmpty()));
    EXPECT_EQ(chosen("one", parameter), first);
    EXPECT_NE(chosen("two", parameter), first);
  }
}

TEST(Outputs, ColoursAreForTerminals) {
  const Folder folder;
  const std::vector<std::string> demo = {"demo", "--only", "pkce", "--out", "out"};
  const auto with = [&](const std::string& choice) {
    auto arguments = demo;
    arguments.insert(arguments.end(), {"--color", choice});
    return arguments;
  };
  EXPECT_THAT(run(folder, demo).out, Not(HasSubstr("\x1b[")));
  EXPECT_THAT(run(folder, with("always")).out, HasSubstr("\x1b["));
  EXPECT_THAT(run(folder, with("never")).out, Not(HasSubstr("\x1b[")));
  // The user's explicit wish counts more than the variable; the variable more than what the stream is.
  EXPECT_THAT(run(folder, with("always"), {{"NO_COLOR", "1"}}).out, HasSubstr("\x1b["));
  EXPECT_THAT(run(folder, with("auto"), {{"NO_COLOR", "1"}}).out, Not(HasSubstr("\x1b[")));
}

TEST(Outputs, TheMockServesTlsToARun) {
  const Folder folder;
  // It would serve for ever if this test were killed.
  Running mock(folder, {"--foreground", "60", OAUTHENTIC_PROGRAM, "mock", "--tls", "--target-out", "t.yaml"},
               {}, "/usr/bin/timeout");
  ASSERT_TRUE(mock.says("Ctrl-C ends it."));
  EXPECT_THAT(folder.read("t.yaml"), AllOf(HasSubstr("issuer: \"https://127.0.0.1:"), HasSubstr("ca_file")));
  auto ended = run(folder, {"run", "--target", "t.yaml", "--out", "out", "--only", "pkce", "--quiet"});
  EXPECT_EQ(ended.status, 0) << ended.err << ended.out;
  EXPECT_THAT(folder.read("out/run.json"), Not(HasSubstr("certificates were not checked")));
  mock.send(SIGINT);
  ended = mock.wait();
  EXPECT_EQ(ended.status, 0) << ended.err;
}

}  // namespace
}  // namespace oauthentic::program

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/house_rules.hpp"

namespace oauthentic::house {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// ---- The tree ----

std::string read(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

bool is_source(const std::filesystem::path& path) {
  static const std::vector<std::string> extensions = {".cpp",  ".hpp",  ".def",     ".cmake", ".txt",
                                                      ".yaml", ".sh",   ".mjs",     ".js",    ".html",
                                                      ".css",  ".bash", ".mustache"};
  if (path.extension().empty()) return read(path).starts_with("#!");
  return std::ranges::find(extensions, path.extension().string()) != extensions.end();
}

std::vector<SourceFile> read_tree() {
  const std::filesystem::path root = OAUTHENTIC_SOURCE_DIR;
  std::vector<SourceFile> files;
  for (const char* folder :
       {"harness", "mock_servers", "reports", "fuzz", "profiles", "scripts", ".ci", ".clusterfuzzlite"}) {
    for (auto at = std::filesystem::recursive_directory_iterator(root / folder);
         at != std::filesystem::recursive_directory_iterator(); ++at) {
      const auto name = at->path().filename();
      if (name == "node_modules" || (name == "build" && at->is_directory()) || name == "corpus" ||
          name == "golden") {
        at.disable_recursion_pending();
      } else if (at->is_regular_file() && is_source(at->path())) {
        files.push_back({at->path().lexically_relative(root).generic_string(), read(at->path())});
      }
    }
  }
  return files;
}

const std::vector<SourceFile>& tree() {
  static const std::vector<SourceFile> files = read_tree();
  return files;
}

Offences over_the_tree(Offences (*rule)(const SourceFile&)) {
  Offences all;
  for (const auto& file : tree()) {
    const auto offences = rule(file);
    all.insert(all.end(), offences.begin(), offences.end());
  }
  return all;
}

TEST(Tree, IsRead) {
  const auto has = [](std::string_view path) {
    return std::ranges::any_of(tree(), [path](const SourceFile& file) { return file.path == path; });
  };
  EXPECT_TRUE(has("harness/core/message.hpp"));
  EXPECT_TRUE(has("harness/tests/house_test.cpp"));
  EXPECT_TRUE(has("scripts/build"));
  EXPECT_TRUE(has("mock_servers/faults.def"));
}

TEST(Tree, KeepsTheLayers) {
  EXPECT_THAT(over_the_tree(check_layering), IsEmpty());
}
TEST(Tree, KeepsTheWireInItsFolder) {
  EXPECT_THAT(check_wire_library(tree()), IsEmpty());
}
TEST(Tree, HasLightHeaders) {
  EXPECT_THAT(over_the_tree(check_header), IsEmpty());
}
TEST(Tree, HasFilesThatFitInMind) {
  EXPECT_THAT(over_the_tree(check_length), IsEmpty());
}
TEST(Tree, HoldsNothingUnfinished) {
  EXPECT_THAT(over_the_tree(check_markers), IsEmpty());
}
TEST(Tree, NamesNoStrangersHosts) {
  EXPECT_THAT(over_the_tree(check_hosts), IsEmpty());
}

TEST(Tree, IsCompiledAsAWhole) {
  const std::filesystem::path root = OAUTHENTIC_SOURCE_DIR;
  std::ifstream list(std::filesystem::path(OAUTHENTIC_BINARY_DIR) / "sources.txt");
  std::vector<std::string> compiled;
  for (std::string line; std::getline(list, line);)
    compiled.push_back(std::filesystem::path(line).lexically_relative(root).generic_string());
  ASSERT_FALSE(compiled.empty());
  // Both can be left out of a build on purpose (OAUTHENTIC_FUZZ, OAUTHENTIC_BENCH), but only as a whole.
  std::vector<std::string> left_out;
  for (const std::string folder : {"fuzz", "harness/bench"}) {
    if (std::ranges::none_of(compiled, [&](const std::string& path) { return path.starts_with(folder + "/"); }))
      left_out.push_back(folder);
  }
  EXPECT_THAT(check_compiled(tree(), compiled, left_out), IsEmpty());
}

// ---- The rules themselves, on offenders made up here ----

TEST(Layering, OffersWhatIsBelow) {
  EXPECT_THAT(
      check_layering({"harness/verbs/redeem.cpp",
                      "#include \"session/session.hpp\"\n#include \"verbs/redeem.hpp\"\n#include <map>\n"}),
      IsEmpty());
  EXPECT_THAT(check_layering({"harness/cli/run.cpp",
                              "#include \"reports/html.hpp\"\n#include \"mock_servers/provider.hpp\"\n"}),
              IsEmpty());
}

TEST(Layering, RefusesWhatIsAbove) {
  EXPECT_THAT(
      check_layering({"harness/oauth/pkce.cpp", "#include \"core/clock.hpp\"\n#include \"http/wire.hpp\"\n"}),
      ElementsAre("harness/oauth/pkce.cpp:2: oauth may not include http (\"http/wire.hpp\")"));
  EXPECT_THAT(check_layering({"harness/core/x.hpp", "  #  include  \"oauth/url.hpp\"  // why not\n"}),
              ElementsAre(HasSubstr("core may not include oauth")));
  EXPECT_THAT(check_layering({"reports/html.cpp", "#include \"run/judge.hpp\"\n"}),
              ElementsAre(HasSubstr("reports may not include run")));
  EXPECT_THAT(check_layering({"mock_servers/provider_test.cpp", "#include \"agent/agent.hpp\"\n"}),
              ElementsAre(HasSubstr("mock_servers may not include agent")));
}

TEST(Layering, RefusesPathsFromElsewhere) {
  for (const char* path : {"wire.hpp", "../core/clock.hpp", "harness/core/clock.hpp", "unknown/clock.hpp"}) {
    const SourceFile file{"harness/http/wire.cpp", std::string("#include \"") + path + "\"\n"};
    EXPECT_THAT(check_layering(file), ElementsAre(HasSubstr("not a path"))) << path;
  }
}

TEST(Layering, ReadsDirectivesOnly) {
  EXPECT_THAT(check_layering(
                  {"harness/core/x.cpp",
                   "// #include \"run/plan.hpp\"\n#include \"run\n#include\n#define include \"run/x.hpp\"\n"}),
              IsEmpty());
}

TEST(WireLibrary, StaysInItsFolder) {
  const std::string text = "#include <boost/beast/core.hpp>\n";
  EXPECT_THAT(check_wire_library({{"harness/http/client.cpp", text}, {"harness/http/parser.hpp", text}}),
              IsEmpty());
  EXPECT_THAT(check_wire_library({{"mock_servers/listener.cpp", "\n#include <boost/asio.hpp>\n"}}),
              ElementsAre("mock_servers/listener.cpp:2: boost/asio.hpp stays in harness/http"));
  EXPECT_THAT(check_wire_library({{"harness/oauth/url.cpp", "#include <boost/url.hpp>\n"}}), IsEmpty());
}

TEST(WireLibrary, IsNotReachedThroughAHeader) {
  const SourceFile user{"harness/agent/forms.cpp", "#include \"http/parser.hpp\"\n"};
  EXPECT_THAT(check_wire_library({user, {"harness/http/parser.hpp", "#include <boost/asio.hpp>\n"}}),
              ElementsAre("harness/agent/forms.cpp:1: http/parser.hpp stays in harness/http"));
  EXPECT_THAT(check_wire_library({user, {"harness/http/parser.hpp", "#include <string>\n"}}), IsEmpty());
}

TEST(Header, IsGuardedAndLight) {
  EXPECT_THAT(check_header({"harness/oauth/x.hpp", "#pragma once\n#include <nlohmann/json_fwd.hpp>\n"}),
              IsEmpty());
  EXPECT_THAT(check_header({"harness/oauth/x.hpp", "#pragma once\n#include <nlohmann/json.hpp>\n"}),
              ElementsAre(HasSubstr("x.hpp:2:")));
  EXPECT_THAT(check_header({"harness/oauth/x.hpp", "#include <map>\n"}), ElementsAre(HasSubstr("pragma once")));
  EXPECT_THAT(check_header({"harness/oauth/x.cpp", "#include <nlohmann/json.hpp>\n"}), IsEmpty());
}

TEST(Length, HasALimit) {
  EXPECT_THAT(check_length({"a.cpp", std::string(kMostLines, '\n')}), IsEmpty());
  EXPECT_THAT(check_length({"a.cpp", std::string(kMostLines + 1, '\n')}), testing::SizeIs(1));
  EXPECT_THAT(check_length({"a.yaml", std::string(kMostLines + 1, '\n')}), IsEmpty());
}

TEST(Markers, AreFoundAsWords) {
  EXPECT_THAT(check_markers({"a.cpp",
                             "int a;\n// TO"
                             "DO: later\n"}),
              ElementsAre("a.cpp:2: TO"
                          "DO"));
  EXPECT_THAT(check_markers({"a.sh",
                             "FIX"
                             "ME"}),
              testing::SizeIs(1));
  EXPECT_THAT(check_markers({"a.cpp",
                             "std::mktemp(\"XX"
                             "XXXX\"); METHO"
                             "DS_TO"
                             "DO_LIST"}),
              IsEmpty());
}

TEST(Hosts, MayBeLoopbackOrReserved) {
  for (const char* url :
       {"http://127.0.0.1:80/", "http://[::1]:9/", "http://localhost/", "https://as.test/a", "http://a.example",
        "https://www.example.com?x", "https://evil.invalid",
        "https://www.rfc-editor.org/rfc/rfc6749#section-{}", "http://user:pass@client.example.org/",
        "https://192.0.2.1", "https://{}/", "https://\" + host", "http://HOST"}) {
    EXPECT_THAT(check_hosts({"a.cpp", url}), IsEmpty()) << url;
  }
}

TEST(Hosts, MayNotBeStrangers) {
  for (const char* rest : {"8.8.8.8/", "accounts.some-provider.com/auth", "example.com.attacker.net",
                           "notexample.com", "127.0.0.1@attacker.net/", "ATTACKER.NET"}) {
    const SourceFile file{"a.cpp", std::string("\nhttps:/") + "/" + rest};
    EXPECT_THAT(check_hosts(file), ElementsAre(HasSubstr("a.cpp:2:"))) << rest;
    EXPECT_THAT(check_hosts({"profiles/providers/known.yaml", file.text}), IsEmpty()) << rest;
  }
}

TEST(Compiled, EverySourceIs) {
  const std::vector<SourceFile> files = {
      {"harness/a.cpp", ""}, {"harness/a_test.cpp", ""}, {"harness/a.hpp", ""}, {"fuzz/b.cpp", ""}};
  EXPECT_THAT(check_compiled(files, {"harness/a.cpp"}, {"fuzz"}),
              ElementsAre("harness/a_test.cpp: no target compiles it"));
  EXPECT_THAT(check_compiled(files, {"harness/a.cpp", "harness/a_test.cpp", "fuzz/b.cpp"}, {}), IsEmpty());
}

}  // namespace
}  // namespace oauthentic::house

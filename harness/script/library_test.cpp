#include "script/library.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/embedded_file.hpp"
#include "script/vocabulary.hpp"

namespace oauthentic::script {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

/// A folder that is gone when the test is.
class Folder {
 public:
  Folder() {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("oauthentic_library_test_" + std::to_string(::getpid()) + "_" + std::to_string(++count));
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

std::string requirement(const std::string& id, const std::string& more = "",
                        const std::string& level = "MUST") {
  return "- { id: " + id + ", section: \"1\", role: AS, level: " + level + ", summary: s" + more + " }\n";
}

std::string specification(const std::string& id, const std::string& rows) {
  return "spec: " + id + "\nname: N\ntitle: T\nurl: u\nrequirements:\n" + rows;
}

std::string profile(const std::string& id, const std::string& rest) {
  return "profile: " + id + "\ntitle: T\nstance: " + id + "-stance\n" + rest;
}

const std::string kFlow = "flow: code\ntitle: t\nsteps: [ { authorize: {} }, { redeem: {} } ]\n";

std::string scenario(const std::string& id, const std::string& proves) {
  return "- { id: " + id + ", title: T, flow: code, proves: " + proves + ", expect: { redeem: refused } }\n";
}

/// A small library that is in order: specifications a and b, profiles base and strict.
class LibraryTest : public testing::Test {
 protected:
  LibraryTest() {
    folder_.write("requirements/a.yaml",
                  specification("a", requirement("a-1", ", source: [S1]") + requirement("a-2") +
                                         requirement("a-3", ", contradicts: [b-3]", "MAY")));
    folder_.write("requirements/b.yaml", specification("b", requirement("b-1", ", same_as: [a-1]") +
                                                                requirement("b-2", ", same_as: [b-1]") +
                                                                requirement("b-3", "", "SHOULD")));
    folder_.write("base.yaml", profile("base", "specifications: { a: \"1\" }\n"));
    folder_.write("strict.yaml", profile("strict",
                                         "extends: base\nspecifications: { b: \"2\" }\n"
                                         "levels: { a-3: off, a-2: SHOULD }\n"));
    folder_.write("flows/code.yaml", kFlow);
    folder_.write("scenarios/t.yaml", "topic: t\nscenarios:\n" + scenario("one", "a-1"));
  }

  std::optional<Library> load(const std::string& scripts = {}) {
    LibraryOptions options;
    options.profiles_dir = folder_.path();
    options.scripts_dir = scripts;
    diagnostics_ = {};
    return load_library(options, diagnostics_);
  }

  /// What is told, with the folder's path cut off.
  std::string mistakes(const std::string& scripts = {}) {
    EXPECT_EQ(load(scripts).has_value(), diagnostics_.empty());
    auto text = diagnostics_.to_string();
    for (const auto& path : {folder_.path() + "/", scripts + "/"}) {
      for (auto at = text.find(path); path != "/" && at != std::string::npos; at = text.find(path)) {
        text.erase(at, path.size());
      }
    }
    return text;
  }

  Folder folder_;
  Diagnostics diagnostics_;
};

TEST_F(LibraryTest, HoldsWhatTheFolderHolds) {
  const auto library = load();
  ASSERT_TRUE(library) << diagnostics_.to_string();
  ASSERT_NE(library->requirement("a-3"), nullptr);
  EXPECT_EQ(library->requirement("a-3")->level, Level::may);
  EXPECT_EQ(library->requirement("a-3")->spec, "a");
  EXPECT_EQ(library->requirement("nothing"), nullptr);
  EXPECT_EQ(library->specification("b")->name, "N");
  EXPECT_EQ(library->specification("c"), nullptr);
  EXPECT_EQ(library->profile("c"), nullptr);
  EXPECT_EQ(library->flows.at("code").steps.size(), 2u);
  EXPECT_EQ(library->scenarios.at(0).id, "t/one");
  EXPECT_EQ(library->scenarios.at(0).place.to_string(), folder_.path() + "/scenarios/t.yaml:3:5");
}

TEST_F(LibraryTest, AProfileInheritsAndTurnsOff) {
  const auto library = load();
  ASSERT_TRUE(library) << diagnostics_.to_string();
  EXPECT_THAT(library->profile_ids(), ElementsAre("base", "strict"));
  const auto* base = library->profile("base");
  EXPECT_EQ(base->stance, "base-stance");
  EXPECT_THAT(base->levels,
              ElementsAre(Pair("a-1", Level::must), Pair("a-2", Level::must), Pair("a-3", Level::may)));
  const auto* strict = library->profile("strict");
  EXPECT_EQ(strict->stance, "strict-stance");
  EXPECT_THAT(strict->specifications, ElementsAre(Pair("a", "1"), Pair("b", "2")));
  EXPECT_THAT(strict->levels,
              ElementsAre(Pair("a-1", Level::must), Pair("a-2", Level::should), Pair("b-1", Level::must),
                          Pair("b-2", Level::must), Pair("b-3", Level::should)));
}

TEST_F(LibraryTest, AProfileMayBeReadBeforeTheOneItExtends) {
  folder_.write("aaa.yaml", profile("aaa", "extends: strict\nlevels: { b-3: MUST }\n"));
  const auto library = load();
  ASSERT_TRUE(library) << diagnostics_.to_string();
  EXPECT_EQ(library->profile("aaa")->levels.at("b-3"), Level::must);
  EXPECT_EQ(library->profile("aaa")->levels.at("a-2"), Level::should);
}

TEST_F(LibraryTest, EquivalentsAreOneClassOverSeveralSteps) {
  const auto library = load();
  ASSERT_TRUE(library) << diagnostics_.to_string();
  for (const auto* id : {"a-1", "b-1", "b-2"}) {
    EXPECT_EQ(library->representative(id), "a-1");
    EXPECT_THAT(library->equivalents(id), ElementsAre("a-1", "b-1", "b-2"));
  }
  EXPECT_EQ(library->representative("a-2"), "a-2");
  EXPECT_THAT(library->equivalents("a-2"), ElementsAre("a-2"));
  EXPECT_EQ(library->representative("unknown"), "unknown");
  EXPECT_THAT(library->equivalents("unknown"), IsEmpty());
}

TEST_F(LibraryTest, TellsWhatIsWrongWithRequirements) {
  folder_.write(
      "requirements/c.yaml",
      specification("c", requirement("c-1", ", same_as: [a-9]") + requirement("a-1") +
                             requirement("c-2", ", source: [S1]") + requirement("c-3", ", contradicts: [zz]")));
  EXPECT_EQ(mistakes(),
            "requirements/c.yaml:7:5: there is already a requirement \"a-1\"\n"
            "requirements/c.yaml:8:5: source S1 is already answered by \"a-1\"\n"
            "requirements/c.yaml:6:5: unknown requirement \"a-9\"; did you mean \"a-1\"?\n"
            "requirements/c.yaml:9:5: unknown requirement \"zz\"\n");
  folder_.write("requirements/c.yaml", specification("a", requirement("c-1")));
  EXPECT_EQ(mistakes(), "requirements/c.yaml:1:1: there is already a specification \"a\"\n");
}

TEST_F(LibraryTest, TellsWhatIsWrongWithProfiles) {
  const std::pair<std::string, const char*> kCases[] = {
      {profile("x", "extends: stict\n"),
       "x.yaml:4:1: no profile \"stict\" to extend, or a cycle; did you mean \"strict\"?\n"},
      {profile("x", "extends: x\n"), "x.yaml:4:1: no profile \"x\" to extend, or a cycle\n"},
      {profile("x", "specifications: { c: \"1\" }\n"), "x.yaml:4:19: unknown specification \"c\"\n"},
      {profile("x", "levels: { a-11: MUST }\n"),
       "x.yaml:4:11: unknown requirement \"a-11\"; did you mean \"a-1\"?\n"},
      {profile("base", ""), "x.yaml:1:1: there is already a profile \"base\"\n"},
      {profile("x", "levels: { a-3: MUST, b-3: MAY }\n"),
       "x.yaml: asks for \"a-3\" and for its opposite \"b-3\"\n"},
      {profile("x", "extends: strict\nlevels: { a-3: MAY }\n"),
       "x.yaml: asks for \"a-3\" and for its opposite \"b-3\"\n"},
  };
  for (const auto& [text, expected] : kCases) {
    folder_.write("x.yaml", text);
    EXPECT_EQ(mistakes(), expected) << text;
  }
}

TEST_F(LibraryTest, AContradictionThatOnlyTheLaterOneDeclaresIsSeenAsWell) {
  folder_.write("requirements/c.yaml", specification("c", requirement("c-1", ", contradicts: [a-2]")));
  folder_.write("x.yaml", profile("x", "levels: { a-2: MUST, c-1: MUST }\n"));
  EXPECT_EQ(mistakes(), "x.yaml: asks for \"a-2\" and for its opposite \"c-1\"\n");
}

TEST_F(LibraryTest, ACycleOfProfilesIsTold) {
  folder_.write("x.yaml", profile("x", "extends: y\n"));
  folder_.write("y.yaml", profile("y", "extends: x\n"));
  EXPECT_EQ(mistakes(),
            "x.yaml:4:1: no profile \"y\" to extend, or a cycle\ny.yaml:4:1: no profile \"x\" to extend, or a "
            "cycle\n");
}

TEST_F(LibraryTest, TellsWhatIsWrongWithScenariosAndFlows) {
  folder_.write("scenarios/t.yaml", "topic: t\nscenarios:\n" + scenario("one", "a-1") + scenario("one", "a-2"));
  EXPECT_EQ(mistakes(),
            "scenarios/t.yaml:4:5: there is already a scenario \"t/one\" at "
            "scenarios/t.yaml:3\n");
  folder_.write("scenarios/t.yaml", "topic: t\nscenarios:\n" + scenario("one", "a-1"));
  folder_.write("flows/more.yaml", kFlow);
  EXPECT_EQ(mistakes(), "flows/more.yaml:1:1: there is already a flow \"code\"\n");
  folder_.write("flows/more.yaml", "step: 1\n");
  EXPECT_EQ(mistakes(), "flows/more.yaml: neither requirements nor a profile, a flow or scenarios\n");
  folder_.write("flows/more.yaml", "just a word\n");
  EXPECT_EQ(mistakes(), "flows/more.yaml: neither requirements nor a profile, a flow or scenarios\n");
  folder_.write("flows/more.yaml", "flow: x\n  title: y\n");
  EXPECT_EQ(mistakes(), "flows/more.yaml:2:8: illegal map value\n");
}

TEST_F(LibraryTest, RefusesWhatIsEmpty) {
  folder_.write("scenarios/t.yaml", "topic: t\nscenarios: []\n");
  EXPECT_EQ(mistakes(), "scenarios/t.yaml:2:1: a topic without scenarios\n");
  std::filesystem::remove_all(folder_.path() + "/scenarios");
  EXPECT_EQ(mistakes(), "profiles: there are no scenarios\n");
  const Folder empty;
  EXPECT_EQ(mistakes(empty.path()), empty.path() + ": the folder holds no scripts (*.yaml)\n");
}

TEST_F(LibraryTest, AFolderOfScriptsAddsToTheProfiles) {
  const Folder scripts;
  scripts.write("mine.yml", "topic: mine\nscenarios:\n" + scenario("two", "a-2"));
  scripts.write("notes.txt", "not: [a script");
  scripts.write("deep/flow.yaml", "flow: short\ntitle: t\nsteps: [ { authorize: {} } ]\n");
  const auto library = load(scripts.path());
  ASSERT_TRUE(library) << diagnostics_.to_string();
  ASSERT_EQ(library->scenarios.size(), 2u);
  EXPECT_EQ(library->scenarios[1].id, "mine/two");
  EXPECT_TRUE(library->flows.contains("short"));
  scripts.write("mine.yml", "topic: t\nscenarios:\n" + scenario("one", "a-2"));
  EXPECT_EQ(mistakes(scripts.path()),
            "mine.yml:3:5: there is already a scenario \"t/one\" at scenarios/t.yaml:3\n");
}

TEST_F(LibraryTest, PresetsOfProvidersAreNoScripts) {
  folder_.write("providers/some.yaml", "issuer: https://as.test\n");
  EXPECT_EQ(mistakes(), "");
  const Folder scripts;  // a folder of the user's may lie below one of that name
  scripts.write("providers/mine/t.yaml", "topic: mine\nscenarios:\n" + scenario("two", "a-2"));
  const auto library = load(scripts.path() + "/providers/mine");
  ASSERT_TRUE(library) << diagnostics_.to_string();
  EXPECT_EQ(library->scenarios.size(), 2u);
}

TEST_F(LibraryTest, AFolderThatCannotBeReadIsTold) {
  const auto gone = folder_.path() + "/gone";
  EXPECT_FALSE(load(gone));
  EXPECT_EQ(diagnostics_.to_string(), gone + ": cannot read the folder: No such file or directory\n");
  EXPECT_FALSE(load(folder_.path() + "/base.yaml"));
  EXPECT_EQ(diagnostics_.to_string(), folder_.path() + "/base.yaml: cannot read the folder: Not a directory\n");
}

TEST(EmbeddedLibrary, LoadsWithoutAnyMistake) {
  Diagnostics diagnostics;
  const auto library = load_library({}, diagnostics);
  ASSERT_TRUE(library) << diagnostics.to_string();
  EXPECT_THAT(library->profile_ids(),
              testing::IsSupersetOf({"oauth-2.0", "oauth-2.0-bcp", "oauth-2.1", "oidc-basic"}));
  EXPECT_NE(library->requirement("rfc7636-4.6-verifier-mismatch"), nullptr);
}

TEST(EmbeddedLibrary, IsTheFolderOfTheTree) {
  Diagnostics diagnostics;
  LibraryOptions options;
  options.profiles_dir = std::string(OAUTHENTIC_SOURCE_DIR) + "/profiles";
  const auto from_disk = load_library(options, diagnostics);
  const auto embedded = load_library({}, diagnostics);
  ASSERT_TRUE(from_disk && embedded) << diagnostics.to_string();
  EXPECT_EQ(from_disk->requirements.size(), embedded->requirements.size());
  EXPECT_EQ(from_disk->scenarios.size(), embedded->scenarios.size());
  EXPECT_EQ(from_disk->profile_ids().size(), embedded->profile_ids().size());
}

}  // namespace
}  // namespace oauthentic::script

// Replays every seed and every input that once broke a target: what fuzzing found stays found, in each ordinary
// build.
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <set>
#include <string>

#include "fuzz/seeds.hpp"
#include "fuzz/target.hpp"

namespace oauthentic::fuzz {

/// For GoogleTest, which would else list the tests with addresses, other ones at each start.
std::ostream& operator<<(std::ostream& out, const Target& target) {
  return out << target.name;
}

namespace {

std::set<std::string> target_names() {
  std::set<std::string> names;
  for (const auto& target : targets())
    names.emplace(target.name);
  return names;
}

class Corpus : public testing::TestWithParam<Target> {
 protected:
  static void replay(const std::filesystem::path& file) {
    // Told beforehand: a sanitizer ends the program.
    std::cout << file.lexically_relative(fuzz_folder()).generic_string() << std::endl;
    EXPECT_NO_THROW(GetParam().run(read_input(file)));
  }
};

TEST_P(Corpus, HoldsThePropertyOfItsTarget) {
  const std::string name(GetParam().name);
  const auto seeds = entries(fuzz_folder() / "corpus" / name);
  EXPECT_FALSE(seeds.empty()) << "fuzz/corpus/" << name << " has no seeds";
  for (const auto& seed : seeds)
    replay(seed);
  for (const auto& crash : entries(fuzz_folder() / "crashes" / name))
    replay(crash);
}

TEST_P(Corpus, AllowsTheEmptyInput) {
  EXPECT_NO_THROW(GetParam().run({}));
}

INSTANTIATE_TEST_SUITE_P(All, Corpus, testing::ValuesIn(targets()),
                         [](const auto& target) { return std::string(target.param.name); });

TEST(Targets, AreThere) {
  EXPECT_FALSE(targets().empty());
}

TEST(Targets, OwnEveryFolderOfInputs) {
  const auto names = target_names();
  for (const char* kind : {"corpus", "crashes"}) {
    for (const auto& path : entries(fuzz_folder() / kind)) {
      EXPECT_TRUE(names.contains(path.filename().string())) << path;
    }
  }
}

TEST(Targets, OwnEveryDictionary) {
  const auto names = target_names();
  for (const auto& path : entries(fuzz_folder() / "dictionaries")) {
    EXPECT_TRUE(names.contains(path.stem().string())) << path;
    EXPECT_EQ(path.extension(), ".dict") << path;
  }
}

TEST(Require, TellsWhatDoesNotHold) {
  EXPECT_NO_THROW(require(true, "one is one"));
  try {
    require(false, "one is two", "a\nb");
    FAIL() << "nothing was thrown";
  } catch (const PropertyViolated& violated) {
    EXPECT_STREQ(violated.what(), "does not hold: one is two; seen: \"a\\x0ab\"");
  }
}

}  // namespace
}  // namespace oauthentic::fuzz

// A finding can be kept, read, repeated and handed on, and holds no secret.
#include "fuzz/network/finding.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "fuzz/network/planted/mock_world_test_support.hpp"
#include "script/library.hpp"

namespace oauthentic::fuzz {
namespace {

using testing::HasSubstr;
using testing::Not;

class FindingTest : public testing::Test {
 protected:
  FindingTest() : world_(planted_faults(), true) {
    Input input{{world_.honest->step(Surface::code_token, "confidential")}};
    input.steps[0].parts[1].value += std::string(1, '\0');
    auto found = world_.investigator->investigate(input, {Oracle::server_error, 0, "status 500"});
    if (!found) throw std::logic_error("the planted mistake was not found");
    finding_ = *std::move(found);
    folder_ = std::filesystem::temp_directory_path() / ("oauthentic_finding_" + std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
  }
  ~FindingTest() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name) const {
    std::stringstream text;
    text << std::ifstream(folder_ / finding_.id / name, std::ios::binary).rdbuf();
    return text.str();
  }

  MockWorld world_;
  Finding finding_;
  std::filesystem::path folder_;
};

TEST_F(FindingTest, IsWrittenOnceAndReadAgain) {
  std::string error;
  ASSERT_TRUE(write_finding(folder_, finding_, error)) << error;
  EXPECT_FALSE(write_finding(folder_, finding_, error));
  EXPECT_EQ(error, "");
  const auto read = read_finding(folder_ / finding_.id, error);
  ASSERT_TRUE(read) << error;
  EXPECT_EQ(read->id, finding_.id);
  EXPECT_EQ(read->input, finding_.input);
  EXPECT_EQ(read->causes, finding_.causes);
  EXPECT_EQ(read->symptom, finding_.symptom);
  EXPECT_EQ(read->exchanges.size(), 1u);
  EXPECT_EQ(read->confidence(), "reproducible");
}

TEST_F(FindingTest, HoldsNoSecretInAnyForm) {
  std::string error;
  ASSERT_TRUE(write_finding(folder_, finding_, error)) << error;
  for (const auto* name : {"finding.json", "curl.sh", "request.http", "scenario.yaml", "test.cpp"}) {
    const auto text = file(name);
    EXPECT_FALSE(text.empty()) << name;
    for (const auto& [client, about] : world_.target().clients) {
      if (about.client_secret.empty()) continue;
      EXPECT_THAT(text, Not(HasSubstr(about.client_secret))) << name;
      EXPECT_THAT(text, Not(HasSubstr(oauth::base64_encode(about.client_id + ":" + about.client_secret))))
          << name;
    }
  }
}

TEST_F(FindingTest, ItsScenarioIsOneOfTheScriptLanguage) {
  std::string error;
  ASSERT_TRUE(write_finding(folder_, finding_, error)) << error;
  std::filesystem::copy_file(folder_ / finding_.id / "scenario.yaml", folder_ / "found.yaml");
  std::filesystem::remove_all(folder_ / finding_.id);
  script::Diagnostics diagnostics;
  const auto library = script::load_library({.profiles_dir = {}, .scripts_dir = folder_.string()}, diagnostics);
  ASSERT_TRUE(library) << diagnostics.to_string();
  const auto found = std::ranges::find(library->scenarios, "fuzz/" + finding_.id, &script::Scenario::id);
  EXPECT_NE(found, library->scenarios.end());
}

TEST_F(FindingTest, ReplayTellsThereFromFixed) {
  const auto there = world_.investigator->attempt(finding_.input, finding_.symptom, finding_.surface, 3);
  EXPECT_EQ(there.seen, 3u);
  MockWorld clean;
  const auto fixed = clean.investigator->attempt(finding_.input, finding_.symptom, finding_.surface, 3);
  EXPECT_EQ(fixed.seen, 0u);
  EXPECT_EQ(fixed.answered, 3u);
}

TEST_F(FindingTest, WhatIsNoneIsTold) {
  std::string error;
  EXPECT_FALSE(read_finding(folder_ / "nowhere.json", error));
  EXPECT_THAT(error, HasSubstr("cannot be read"));
  std::filesystem::create_directories(folder_);
  for (const auto* text : {"{", "{}", R"({"format":"oauthentic-finding/1"})"}) {
    std::ofstream(folder_ / "wrong.json") << text;
    EXPECT_FALSE(read_finding(folder_ / "wrong.json", error)) << text;
    EXPECT_THAT(error, HasSubstr("wrong.json: no finding: "));
  }
}

TEST_F(FindingTest, KnownFindingsExplainInputsThatHaveTheirCause) {
  world_.investigator->know(finding_);
  auto more = finding_.input;
  more.steps[0].parts.push_back({"scope", "x"});
  EXPECT_TRUE(world_.investigator->is_explained(more, finding_.symptom));
  const Input honest{{world_.honest->step(Surface::code_token, "confidential")}};
  EXPECT_FALSE(world_.investigator->is_explained(honest, finding_.symptom));
}

}  // namespace
}  // namespace oauthentic::fuzz

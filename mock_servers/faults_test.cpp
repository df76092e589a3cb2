// The table of faults holds together: with the sources that consult it and with the requirements that it
// proves.
#include "mock_servers/faults.hpp"

#include <gmock/gmock.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "mock_servers/stance.hpp"

namespace oauthentic::mock {
namespace {

using ::testing::IsEmpty;
namespace fs = std::filesystem;

const fs::path kRoot = OAUTHENTIC_SOURCE_DIR;

std::string read(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::set<std::string> words_after(const std::string& sources, const std::regex& marker) {
  std::set<std::string> words;
  static const std::regex kWord("[a-z0-9_]+");
  for (std::sregex_iterator at(sources.begin(), sources.end(), marker), end; at != end; ++at) {
    const auto found = at->str(1);
    for (std::sregex_iterator word(found.begin(), found.end(), kWord), last; word != last; ++word)
      words.insert(word->str());
  }
  return words;
}

std::string sources() {
  std::string all;
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / "mock_servers")) {
    const auto name = entry.path().filename().string();
    if (name.ends_with(".cpp") && !name.ends_with("_test.cpp")) all += read(entry.path());
  }
  return all;
}

std::string in_source(const FaultInfo& fault) {
  auto name = fault.name;
  std::ranges::replace(name, '-', '_');
  return name;
}

std::map<std::string, YAML::Node> requirements() {
  std::map<std::string, YAML::Node> rows;
  for (const auto& entry : fs::directory_iterator(kRoot / "profiles/requirements")) {
    for (const auto& row : YAML::LoadFile(entry.path().string())["requirements"])
      rows.emplace(row["id"].as<std::string>(), YAML::Node(row));
  }
  return rows;
}

TEST(Faults, TableIsComplete) {
  ASSERT_EQ(faults().size(), kFaultCount);
  std::set<std::string> names;
  for (const auto& fault : faults()) {
    EXPECT_TRUE(names.insert(fault.name).second) << fault.name;
    EXPECT_EQ(info(fault.fault).name, fault.name);
    EXPECT_EQ(fault_from(fault.name), fault.fault);
    EXPECT_FALSE(fault.trips.empty()) << fault.name;
    EXPECT_TRUE(fault.summary.ends_with('.')) << fault.name;
    EXPECT_THAT(stance_names(), ::testing::Contains(fault.stance)) << fault.name;
  }
  EXPECT_EQ(fault_from("no-such-fault"), std::nullopt);
}

TEST(Faults, SetHoldsWhatWasAdded) {
  FaultSet set;
  EXPECT_FALSE(set.has(Fault::code_reusable));
  set.add(Fault::code_reusable);
  EXPECT_TRUE(set.has(Fault::code_reusable));
  EXPECT_FALSE(set.has(Fault::state_dropped));
}

TEST(Faults, EachIsConsultedAndMarkedAtItsGuard) {
  const auto text = sources();
  const auto consulted = words_after(text, std::regex("Fault::([a-z0-9_]+)"));
  const auto marked = words_after(text, std::regex("FAULT: ([a-z0-9_, ]+)"));
  std::vector<std::string> missing;
  for (const auto& fault : faults()) {
    if (!consulted.contains(in_source(fault)) || !marked.contains(in_source(fault)))
      missing.push_back(fault.name);
  }
  EXPECT_THAT(missing, IsEmpty());
}

TEST(Faults, TripAndMaskRequirementsThatExist) {
  const auto rows = requirements();
  ASSERT_FALSE(rows.empty());
  std::vector<std::string> unknown;
  for (const auto& fault : faults()) {
    for (const auto& id : fault.trips) {
      if (!rows.contains(id) || rows.at(id)["excluded"]) unknown.push_back(fault.name + " trips " + id);
    }
    for (const auto& id : fault.masks) {
      if (id != "*" && !rows.contains(id)) unknown.push_back(fault.name + " masks " + id);
    }
  }
  EXPECT_THAT(unknown, IsEmpty());
}

}  // namespace
}  // namespace oauthentic::mock

// Every covered requirement is proven by a fault, and no fault trips anything else.
#include <gtest/gtest.h>

#include <thread>

#include "cli/selftest.hpp"

namespace oauthentic::cli {
namespace {

std::string told(const std::vector<Complaint>& complaints) {
  std::string text;
  for (const auto& one : complaints)
    text += one.fault + " " + one.requirement + ": " + one.reason + "\n";
  return text;
}

TEST(KillMatrix, EachFaultTripsItsOwnRequirementsAndNoOther) {
  script::Diagnostics diagnostics;
  const auto library = script::load_library({}, diagnostics);
  ASSERT_TRUE(library) << diagnostics.to_string();
  std::vector<mock::Fault> all;
  for (const auto& info : mock::faults())
    all.push_back(info.fault);
  const auto matrix = make_kill_matrix(*library, all, std::max(1U, std::thread::hardware_concurrency()), {});
  EXPECT_EQ(told(matrix.missed), "");
  EXPECT_EQ(told(matrix.false_alarms), "");
  EXPECT_GE(matrix.requirements, 120U);
  EXPECT_GE(matrix.killed.size(), matrix.faults);
}

/// The matrix itself can fail: a check that never fires is a miss, one that fires on a clean server a false
/// alarm.
TEST(KillMatrix, TellsAnInvertedExpectation) {
  script::Diagnostics diagnostics;
  auto library = script::load_library({}, diagnostics);
  ASSERT_TRUE(library) << diagnostics.to_string();
  for (auto& scenario : library->scenarios) {
    if (scenario.id != "pkce/verifier-mismatch") continue;
    for (auto& question : scenario.questions) {
      if (!question.about_error) question.expectation.word = "accepted";
    }
  }
  const auto matrix = make_kill_matrix(*library, {*mock::fault_from("verifier-unchecked")}, 2, {});
  const auto names = told(matrix.missed) + told(matrix.false_alarms);
  EXPECT_NE(names.find("clean bcp rfc7636-4.6-verifier-mismatch"), std::string::npos) << names;
}

}  // namespace
}  // namespace oauthentic::cli

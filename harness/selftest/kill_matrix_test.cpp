// Every covered requirement is proven by a fault, and no fault trips anything else.
#include <gtest/gtest.h>

#include <thread>

#include "selftest/fault_pairs.hpp"
#include "selftest/inversion.hpp"
#include "selftest/kill_matrix.hpp"

namespace oauthentic::selftest {
namespace {

std::string told(const std::vector<Complaint>& complaints) {
  std::string text;
  for (const auto& one : complaints)
    text += one.fault + " " + one.requirement + ": " + one.reason + "\n";
  return text;
}

std::size_t threads() {
  return std::max(1U, std::thread::hardware_concurrency());
}

TEST(KillMatrix, EachFaultTripsItsOwnRequirementsAndNoOther) {
  script::Diagnostics diagnostics;
  const auto library = script::load_library({}, diagnostics);
  ASSERT_TRUE(library) << diagnostics.to_string();
  std::vector<mock::Fault> all;
  for (const auto& info : mock::faults())
    all.push_back(info.fault);
  const auto matrix = make_kill_matrix(*library, {.faults = all, .threads = threads()});
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
  const auto matrix =
      make_kill_matrix(*library, {.faults = {*mock::fault_from("verifier-unchecked")}, .threads = 2});
  const auto names = told(matrix.missed) + told(matrix.false_alarms);
  EXPECT_NE(names.find("clean bcp rfc7636-4.6-verifier-mismatch"), std::string::npos) << names;
}

TEST(FaultPairs, NoFaultHidesAnotherUnlessItIsDeclaredTo) {
  script::Diagnostics diagnostics;
  const auto library = script::load_library({}, diagnostics);
  ASSERT_TRUE(library) << diagnostics.to_string();
  const auto proof = prove_pairs(*library, {.count = 100, .seed = 1, .threads = threads()});
  EXPECT_EQ(proof.pairs, 100U);
  EXPECT_EQ(told(proof.missed), "");
  EXPECT_GT(proof.found, proof.masked);
}

/// An expectation whose opposite nobody would notice decides nothing.
TEST(Inversion, SomebodyNoticesEachExpectationThatIsInverted) {
  script::Diagnostics diagnostics;
  const auto library = script::load_library({}, diagnostics);
  ASSERT_TRUE(library) << diagnostics.to_string();
  const auto proof = invert_expectations(*library, {.threads = threads()});
  std::string unnoticed;
  for (const auto& one : proof.survivors)
    unnoticed += one.scenario + " " + one.requirement + " (" + one.place + "): " + one.question + "\n";
  EXPECT_EQ(unnoticed, "");
  EXPECT_GT(proof.questions, 300U);
}

}  // namespace
}  // namespace oauthentic::selftest

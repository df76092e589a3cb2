// Every covered requirement is proven by a fault, and no fault trips anything else.
#include <gtest/gtest.h>

#include <cstdlib>
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

/// Under the sanitizers one fault, pair and expectation in so many is enough: the others run the same code.
std::size_t share() {
  const char* text = std::getenv("OAUTHENTIC_PROOF_SHARE");
  const auto share = text ? std::strtoul(text, nullptr, 10) : 1;
  return std::max(1UL, share);
}

std::size_t threads() {
  return std::max(1U, std::thread::hardware_concurrency());
}

TEST(KillMatrix, EachFaultTripsItsOwnRequirementsAndNoOther) {
  script::Diagnostics diagnostics;
  const auto library = script::load_library({}, diagnostics);
  ASSERT_TRUE(library) << diagnostics.to_string();
  std::vector<mock::Fault> all;
  for (std::size_t i = 0; i < mock::faults().size(); i += share())
    all.push_back(mock::faults()[i].fault);
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

/// What real providers do in ways of their own is no violation, and leaves nothing undecided.
TEST(Manners, NoneOfThemChangesAVerdict) {
  script::Diagnostics diagnostics;
  const auto library = script::load_library({}, diagnostics);
  ASSERT_TRUE(library) << diagnostics.to_string();
  for (const auto& stance : {"rfc6749", "oidc"}) {
    const auto usual = run_trial(*library, {.stance = stance, .faults = {}, .only = {}});
    std::vector<std::string> changed(mock::manners().size());
    in_parallel(changed.size(), threads(), [&](std::size_t i) {
      changed[i] = told(compare_manners(*library, stance, mock::MannerSet(mock::manners()[i].manner), usual));
    });
    for (std::size_t i = 0; i < changed.size(); i += share())
      EXPECT_EQ(changed[i], "") << mock::manners()[i].name;
  }
}

TEST(FaultPairs, NoFaultHidesAnotherUnlessItIsDeclaredTo) {
  script::Diagnostics diagnostics;
  const auto library = script::load_library({}, diagnostics);
  ASSERT_TRUE(library) << diagnostics.to_string();
  const auto proof = prove_pairs(*library, {.count = 100 / share(), .seed = 1, .threads = threads()});
  EXPECT_EQ(proof.pairs, 100 / share());
  EXPECT_EQ(told(proof.missed), "");
  EXPECT_GT(proof.found, proof.masked);
}

/// An expectation whose opposite nobody would notice decides nothing.
TEST(Inversion, SomebodyNoticesEachExpectationThatIsInverted) {
  script::Diagnostics diagnostics;
  const auto library = script::load_library({}, diagnostics);
  ASSERT_TRUE(library) << diagnostics.to_string();
  const auto proof = invert_expectations(*library, {.threads = threads(), .every = share()});
  std::string unnoticed;
  for (const auto& one : proof.survivors)
    unnoticed += one.scenario + " " + one.requirement + " (" + one.place + "): " + one.question + "\n";
  EXPECT_EQ(unnoticed, "");
  EXPECT_GT(proof.questions, 300 / share());
}

}  // namespace
}  // namespace oauthentic::selftest

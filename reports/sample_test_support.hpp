#pragma once
// A made-up run for the tests of the reports: a sign-in that works, violations, indecision, and what does not
// apply.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/run_record.hpp"

namespace oauthentic::reports {

/// Owns everything that a ReportInput points to. Change `run` or `requirements`, then call `judge`.
struct Sample {
  RunRecord run;
  std::vector<Specification> specifications;
  std::vector<Requirement> requirements;
  std::vector<Profile> profiles;
  std::map<std::string, Exchange> exchanges;
  std::vector<RequirementResult> results;
  std::vector<ProfileVerdict> verdicts;

  Sample() = default;
  Sample(const Sample&) = delete;
  Sample& operator=(const Sample&) = delete;

  /// Derives results and verdicts from the outcomes and the profiles.
  void judge();
  ReportInput input() const { return {&run, &specifications, &results, &verdicts}; }
};

/// Small, all times fixed: what the golden files were written from.
std::unique_ptr<Sample> sample();
/// The same with everything satisfied.
std::unique_ptr<Sample> clean_sample();
/// The same as told by a peer (and a catalogue) that wants to break the report: markup, control characters,
/// bidi, ]]>, octets that are no UTF-8, very long texts, in every field.
std::unique_ptr<Sample> hostile_sample();

/// What sample() begins with.
void add_requirements(Sample& s);
void add_profiles(Sample& s);

inline constexpr const char* kHostile =
    "<script>alert(1)</script>\"'><img src=x "
    "onerror=alert(2)>]]>&amp;{{x}}\x1b[31m\x01\xff\xe2\x80\xae|`**@all `\r\n--><!--";

}  // namespace oauthentic::reports

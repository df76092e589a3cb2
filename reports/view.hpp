#pragma once
// A run as every report tells it: what the selected profiles ask for, what is violated, gravest first, and what
// could not be decided. The formats differ in how they say it, never in what.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/run_record.hpp"

namespace oauthentic::reports {

/// What one profile asks of a requirement and what it makes of the result.
struct Asked {
  const Profile* profile = nullptr;
  Level level = Level::must;
  Verdict verdict = Verdict::not_observed;
  bool selected = false;
};

/// One requirement in this run.
struct Finding {
  const Requirement* requirement = nullptr;
  const Specification* specification = nullptr;  ///< nothing: the catalogue does not name it
  const RequirementResult* result = nullptr;
  std::optional<Level> level;  ///< the strictest that a selected profile asks for; nothing: none does
  Verdict verdict = Verdict::not_observed;  ///< at that level
  std::vector<Asked> asked;                 ///< by all profiles that judged, the selected ones first

  /// The outcome that decided the result; nothing if there was none.
  const Outcome* deciding() const { return result->outcomes.empty() ? nullptr : result->outcomes.front(); }
};

/// A violation, with the requirements that demand the same and are violated for the same reason.
struct Violation {
  const Finding* finding = nullptr;
  std::vector<const Finding*> also;
};

class View {
 public:
  /// `input` must outlive the view.
  explicit View(const ReportInput& input);
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  const RunRecord& run() const { return *input_->run; }
  const ReportInput& input() const { return *input_; }
  const std::vector<const ProfileVerdict*>& selected() const { return selected_; }
  const std::vector<const ProfileVerdict*>& others() const { return others_; }
  /// Every requirement of the catalogue, in its order.
  const std::vector<Finding>& findings() const { return findings_; }
  const std::vector<Violation>& violations() const { return violations_; }
  /// Inconclusive, or a fault of the harness; MUST first.
  const std::vector<const Finding*>& undecided() const { return undecided_; }
  /// Asked for and coverable, but nothing in this run observed it.
  const std::vector<const Finding*>& unobserved() const { return unobserved_; }

  bool conformant() const;
  /// "3 MUST and 1 SHOULD violated, 1 undecided"
  std::string headline() const;

 private:
  void add_finding(const RequirementResult& result);
  void add_judgements(const std::vector<const ProfileVerdict*>& verdicts, bool selected);
  void rank();

  const ReportInput* input_;
  std::vector<const ProfileVerdict*> selected_;
  std::vector<const ProfileVerdict*> others_;
  std::vector<Finding> findings_;
  std::vector<Violation> violations_;
  std::vector<const Finding*> undecided_;
  std::vector<const Finding*> unobserved_;
};

/// Where the section can be read; empty if its text has no address.
std::string section_url(const Finding& finding);
/// "RFC 7636 §4.6"
std::string section_name(const Finding& finding);

/// A mark that means the same without colour: ✓ ✕ ▲ i ? – ○ ‼
std::string_view symbol(Verdict verdict);
/// A result at its gravest, for its mark alone.
Verdict as_verdict(Result result);
/// "not applicable": to_string for people.
std::string words(std::string_view identifier);
/// The order in which counts are told, gravest first.
inline constexpr Verdict kVerdictOrder[] = {
    Verdict::fail,         Verdict::harness_error, Verdict::inconclusive,   Verdict::warn, Verdict::info,
    Verdict::not_observed, Verdict::not_checkable, Verdict::not_applicable, Verdict::pass};
std::size_t count_of(const ProfileVerdict& verdict, Verdict which);
/// A profile's verdict in one mark: pass, fail or inconclusive.
Verdict overall(const ProfileVerdict& verdict);
/// "conformant", "part is met" (of a run that was limited to it), "not conformant" or "undecided"
std::string_view standing(const ProfileVerdict& verdict);

}  // namespace oauthentic::reports

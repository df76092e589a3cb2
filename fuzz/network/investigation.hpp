#pragma once
// Makes a finding of a symptom: is it there again, what of the input causes it, and is it known already?
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "fuzz/network/deviation.hpp"
#include "fuzz/network/executor.hpp"
#include "fuzz/network/finding.hpp"

namespace oauthentic::fuzz {

/// Of the process; 0 if there is none.
std::size_t resident_octets(int pid);
/// A request after which the target holds so much more is suspected of a leak.
inline constexpr std::size_t kGrowthPerRequest = 128 * 1024;

class Investigator {
 public:
  /// `pid`: of the target, for the oracle `memory`; 0: not known.
  Investigator(session::World& world, Executor& executor, const Honest& honest, int pid = 0);

  /// Everything that made up an earlier finding of this kind, at the same endpoint, is in this input, too.
  bool is_explained(const Input& input, const Symptom& symptom) const;
  /// Confirms with fresh state and makes it small. Nothing if it never showed again, or is known after all.
  std::optional<Finding> investigate(const Input& input, const Symptom& symptom);
  /// Somebody else found it.
  void know(const Finding& finding);

  /// Tries a finding's input again: how often it showed, of `times`; and whether anything was answered at all.
  struct Trial {
    unsigned seen = 0;
    unsigned answered = 0;
    Execution last;  ///< one that showed it, if any did
  };
  Trial attempt(const Input& input, const Symptom& symptom, Surface surface, unsigned times,
                Executor::State state = Executor::State::fresh);
  /// The same in another permitted encoding is answered differently (the oracle `encoding`).
  std::vector<Symptom> compare_encodings(const Input& input, Executor::State state = Executor::State::fresh);

 private:
  bool grows(const Input& input);
  bool shows(const Execution& execution, const Input& input, const Symptom& symptom, Surface surface);
  std::vector<Exchange> evidence(const Execution& execution, const Finding& finding);

  session::World& world_;
  Executor& executor_;
  const Honest& honest_;
  const int pid_;
  struct Known {
    Oracle oracle;
    Surface surface;
    std::string detail;
    std::vector<std::string> causes;
  };
  std::vector<Known> known_;
  /// Once there are some that differ in the parameter alone: what they have in common.
  std::vector<Known> general_;
  std::map<std::string, unsigned> clusters_;
};

/// The request in another encoding that says the same (RFC 6749 Appendix B): every octet escaped, parameters in
/// the other order. Nothing if the input is not made of well-formed parts alone.
std::optional<Input> equivalent(const Input& input);

}  // namespace oauthentic::fuzz

#pragma once
// What one worker does with each input: sends it, looks at what comes back, and makes findings of what must not
// be.
#include <chrono>
#include <unordered_set>

#include "fuzz/network/investigation.hpp"
#include "fuzz/network/label_watch.hpp"
#include "fuzz/network/mutator.hpp"
#include "fuzz/network/shared_state.hpp"
#include "fuzz/network/worker.hpp"

namespace oauthentic::fuzz {

class Search {
 public:
  Search(session::World& world, const WorkerOptions& options, SharedState& shared);

  /// Learns what the target does with honest requests, and writes them as seeds. Why there is nothing to fuzz;
  /// empty if all is well.
  std::string prepare();

  struct Step {
    std::vector<Hash> features;
    std::vector<unsigned> statuses;  ///< of the answers; 0: there was none
    bool worth_keeping = false;      ///< as a place to go on from
  };
  /// Ends the process when the run is over.
  Step execute(const Input& input);

  const Honest& honest() const { return honest_; }

 private:
  using SteadyClock = std::chrono::steady_clock;

  ExecutorOptions executor_options();
  void note(const Input& input);
  void write_seeds() const;
  bool finished() const;
  [[noreturn]] void end(WorkerState state);
  void count(const Input& input, const Execution& execution);
  void check_target(std::string_view why);
  std::vector<Symptom> look(const Input& input, const Execution& execution);
  void learn_from(const Input& input, const Execution& execution);
  void take(const Input& input, const Symptom& symptom);
  void watch_memory(const Input& input, const std::vector<std::string>& labels);
  void tell_figures();

  session::World& world_;
  const WorkerOptions& options_;
  SharedState& shared_;
  WorkerFigures& figures_;
  Honest honest_;
  Executor executor_;
  Investigator investigator_;
  Dice dice_;
  std::unordered_set<Hash> shapes_;
  std::unordered_set<Hash> failed_;  ///< symptoms that never showed again
  std::optional<Input> suspect_;     ///< the last that the target took
  bool probing_ = false;
  unsigned unanswered_ = 0;
  LabelWatch hangs_, growth_;
  std::size_t resident_ = 0;
  const SteadyClock::time_point begun_ = SteadyClock::now();
  SteadyClock::duration slow_time_{0};
};

}  // namespace oauthentic::fuzz

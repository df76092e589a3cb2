#pragma once
// Progress of a run on standard error: one line that is redrawn on a terminal, a plain line now and then
// elsewhere.
#include <chrono>
#include <mutex>
#include <string>

#include "run/runner.hpp"

namespace oauthentic::cli {

class ProgressLine {
 public:
  ProgressLine(const run::Progress& progress, bool quiet);
  ~ProgressLine();
  /// After each job; draws at most ten times a second on a terminal, once in two seconds elsewhere.
  void tick(const std::string& running);
  void finish();

 private:
  void draw(const std::string& running);
  const run::Progress& progress_;
  bool quiet_;
  bool terminal_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point last_{};
  bool drawn_ = false;
};

}  // namespace oauthentic::cli

#pragma once
// oauthentic fuzz, and oauthentic replay of what it found.
#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace oauthentic::cli {

struct FuzzOptions {
  std::string target;
  std::string out = "oauthentic-out/fuzz";
  long max_time = 60;              ///< seconds
  unsigned long max_requests = 0;  ///< 0: no limit
  double rate = 0;                 ///< requests a second, over all jobs; 0: what the target file says
  std::size_t jobs = 1;
  unsigned seed = 1;
  std::vector<std::string> surfaces;
  long timeout = 3000;  ///< milliseconds
  std::string corpus;
  std::vector<std::string> merge;  ///< folders of other runs: instead of fuzzing, theirs become one
  std::string restart;
  int pid = 0;  ///< of the target
  bool authorized_target = false;
  std::string guidance = "full";
  bool plain_octets = false;
  bool json = false;
  bool quiet = false;
  std::string color = "auto";
  std::string profiles_dir;
  std::string command_line;
};

struct ReplayOptions {
  std::vector<std::string> findings;  ///< files or folders
  std::string target;
  unsigned times = 3;
  long timeout = 3000;  ///< milliseconds
  bool authorized_target = false;
};

CLI::App* add_fuzz(CLI::App& app, FuzzOptions& options);
CLI::App* add_replay(CLI::App& app, ReplayOptions& options);

/// Exit status: 0 nothing found, 1 findings, 2 the command line or target is wrong, 3 the target did not
/// answer, could not be signed in to, or answers everything alike; 5 a fault of ours; 130 interrupted.
int fuzz(const FuzzOptions& options);
/// Exit status: 0 every finding is fixed, 1 one is still there, 2 wrong input, 3 one could not be told.
int replay(const ReplayOptions& options);

}  // namespace oauthentic::cli

#pragma once
// For tests only: the program as its user has it, a process of its own in a folder of its own.
#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic::program {

/// A folder that is gone when the test is.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Folders on the way are made.
  void write(const std::string& name, std::string_view text) const;
  std::string read(const std::string& name) const;
  bool has(const std::string& name) const;
  /// The names of all files below `name`, sorted, as paths from it.
  std::vector<std::string> files(const std::string& name) const;

 private:
  std::filesystem::path path_;
};

struct Ended {
  int status = 0;     ///< exit status
  int signal = 0;     ///< which signal ended it; 0: none
  std::string out;    ///< standard output
  std::string err;    ///< standard error
  long peak_kib = 0;  ///< most memory that it held
  std::chrono::milliseconds duration{0};
};

/// Variables of the environment that the program gets beside those of the test.
using Environment = std::map<std::string, std::string>;

/// A program that runs. Whatever has not ended when this does is killed.
class Running {
 public:
  /// `arguments` without the program's name. `program`: another one than oauthentic.
  Running(const Folder& folder, const std::vector<std::string>& arguments, const Environment& environment = {},
          const std::string& program = OAUTHENTIC_PROGRAM);
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  int pid() const { return pid_; }
  void send(int signal) const;
  /// Reads until standard error holds `text`; false if the program ended, or half a minute went by, without it.
  bool says(std::string_view text);
  /// Kills it after a minute: a test that hangs fails.
  Ended wait();

 private:
  using Instant = std::chrono::steady_clock::time_point;
  /// Reads what there is; false when both streams are closed or the time is over.
  bool read(Instant until);

  const Instant started_ = std::chrono::steady_clock::now();
  int pid_ = -1;
  int streams_[2] = {-1, -1};
  Ended ended_;
};

Ended run(const Folder& folder, const std::vector<std::string>& arguments, const Environment& environment = {});

}  // namespace oauthentic::program

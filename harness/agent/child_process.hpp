#pragma once
// A program of the user's, or a driver, as a process of its own: started, listened to, ended with its children.
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace oauthentic::agent {

class ChildProcess {
 public:
  /// `command`: program (looked for in PATH) and arguments; `environment` is added to this process's own.
  /// Standard input is empty. Throws std::runtime_error with the reason if it cannot be started.
  ChildProcess(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment);
  /// Kills it and the processes of its group, if it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  using Instant = std::chrono::steady_clock::time_point;
  enum class Event { output, ended, too_late, too_much };

  /// Waits for output on either stream, the end of the process, or `until`. Once it has ended all that it wrote
  /// is in out() and err().
  Event wait(Instant until);

  /// Sends the whole group SIGTERM and, after a moment, SIGKILL; returns when it is gone.
  void kill();

  const std::string& out() const { return streams_[0].text; }
  const std::string& err() const { return streams_[1].text; }  ///< its last kMostError octets
  /// "exit status 3" or "signal 9"; only after Event::ended.
  std::string how_it_ended() const;
  bool succeeded() const { return status_ == 0; }

  static constexpr std::size_t kMostOutput = 256 * 1024;  ///< more is Event::too_much
  static constexpr std::size_t kMostError = 16 * 1024;

 private:
  struct Stream {
    int descriptor = -1;
    std::string text;
  };
  bool read(Stream& stream);
  bool reap(bool block);
  void close_streams();

  int pid_ = -1;
  bool ended_ = false;
  int status_ = 0;  ///< as waitpid() tells it
  Stream streams_[2];
};

}  // namespace oauthentic::agent

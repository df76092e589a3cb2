#include "tests/program/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace oauthentic::program {

namespace {

/// The environment of the test with `changes`, and without what would colour the output or point elsewhere.
std::vector<std::string> environment_with(const Environment& changes) {
  std::vector<std::string> all;
  for (char** at = environ; *at; ++at) {
    const std::string entry(*at);
    const auto name = entry.substr(0, entry.find('='));
    if (!changes.contains(name) && name != "NO_COLOR") all.push_back(entry);
  }
  for (const auto& [name, value] : changes)
    all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& text : texts)
    all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

struct Actions {
  posix_spawn_file_actions_t actions;
  Actions() { posix_spawn_file_actions_init(&actions); }
  ~Actions() { posix_spawn_file_actions_destroy(&actions); }
};

}  // namespace

Folder::Folder() {
  static std::atomic<int> count = 0;
  path_ = std::filesystem::temp_directory_path() /
          ("oauthentic_program_test_" + std::to_string(::getpid()) + "_" + std::to_string(++count));
  std::filesystem::create_directories(path_);
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void Folder::write(const std::string& name, std::string_view text) const {
  std::filesystem::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name, std::ios::binary) << text;
}

std::string Folder::read(const std::string& name) const {
  std::ostringstream text;
  text << std::ifstream(path_ / name, std::ios::binary).rdbuf();
  return text.str();
}

bool Folder::has(const std::string& name) const {
  return std::filesystem::exists(path_ / name);
}

std::vector<std::string> Folder::files(const std::string& name) const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path_ / name)) {
    names.push_back(entry.path().lexically_relative(path_ / name).generic_string());
  }
  std::ranges::sort(names);
  return names;
}

Running::Running(const Folder& folder, const std::vector<std::string>& arguments,
                 const Environment& environment, const std::string& program) {
  int out[2], err[2];
  if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0)
    throw std::runtime_error("cannot make a pipe");
  Actions files;
  posix_spawn_file_actions_addchdir_np(&files.actions, folder.path().c_str());
  posix_spawn_file_actions_addopen(&files.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files.actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files.actions, err[1], STDERR_FILENO);
  std::vector<std::string> words = {program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  auto variables = environment_with(environment);
  const int failure = posix_spawn(&pid_, program.c_str(), &files.actions, nullptr, pointers(words).data(),
                                  pointers(variables).data());
  ::close(out[1]);
  ::close(err[1]);
  streams_[0] = out[0];
  streams_[1] = err[0];
  if (failure != 0) throw std::runtime_error("cannot start " + program + ": " + std::strerror(failure));
}

Running::~Running() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  for (const int stream : streams_) {
    if (stream >= 0) ::close(stream);
  }
}

void Running::send(int signal) const {
  ::kill(pid_, signal);
}

bool Running::read(Instant until) {
  if (streams_[0] < 0 && streams_[1] < 0) return false;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  pollfd polls[2] = {{streams_[0], POLLIN, 0}, {streams_[1], POLLIN, 0}};  // a negative one is left out
  if (left.count() <= 0 || ::poll(polls, 2, static_cast<int>(left.count())) <= 0) return false;
  for (int i = 0; i < 2; ++i) {
    if (polls[i].revents == 0) continue;
    char buffer[64 * 1024];
    const auto got = ::read(streams_[i], buffer, sizeof buffer);
    if (got > 0) {
      (i == 0 ? ended_.out : ended_.err).append(buffer, static_cast<std::size_t>(got));
    } else {
      ::close(streams_[i]);
      streams_[i] = -1;
    }
  }
  return true;
}

bool Running::says(std::string_view text) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!ended_.err.contains(text)) {
    if (!read(until)) return false;
  }
  return true;
}

Ended Running::wait() {
  const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (read(until)) {
  }
  if (streams_[0] >= 0 || streams_[1] >= 0) send(SIGKILL);
  int status = 0;
  rusage usage{};
  ::wait4(pid_, &status, 0, &usage);
  pid_ = -1;
  ended_.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  ended_.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  ended_.peak_kib = usage.ru_maxrss;
  ended_.duration =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started_);
  return std::move(ended_);
}

Ended run(const Folder& folder, const std::vector<std::string>& arguments, const Environment& environment) {
  return Running(folder, arguments, environment).wait();
}

}  // namespace oauthentic::program

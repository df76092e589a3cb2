#include "agent/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace oauthentic::agent {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (auto& text : texts)
    out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& more) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!more.contains(text.substr(0, text.find('=')))) out.push_back(text);
  }
  for (const auto& [name, value] : more)
    out.push_back(name + '=' + value);
  return out;
}

/// What posix_spawn wants to be told, with its ends closed again.
class SpawnPlan {
 public:
  SpawnPlan(int out, int err) {
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawn_file_actions_adddup2(&actions, err, 2);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    sigset_t usual;
    sigemptyset(&usual);
    for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGHUP})
      sigaddset(&usual, signal);
    posix_spawnattr_setsigdefault(&attributes, &usual);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

std::runtime_error cannot(const std::string& what, int error) {
  return std::runtime_error(fmt::format("{}: {}", what, std::strerror(error)));
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command,
                           const std::map<std::string, std::string>& environment) {
  if (command.empty()) throw std::runtime_error("no program is named");
  int out[2] = {-1, -1};
  int err[2] = {-1, -1};
  if (::pipe2(out, O_CLOEXEC) != 0) throw cannot("cannot make a pipe", errno);
  if (::pipe2(err, O_CLOEXEC) != 0) {
    const int error = errno;
    ::close(out[0]);
    ::close(out[1]);
    throw cannot("cannot make a pipe", error);
  }
  auto arguments = command;
  auto variables = environment_with(environment);
  const auto argv = pointers_to(arguments);
  const auto envp = pointers_to(variables);
  const SpawnPlan plan(out[1], err[1]);
  const int error =
      ::posix_spawnp(&pid_, argv.front(), &plan.actions, &plan.attributes, argv.data(), envp.data());
  ::close(out[1]);
  ::close(err[1]);
  streams_[0].descriptor = out[0];
  streams_[1].descriptor = err[0];
  if (error != 0) {
    pid_ = -1;
    close_streams();
    throw cannot(fmt::format("cannot start {}", command.front()), error);
  }
  for (const auto& stream : streams_)
    ::fcntl(stream.descriptor, F_SETFL, O_NONBLOCK);
}

ChildProcess::~ChildProcess() {
  kill();
  close_streams();
}

void ChildProcess::close_streams() {
  for (auto& stream : streams_) {
    if (stream.descriptor >= 0) ::close(stream.descriptor);
    stream.descriptor = -1;
  }
}

/// Whether there was something.
bool ChildProcess::read(Stream& stream) {
  if (stream.descriptor < 0) return false;
  char buffer[4096];
  const auto got = ::read(stream.descriptor, buffer, sizeof buffer);
  if (got > 0) {
    stream.text.append(buffer, static_cast<std::size_t>(got));
    if (&stream == &streams_[1] && stream.text.size() > kMostError)
      stream.text.erase(0, stream.text.size() - kMostError);
    return true;
  }
  const bool over = got == 0 || (errno != EAGAIN && errno != EINTR);
  if (over) {
    ::close(stream.descriptor);
    stream.descriptor = -1;
  }
  return false;
}

bool ChildProcess::reap(bool block) {
  if (ended_) return true;
  int status = 0;
  pid_t got = 0;
  do {
    got = ::waitpid(pid_, &status, block ? 0 : WNOHANG);
  } while (got < 0 && errno == EINTR);
  if (got == 0) return false;
  ended_ = true;
  status_ = got > 0 ? status : -1;
  return true;
}

ChildProcess::Event ChildProcess::wait(Instant until) {
  constexpr milliseconds kGlance{20};
  for (;;) {
    bool got = false;
    for (auto& stream : streams_)
      got |= read(stream);
    if (streams_[0].text.size() > kMostOutput) return Event::too_much;
    if (got) return Event::output;
    if (reap(false)) {
      while (streams_[0].text.size() <= kMostOutput && (read(streams_[0]) || read(streams_[1]))) {
      }
      return streams_[0].text.size() > kMostOutput ? Event::too_much : Event::ended;
    }
    if (steady_clock::now() >= until) return Event::too_late;
    // A process may close its streams and go on, or end and leave them to a child: both are looked at in turn.
    pollfd waiting[2];
    nfds_t count = 0;
    for (const auto& stream : streams_) {
      if (stream.descriptor >= 0) waiting[count++] = {stream.descriptor, POLLIN, 0};
    }
    ::poll(waiting, count, static_cast<int>(kGlance.count()));
  }
}

void ChildProcess::kill() {
  if (pid_ < 0) return;
  constexpr milliseconds kGrace{1000};
  ::kill(-pid_, SIGTERM);
  const auto until = steady_clock::now() + kGrace;
  while (!reap(false) && steady_clock::now() < until)
    std::this_thread::sleep_for(milliseconds(10));
  // Its children may have outlived it, in its group. NB: without any left the group's number is free, and a new
  // group of that number could only be one that was made within the last moments.
  ::kill(-pid_, SIGKILL);
  reap(true);
  pid_ = -1;
}

std::string ChildProcess::how_it_ended() const {
  if (WIFEXITED(status_)) return fmt::format("exit status {}", WEXITSTATUS(status_));
  if (WIFSIGNALED(status_)) return fmt::format("signal {}", WTERMSIG(status_));
  return "an unknown end";
}

}  // namespace oauthentic::agent

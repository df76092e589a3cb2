#include "cli/progress.hpp"
#include "cli/streams.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace oauthentic::cli {

ProgressLine::ProgressLine(const run::Progress& progress, bool quiet)
    : progress_(progress), quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
  finish();
}

void ProgressLine::tick(const std::string& running) {
  if (quiet_) return;
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  const auto pause = terminal_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(2000);
  if (now - last_ < pause) return;
  last_ = now;
  draw(running);
}

void ProgressLine::draw(const std::string& running) {
  const auto text = fmt::format("{}/{} checks, {} requests, {} violated, {} undecided", progress_.done.load(),
                                progress_.total.load(), progress_.requests.load(), progress_.violated.load(),
                                progress_.inconclusive.load());
  if (terminal_) {
    constexpr std::size_t kWidth = 79;
    auto line = fmt::format("{}  {}", text, running);
    line.resize(kWidth, ' ');
    say("\r{}", line);
  } else {
    say("{}  {}\n", text, running);
  }
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressLine::finish() {
  const std::lock_guard lock(mutex_);
  if (terminal_ && drawn_) say("\r{:79}\r", "");
  drawn_ = false;
}

}  // namespace oauthentic::cli

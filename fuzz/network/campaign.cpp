#include "fuzz/network/campaign.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <new>
#include <stdexcept>
#include <thread>

namespace oauthentic::fuzz {

namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr auto kDead = 2s;          // so long without an answer to honest requests
constexpr auto kRestartTime = 60s;  // for the target to come up again
constexpr auto kFarewell = 10s;     // for workers to end by themselves

/// Memory that parent and children share.
class Shared {
 public:
  Shared() {
    auto* at = mmap(nullptr, sizeof(SharedState), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) throw std::runtime_error("no memory to share between the workers");
    state_ = new (at) SharedState;
  }
  ~Shared() { munmap(state_, sizeof(SharedState)); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  SharedState& operator*() { return *state_; }
  SharedState* operator->() { return state_; }

 private:
  SharedState* state_;
};

class Campaign {
 public:
  Campaign(const CampaignOptions& options, const std::function<void(std::size_t, SharedState&)>& child)
      : options_(options), child_(child) {}

  CampaignResult run() {
    std::filesystem::create_directories(options_.out / "corpus");
    std::filesystem::create_directories(options_.out / "log");
    started_ = SteadyClock::now();
    for (std::size_t i = 0; i < options_.jobs; ++i)
      pids_.push_back(start(i));
    watch();
    stop();
    tally();
    std::vector<std::string> problems;
    result_.findings = read_findings(options_.out / "findings", problems);
    result_.failures.insert(result_.failures.end(), problems.begin(), problems.end());
    return std::move(result_);
  }

 private:
  pid_t start(std::size_t number) {
    const auto pid = fork();
    if (pid < 0) throw std::runtime_error("no further process can be started");
    if (pid > 0) return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGTERM, SIG_IGN);
    const auto log = options_.out / "log" / fmt::format("worker-{}.log", number + 1);
    if (const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644); file >= 0) {
      dup2(file, 1);
      dup2(file, 2);
    }
    child_(number, *shared_);
    std::_Exit(1);
  }

  bool over() const {
    return options_.interrupted() || SteadyClock::now() - started_ >= options_.max_time || alive_ == 0;
  }

  void watch() {
    alive_ = pids_.size();
    auto told = SteadyClock::now();
    while (!over()) {
      std::this_thread::sleep_for(50ms);
      reap(0);
      if (!look_after_target()) break;
      if (SteadyClock::now() - told < 1s) continue;
      told = SteadyClock::now();
      tally();
      if (options_.progress) options_.progress(line());
    }
    result_.interrupted = options_.interrupted();
  }

  /// Takes leave of workers that ended.
  void reap(int flags) {
    for (std::size_t i = 0; i < pids_.size(); ++i) {
      int status = 0;
      if (pids_[i] == 0 || waitpid(pids_[i], &status, flags | WNOHANG) != pids_[i]) continue;
      pids_[i] = 0;
      --alive_;
      const auto& figures = shared_->workers[i];
      const auto state = figures.state.load();
      if (state == WorkerState::failed) {
        result_.failures.emplace_back(figures.message);
      } else if (state != WorkerState::done && !shared_->stop) {
        result_.crashes.push_back(keep_in_flight(i, status));
      }
    }
  }

  std::string keep_in_flight(std::size_t worker, int status) {
    const auto& figures = shared_->workers[worker];
    const auto path = options_.out / "log" / fmt::format("in-flight-{}", worker + 1);
    std::ofstream(path, std::ios::binary).write(figures.in_flight, figures.in_flight_octets);
    return fmt::format("worker {} ended by {} {}; what it was sending is kept in {}", worker + 1,
                       WIFSIGNALED(status) ? "signal" : "status",
                       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), path.string());
  }

  /// False if the target died and nobody can start it again.
  bool look_after_target() {
    std::size_t down = 0, up = 0, worker = 0;
    for (std::size_t i = 0; i < pids_.size(); ++i) {
      const auto state = shared_->workers[i].state.load();
      if (state == WorkerState::target_down) worker = i;
      down += state == WorkerState::target_down;
      up += state == WorkerState::fuzzing;
    }
    if (down == 0 || up > 0) {
      down_since_.reset();
      death_told_ = false;
      return true;
    }
    const auto now = SteadyClock::now();
    if (!down_since_) down_since_ = now;
    if (!death_told_ && now - *down_since_ >= kDead) {
      death_told_ = true;
      tell_death(worker);
      if (options_.restart_command.empty()) return false;
      restart();
    }
    return now - *down_since_ < kRestartTime;
  }

  void tell_death(std::size_t worker) {
    ++result_.deaths;
    const auto& figures = shared_->workers[worker];
    const auto input = parse_input({figures.in_flight, figures.in_flight_octets});
    if (!input) return;
    Finding finding;
    finding.symptom = {Oracle::death, input->steps.size() - 1, "connection refused"};
    finding.surface = input->steps.back().surface;
    finding.input = *input;
    finding.observed = "no connection could be made after this input";
    finding.found_at = fmt::format("{:%FT%TZ}", fmt::gmtime(std::chrono::system_clock::now()));
    finding.after_requests = figures.requests;
    finding.id = identity(finding.symptom, finding.surface,
                          {fmt::format("{}", hash_of({figures.in_flight, figures.in_flight_octets}))});
    std::string error;
    if (!write_finding(options_.out / "findings", finding, error) && !error.empty())
      result_.failures.push_back(std::move(error));
  }

  void restart() const {
    const auto pid = fork();
    if (pid == 0) {
      execl("/bin/sh", "sh", "-c", options_.restart_command.c_str(), nullptr);
      std::_Exit(127);
    }
    // The command may stay in the foreground as the target itself: it is reaped when it ends, not waited for.
    if (pid > 0) waitpid(pid, nullptr, WNOHANG);
  }

  void stop() {
    shared_->stop = true;
    const auto deadline = SteadyClock::now() + kFarewell;
    while (alive_ > 0 && SteadyClock::now() < deadline) {
      reap(0);
      std::this_thread::sleep_for(20ms);
    }
    for (auto& pid : pids_) {
      if (pid == 0) continue;
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
      pid = 0;
    }
    if (options_.progress) options_.progress(line());
  }

  void tally() {
    result_.requests = result_.executions = result_.features = result_.put_off = result_.sign_ins = found_ = 0;
    for (std::size_t i = 0; i < pids_.size(); ++i) {
      const auto& figures = shared_->workers[i];
      result_.requests += figures.requests;
      result_.executions += figures.executions;
      result_.features = std::max<std::uint64_t>(result_.features, figures.features);
      result_.put_off += figures.put_off;
      result_.sign_ins += figures.sign_ins;
      found_ += figures.findings;
    }
    result_.duration = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - started_);
  }

  std::string line() const {
    const auto seconds = std::max<double>(0.001, static_cast<double>(result_.duration.count()) / 1000);
    const bool starting = std::ranges::all_of(
        std::span(shared_->workers, pids_.size()),
        [](const WorkerFigures& figures) { return figures.state == WorkerState::starting; });
    return fmt::format("{:.0f} s: {} requests, {:.0f}/s, {} shapes of answers, {} findings, target {}", seconds,
                       result_.requests, static_cast<double>(result_.requests) / seconds, result_.features,
                       found_,
                       down_since_ ? "down"
                       : starting  ? "being learnt"
                                   : "up");
  }

  const CampaignOptions& options_;
  const std::function<void(std::size_t, SharedState&)>& child_;
  mutable Shared shared_;
  std::vector<pid_t> pids_;
  std::size_t alive_ = 0;
  std::uint64_t found_ = 0;
  SteadyClock::time_point started_;
  std::optional<SteadyClock::time_point> down_since_;
  bool death_told_ = false;
  CampaignResult result_;
};

}  // namespace

CampaignResult run_campaign(const CampaignOptions& options,
                            const std::function<void(std::size_t, SharedState&)>& child) {
  return Campaign(options, child).run();
}

std::vector<Finding> read_findings(const std::filesystem::path& folder, std::vector<std::string>& problems) {
  std::vector<Finding> out;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(folder, code)) {
    std::string error;
    if (auto finding = read_finding(entry.path(), error))
      out.push_back(std::move(*finding));
    else
      problems.push_back(std::move(error));
  }
  std::ranges::sort(out, [](const Finding& a, const Finding& b) {
    const auto grave = [](const Finding& one) { return severity_of(one.symptom); };
    return grave(a) != grave(b) ? grave(a) > grave(b) : a.id < b.id;
  });
  return out;
}

}  // namespace oauthentic::fuzz

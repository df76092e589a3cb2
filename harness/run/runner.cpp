#include "run/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "oauth/json_document.hpp"

namespace oauthentic::run {

namespace {

/// A counting semaphore whose places can be given back while a job waits.
class Places {
 public:
  explicit Places(std::size_t count) : free_(count) {}
  void take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return free_ > 0; });
    --free_;
  }
  void give() {
    {
      const std::lock_guard lock(mutex_);
      ++free_;
    }
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t free_;
};

struct Control {
  bool accepted = false;
  std::string why;
  std::optional<Finding> finding;
};

class Runner {
 public:
  Runner(session::World& world, const script::Library& library, const Plan& plan, const RunnerOptions& options,
         const Sink& sink, Progress& progress)
      : world_(world),
        library_(library),
        plan_(plan),
        options_(options),
        sink_(sink),
        progress_(progress),
        places_(std::max<std::size_t>(1, options.jobs)) {}

  RunResult run() {
    world_.interrupted = [this] { return stopping(); };
    world_.breaker.arm();
    world_.wait = [this](std::chrono::seconds duration) { wait(duration); };
    tell_left_out();
    run_controls();
    RunResult result;
    result.why = first_failure_;
    result.finding = first_finding_;
    result.reached = options_.without_sign_in || signed_in_ || !needs_sign_in_;
    if (result.reached) run_blocks();
    result.interrupted = options_.interrupted();
    result.death = world_.breaker.death();
    world_.wait = nullptr;
    world_.interrupted = options_.interrupted;
    return result;
  }

 private:
  using ControlKey = std::tuple<std::string, std::string, std::string>;  // flow, client, user

  ControlKey key_of(const Job& job) const {
    const auto& scenario = *job.scenario;
    return {scenario.flow, scenario.control_client.empty() ? job.client->name : scenario.control_client,
            scenario.user};
  }

  bool stopping() const { return options_.interrupted() || world_.breaker.is_open(); }

  void wait(std::chrono::seconds duration) {
    const auto until = std::chrono::steady_clock::now() + duration;
    places_.give();
    while (std::chrono::steady_clock::now() < until && !stopping()) {
      std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(
          std::chrono::milliseconds(100), until - std::chrono::steady_clock::now()));
    }
    places_.take();
  }

  void tell_left_out() {
    for (const auto& block : plan_.blocks) {
      for (const auto& job : block.jobs) {
        for (const auto& id : job.scenario->requirements())
          decided_.insert(library_.representative(id));
      }
    }
    for (const auto& left : plan_.left_out) {
      ScenarioRun run;
      run.id = left.scenario->id;
      run.title = left.scenario->title;
      run.place = left.scenario->place.file_and_line();
      run.note = "left out: " + left.reason;
      if (left.reason != "not selected") sink_.scenario(run);
      if (!left.result) continue;
      for (const auto& id : left.scenario->requirements()) {
        // What others decide is not undecided for a row that may not be run, such as one that waits too long.
        if (*left.result == Result::inconclusive && decided_.contains(library_.representative(id))) continue;
        Outcome outcome;
        outcome.requirement = id;
        outcome.scenario = left.scenario->id;
        outcome.result = *left.result;
        outcome.observed = left.reason;
        outcome.place = run.place;
        tell(outcome);
      }
    }
  }

  /// Every honest flow that the plan hangs on; the first one alone, so that its sign-in is there for the
  /// others.
  void run_controls() {
    std::deque<ControlKey> keys;
    for (const auto& block : plan_.blocks) {
      for (const auto& job : block.jobs) {
        const auto key = key_of(job);
        if (controls_.try_emplace(key).second) keys.push_back(key);
      }
    }
    progress_.total = keys.size() + plan_.jobs();
    if (keys.empty()) return;
    run_control(keys.front());
    keys.pop_front();
    // One after the other for each client and user: the first of them is the one that asks for consent.
    std::map<std::pair<std::string, std::string>, std::vector<ControlKey>> by_client;
    for (const auto& key : keys)
      by_client[{std::get<1>(key), std::get<2>(key)}].push_back(key);
    std::deque<std::vector<ControlKey>> groups;
    for (auto& [unused, group] : by_client)
      groups.push_back(std::move(group));
    in_parallel(groups, [this](const std::vector<ControlKey>& group) {
      for (const auto& key : group) {
        if (!stopping()) run_control(key);
      }
    });
  }

  void run_control(const ControlKey& key) {
    const auto& [flow, client_name, user] = key;
    Control control;
    const auto* client = world_.client(client_name);
    if (!client) {
      control.why = fmt::format("the target file names no client \"{}\"", client_name);
    } else {
      const auto result = run_flow(world_, library_.flows.at(flow), *client, user, "flow/" + flow);
      control = {result.accepted, result.why, result.finding};
      sink_.scenario(result.run);
      progress_.requests += result.requests;
    }
    const std::lock_guard lock(mutex_);
    const auto& steps = library_.flows.at(flow).steps;
    const bool signs_in = std::ranges::any_of(steps, [](const auto& step) { return step.verb == "authorize"; });
    needs_sign_in_ = needs_sign_in_ || signs_in;
    signed_in_ = signed_in_ || (signs_in && control.accepted);
    if (signs_in && !control.accepted && first_failure_.empty()) {
      first_failure_ = fmt::format("flow {} with client {}: {}", flow, client_name, control.why);
      first_finding_ = control.finding;
    }
    controls_[key] = std::move(control);
    finished_one("flow/" + flow);
  }

  template <typename Work, typename Function>
  void in_parallel(std::deque<Work>& work, Function function) {
    if (options_.in_this_thread) {
      for (const auto& item : work) {
        if (!stopping()) function(item);
      }
      return;
    }
    std::vector<std::jthread> threads;
    while (!work.empty() && !stopping()) {
      places_.take();
      if (work.empty()) {
        places_.give();
        break;
      }
      auto item = std::move(work.front());
      work.pop_front();
      threads.emplace_back([this, function, item = std::move(item)] {
        function(item);
        places_.give();
      });
      reap(threads);
    }
  }

  /// Threads that have ended would pile up in a long run: joining the oldest ones in turn keeps their number
  /// bounded.
  static void reap(std::vector<std::jthread>& threads) {
    constexpr std::size_t kMost = 256;
    if (threads.size() < kMost) return;
    threads.erase(threads.begin(), threads.begin() + kMost / 2);
  }

  void run_blocks() {
    std::deque<const Block*> together, alone;
    for (const auto& block : plan_.blocks)
      (block.alone ? alone : together).push_back(&block);
    in_parallel(together, [this](const Block* block) { run_block(*block); });
    for (const auto* block : alone) {
      if (stopping()) return;
      places_.take();
      run_block(*block);
      places_.give();
    }
  }

  void run_block(const Block& block) {
    const auto& control = controls_.at(key_of(block.jobs.front()));
    std::string broken = control.accepted || block.jobs.front().scenario->is_own_control
                             ? ""
                             : fmt::format("the honest flow failed with client {}: {}",
                                           std::get<1>(key_of(block.jobs.front())), control.why);
    std::vector<const Job*> since_control;
    for (const auto& job : block.jobs) {
      if (stopping()) break;
      if (!broken.empty()) {
        if (!job.control) give_up(job, broken);
        finished_one(job.id());
        continue;
      }
      auto result = run_job(world_, library_, job);
      progress_.requests += result.requests;
      if (stopping()) break;  // what was cut short decides nothing
      sink_.scenario(result.run);
      if (job.control) {
        if (!result.accepted) broken = fmt::format("the control row failed: {}", result.why);
      } else {
        for (const auto& outcome : result.outcomes)
          tell(outcome);
        since_control.push_back(&job);
      }
      finished_one(job.id());
    }
    const bool controlled = block.table && control.accepted;
    if (!controlled || since_control.empty()) return;
    if (stopping()) return downgrade(since_control, "interrupted before the honest flow was tried again");
    repeat_control(block, since_control);
  }

  /// After a table the honest flow has to work still; if it does not, what was seen since says nothing.
  void repeat_control(const Block& block, const std::vector<const Job*>& jobs) {
    const auto [flow, client, user] = key_of(block.jobs.front());
    const auto result = run_flow(world_, library_.flows.at(flow), *world_.client(client), user,
                                 fmt::format("flow/{}/after/{}", flow, jobs.back()->id()));
    progress_.requests += result.requests;
    if (result.accepted) return;
    if (stopping()) return downgrade(jobs, "interrupted before the honest flow was tried again");
    sink_.scenario(result.run);
    downgrade(jobs, fmt::format("the honest flow failed after this table: {}", result.why));
  }

  void downgrade(const std::vector<const Job*>& jobs, const std::string& reason) {
    for (const auto* job : jobs)
      sink_.downgrade(*job, reason);
  }

  void give_up(const Job& job, const std::string& reason) {
    for (const auto& question : job.questions())
      tell(outcome_of(job, question, {Result::inconclusive, "", reason, ""}));
  }

  void tell(const Outcome& outcome) {
    if (outcome.result == Result::violated) ++progress_.violated;
    if (outcome.result == Result::inconclusive) ++progress_.inconclusive;
    sink_.outcome(outcome);
  }

  void finished_one(const std::string& id) {
    ++progress_.done;
    if (options_.tick) options_.tick(id);
  }

  session::World& world_;
  const script::Library& library_;
  const Plan& plan_;
  const RunnerOptions& options_;
  const Sink& sink_;
  Progress& progress_;
  Places places_;
  std::mutex mutex_;
  std::map<ControlKey, Control> controls_;
  std::set<std::string> decided_;  ///< by what is planned: a representative of each class
  bool needs_sign_in_ = false;
  bool signed_in_ = false;
  std::string first_failure_;
  std::optional<Finding> first_finding_;
};

}  // namespace

RunResult run_plan(session::World& world, const script::Library& library, const Plan& plan,
                   const RunnerOptions& options, const Sink& sink, Progress& progress) {
  return Runner(world, library, plan, options, sink, progress).run();
}

}  // namespace oauthentic::run

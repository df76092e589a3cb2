#include "fuzz/network/search.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <thread>

namespace oauthentic::fuzz {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostShapes = 1 << 20;
constexpr unsigned kCompareOneIn = 64;
constexpr unsigned kHangsThatTell = 2;
constexpr unsigned kGrowthsThatTell = 4;
constexpr int kSlowShare = 8;  // of the time goes to findings that take seconds

bool has(const Execution& execution, std::initializer_list<Oracle> oracles) {
  return std::ranges::any_of(execution.symptoms, [&](const Symptom& symptom) {
    return std::ranges::find(oracles, symptom.oracle) != oracles.end();
  });
}

bool takes_time(const Execution& execution) {
  return has(execution, {Oracle::hang, Oracle::no_answer, Oracle::death});
}

}  // namespace

Search::Search(session::World& world, const WorkerOptions& options, SharedState& shared)
    : world_(world),
      options_(options),
      shared_(shared),
      figures_(shared.workers[options.number]),
      honest_(*world.target, world.discovery, options.surfaces),
      executor_(world, honest_, executor_options()),
      investigator_(world, executor_, honest_, options.pid),
      dice_(options.seed) {}

std::string Search::prepare() {
  if (auto why = executor_.learn(); !why.empty()) return why;
  write_seeds();
  resident_ = resident_octets(options_.pid);
  if (options_.pid > 0 && resident_ == 0) return fmt::format("there is no process {} to watch", options_.pid);
  figures_.state = WorkerState::fuzzing;
  return {};
}

Search::Step Search::execute(const Input& input) {
  if (finished()) end(WorkerState::done);
  const bool labelled = !hangs_.empty() || options_.pid > 0;
  const auto labels = labelled ? deviations(input, honest_) : std::vector<std::string>();
  // It would take everybody's time, and show what is known.
  if (hangs_.suspects(labels, kHangsThatTell) && !dice_.one_in(100)) return {};
  auto execution = executor_.run(input);
  const bool hung = has(execution, {Oracle::hang});
  hangs_.note(hung && !labelled ? deviations(input, honest_) : labels, hung);
  if (!execution.possible && !executor_.pool().trouble().empty()) check_target("no sign-in succeeds any more");
  count(input, execution);
  if (options_.pid > 0) watch_memory(input, labels);
  for (const auto& symptom : look(input, execution))
    take(input, symptom);
  tell_figures();
  Step out{execution.features, {}, !takes_time(execution)};
  for (const auto& sent : execution.sent) {
    const auto* response = std::get_if<Response>(&sent.answer);
    out.statuses.push_back(response ? static_cast<unsigned>(response->status) : 0);
  }
  return out;
}

void Search::tell_figures() {
  figures_.features = shapes_.size();
  figures_.requests = executor_.requests();
  figures_.put_off = executor_.put_off();
  figures_.sign_ins = executor_.pool().made();
  ++figures_.executions;
}

ExecutorOptions Search::executor_options() {
  ExecutorOptions out;
  out.timeout = options_.timeout;
  out.seed = fmt::format("{}-{}", world_.seed, options_.number);
  out.about_to_run = [this](const Input& input) { note(input); };
  return out;
}

/// What is under way stays readable when this process or the target dies. It holds no secret.
void Search::note(const Input& input) {
  if (probing_) return;
  const auto octets = serialise(input);
  figures_.in_flight_octets =
      static_cast<std::uint32_t>(octets.copy(figures_.in_flight, sizeof figures_.in_flight));
}

void Search::write_seeds() const {
  if (options_.number != 0) return;
  const auto folder = options_.out / "corpus";
  std::size_t number = 0;
  for (const auto& input : honest_.inputs())
    std::ofstream(folder / fmt::format("honest-{:03}", ++number), std::ios::binary) << serialise(input);
}

bool Search::finished() const {
  return shared_.stop || (options_.max_requests > 0 && executor_.requests() >= options_.max_requests);
}

void Search::end(WorkerState state) {
  figures_.state = state;
  std::_Exit(state == WorkerState::done ? 0 : 1);
}

void Search::count(const Input& input, const Execution& execution) {
  if (execution.answered) {
    unanswered_ = 0;
    suspect_ = input;
  } else if (const auto* error =
                 execution.sent.empty() ? nullptr : std::get_if<TransportError>(&execution.sent.back().answer);
             error && error->kind != TransportError::Kind::connect) {
    suspect_ = input;
    ++unanswered_;
  } else {
    ++unanswered_;
  }
  if (unanswered_ >= 5) {
    check_target("five inputs in a row had no answer");
  }
}

/// Is the target alive? If it is not, waits until it is or the run ends.
void Search::check_target(std::string_view why) {
  unanswered_ = 0;
  figures_.say(why);
  if (suspect_) note(*suspect_);
  probing_ = true;
  for (bool first = true; !shared_.stop; first = false) {
    const auto probe = executor_.run(honest_.inputs().front());
    if (probe.answered) {
      if (!first) executor_.pool().forget();
      break;
    }
    figures_.state = WorkerState::target_down;
    std::this_thread::sleep_for(500ms);
  }
  probing_ = false;
  suspect_.reset();
  if (!shared_.stop) figures_.state = WorkerState::fuzzing;
}

/// What is new is looked at twice: does it vary by itself, does it disclose anything?
std::vector<Symptom> Search::look(const Input& input, const Execution& execution) {
  auto seen = execution.symptoms;
  bool is_new = false;
  for (std::size_t i = 0; i < execution.sent.size(); ++i) {
    const auto& sent = execution.sent[i];
    const auto shape = mix(static_cast<Hash>(sent.surface), sent.print.body());
    if (shapes_.size() >= kMostShapes || !shapes_.insert(shape).second) continue;
    is_new = true;
    const auto more = disclosures_of(sent, i);
    seen.insert(seen.end(), more.begin(), more.end());
  }
  if (is_new && !takes_time(execution)) learn_from(input, execution);
  if (execution.symptoms.empty() && dice_.one_in(is_new ? 4 : kCompareOneIn) && input.steps.size() == 1) {
    const auto different = investigator_.compare_encodings(input, Executor::State::shared);
    seen.insert(seen.end(), different.begin(), different.end());
  }
  return seen;
}

void Search::learn_from(const Input& input, const Execution& execution) {
  const auto again = executor_.run(input);
  for (std::size_t i = 0; i < execution.sent.size() && i < again.sent.size(); ++i) {
    if (execution.sent[i].print.outcome == again.sent[i].print.outcome)
      executor_.prints().learn(execution.sent[i].print, again.sent[i].print);
  }
}

void Search::take(const Input& input, const Symptom& symptom) {
  if (symptom.oracle == Oracle::death) return check_target("the connection was refused");
  if (investigator_.is_explained(input, symptom)) return;
  const auto key = mix(hash_of(symptom.detail), static_cast<Hash>(symptom.oracle));
  if (failed_.contains(key) && !dice_.one_in(20)) return;
  // These cost seconds each: they get a share of the time, or nothing else would be found.
  const bool slow = symptom.oracle == Oracle::hang || symptom.oracle == Oracle::memory;
  const auto before = SteadyClock::now();
  if (slow && slow_time_ > (before - begun_) / kSlowShare) return;
  auto finding = investigator_.investigate(input, symptom);
  if (slow) slow_time_ += SteadyClock::now() - before;
  if (!finding) {
    failed_.insert(key);
    return;
  }
  investigator_.know(*finding);
  std::string error;
  if (write_finding(options_.out / "findings", *finding, error)) ++figures_.findings;
  if (!error.empty()) {
    figures_.say(error);
    end(WorkerState::failed);
  }
}

/// Did the target's memory grow with this input, as it did with others of its kind?
void Search::watch_memory(const Input& input, const std::vector<std::string>& labels) {
  const auto now = resident_octets(options_.pid);
  const bool grew = now > resident_ + kGrowthPerRequest;
  resident_ = now;
  growth_.note(labels, grew);
  if (grew && growth_.suspects(labels, kGrowthsThatTell))
    take(input, {Oracle::memory, input.steps.size() - 1, "grows with each request"});
}

}  // namespace oauthentic::fuzz

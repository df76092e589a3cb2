#include "fuzz/network/worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "fuzz/network/search.hpp"

// NOLINTBEGIN(readability-identifier-naming): names of libFuzzer
extern "C" {
#ifdef OAUTHENTIC_LIBFUZZER
int LLVMFuzzerRunDriver(int* argc, char*** argv, int (*run)(const std::uint8_t* octets, std::size_t size));
std::size_t LLVMFuzzerMutate(std::uint8_t* octets, std::size_t size, std::size_t most);
#endif
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* octets, std::size_t size, std::size_t most, unsigned seed);
std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* one, std::size_t one_size, const std::uint8_t* other,
                                      std::size_t other_size, std::uint8_t* out, std::size_t most,
                                      unsigned seed);
}
// NOLINTEND(readability-identifier-naming)

namespace oauthentic::fuzz {

namespace {

constexpr std::size_t kCounters = 1 << 15;

/// libFuzzer takes what is in this section for coverage.
__attribute__((section("__libfuzzer_extra_counters"), used)) std::uint8_t counters[kCounters];

/// The glue between libFuzzer and the search.
class Worker {
 public:
  Worker(session::World& world, const WorkerOptions& options, SharedState& shared)
      : options_(options), search_(world, options, shared), mutator_(search_.honest()), dice_(options.seed) {}

  std::string prepare() { return search_.prepare(); }

  /// -1: libFuzzer does not keep the input.
  int execute(std::string_view octets) {
    const auto input = parse_input(octets);
    if (!input) return -1;
    const auto step = search_.execute(*input);
    if (options_.guidance == Guidance::none) counters[0] = 1;
    if (options_.guidance == Guidance::status) {
      for (const auto status : step.statuses)
        counters[status % kCounters] = 1;
    }
    if (options_.guidance == Guidance::full) {
      for (const auto feature : step.features)
        counters[feature % kCounters] = 1;
    }
    return step.worth_keeping ? 0 : -1;
  }

  std::size_t mutate(std::uint8_t* octets, std::size_t size, std::size_t most, unsigned seed) {
    Dice dice(seed ^ (dice_.next() << 32));
    auto input = parse_input({reinterpret_cast<const char*>(octets), size});
    if (!input) input.emplace();
    if (options_.plain_octets) {
      mutate_octets(*input, dice);
    } else {
      mutator_.mutate(*input, dice);
    }
    return put(*input, octets, most);
  }

  std::size_t cross(std::string_view one, std::string_view other, std::uint8_t* out, std::size_t most,
                    unsigned seed) {
    Dice dice(seed);
    const auto a = parse_input(one), b = parse_input(other);
    if (!a || !b || options_.plain_octets) return 0;
    return put(mutator_.cross(*a, *b, dice), out, most);
  }

 private:
  static std::size_t put(const Input& input, std::uint8_t* octets, std::size_t most) {
    const auto out = serialise(input);
    if (out.size() > most) return 0;
    std::ranges::copy(out, octets);
    return out.size();
  }

  /// The encoded form of an honest request, changed by whoever knows nothing of it.
  void mutate_octets(Input& input, Dice& dice) const {
    if (input.steps.empty()) input = dice.pick(search_.honest().inputs());
    auto& step = input.steps.front();
    for (const auto& part : step.parts)
      step.tail += (step.tail.empty() ? "" : "&") + part.name + "=" + part.value;
    step.parts.clear();
    std::vector<std::uint8_t> text(step.tail.begin(), step.tail.end());
    const auto size = text.size();
    text.resize(size + 256);
#ifdef OAUTHENTIC_LIBFUZZER
    text.resize(LLVMFuzzerMutate(text.data(), size, text.size()));
#endif
    step.tail.assign(text.begin(), text.end());
  }

  const WorkerOptions& options_;
  Search search_;
  Mutator mutator_;
  Dice dice_;
};

Worker* the_worker = nullptr;

int run_one(const std::uint8_t* octets, std::size_t size) {
  return the_worker->execute({reinterpret_cast<const char*>(octets), size});
}

/// libFuzzer's own words go to the worker's log.
[[noreturn]] void drive(const WorkerOptions& options) {
#ifdef OAUTHENTIC_LIBFUZZER
  std::vector<std::string> words = {"oauthentic",
                                    (options.out / "corpus").string(),
                                    fmt::format("-seed={}", options.seed),
                                    fmt::format("-max_len={}", kMaxInput),
                                    fmt::format("-artifact_prefix={}/", (options.out / "log").string()),
                                    "-len_control=0",
                                    "-rss_limit_mb=0",
                                    "-malloc_limit_mb=0",
                                    "-timeout=0",
                                    "-detect_leaks=0",
                                    "-handle_int=0",
                                    "-handle_term=0",
                                    "-handle_usr1=0",
                                    "-handle_usr2=0",
                                    "-handle_xfsz=0",
                                    "-print_final_stats=0"};
  if (!options.extra_corpus.empty()) words.push_back(options.extra_corpus.string());
  std::vector<char*> arguments;
  for (auto& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  int count = static_cast<int>(words.size());
  char** list = arguments.data();
  LLVMFuzzerRunDriver(&count, &list, run_one);
#else
  static_cast<void>(options);
  static_cast<void>(run_one);
#endif
  std::_Exit(1);
}

}  // namespace

bool has_engine() {
#ifdef OAUTHENTIC_LIBFUZZER
  return true;
#else
  return false;
#endif
}

void run_worker(session::World& world, const WorkerOptions& options, SharedState& shared) {
  auto& figures = shared.workers[options.number];
  const auto fail = [&](std::string_view why) {
    figures.say(why);
    figures.state = WorkerState::failed;
    std::_Exit(1);
  };
  try {
    world.interrupted = [&shared] { return shared.stop.load(); };
    std::vector<session::DiscoveryProblem> problems;
    world.discovery = session::discover(world, problems);
    if (const auto host = foreign_host(world); !host.empty() && !options.authorized) {
      fail(fmt::format("{} is no address of this machine: only with --authorized-target, by somebody who may",
                       host));
    }
    Worker worker(world, options, shared);
    if (const auto why = worker.prepare(); !why.empty())
      fail(problems.empty() ? why : fmt::format("{} ({})", why, problems.front().what));
    the_worker = &worker;
    drive(options);
  } catch (const std::exception& error) {
    fail(error.what());
  }
  std::_Exit(1);
}

}  // namespace oauthentic::fuzz

// NOLINTBEGIN(readability-identifier-naming)
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* octets, std::size_t size, std::size_t most,
                                               unsigned seed) {
  return oauthentic::fuzz::the_worker->mutate(octets, size, most, seed);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* one, std::size_t one_size,
                                                 const std::uint8_t* other, std::size_t other_size,
                                                 std::uint8_t* out, std::size_t most, unsigned seed) {
  return oauthentic::fuzz::the_worker->cross({reinterpret_cast<const char*>(one), one_size},
                                             {reinterpret_cast<const char*>(other), other_size}, out, most,
                                             seed);
}
// NOLINTEND(readability-identifier-naming)

#pragma once
// What the processes of one fuzzing run share: each worker's figures and the request that it is about to send,
// so that nothing is lost when one dies.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace oauthentic::fuzz {

inline constexpr std::size_t kMostWorkers = 64;

enum class WorkerState : int { starting, fuzzing, target_down, done, failed };

struct WorkerFigures {
  std::atomic<WorkerState> state = WorkerState::starting;
  std::atomic<std::uint64_t> executions = 0, requests = 0, features = 0, findings = 0, put_off = 0,
                             sign_ins = 0;
  std::atomic<std::uint64_t> own_microseconds =
      0;  ///< spent in this process rather than waiting for the target
  std::atomic<std::uint32_t> in_flight_octets = 0;  ///< 0: nothing is under way
  char in_flight[256 * 1024];
  char message[1024];  ///< why it failed

  void say(std::string_view text) {
    const auto size = text.copy(message, sizeof message - 1);
    message[size] = 0;
  }
};

struct SharedState {
  std::atomic<bool> stop = false;
  WorkerFigures workers[kMostWorkers];
};

}  // namespace oauthentic::fuzz

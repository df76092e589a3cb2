#pragma once
// One process of a fuzzing run: libFuzzer drives it, the target's answers guide it.
#include <chrono>
#include <filesystem>
#include <string>

#include "fuzz/network/honest.hpp"
#include "fuzz/network/shared_state.hpp"

namespace oauthentic::fuzz {

/// How much of the answers guides the search; the lesser ones exist to measure what guidance is worth.
enum class Guidance { none, status, full };

struct WorkerOptions {
  std::filesystem::path out;
  std::filesystem::path extra_corpus;  ///< inputs of another run; may be empty
  std::set<Surface> surfaces;          ///< empty: all but registration, which fills the target with clients
  bool authorized = false;             ///< hosts other than this machine's may be spoken to
  std::chrono::milliseconds timeout{3000};
  std::uint64_t max_requests = 0;  ///< of this worker; 0: no limit
  std::uint32_t seed = 1;
  std::size_t number = 0;
  Guidance guidance = Guidance::full;
  int pid = 0;  ///< of the target, if it is a process of this machine whose memory is watched
  bool plain_octets =
      false;  ///< libFuzzer's own mutations of the encoded form, to measure what the grammar is worth
};

/// False if this program was built without libFuzzer.
bool has_engine();

/// Fuzzes until the shared state says stop, the limit is reached or the target is gone. Does not return: the
/// process ends, with its state in `shared`. `world` has a target and a transport, and was not discovered yet.
[[noreturn]] void run_worker(session::World& world, const WorkerOptions& options, SharedState& shared);

}  // namespace oauthentic::fuzz

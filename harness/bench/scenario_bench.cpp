// Scenarios without sockets: what the engine itself costs. The rate told is that of the requests.
#include <benchmark/benchmark.h>

#include "bench/mock_run.hpp"

namespace oauthentic::bench {
namespace {

/// The plan again and again, against one provider.
void repeat(benchmark::State& state, const std::string& stance, const std::string& only, bool recorded) {
  MockRun mock(stance);
  std::size_t octets = 0;
  if (recorded) mock.world().record = [&](const Exchange& exchange) { octets += exchange.request.body.size(); };
  const auto plan = mock.plan(only);
  if (plan.blocks.empty()) return state.SkipWithError("nothing was selected");
  std::size_t requests = 0;
  try {
    for (auto unused : state)
      requests += mock.run(plan);
  } catch (const std::exception& error) {
    return state.SkipWithError(error.what());
  }
  benchmark::DoNotOptimize(octets);
  state.SetItemsProcessed(static_cast<std::int64_t>(requests));
}

/// One scenario and, before it, its positive control.
void scenario(benchmark::State& state) {
  repeat(state, "bcp", "pkce/verifier-mismatch", false);
}
BENCHMARK(scenario)->Unit(benchmark::kMicrosecond)->UseRealTime();

void scenario_recorded(benchmark::State& state) {
  repeat(state, "bcp", "pkce/verifier-mismatch", true);
}
BENCHMARK(scenario_recorded)->Unit(benchmark::kMicrosecond)->UseRealTime();

/// What the kill matrix does once for each stance and each fault.
void clean_pass(benchmark::State& state, const std::string& stance) {
  repeat(state, stance, "", false);
}

/// Stances are data of the mock, so their benchmarks are found at start.
const bool kRegistered = [] {
  for (const auto& stance : mock::Provider::stances()) {
    benchmark::RegisterBenchmark(("clean_pass/" + stance).c_str(), clean_pass, stance)
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  }
  return true;
}();

}  // namespace
}  // namespace oauthentic::bench

#include "selftest/fault_pairs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <random>

namespace oauthentic::selftest {

namespace {

using Pair = std::pair<const mock::FaultInfo*, const mock::FaultInfo*>;

/// Different pairs of one stance; the generator is not std::shuffle's, so that a seed means the same
/// everywhere.
std::vector<Pair> choose(std::size_t count, unsigned seed) {
  std::vector<Pair> all;
  const auto faults = mock::faults();
  for (std::size_t i = 0; i < faults.size(); ++i) {
    for (std::size_t j = i + 1; j < faults.size(); ++j) {
      if (faults[i].stance == faults[j].stance) all.emplace_back(&faults[i], &faults[j]);
    }
  }
  std::mt19937 random(seed);
  count = std::min(count, all.size());
  for (std::size_t i = 0; i < count; ++i)
    std::swap(all[i], all[i + random() % (all.size() - i)]);
  all.resize(count);
  return all;
}

/// The fault is declared to hide it; or what it needs is not there any more, which the fault alone shows as
/// well.
bool masks(const script::Library& library, const mock::FaultInfo& fault, const std::string& requirement) {
  const auto all = representatives(library, fault.masks);
  if (all.contains("*") || all.contains(requirement)) return true;
  const auto alone = run_trial(library, {.stance = fault.stance,
                                         .faults = mock::FaultSet(fault.fault),
                                         .only = library.equivalents(requirement)});
  const auto at = alone.find(requirement);
  return at != alone.end() && at->second.result == Result::not_applicable;
}

}  // namespace

PairProof prove_pairs(const script::Library& library, const PairOptions& options) {
  const auto pairs = choose(options.count, options.seed);
  PairProof proof;
  proof.pairs = pairs.size();
  std::mutex mutex;
  in_parallel(pairs.size(), options.threads, [&](std::size_t i) {
    const auto& [one, other] = pairs[i];
    auto trips = representatives(library, one->trips);
    trips.merge(representatives(library, other->trips));
    mock::FaultSet both(one->fault);
    both.add(other->fault);
    const auto findings =
        run_trial(library, {.stance = one->stance, .faults = both, .only = {}, .whole_tables_of = &trips});
    const auto name = fmt::format("{} + {}", one->name, other->name);
    const std::lock_guard lock(mutex);
    if (options.tick) options.tick(name);
    for (const auto* fault : {one, other}) {
      const auto* second = fault == one ? other : one;
      for (const auto& id : representatives(library, fault->trips)) {
        const auto at = findings.find(id);
        if (at != findings.end() && at->second.result == Result::violated) {
          ++proof.found;
        } else if (masks(library, *second, id)) {
          ++proof.masked;
        } else {
          proof.missed.push_back(
              {name, id, at == findings.end() ? "no scenario decided it" : describe(at->second)});
        }
      }
    }
  });
  sort(proof.missed);
  return proof;
}

}  // namespace oauthentic::selftest

#pragma once
// What the servers of one provider share: its settings, accounts and clients, time, randomness and faults.
#include <mutex>

#include "mock_servers/faults.hpp"
#include "mock_servers/provider.hpp"
#include "mock_servers/registry.hpp"
#include "mock_servers/stance.hpp"

namespace oauthentic::mock {

/// Lets several threads share a generator that is made for one.
class SharedRandom : public Random {
 public:
  explicit SharedRandom(Random* source) : source_(source ? source : &system_) {}
  void fill(std::span<std::uint8_t> octets) override {
    const std::scoped_lock lock(mutex_);
    source_->fill(octets);
  }

 private:
  std::mutex mutex_;
  SystemRandom system_;
  Random* source_;
};

struct Deployment {
  explicit Deployment(ProviderOptions given);
  Deployment(const Deployment&) = delete;
  Deployment& operator=(const Deployment&) = delete;

  /// The guard of this fault is off.
  bool broken(Fault fault) const { return options.faults.has(fault); }
  /// The clock, and what kClockHeader adds. Offsets of more than ten years or that are no number count as none.
  Time now(const Request& request) const;

  const ProviderOptions options;
  const Stance& stance;
  mutable SharedRandom random;
  mutable Registry registry;

 private:
  SystemClock system_clock_;
};

}  // namespace oauthentic::mock

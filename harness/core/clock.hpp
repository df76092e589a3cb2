#pragma once
// Time and randomness, injected wherever logic needs them, so that a run can be repeated and a test can move
// time.
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace oauthentic {

using Time = std::chrono::sys_seconds;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

/// The machine's clock.
class SystemClock : public Clock {
 public:
  Time now() const override;
};

/// Stands still until it is moved.
class ManualClock : public Clock {
 public:
  explicit ManualClock(Time start) : now_(start) {}
  Time now() const override { return now_; }
  void advance(std::chrono::seconds by) { now_ += by; }

 private:
  Time now_;
};

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> octets) = 0;

  /// `octets` random octets in unpadded base64url (RFC 4648 §5); 32 octets make a 43-character PKCE verifier.
  std::string base64url(std::size_t octets);
  std::string hex(std::size_t octets);
  std::uint64_t below(std::uint64_t limit);
};

/// The operating system's generator. May be called from several threads.
class SystemRandom : public Random {
 public:
  void fill(std::span<std::uint8_t> octets) override;
};

/// The same octets for the same seed: for repeatable runs, never for a server's secrets. One thread at a time.
class SeededRandom : public Random {
 public:
  explicit SeededRandom(std::string_view seed);
  void fill(std::span<std::uint8_t> octets) override;

 private:
  std::uint64_t state_[4];
};

}  // namespace oauthentic

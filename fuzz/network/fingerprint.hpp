#pragma once
// What an answer looks like once everything is taken out of it that varies by itself: the feedback of the
// network fuzzer. Two answers of one shape come from the same place in the provider's code, as far as can be
// seen from here.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "fuzz/network/input.hpp"
#include "http/transport.hpp"

namespace oauthentic::fuzz {

using Hash = std::uint64_t;
Hash mix(Hash a, Hash b);
Hash hash_of(std::string_view text);

struct Fingerprint {
  Hash outcome = 0;         ///< status or transport error, and the error code
  Hash head = 0;            ///< names of the header fields, media type
  Hash location = 0;        ///< where a redirect leads, by its parts; 0: there is none
  std::vector<Hash> words;  ///< of the body, masked
  std::string error;        ///< the error code of RFC 6749 §5.2 or §4.1.2.1; may be empty
  Hash body() const;
};

class Fingerprints {
 public:
  /// `sent`: the values of the request; where the body repeats them it says nothing new.
  Fingerprint of(const http::Answer& answer, std::string_view sent) const;
  /// Two answers to the same request: words and fields that differ are masked from now on. Returns whether
  /// there was something to learn.
  bool learn(const Fingerprint& one, const Fingerprint& other);
  std::size_t masked() const { return volatile_.size(); }

 private:
  static constexpr std::size_t kMostVolatile = 4096;
  std::unordered_set<Hash> volatile_;
};

/// The features of an execution, to be set in libFuzzer's extra counters.
std::vector<Hash> features(Surface surface, const Fingerprint& print, Hash before, unsigned latency_class);

/// The value of the first member "error" of a JSON text; without parsing it.
std::string quick_error(std::string_view json);

}  // namespace oauthentic::fuzz

#pragma once
// For tests only: samples that are made from a seed.
#include <fmt/format.h>

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <string_view>

#include "analysis/analysis.hpp"

namespace oauthentic::analysis {

inline constexpr std::int64_t kStart = 1'780'000'000;
inline constexpr std::size_t kCount = 200;

/// Everything is made from a seed; value i is issued i * 37 ms after kStart.
struct Source {
  explicit Source(std::uint64_t seed) : random(seed), state(random()) {}
  std::mt19937_64 random;
  std::uint64_t state;  ///< of a generator that is none
  std::uint64_t milliseconds(std::size_t i) const { return 1000ULL * kStart + 37 * i; }
  std::string octets(std::size_t n) {
    std::string out;
    for (std::size_t i = 0; i < n; ++i)
      out += static_cast<char>(random() >> 56);
    return out;
  }
  std::string of(std::string_view alphabet, std::size_t n) {
    std::uniform_int_distribution<std::size_t> one(0, alphabet.size() - 1);
    std::string out;
    for (std::size_t i = 0; i < n; ++i)
      out += alphabet[one(random)];
    return out;
  }
  std::string hex(std::size_t digits) { return of("0123456789abcdef", digits); }
  std::string uuid(char version, std::string digits) {
    digits[12] = version;
    digits[16] = "89ab"[random() >> 62];
    return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" +
           digits.substr(16, 4) + "-" + digits.substr(20);
  }
};

using Maker = std::function<std::string(Source&, std::size_t)>;

inline Values make(std::uint64_t seed, const Maker& one, std::size_t count = kCount) {
  Source source(seed);
  Values out;
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(one(source, i));
  return out;
}

inline std::string told(const Report& r) {
  std::string out = fmt::format("{} by_shape {:.1f} upper {:.1f} lower {:.1f} deflate {:.1f} predicted {:.1f}",
                                to_string(r.verdict), r.by_shape, r.upper, r.lower, r.compressed, r.predicted);
  for (const auto& p : r.proofs)
    out += "\n  proof: " + p;
  for (const auto& n : r.notes)
    out += "\n  note: " + n;
  return out;
}

}  // namespace oauthentic::analysis

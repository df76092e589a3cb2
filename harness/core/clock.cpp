#include "core/clock.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace oauthentic {

namespace {

constexpr std::uint64_t kFnvOffset = 0xcbf29ce484222325;
constexpr std::uint64_t kFnvPrime = 0x100000001b3;

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = kFnvOffset;
  for (const char c : text)
    hash = (hash ^ static_cast<std::uint8_t>(c)) * kFnvPrime;
  return hash;
}

std::uint64_t splitmix64(std::uint64_t& state) {
  std::uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::uint64_t rotate_left(std::uint64_t x, int k) {
  return (x << k) | (x >> (64 - k));
}

/// xoshiro256** by Blackman and Vigna.
std::uint64_t next(std::uint64_t (&s)[4]) {
  const std::uint64_t result = rotate_left(s[1] * 5, 7) * 9;
  const std::uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate_left(s[3], 45);
  return result;
}

}  // namespace

Time SystemClock::now() const {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string Random::base64url(std::size_t octets) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::vector<std::uint8_t> raw(octets);
  fill(raw);
  std::string out;
  out.reserve((octets * 4 + 2) / 3);
  std::uint32_t bits = 0;
  int held = 0;
  for (const auto octet : raw) {
    bits = (bits << 8) | octet;
    for (held += 8; held >= 6; held -= 6)
      out += kAlphabet[(bits >> (held - 6)) & 63];
  }
  if (held > 0) out += kAlphabet[(bits << (6 - held)) & 63];
  return out;
}

std::string Random::hex(std::size_t octets) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::vector<std::uint8_t> raw(octets);
  fill(raw);
  std::string out;
  out.reserve(octets * 2);
  for (const auto octet : raw) {
    out += kDigits[octet >> 4];
    out += kDigits[octet & 15];
  }
  return out;
}

std::uint64_t Random::below(std::uint64_t limit) {
  if (limit == 0) throw std::invalid_argument("Random::below(0)");
  // The top of the range that is no whole multiple of `limit` would make small numbers likelier; it is drawn
  // again.
  constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t excess = (kMax % limit + 1) % limit;
  for (;;) {
    std::array<std::uint8_t, 8> raw;
    fill(raw);
    std::uint64_t number = 0;
    for (const auto octet : raw)
      number = (number << 8) | octet;
    if (number <= kMax - excess) return number % limit;
  }
}

void SystemRandom::fill(std::span<std::uint8_t> octets) {
  while (!octets.empty()) {
    const auto got = ::getrandom(octets.data(), octets.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw std::system_error(errno, std::generic_category(), "getrandom");
    octets = octets.subspan(static_cast<std::size_t>(got));
  }
}

SeededRandom::SeededRandom(std::string_view seed) {
  std::uint64_t mix = fnv1a(seed);
  for (auto& word : state_)
    word = splitmix64(mix);
}

void SeededRandom::fill(std::span<std::uint8_t> octets) {
  while (!octets.empty()) {
    // Octet by octet, lowest first, so that every machine draws the same.
    std::uint64_t word = next(state_);
    const auto take = std::min<std::size_t>(octets.size(), 8);
    for (auto& octet : octets.first(take)) {
      octet = static_cast<std::uint8_t>(word);
      word >>= 8;
    }
    octets = octets.subspan(take);
  }
}

}  // namespace oauthentic

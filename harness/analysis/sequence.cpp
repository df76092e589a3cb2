#include "analysis/sequence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <tuple>

namespace oauthentic::analysis {

namespace {

/// Products of two numbers of 64 bits; g++ and clang have it beside the standard.
__extension__ using Wide = unsigned __int128;

using Numbers = std::vector<std::uint64_t>;

bool is_octets(const Table& table) {
  return table.name == "decoded octets";
}

bool all_in(const Table& table, std::size_t first, std::size_t width, std::string_view symbols) {
  return std::ranges::all_of(table.rows, [&](const std::string& row) {
    const auto part = std::string_view(row).substr(first, width);
    // A number that is padded on the left has NUL before its digits.
    return part.find_first_not_of(symbols, std::min(part.find_first_not_of('\0'), part.size())) ==
           std::string_view::npos;
  });
}

unsigned digit(char c) {
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return c >= '0' && c <= '9' ? static_cast<unsigned>(c - '0') : 0;
}

struct Reading {
  Numbers numbers;
  unsigned word = 0;  ///< bits of the number, where it is binary; 0 otherwise
  std::string base;
};

/// Hexadecimal, decimal, or the characters' order; octets most significant first, or last.
std::optional<Reading> read(const Table& table, std::size_t first, std::size_t width, bool little_endian) {
  Reading reading;
  std::uint64_t base = 0;
  if (is_octets(table)) {
    if (width > 8) return std::nullopt;
    base = 256;
    reading.word = static_cast<unsigned>(8 * width);
    reading.base = little_endian ? "little-endian" : "big-endian";
  } else if (all_in(table, first, width, "0123456789")) {
    base = 10;
    reading.base = "decimal";
  } else if (width <= 16 && (all_in(table, first, width, "0123456789abcdef") ||
                             all_in(table, first, width, "0123456789ABCDEF"))) {
    base = 16;
    reading.word = static_cast<unsigned>(4 * width);
    reading.base = "hexadecimal";
  } else if (width <= 8) {
    base = 128;
    reading.base = "by the characters' order";
  } else {
    return std::nullopt;
  }
  for (const auto& row : table.rows) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < width; ++i) {
      const char c = row[little_endian ? first + width - 1 - i : first + i];
      const auto value = base <= 16 ? digit(c) : static_cast<unsigned char>(c);
      number = number * base + value % base;
    }
    reading.numbers.push_back(number);
  }
  return reading;
}

/// A time within what can be meant: the period, or 2001 to 2100 and all values within a month if it is unknown.
std::optional<std::string> time_unit(const Numbers& x, const std::optional<Period>& period) {
  static constexpr std::array<std::pair<const char*, double>, 4> kUnits = {
      {{"seconds", 1}, {"milliseconds", 1e3}, {"microseconds", 1e6}, {"nanoseconds", 1e9}}};
  const auto [low, high] = std::ranges::minmax(x);
  for (const auto& [name, scale] : kUnits) {
    const double from = static_cast<double>(low) / scale, until = static_cast<double>(high) / scale;
    if (from < 1e9 || until > 4.2e9) continue;
    if (period) {
      // An expiry lies in the future; a minute for clocks that differ, a day for expiries.
      const auto start = static_cast<double>(period->from) - 60, end = static_cast<double>(period->until) + 60;
      if (from >= start && until <= end) return fmt::format("the time of issue in {}", name);
      if (low != high && from >= start && until <= end + 86400)
        return fmt::format("a time soon after the issue in {}", name);
    }
    // A counter behind digits that happen to look like a time takes steps of nanoseconds.
    if (!period && until - from >= 1e-3 && until - from < 30 * 86400.0)
      return fmt::format("a time in {}", name);
  }
  return std::nullopt;
}

/// x' = a x + c (mod m) for one of the moduli in use, checked on every value.
bool is_linear_congruence(const Numbers& x, const std::uint64_t prime_or_power, unsigned power) {
  const auto reduce = [&](Wide n) {
    return power == 64 ? static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n % prime_or_power);
  };
  const auto minus = [&](std::uint64_t a, std::uint64_t b) {
    return power == 64 ? a - b : reduce(static_cast<Wide>(a) + prime_or_power - b);
  };
  if (x.size() < 8 || (power != 64 && *std::ranges::max_element(x) >= prime_or_power)) return false;
  Numbers d;
  for (std::size_t i = 1; i < x.size(); ++i)
    d.push_back(minus(x[i], x[i - 1]));
  for (std::size_t i = 0; i + 1 < std::min<std::size_t>(d.size(), 12); ++i) {
    if (d[i] == 0 || (power != 0 && d[i] % 2 == 0)) continue;
    // The inverse: Newton's steps modulo a power of two, Fermat's little theorem modulo a prime.
    std::uint64_t inverse = 1;
    if (power != 0) {
      for (int step = 0; step < 7; ++step)
        inverse = reduce(static_cast<Wide>(inverse) * (2 - d[i] * inverse));
    } else {
      std::uint64_t factor = d[i];
      for (auto e = prime_or_power - 2; e != 0; e >>= 1) {
        if (e & 1) inverse = reduce(static_cast<Wide>(inverse) * factor);
        factor = reduce(static_cast<Wide>(factor) * factor);
      }
    }
    const auto a = reduce(static_cast<Wide>(d[i + 1]) * inverse);
    std::size_t holds = 0;
    for (std::size_t k = 0; k + 1 < d.size(); ++k)
      holds += reduce(static_cast<Wide>(a) * d[k]) == d[k + 1];
    return holds + 1 >= d.size() && std::ranges::any_of(d, [&](auto one) { return one != d[0]; });
  }
  return false;
}

bool follows_congruence(const Numbers& x) {
  const auto most = *std::ranges::max_element(x);
  if (is_linear_congruence(x, 2147483647ULL, 0)) return true;
  for (const unsigned power : {31U, 32U, 48U, 63U, 64U}) {
    if (power < 64 && (most >> power) != 0) continue;
    if (power > 1 && power < 64 && (most >> (power - 6)) == 0) continue;  // far too small for that modulus
    if (is_linear_congruence(x, power == 64 ? 0 : 1ULL << power, power)) return true;
  }
  return false;
}

/// How the number goes on from the one before, and the bits that stay unknown of it.
struct Course {
  std::string what;
  double unknown = 0;
};

std::optional<Course> course(const Reading& reading) {
  const auto& x = reading.numbers;
  const auto n = static_cast<double>(x.size());
  const auto mask = reading.word == 0 || reading.word == 64 ? ~0ULL : (1ULL << reading.word) - 1;
  Numbers steps, ahead, behind;
  for (std::size_t i = 1; i < x.size(); ++i) {
    steps.push_back((x[i] - x[i - 1]) & mask);
    if (x[i] > x[i - 1]) ahead.push_back(x[i] - x[i - 1]);
    if (x[i] < x[i - 1]) behind.push_back(x[i - 1] - x[i]);
  }
  // A step that more than half of them have is the one in the middle.
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::ranges::nth_element(steps, middle);
  const auto common = *middle;
  if (common != 0 && 2 * static_cast<std::size_t>(std::ranges::count(steps, common)) > x.size()) {
    if (common == 1 || common == mask) return Course{"a counter", 0};
    return Course{"a number with a constant step", 0};
  }
  if (follows_congruence(x)) return Course{"a linear congruential generator", 0};
  // Of values in random order as many rise as fall; the number of rises has the variance (n + 1) / 12.
  auto& more = ahead.size() >= behind.size() ? ahead : behind;
  const double z = (static_cast<double>(more.size()) - (n - 1) / 2) / std::sqrt((n + 1) / 12);
  const double no_change = n - 1 - static_cast<double>(ahead.size() + behind.size());
  const bool never_back = std::min(ahead.size(), behind.size()) == 0 && more.size() >= 4 && no_change > 0;
  if (z < 7.1 && !(never_back && n >= 40)) return std::nullopt;
  std::ranges::sort(more);
  const auto step = more[more.size() * 9 / 10];
  return Course{ahead.size() >= behind.size() ? "a number that grows" : "a number that falls",
                std::log2(static_cast<double>(step) + 1) + 1};
}

double capacity(const Table& table, std::size_t first, std::size_t width) {
  double bits = 0;
  for (std::size_t c = first; c < first + width; ++c)
    bits += table.bits[c];
  return bits;
}

std::optional<Pattern> look(const Table& table, std::size_t first, std::size_t width, bool little_endian,
                            const std::optional<Period>& period) {
  const auto reading = read(table, first, width, little_endian);
  if (!reading) return std::nullopt;
  const double bits = capacity(table, first, width);
  const auto [low, high] = std::ranges::minmax(reading->numbers);
  std::optional<Course> found;
  if (low != high) found = course(*reading);
  std::optional<std::string> time;
  if (width >= (is_octets(table) ? 4U : 8U) && reading->base != "by the characters' order")
    time = time_unit(reading->numbers, period);
  // Random octets behind constant ones can be read as times within a month, too, but only times go on.
  if (!period && !found) time.reset();
  if (time && (!found || found->unknown > 0)) {  // else the step says more
    const double spread = std::log2(static_cast<double>(high - low) + 1);
    found = Course{*time, found ? std::min(found->unknown, spread) : spread};
  }
  // Less than a few bits is no number worth telling, unless it is the time itself.
  if (!found || (bits - found->unknown < 3 && !time)) return std::nullopt;
  return Pattern{found->what + ", " + reading->base,
                 is_octets(table) ? fmt::format("octets {} to {} when decoded", first + 1, first + width)
                                  : fmt::format("characters {} to {}", first + 1, first + width),
                 first,
                 width,
                 std::max(0.0, bits - found->unknown),
                 time.value_or("")};
}

/// An upper bound of p for which at least `count` of n are this rare, by the Chernoff bound: log2 of the chance
/// that a fair coin does it.
double chance(double share, double n) {
  if (share <= 0 || share >= 1) return 1 - n;
  return 1 - n * (1 + share * std::log2(share) + (1 - share) * std::log2(1 - share));
}

double remaining(double share, double n) {
  const double p = std::max(share, 1 - share);
  return -std::log2(std::max(0.5, p - 3 * std::sqrt(p * (1 - p) / n)));
}

bool bit(const std::string& row, std::size_t b) {
  return (static_cast<unsigned char>(row[b / 8]) >> (7 - b % 8)) & 1;
}

}  // namespace

std::vector<Pattern> find_patterns(const Table& table, const std::optional<Period>& period) {
  std::vector<Pattern> all;
  static constexpr std::array<std::size_t, 5> kOctets = {1, 2, 4, 6, 8};
  static constexpr std::array<std::size_t, 8> kCharacters = {2, 3, 4, 6, 8, 10, 13, 16};
  const auto widths =
      is_octets(table) ? std::span<const std::size_t>(kOctets) : std::span<const std::size_t>(kCharacters);
  const auto columns = std::min<std::size_t>(table.columns(), 128);
  for (const auto width : widths) {
    for (std::size_t first = 0; first + width <= columns; ++first) {
      for (const bool little : {false, true}) {
        if (little && (!is_octets(table) || width == 1)) continue;
        if (auto found = look(table, first, width, little, period)) all.push_back(std::move(*found));
      }
    }
  }
  std::ranges::sort(all, {},
                    [](const Pattern& p) { return std::tuple(-p.bits_saved, p.width, p.first, p.what); });
  // The widest reading as a time shows the whole of it.
  const auto time =
      std::ranges::max_element(all, {}, [](const Pattern& p) { return std::pair(!p.time.empty(), p.width); });
  std::vector<Pattern> kept;
  for (const auto& one : all) {
    const bool overlaps = std::ranges::any_of(kept, [&](const Pattern& k) {
      return one.first < k.first + k.width && k.first < one.first + one.width;
    });
    if (!overlaps) kept.push_back(one);
  }
  const auto told = [](const Pattern& p) { return !p.time.empty(); };
  if (time != all.end() && !time->time.empty() && std::ranges::none_of(kept, told)) {
    auto beside = *time;
    beside.what = beside.time;
    beside.bits_saved = 0;  // the number that it overlaps was taken off already
    kept.push_back(std::move(beside));
  }
  return kept;
}

Bias find_bias(const Table& octets) {
  Bias bias;
  const auto n = static_cast<double>(octets.rows.size());
  const auto bits = octets.columns() * 8;
  double ones = 0, unbiased = 0;
  for (std::size_t b = 0; b < bits; ++b) {
    double set = 0, same = 0;
    for (std::size_t i = 0; i < octets.rows.size(); ++i) {
      set += bit(octets.rows[i], b);
      same += i > 0 && bit(octets.rows[i], b) == bit(octets.rows[i - 1], b);
    }
    const double share = set / n, alike = same / (n - 1);
    bias.ones.push_back(share);
    if (share == 0 || share == 1) continue;  // the columns' capacity tells of those
    const double limit = -30 - std::log2(static_cast<double>(bits));
    const bool biased = chance(share, n) < limit;
    const bool follows = chance(alike, n - 1) < limit;
    bias.biased += biased;
    bias.following += !biased && follows;
    if (biased || follows) {
      bias.bits_saved += 1 - std::min(biased ? remaining(share, n) : 1, follows ? remaining(alike, n - 1) : 1);
    } else {
      ones += set;
      ++unbiased;
    }
  }
  if (unbiased == 0) return bias;
  bias.overall = ones / (unbiased * n);
  bias.overall_biased = chance(bias.overall, unbiased * n) < -30;
  if (bias.overall_biased) bias.bits_saved += unbiased * (1 - remaining(bias.overall, unbiased * n));
  return bias;
}

}  // namespace oauthentic::analysis

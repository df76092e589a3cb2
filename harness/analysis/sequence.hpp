#pragma once
// Numbers within the values that the ones before tell: counters, times, constant steps, linear congruences.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "analysis/sample.hpp"

namespace oauthentic::analysis {

/// When the values were issued, seconds since 1970; unknown for a list without it.
struct Period {
  std::int64_t from = 0, until = 0;
};

struct Pattern {
  std::string what;       ///< "a counter", "a time in milliseconds", ...
  std::string where;      ///< "characters 9 to 16 of the text"
  std::size_t first = 0;  ///< column
  std::size_t width = 0;
  double bits_saved = 0;  ///< of the columns' capacity, for who has seen the value before
  std::string time;       ///< "the time of issue in seconds", ...; empty: it is none
};

/// What stands in the table's columns in the order of issue; patterns that overlap a stronger one are left out.
std::vector<Pattern> find_patterns(const Table& table, const std::optional<Period>& period);

struct Bias {
  std::vector<double> ones;   ///< share of ones, by bit, most significant first
  std::size_t biased = 0;     ///< bits whose share is not that of a fair coin (p < 10^-9 over all bits)
  std::size_t following = 0;  ///< bits that follow the same bit of the value before
  double overall = 0.5;       ///< share of ones among the bits that change
  bool overall_biased = false;
  double bits_saved = 0;
};
Bias find_bias(const Table& octets);

}  // namespace oauthentic::analysis

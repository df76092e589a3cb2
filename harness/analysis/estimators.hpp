#pragma once
// Estimators of min-entropy for short samples, NIST SP 800-90B §6.3, and two compressors. Each estimator gives
// bits per symbol, at the standard's upper confidence bound (99 %).
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analysis/sample.hpp"

namespace oauthentic::analysis {

using Symbols = std::vector<std::uint8_t>;

double most_common_value(const Symbols& s, std::size_t alphabet);  ///< §6.3.1
double collision(const Symbols& bits);                             ///< §6.3.2, binary
double markov(const Symbols& bits);                                ///< §6.3.3, binary
/// §6.3.5 and §6.3.6; `cutoff`: how often the most common tuple has to occur (the standard: 35).
double t_tuple(const Symbols& s, std::size_t cutoff = 35);
double longest_repeated_substring(const Symbols& s, std::size_t cutoff = 35);

struct Estimate {
  std::string name;
  double per_symbol = 0;
};
std::vector<Estimate> estimate(const Symbols& s, std::size_t alphabet);

/// Bits that DEFLATE needs for all rows together.
double deflated_bits(const Values& rows);
/// Bits that an adaptive predictor needs for all rows: the symbols before (up to five), the column, or the row
/// before, whichever predicts best. As every code it saves c bits on random values at most once in 2^c samples.
double predicted_bits(const Values& rows, std::size_t alphabet);

}  // namespace oauthentic::analysis

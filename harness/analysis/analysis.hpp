#pragma once
// Are values unguessable? A sample can prove that they are not; it never proves that they are (RFC 6749
// §10.10).
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "analysis/estimators.hpp"
#include "analysis/sequence.hpp"

namespace oauthentic::analysis {

inline constexpr double kMust = 128;    ///< bits; guessed with a probability of 2^-128 at the most
inline constexpr double kShould = 160;  ///< the same, as RFC 6749 §10.10 recommends

enum class Verdict {
  no_weakness,  ///< found in these values; no more than that
  too_short,    ///< alphabet and length, or a UUID's fixed bits, leave less than 128 bits
  weak,         ///< `proofs` says why
  too_few,      ///< values to say anything
};
std::string_view to_string(Verdict verdict);

struct Report {
  std::string kind;     ///< "code", "access_token", ...
  std::string example;  ///< masked
  Verdict verdict = Verdict::too_few;
  std::size_t count = 0;
  std::size_t distinct = 0;
  std::size_t shortest = 0, longest = 0;         ///< octets
  Alphabet alphabet;                             ///< of what varies
  std::size_t same_prefix = 0, same_suffix = 0;  ///< characters that all values share
  std::string structure;                         ///< "UUID version 1", "JWT", or empty
  std::optional<double> structure_holds;         ///< bits that it leaves open, if it says so
  std::vector<std::string> proofs;               ///< of weakness
  std::vector<std::string> notes;
  std::vector<Pattern> patterns;
  Bias bias;             ///< of the decoded octets, or of the text's
  bool decoded = false;  ///< bias and lower bound are of the decoded octets
  double by_shape = 0;   ///< upper bound of the bits in a value, by alphabet and length
  double upper = 0;      ///< the same, once what was found is taken off
  double lower = 0;      ///< by the estimators; 0 if there are too few symbols for them
  std::vector<Estimate> estimates;
  double compressed = 0;      ///< bits a value, by DEFLATE
  double predicted = 0;       ///< bits a value, by the adaptive predictor
  std::vector<Report> parts;  ///< jti of JWTs
};

/// The values in the order of issue. Work and memory are bounded by kMaxValues and kMaxColumns.
Report analyze(const std::string& kind, const Values& values,
               const std::optional<Period>& period = std::nullopt);

/// A value as a report may show it: two characters and its length.
std::string masked(std::string_view value);

}  // namespace oauthentic::analysis

#include "analysis/estimators.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <unordered_map>

namespace oauthentic::analysis {

namespace {

constexpr double kZ = 2.576;  // 99 %, as the standard has it

double upper(double p, std::size_t n) {
  return n < 2 ? 1.0 : std::min(1.0, p + kZ * std::sqrt(p * (1 - p) / static_cast<double>(n - 1)));
}

double bits_of(double p) {
  return p >= 1 ? 0.0 : -std::log2(p);
}

/// Suffixes in order, and how much each has in common with the one before; at most `kDeepest` symbols count.
constexpr std::size_t kDeepest = 128;

struct Suffixes {
  std::vector<std::size_t> common;
  explicit Suffixes(const Symbols& s) {
    // The first symbols as one number decide nearly always; where they are equal, all of them do.
    const unsigned width = std::ranges::all_of(s, [](auto x) { return x < 2; }) ? 1 : 8;
    struct Suffix {
      std::uint64_t key;
      std::size_t at;
    };
    std::vector<Suffix> order(s.size());
    std::uint64_t key = 0;
    for (std::size_t at = s.size(); at-- > 0;) {
      key = key >> width | std::uint64_t{s[at]} << (64 - width);
      order[at] = {key, at};
    }
    const auto part = [&](std::size_t at) {
      return std::span(s).subspan(at, std::min(kDeepest, s.size() - at));
    };
    std::ranges::sort(order, [&](const Suffix& a, const Suffix& b) {
      return a.key != b.key ? a.key < b.key : std::ranges::lexicographical_compare(part(a.at), part(b.at));
    });
    for (std::size_t i = 1; i < order.size(); ++i) {
      const auto a = part(order[i - 1].at), b = part(order[i].at);
      common.push_back(static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin()));
    }
  }
  /// How often each tuple of that length occurs that occurs more than once.
  std::vector<std::size_t> counts(std::size_t length) const {
    std::vector<std::size_t> found;
    std::size_t run = 1;
    for (const auto c : common) {
      if (c >= length) {
        ++run;
      } else {
        if (run > 1) found.push_back(run);
        run = 1;
      }
    }
    if (run > 1) found.push_back(run);
    return found;
  }
  std::size_t longest() const { return common.empty() ? 0 : *std::ranges::max_element(common); }
};

std::size_t most(const Suffixes& suffixes, std::size_t length) {
  const auto counts = suffixes.counts(length);
  return counts.empty() ? 1 : *std::ranges::max_element(counts);
}

double t_tuple(const Suffixes& suffixes, std::size_t n, std::size_t cutoff) {
  double p = 0;
  for (std::size_t t = 1; t <= suffixes.longest(); ++t) {
    const auto count = most(suffixes, t);
    if (count < cutoff) break;
    const double share = static_cast<double>(count) / static_cast<double>(n - t + 1);
    p = std::max(p, std::pow(share, 1.0 / static_cast<double>(t)));
  }
  return bits_of(upper(p, n));
}

double longest_repeated(const Suffixes& suffixes, std::size_t n, std::size_t cutoff) {
  std::size_t u = 1;
  while (u <= suffixes.longest() && most(suffixes, u) >= cutoff)
    ++u;
  double p = 0;
  for (auto w = u; w <= suffixes.longest(); ++w) {
    double pairs = 0;
    for (const auto count : suffixes.counts(w))
      pairs += static_cast<double>(count) * static_cast<double>(count - 1) / 2;
    const auto m = static_cast<double>(n - w + 1);
    p = std::max(p, std::pow(pairs / (m * (m - 1) / 2), 1.0 / static_cast<double>(w)));
  }
  return bits_of(upper(p, n));
}

/// Counts of symbols in contexts; an unseen symbol has the share that the shorter context gives it.
class Contexts {
 public:
  explicit Contexts(double base) : base_(base) {}
  double share(std::span<const std::uint64_t> contexts, std::uint8_t symbol) const {
    double p = base_;
    for (const auto context : contexts) {
      const auto at = counts_.find(context * 257 + 256);
      if (at == counts_.end()) continue;
      const auto of_symbol = counts_.find(context * 257 + symbol);
      const double count = of_symbol == counts_.end() ? 0 : of_symbol->second;
      p = (count + p) / (at->second + 1.0);
    }
    return p;
  }
  void learn(std::span<const std::uint64_t> contexts, std::uint8_t symbol) {
    for (const auto context : contexts) {
      ++counts_[context * 257 + 256];
      ++counts_[context * 257 + symbol];
    }
  }

 private:
  double base_;
  std::unordered_map<std::uint64_t, double> counts_;
};

}  // namespace

double most_common_value(const Symbols& s, std::size_t alphabet) {
  std::array<std::size_t, 256> counts{};
  for (const auto x : s)
    ++counts[x];
  if (s.empty() || alphabet < 2) return 0;
  return bits_of(
      upper(static_cast<double>(*std::ranges::max_element(counts)) / static_cast<double>(s.size()), s.size()));
}

double collision(const Symbols& bits) {
  // Of three bits two are equal: a collision takes two bits, or three with probability 2p(1-p).
  double count = 0, sum = 0, squares = 0;
  for (std::size_t i = 0; i + 1 < bits.size();) {
    const bool two = bits[i] == bits[i + 1];
    if (!two && i + 2 >= bits.size()) break;
    const double t = two ? 2 : 3;
    ++count;
    sum += t;
    squares += t * t;
    i += two ? 2 : 3;
  }
  if (count < 2) return 0;
  const double mean = sum / count;
  const double sigma = std::sqrt(std::max(0.0, (squares - count * mean * mean) / (count - 1)));
  const double pq = (mean - kZ * sigma / std::sqrt(count) - 2) / 2;
  if (pq >= 0.25) return 1;
  if (pq <= 0) return 0;
  return bits_of((1 + std::sqrt(1 - 4 * pq)) / 2);
}

double markov(const Symbols& bits) {
  if (bits.size() < 2) return 0;
  double first[2] = {0, 0}, next[2][2] = {{0, 0}, {0, 0}};
  for (std::size_t i = 0; i < bits.size(); ++i) {
    ++first[bits[i]];
    if (i > 0) ++next[bits[i - 1]][bits[i]];
  }
  double best[2];
  for (int a = 0; a < 2; ++a) {
    best[a] = std::log2(first[a] / static_cast<double>(bits.size()));
    const double all = next[a][0] + next[a][1];
    for (auto& n : next[a])
      n = std::log2(all == 0 ? 0 : n / all);
  }
  for (int step = 1; step < 128; ++step) {  // the most probable path of 128 bits
    const double zero = std::max(best[0] + next[0][0], best[1] + next[1][0]);
    const double one = std::max(best[0] + next[0][1], best[1] + next[1][1]);
    best[0] = zero;
    best[1] = one;
  }
  return std::min(1.0, -std::max(best[0], best[1]) / 128);
}

double t_tuple(const Symbols& s, std::size_t cutoff) {
  return s.size() < 2 ? 0 : t_tuple(Suffixes(s), s.size(), cutoff);
}

double longest_repeated_substring(const Symbols& s, std::size_t cutoff) {
  return s.size() < 2 ? 0 : longest_repeated(Suffixes(s), s.size(), cutoff);
}

std::vector<Estimate> estimate(const Symbols& s, std::size_t alphabet) {
  if (s.size() < 1000) return {};
  const Suffixes suffixes(s);
  const double most_possible = std::log2(static_cast<double>(alphabet));
  std::vector<Estimate> out = {{"most common value", most_common_value(s, alphabet)},
                               {"t-tuple", t_tuple(suffixes, s.size(), 35)},
                               {"longest repeated substring", longest_repeated(suffixes, s.size(), 35)}};
  if (alphabet == 2) {
    out.push_back({"collision", collision(s)});
    out.push_back({"Markov", markov(s)});
  }
  for (auto& one : out)
    one.per_symbol = std::min(one.per_symbol, most_possible);
  return out;
}

double deflated_bits(const Values& rows) {
  std::string all;
  for (const auto& row : rows)
    all += row;
  auto size = compressBound(all.size());
  std::vector<Bytef> out(size);
  if (compress2(out.data(), &size, reinterpret_cast<const Bytef*>(all.data()), all.size(), 9) != Z_OK)
    return 8.0 * static_cast<double>(all.size());
  return 8.0 * static_cast<double>(size);
}

double predicted_bits(const Values& rows, std::size_t alphabet) {
  constexpr std::size_t kOrder = 5;
  const double base = 1.0 / static_cast<double>(std::max<std::size_t>(alphabet, 2));
  Contexts before(base), column(base), above(base);
  double cost[3] = {2, 2, 2};  // two bits say which of them it was
  const std::string* last = nullptr;
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      const auto symbol = static_cast<std::uint8_t>(row[c]);
      std::array<std::uint64_t, kOrder + 1> contexts{};
      std::uint64_t hash = 1;
      std::size_t orders = 1;
      contexts[0] = hash;
      for (std::size_t k = 1; k <= kOrder && k <= c; ++k, ++orders)
        contexts[k] = hash = hash * 1099511628211ULL + static_cast<std::uint8_t>(row[c - k]) + 1;
      const std::array<std::uint64_t, 1> place{c + 2};
      const std::uint64_t up = last && c < last->size() ? static_cast<std::uint8_t>((*last)[c]) : 256;
      const std::array<std::uint64_t, 2> under{c + 2, (c + 2) * 1'000'003 + up};
      const auto with = std::span<const std::uint64_t>(contexts).first(orders);
      cost[0] -= std::log2(before.share(with, symbol));
      cost[1] -= std::log2(column.share(place, symbol));
      cost[2] -= std::log2(above.share(under, symbol));
      before.learn(with, symbol);
      column.learn(place, symbol);
      above.learn(under, symbol);
    }
    last = &row;
  }
  return *std::min_element(cost, cost + 3);
}

}  // namespace oauthentic::analysis

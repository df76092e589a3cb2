#include "analysis/analysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/identifiers.hpp"

namespace oauthentic::analysis {

namespace {

/// Without what all of them begin and end with: "tok_" says nothing of the characters behind it.
Values varying_part(const Values& values, const Report& report) {
  Values parts;
  for (const auto& value : values) {
    const auto first = std::min(report.same_prefix, value.size());
    parts.push_back(
        value.substr(first, value.size() - first - std::min(report.same_suffix, value.size() - first)));
  }
  const bool same = std::ranges::all_of(parts, &std::string::empty);
  return same ? values : parts;
}

void describe_shape(const Values& values, Report& report) {
  report.count = values.size();
  report.distinct = std::set<std::string_view>(values.begin(), values.end()).size();
  const auto [least, most] = std::ranges::minmax(values, {}, &std::string::size);
  report.shortest = least.size();
  report.longest = most.size();
  const auto shared = [&](auto at) {
    std::size_t n = 0;
    while (n < report.shortest &&
           std::ranges::all_of(values, [&](const auto& v) { return at(v, n) == at(values.front(), n); }))
      ++n;
    return n;
  };
  report.same_prefix = shared([](const std::string& v, std::size_t i) { return v[i]; });
  report.same_suffix = shared([](const std::string& v, std::size_t i) { return v[v.size() - 1 - i]; });
  report.alphabet = alphabet_of(varying_part(values, report));
}

/// Columns in which something varies, one after the other.
Symbols symbols_of(const Table& table) {
  constexpr std::size_t kMost = 60'000;
  Symbols out;
  for (const auto& row : table.rows) {
    for (std::size_t c = 0; c < table.columns() && out.size() < kMost; ++c) {
      if (table.bits[c] > 0) out.push_back(static_cast<std::uint8_t>(row[c]));
    }
  }
  return out;
}

Symbols bits_of(const Symbols& octets) {
  Symbols out;
  for (const auto octet : octets) {
    for (int b = 7; b >= 0 && out.size() < 60'000; --b)
      out.push_back((octet >> b) & 1);
  }
  return out;
}

/// The least of all estimators, for one value of the table.
void bound_below(const Table& table, bool octets, Report& report) {
  const auto varying = static_cast<double>(std::ranges::count_if(table.bits, [](double b) { return b > 0; }));
  auto symbols = symbols_of(table);
  double a_value = varying;
  std::size_t alphabet = report.alphabet.size;
  if (octets) {
    symbols = bits_of(symbols);
    a_value *= 8;
    alphabet = 2;
  }
  report.estimates = estimate(symbols, alphabet);
  if (report.estimates.empty()) return;
  const auto least = std::ranges::min_element(report.estimates, {}, &Estimate::per_symbol);
  report.lower = std::min(report.upper, least->per_symbol * a_value);
}

class Examination {
 public:
  Examination(const Values& values, const std::optional<Period>& period, Report& report)
      : values_(values), period_(period), report_(report) {
    tables_.push_back(make_table("text", values, report.alphabet.size, Alignment::left));
    if (report.shortest != report.longest)
      tables_.push_back(make_table("text", values, report.alphabet.size, Alignment::right));
    auto octets = report.structure.starts_with("UUID") ? octets_of_uuids(values) : decode(values);
    if (!octets.empty()) tables_.push_back(make_table("decoded octets", octets, 256, Alignment::left));
  }

  void run() {
    report_.by_shape = report_.structure_holds.value_or(tables_.front().capacity());
    for (const auto& table : tables_)
      report_.by_shape = std::min(report_.by_shape, table.capacity());
    report_.upper = report_.by_shape;
    for (const auto& table : tables_)
      examine(table);
    if (tables_.back().name == "decoded octets") {
      const auto digest = known_digest(tables_.back().rows, period_);
      if (!digest.empty()) report_.proofs.push_back("values are " + digest);
    }
    compress(tables_.front());
    bound_below(tables_.back(), tables_.back().name == "decoded octets", report_);
  }

 private:
  static Values octets_of_uuids(Values values) {
    for (auto& value : values) {
      std::erase(value, '-');
      std::ranges::transform(value, value.begin(), [](unsigned char c) { return std::tolower(c); });
    }
    return decoded(values, {"hexadecimal digits, lower case", 16});
  }

  /// Octets, unless the characters that vary are plainly of an alphabet without the last of Base64: 62 of 64 in
  /// a thousand characters are met once in 2^45 samples.
  Values decode(const Values& values) const {
    std::size_t characters = 0;
    std::set<char> kinds;
    for (const auto& part : varying_part(values, report_)) {
      characters += part.size();
      kinds.insert(part.begin(), part.end());
    }
    const auto size = report_.alphabet.size;
    const bool whole = kinds.size() == size && (size == 36 || size == 62);
    if (whole && static_cast<double>(characters) * std::log2(static_cast<double>(size) / 64) < -40) return {};
    return decoded(values, alphabet_of(values));
  }

  void lower_to(double bits) { report_.upper = std::max(0.0, std::min(report_.upper, bits)); }

  void examine(const Table& table) {
    double saved = 0;
    for (auto& pattern : find_patterns(table, period_)) {
      saved += pattern.bits_saved;
      report_.patterns.push_back(std::move(pattern));
    }
    lower_to(table.capacity() - saved);
    const bool octets = table.name == "decoded octets";
    if (!octets && &table != &tables_.back()) return;
    const auto bias = find_bias(table);
    // Bits of text are not those of a fair coin; there the plot is all.
    if (octets) lower_to(table.capacity() - bias.bits_saved);
    report_.bias = bias;
    report_.decoded = octets;
    if (!octets) {
      report_.bias.biased = report_.bias.following = 0;
      report_.bias.overall_biased = false;
    }
  }

  void compress(const Table& table) {
    const auto n = static_cast<double>(values_.size());
    Values varying;
    for (const auto& row : table.rows) {
      varying.emplace_back();
      for (std::size_t c = 0; c < table.columns(); ++c) {
        if (table.bits[c] > 0) varying.back() += row[c];
      }
    }
    std::set<char> symbols;
    for (const auto& row : varying)
      symbols.insert(row.begin(), row.end());
    report_.compressed = deflated_bits(varying) / n;
    report_.predicted = predicted_bits(varying, std::max(report_.alphabet.size, symbols.size())) / n;
    const auto best = std::min(report_.compressed, report_.predicted);
    // Random values are c bits shorter once in 2^c samples; 64 bits over all values, and one a value, is proof.
    if (report_.by_shape - best > std::max(1.0, 64 / n)) lower_to(best);
  }

  const Values& values_;
  const std::optional<Period>& period_;
  Report& report_;
  std::vector<Table> tables_;
};

void add_proofs(Report& report) {
  for (const auto& pattern : report.patterns) {
    const auto text = fmt::format("{} in {}", pattern.what, pattern.where);
    (report.upper < kMust && pattern.bits_saved > 0 ? report.proofs : report.notes).push_back(text);
  }
  const auto tell = [&](const std::string& text) {
    (report.upper < kMust ? report.proofs : report.notes).push_back(text);
  };
  if (report.bias.biased > 0) tell(fmt::format("{} bits are not those of a fair coin", report.bias.biased));
  if (report.bias.following > 0)
    tell(fmt::format("{} bits follow the same bit of the value before", report.bias.following));
  if (report.bias.overall_biased)
    tell(fmt::format("{:.1f} % of the bits are ones, where half should be", 100 * report.bias.overall));
  const auto best = std::min(report.compressed, report.predicted);
  if (best < report.by_shape - std::max(1.0, 64 / static_cast<double>(report.count)))
    tell(fmt::format("they compress to {:.0f} bits a value, where alphabet and length hold {:.0f}", best,
                     report.by_shape));
}

void judge(Report& report) {
  const bool repeated = report.distinct < report.count;
  if (repeated) {
    report.proofs.insert(report.proofs.begin(), fmt::format("{} of {} values were given out before",
                                                            report.count - report.distinct, report.count));
  }
  if (!report.proofs.empty()) {
    report.verdict = Verdict::weak;
  } else if (report.count < kFewestValues) {
    report.verdict = Verdict::too_few;
  } else {
    report.verdict = report.by_shape < kMust - 1e-6 ? Verdict::too_short : Verdict::no_weakness;
  }
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::no_weakness:
      return "no weakness found";
    case Verdict::too_short:
      return "too short";
    case Verdict::weak:
      return "weak";
    case Verdict::too_few:
      return "too few values";
  }
  return "";
}

std::string masked(std::string_view value) {
  return fmt::format("{}… ({} characters)", value.size() >= 8 ? value.substr(0, 2) : "", value.size());
}

Report analyze(const std::string& kind, const Values& given, const std::optional<Period>& period) {
  Report report;
  report.kind = kind;
  const auto values =
      Values(given.begin(), given.begin() + static_cast<std::ptrdiff_t>(std::min(given.size(), kMaxValues)));
  if (values.empty()) return report;
  report.example = masked(values.front());
  describe_shape(values, report);
  if (describe_jwts(values, period, report)) {
    if (report.count < kFewestValues && report.proofs.empty()) report.verdict = Verdict::too_few;
    return report;
  }
  describe_uuids(values, report);
  if (report.count >= kFewestValues) {
    Examination(values, period, report).run();
    add_proofs(report);
  }
  judge(report);
  return report;
}

}  // namespace oauthentic::analysis

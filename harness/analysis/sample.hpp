#pragma once
// The values that are examined, as columns: what can stand in each, and how many bits that can hold at the
// most.
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic::analysis {

using Values = std::vector<std::string>;

inline constexpr std::size_t kMaxValues = 20'000;
inline constexpr std::size_t kMaxValueOctets = 8192;
/// Columns beyond these are not looked at; what stands in them counts as unguessable.
inline constexpr std::size_t kMaxColumns = 512;
/// With fewer values nothing is said unless a weakness shows in them.
inline constexpr std::size_t kFewestValues = 20;

/// One value a line; empty lines and a carriage return before the line feed are left out. The error names the
/// line.
std::expected<Values, std::string> read_list(std::string_view text);

enum class Alignment { left, right };

/// All values, padded with NUL to one length. `bits[c]` is an upper bound of what column c can hold.
struct Table {
  std::string name;  ///< "text", "decoded octets"
  Values rows;
  std::vector<double> bits;
  std::size_t columns() const { return bits.size(); }
  double capacity() const;
};

/// `symbols`: how many there are in the whole alphabet (256 for octets).
Table make_table(std::string name, const Values& values, std::size_t symbols, Alignment alignment);

struct Alphabet {
  std::string name;  ///< "hexadecimal digits, lower case", ...
  std::size_t size = 0;
};
Alphabet alphabet_of(const Values& values);

/// The octets that hexadecimal digits, base64url or Base64 stand for; empty if some value is none.
Values decoded(const Values& values, const Alphabet& alphabet);

}  // namespace oauthentic::analysis

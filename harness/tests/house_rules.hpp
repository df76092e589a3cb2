#pragma once
// The rules that the tree holds itself to, as functions from a source file to what is wrong with it. They read
// text alone; house_test.cpp feeds them the tree, and small offenders of its own.
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic::house {

struct SourceFile {
  std::string path;  ///< from the root of the tree, with forward slashes
  std::string text;

  bool is_header() const { return path.ends_with(".hpp"); }
  bool is_cpp() const { return is_header() || path.ends_with(".cpp"); }
};

/// What is wrong, as "path:line: words"; empty when the rule is kept.
using Offences = std::vector<std::string>;

/// A folder includes itself and the layers below it, by paths from harness/ or from the root.
Offences check_layering(const SourceFile& file);

/// Boost.Asio and Boost.Beast stay in harness/http: each costs a compilation about ten seconds. Neither they
/// nor a header of that folder that includes them are included from elsewhere.
Offences check_wire_library(const std::vector<SourceFile>& files);

/// Headers start with `#pragma once` and include <nlohmann/json_fwd.hpp> at most.
Offences check_header(const SourceFile& file);

inline constexpr std::size_t kMostLines = 350;
Offences check_length(const SourceFile& file);

/// No notes of unfinished work.
Offences check_markers(const SourceFile& file);

/// URLs lead to loopback, to names that are reserved (RFC 2606, RFC 6761, RFC 5737) or that only identify
/// something.
Offences check_hosts(const SourceFile& file);

/// Every source is compiled by some target. `compiled`: paths from the root. Folders in `left_out` need not be.
Offences check_compiled(const std::vector<SourceFile>& files, const std::vector<std::string>& compiled,
                        const std::vector<std::string>& left_out);

}  // namespace oauthentic::house

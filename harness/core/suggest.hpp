#pragma once
// "Did you mean": the nearest of the names that there are.
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic {

/// Insertions, deletions, replacements and swaps of neighbours that lead from `a` to `b`.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The nearest candidate if it is near enough to be meant, else empty.
std::string nearest(std::string_view name, const std::vector<std::string>& candidates);

/// `; did you mean "x"?`, or empty.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

/// `*` stands for any run of characters, `?` for one. Linear in the text for each `*`.
bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace oauthentic

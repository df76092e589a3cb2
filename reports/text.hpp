#pragma once
// Text for people and for XML. What a peer sent is hostile: it is shown as it was, but it cannot act.
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic::reports {

enum class Lines { keep, fold };

/// Well-formed UTF-8 in which nothing is hidden: control characters become their pictures (␀, ␛), octets that
/// are no UTF-8 become ⟨FF⟩, and characters that reorder, join or vanish become ⟨U+202E⟩. Line ends and tabs
/// stay with Lines::keep.
std::string visible(std::string_view text, Lines lines = Lines::keep);

/// `visible`, then character references for `&`, `<`, `>`, `"` and `'`: for HTML and XML 1.0 text and quoted
/// attributes.
std::string escape_markup(std::string_view text, Lines lines = Lines::keep);

/// At most `octets` octets, cut between characters; an ellipsis says that something is missing.
std::string cut(std::string_view text, std::size_t octets);

/// How many columns the text takes on a terminal, one a character.
std::size_t columns(std::string_view text);
/// At most `width` columns, an ellipsis included.
std::string fit(std::string_view text, std::size_t width);
/// Lines of at most `width` columns, broken at spaces, and inside a word only where it is longer than a line.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// "2026-07-14 09:30:00 UTC"
std::string readable_time(std::chrono::system_clock::time_point time);
/// "2026-07-14T09:30:00Z" (RFC 3339)
std::string iso_time(std::chrono::system_clock::time_point time);
/// "340 µs", "12 ms", "4.2 s", "3 min 5 s"
std::string readable_duration(std::chrono::microseconds duration);
/// "1 requirement", "3 requirements"
std::string counted(std::size_t count, std::string_view noun);

/// 64 bits of FNV-1a in hex: a fingerprint that stays the same from release to release.
std::string stable_hash(std::string_view text);

}  // namespace oauthentic::reports

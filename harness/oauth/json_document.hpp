#pragma once
// JSON as a peer sends it (RFC 8259), within limits, with what a lenient parser would hide.
#include <cstddef>
#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic::oauth {

struct JsonLimits {
  std::size_t octets = 4 * 1024 * 1024;
  std::size_t depth = 64;
};

inline constexpr std::size_t kMaxDuplicates = 100;
/// A JSON Pointer is cut at this many octets.
inline constexpr std::size_t kMaxPointerOctets = 1000;

/// Parses one JSON text; the error says what is wrong and at which octet. Where an object repeats a member the
/// last one counts, as in most parsers, and the member's JSON Pointer is added to `duplicates` (RFC 6749 §3.2:
/// not repeated), up to kMaxDuplicates of them. A byte order mark, octets that are no UTF-8, a number out of
/// range and anything after the text are errors (RFC 8259 §8.1, §6).
std::expected<nlohmann::json, std::string> parse_json(std::string_view text,
                                                      std::vector<std::string>* duplicates = nullptr,
                                                      JsonLimits limits = {});

/// The member's text; empty if it is absent or no string.
std::string string_member(const nlohmann::json& object, std::string_view name);

/// The member, or a null that lives for ever: safe to iterate over.
const nlohmann::json& member(const nlohmann::json& object, std::string_view name);

/// One line, invalid UTF-8 replaced by U+FFFD: never throws, whatever a peer sent.
std::string dump(const nlohmann::json& value);

}  // namespace oauthentic::oauth

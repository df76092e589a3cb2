#pragma once
// What an analysis says, in words: the same for the terminal, JSON and HTML.
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/analysis.hpp"

namespace oauthentic::analysis {

/// Whether who guesses one gains by it. A client_id is public (RFC 6749 §2.2), a jti is there to be unique
/// (RFC 7519 §4.1.7), and an ID token opens nothing: they are examined, but no exit status depends on them.
bool is_secret(std::string_view kind);

/// A secret that is weak or too short.
bool is_violation(const Report& report);

/// "no weakness found in 200 values (upper bound ...)", "weak: ...", "too short: ...".
std::string verdict_sentence(const Report& report);
/// What to do about it; empty if there is nothing to do.
std::string advice(const Report& report);
/// Alphabet, lengths and an example, masked.
std::string shape_sentence(const Report& report);
/// Whether the 128 and 160 bits of RFC 6749 §10.10 can be there; empty if the sample is no ground for it.
std::string bounds_sentence(const Report& report);
/// The bit plot in words; empty if there is none.
std::string bias_sentence(const Report& report);

/// Without parts. Holds no value, only a masked example.
nlohmann::json to_json(const Report& report);

}  // namespace oauthentic::analysis

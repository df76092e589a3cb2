#pragma once
// Values that say themselves how they were made: UUIDs (RFC 9562) and JWTs (RFC 7519).
#include <optional>

#include "analysis/analysis.hpp"

namespace oauthentic::analysis {

/// Sets structure, notes and proofs if all values are UUIDs. Returns whether they are.
bool describe_uuids(const Values& values, Report& report);
/// The same for JWTs; the verdict is set as well, and `jti` judged on its own.
bool describe_jwts(const Values& values, const std::optional<Period>& period, Report& report);
/// A digest of a time within the period, or of a small number; empty if no value is one.
std::string known_digest(const Values& octets, const std::optional<Period>& period);

}  // namespace oauthentic::analysis

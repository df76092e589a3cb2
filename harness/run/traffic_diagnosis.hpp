#pragma once
// What the exchanges of an examination show beside their answers: clocks and limits of rate.
#include <optional>
#include <vector>

#include "core/clock.hpp"
#include "core/exchange.hpp"
#include "run/finding.hpp"

namespace oauthentic::run {

/// The provider's Date fields (RFC 9110 §6.6.1) against our clock; the exchange that disagrees least counts,
/// since a cache may have answered another one. `issued_at`: of a token that was issued while they went on, if
/// it says. More than five seconds are a warning.
Finding clock_finding(const std::vector<Exchange>& exchanges, std::optional<Time> issued_at);

/// Whether requests were put off with status 429.
Finding rate_finding(const std::vector<Exchange>& exchanges);

}  // namespace oauthentic::run

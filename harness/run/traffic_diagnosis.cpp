#include "run/traffic_diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "oauth/cookie_date.hpp"

namespace oauthentic::run {

using std::chrono::seconds;

namespace {

constexpr seconds kMostSkew{5};

Time end_of(const Exchange& exchange) {
  return std::chrono::floor<seconds>(exchange.started + exchange.duration);
}

std::optional<seconds> least_skew(const std::vector<Exchange>& exchanges) {
  std::optional<seconds> least;
  for (const auto& exchange : exchanges) {
    if (!exchange.response()) continue;
    const auto date = oauth::parse_cookie_date(exchange.response()->headers.value("Date"));
    if (!date) continue;
    const auto skew = *date - end_of(exchange);
    if (!least || std::chrono::abs(skew) < std::chrono::abs(*least)) least = skew;
  }
  return least;
}

}  // namespace

Finding clock_finding(const std::vector<Exchange>& exchanges, std::optional<Time> issued_at) {
  constexpr const char* kStep = "clock";
  constexpr const char* kAdvice =
      "Set both clocks by a time server (NTP): the lifetimes of codes, tokens and assertions depend on it.";
  const auto skew = least_skew(exchanges);
  if (skew && std::chrono::abs(*skew) > kMostSkew) {
    return warning(kStep, Culprit::provider,
                   fmt::format("the provider's clock is {} s {} ours", std::chrono::abs(*skew).count(),
                               skew->count() > 0 ? "ahead of" : "behind"),
                   kAdvice);
  }
  if (issued_at && !exchanges.empty()) {
    const auto ahead = *issued_at - end_of(exchanges.back());
    if (ahead > kMostSkew) {
      return warning(kStep, Culprit::provider,
                     fmt::format("the ID token was issued {} s in the future", ahead.count()), kAdvice);
    }
  }
  if (!skew) return not_tried(kStep, "no answer had a Date");
  return well(kStep, fmt::format("{} s apart", std::chrono::abs(*skew).count()));
}

Finding rate_finding(const std::vector<Exchange>& exchanges) {
  constexpr const char* kStep = "rate";
  constexpr int kTooManyRequests = 429;
  const auto limited = std::ranges::count_if(exchanges, [](const Exchange& exchange) {
    return exchange.response() && exchange.response()->status == kTooManyRequests;
  });
  if (exchanges.empty()) return not_tried(kStep, "nothing was sent");
  if (limited == 0) return well(kStep, fmt::format("{} requests, none was put off", exchanges.size()));
  return warning(
      kStep, Culprit::provider,
      fmt::format("{} of {} requests were put off (status 429)", limited, exchanges.size()),
      "A run sends many more: raise the provider's limit for it, or set limits: { rate: 2/s, jobs: 1 } "
      "in the target file.");
}

}  // namespace oauthentic::run

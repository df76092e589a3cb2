#include "session/traffic.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <thread>

#include "core/clock.hpp"
#include "oauth/cookie_date.hpp"
#include "oauth/url.hpp"

namespace oauthentic::session {

namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kFirstSpacing{50};
constexpr milliseconds kMostSpacing{2000};
/// Requests in a row that an endpoint may leave unanswered.
constexpr std::size_t kMostUnanswered = 6;

std::string origin_of(const std::string& url) {
  const auto parsed = oauth::parse_url(url);
  return parsed ? parsed->origin() : url;
}

/// The host took the request and gave no answer, or there was no host.
bool is_silence(const http::Answer& answer) {
  const auto* error = std::get_if<TransportError>(&answer);
  using Kind = TransportError::Kind;
  return error && error->kind != Kind::malformed && error->kind != Kind::too_large &&
         error->kind != Kind::refused;
}

}  // namespace

RateLimiter::Host& RateLimiter::host_of(const std::string& url) {
  const auto [at, fresh] = hosts_.try_emplace(origin_of(url));
  if (fresh && per_second_ > 0) at->second.spacing = microseconds(static_cast<std::int64_t>(1e6 / per_second_));
  return at->second;
}

void RateLimiter::wait(const std::string& url, const std::function<bool()>& interrupted) {
  steady_clock::time_point turn;
  {
    const std::lock_guard lock(mutex_);
    auto& host = host_of(url);
    const auto now = steady_clock::now();
    turn = std::max(now, host.next);
    host.next = turn + host.spacing;
    if (turn <= now) return;
  }
  while (steady_clock::now() < turn && !(interrupted && interrupted()))
    std::this_thread::sleep_until(std::min(turn, steady_clock::now() + milliseconds(100)));
}

void RateLimiter::put_off(const std::string& url, Duration pause) {
  const std::lock_guard lock(mutex_);
  auto& host = host_of(url);
  const auto now = steady_clock::now();
  ++host.put_off;
  host.next = std::max(host.next, now + pause);
  // What was sent before we slowed down is put off as well, and is no reason to slow down further.
  if (now < host.slowed_until) return;
  host.slowed_until = now + pause + milliseconds(500);
  host.spacing = std::clamp<microseconds>(host.spacing * 2, kFirstSpacing,
                                          std::max<microseconds>(kMostSpacing, host.spacing));
}

std::vector<RateLimiter::Slowdown> RateLimiter::slowdowns() const {
  const std::lock_guard lock(mutex_);
  std::vector<Slowdown> all;
  for (const auto& [origin, host] : hosts_) {
    if (host.put_off > 0) all.push_back({origin, host.put_off, duration_cast<Duration>(host.spacing)});
  }
  return all;
}

std::optional<RateLimiter::Duration> put_off_by(const Response& response) {
  constexpr std::int64_t kMost = 30;  // a run that waits longer has something else to be told
  const auto text = response.headers.value("Retry-After");
  if (response.status != 429 && !(response.status == 503 && !text.empty())) return std::nullopt;
  std::int64_t seconds = 1;
  if (const auto date = oauth::parse_cookie_date(text)) {
    seconds = (*date - std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())).count();
  } else {
    std::from_chars(text.data(), text.data() + text.size(), seconds);
  }
  return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, kMost));
}

std::optional<TransportError> Breaker::refuses(const std::string& url) const {
  if (!any_given_up_) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto at = endpoints_.find(oauth::without_query(url));
  return at == endpoints_.end() ? std::nullopt : at->second.given_up;
}

void Breaker::note(const std::string& url, const http::Answer& answer, const std::string& exchange,
                   const std::function<http::Answer(const std::string& url)>& probe) {
  const auto where = oauth::without_query(url);
  {
    const std::lock_guard lock(mutex_);
    auto& endpoint = endpoints_[where];
    if (!is_silence(answer)) {
      endpoint.unanswered = 0;
      endpoint.answered = true;
      endpoint.last_answered = exchange;
      return;
    }
    if (++endpoint.unanswered < kMostUnanswered || endpoint.probing || endpoint.given_up || !armed_) return;
    endpoint.probing = true;
  }
  const auto found = probe(where);
  const std::lock_guard lock(mutex_);
  auto& endpoint = endpoints_[where];
  endpoint.probing = false;
  if (!is_silence(found)) {
    endpoint.unanswered = 0;
    return;
  }
  const auto& error = std::get<TransportError>(found);
  endpoint.given_up = TransportError{
      error.kind, fmt::format("not sent: {} left {} requests in a row without an answer, the last with: {}",
                              where, endpoint.unanswered + 1, error.message)};
  any_given_up_ = true;
  if (!endpoint.answered || open_) return;
  death_ = fmt::format(
      "{} answers no more: {} requests in a row got nothing, at {:%H:%M:%S} UTC the last with: {} (it "
      "had answered in {})",
      where, endpoint.unanswered + 1,
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()), error.message,
      endpoint.last_answered);
  open_ = true;
}

std::string Breaker::death() const {
  const std::lock_guard lock(mutex_);
  return death_;
}

}  // namespace oauthentic::session

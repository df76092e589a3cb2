#include "session/world.hpp"

#include <stdexcept>
#include <thread>

namespace oauthentic::session {

std::string Discovery::endpoint(std::string_view name) const {
  const auto at = metadata.find(name);
  return at != metadata.end() && at->is_string() ? at->get<std::string>() : std::string();
}

oauth::CookieJar SignIns::take(const std::string& user) {
  const std::lock_guard lock(mutex_);
  auto& idle = idle_[user];
  if (idle.empty()) return {};
  auto jar = std::move(idle.back());
  idle.pop_back();
  return jar;
}

void SignIns::give_back(const std::string& user, oauth::CookieJar jar) {
  constexpr std::size_t kMostIdle = 64;
  if (jar.cookies().empty()) return;
  const std::lock_guard lock(mutex_);
  auto& idle = idle_[user];
  if (idle.size() < kMostIdle) idle.push_back(std::move(jar));
}

SignIns::Turns& SignIns::turns(const std::string& user) {
  const std::lock_guard lock(mutex_);
  return turns_[user];
}

void RateLimiter::wait() {
  std::chrono::steady_clock::time_point turn;
  {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    turn = std::max(now, next_);
    if (per_second_ > 0) {
      next_ = turn + std::chrono::microseconds(static_cast<std::int64_t>(1e6 / per_second_));
    }
    if (turn <= now) return;
  }
  std::this_thread::sleep_until(turn);
}

void RateLimiter::hold(std::chrono::milliseconds pause) {
  const std::lock_guard lock(mutex_);
  next_ = std::max(next_, std::chrono::steady_clock::now() + pause);
}

const script::Client* World::client(const std::string& name) const {
  const auto at = target->clients.find(name);
  return at == target->clients.end() ? nullptr : &at->second;
}

agent::Agent& World::agent_of(const std::string& user) const {
  const auto at = agents.find(user);
  return at == agents.end() ? *agent : *at->second;
}

const script::Client& World::primary_client() const {
  for (const auto* name : {"confidential", "public"}) {
    if (const auto* found = client(name)) return *found;
  }
  if (target->clients.empty()) throw std::logic_error("a target without clients");
  return target->clients.begin()->second;
}

std::shared_ptr<const oauth::Redactor> World::target_redactor() {
  std::call_once(target_redactor_made_, [this] {
    auto redactor = std::make_shared<oauth::Redactor>(tags);
    for (const auto& [kind, value] : target->secrets)
      redactor->add(kind, value);
    target_redactor_ = std::move(redactor);
  });
  return target_redactor_;
}

}  // namespace oauthentic::session

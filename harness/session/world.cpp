#include "session/world.hpp"

#include <stdexcept>

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
  const std::lock_guard lock(target_redactor_mutex_);
  if (!target_redactor_) {
    auto redactor = std::make_shared<oauth::Redactor>(tags);
    for (const auto& [kind, value] : target->secrets)
      redactor->add(kind, value);
    target_redactor_ = std::move(redactor);
  }
  return target_redactor_;
}

void World::forget_target_redactor() {
  const std::lock_guard lock(target_redactor_mutex_);
  target_redactor_.reset();
}

}  // namespace oauthentic::session

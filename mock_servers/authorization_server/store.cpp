#include "mock_servers/authorization_server/store.hpp"

namespace oauthentic::mock {

void Store::put(std::string name, std::shared_ptr<Code> value) {
  const std::scoped_lock lock(mutex_);
  codes_.put(std::move(name), std::move(value));
}

void Store::put(std::string name, std::shared_ptr<AccessToken> value) {
  const std::scoped_lock lock(mutex_);
  access_tokens_.put(std::move(name), std::move(value));
}

void Store::put(std::string name, std::shared_ptr<RefreshToken> value) {
  const std::scoped_lock lock(mutex_);
  refresh_tokens_.put(std::move(name), std::move(value));
}

void Store::put(std::string name, std::shared_ptr<Session> value) {
  const std::scoped_lock lock(mutex_);
  sessions_.put(std::move(name), std::move(value));
}

void Store::put(std::string name, std::shared_ptr<Transaction> value) {
  const std::scoped_lock lock(mutex_);
  transactions_.put(std::move(name), std::move(value));
}

std::shared_ptr<Code> Store::code(std::string_view name, Lookup lookup) const {
  const std::scoped_lock lock(mutex_);
  return lookup == Lookup::by_half ? codes_.get_by_half(name) : codes_.get(name);
}

std::shared_ptr<AccessToken> Store::access_token(std::string_view name, Lookup lookup) const {
  const std::scoped_lock lock(mutex_);
  return lookup == Lookup::by_half ? access_tokens_.get_by_half(name) : access_tokens_.get(name);
}

std::shared_ptr<RefreshToken> Store::refresh_token(std::string_view name, Lookup lookup) const {
  const std::scoped_lock lock(mutex_);
  return lookup == Lookup::by_half ? refresh_tokens_.get_by_half(name) : refresh_tokens_.get(name);
}

std::shared_ptr<Session> Store::session(std::string_view name) const {
  const std::scoped_lock lock(mutex_);
  return sessions_.get(name);
}

std::shared_ptr<Transaction> Store::transaction(std::string_view name) const {
  const std::scoped_lock lock(mutex_);
  return transactions_.get(name);
}

void Store::end_transaction(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  transactions_.erase(name);
}

void Store::end_session(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  sessions_.erase(name);
}

bool Store::note_assertion(const std::string& client_id, const std::string& jti) {
  const std::scoped_lock lock(mutex_);
  auto name = client_id + '\n' + jti;
  if (assertions_.get(name)) return false;
  assertions_.put(std::move(name), std::make_shared<bool>(true));
  return true;
}

void Store::note_challenge(const std::string& client_id, std::string_view challenge) {
  const std::scoped_lock lock(mutex_);
  challenges_.put(client_id + '\n' + std::string(challenge), std::make_shared<bool>(true));
}

bool Store::knows_challenge(const std::string& client_id, std::string_view challenge) const {
  const std::scoped_lock lock(mutex_);
  return challenges_.get(client_id + '\n' + std::string(challenge)) != nullptr;
}

void Store::wait_for_second_redemption(Code& code) {
  std::unique_lock lock(mutex_);
  ++code.redemptions;
  second_redemption_.notify_all();
  second_redemption_.wait_for(lock, std::chrono::milliseconds(20), [&] { return code.redemptions >= 2; });
}

}  // namespace oauthentic::mock

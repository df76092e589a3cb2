#include "fuzz/network/pool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "run/walker.hpp"

namespace oauthentic::fuzz {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kDepth = 6;      // grants that wait, of each kind
constexpr unsigned kMostFailures = 3;  // in a row
constexpr unsigned kMostUses = 200;
constexpr auto kOldestCode = 20s;
constexpr auto kOldestToken = 120s;
constexpr auto kPatience = 30s;  // for a sign-in
constexpr const char* kUser = "user";

bool is_young(const FreshGrant& grant, Kind kind) {
  const auto age = std::chrono::steady_clock::now() - grant.made;
  return grant.uses < kMostUses && age < (kind == Kind::code ? kOldestCode : kOldestToken);
}

/// One honest step; false if it was not accepted, and then `why` says so.
bool take_step(run::Walker& walker, const char* verb, std::string& why) {
  const auto* result = walker.perform_honest(verb);
  if (result && result->disposition == session::Disposition::accepted) return true;
  why = fmt::format("{}: {}", verb, result ? walker.session().redact(result->observed) : "not possible");
  return false;
}

}  // namespace

std::optional<FreshGrant> sign_in(session::World& world, const script::Client& client, Kind kind,
                                  const std::string& id, std::string& why, bool alone) {
  try {
    run::Walker walker(world, id, client, kUser, alone);
    if (!take_step(walker, "authorize", why)) return std::nullopt;
    if (kind == Kind::tokens && !take_step(walker, "redeem", why)) return std::nullopt;
    const auto& grant = walker.session().grant("");
    return FreshGrant{grant.code,         grant.code_verifier, grant.redirect_uri,
                      grant.access_token, grant.refresh_token, std::chrono::steady_clock::now()};
  } catch (const std::exception& error) {
    why = error.what();
    return std::nullopt;
  }
}

Pool::Pool(session::World& world)
    : world_(world), thread_([this](const std::stop_token& stop) { fill(stop); }) {}

Pool::~Pool() {
  thread_.request_stop();
  changed_.notify_all();
}

std::optional<FreshGrant> Pool::take(const std::string& client, Kind kind) {
  std::unique_lock lock(mutex_);
  auto& shelf = shelves_[{client, kind}];
  if (!std::exchange(shelf.wanted, true)) changed_.notify_all();
  for (;;) {
    std::erase_if(shelf.grants, [&](const FreshGrant& grant) { return !is_young(grant, kind); });
    if (!shelf.grants.empty()) {
      auto grant = std::move(shelf.grants.front());
      shelf.grants.pop_front();
      ++grant.uses;
      if (shelf.grants.size() < kDepth / 2) changed_.notify_all();
      return grant;
    }
    changed_.notify_all();
    const bool told = changed_.wait_for(
        lock, kPatience, [&] { return !shelf.grants.empty() || shelf.failures >= kMostFailures; });
    if (!told || shelf.grants.empty()) return std::nullopt;
  }
}

void Pool::give_back(const std::string& client, Kind kind, FreshGrant grant) {
  if (!is_young(grant, kind)) return;
  const std::lock_guard lock(mutex_);
  shelves_[{client, kind}].grants.push_front(std::move(grant));
}

void Pool::forget() {
  const std::lock_guard lock(mutex_);
  for (auto& [key, shelf] : shelves_) {
    shelf.grants.clear();
    shelf.failures = 0;
  }
  changed_.notify_all();
}

std::string Pool::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

std::size_t Pool::made() const {
  const std::lock_guard lock(mutex_);
  return made_;
}

/// The emptiest shelf that somebody took from.
const Pool::Key* Pool::next_to_fill() {
  const Key* emptiest = nullptr;
  auto fewest = kDepth;
  for (const auto& [key, shelf] : shelves_) {
    if (!shelf.wanted || shelf.failures >= kMostFailures || shelf.grants.size() >= fewest) continue;
    emptiest = &key;
    fewest = shelf.grants.size();
  }
  return emptiest;
}

void Pool::fill(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto* next = next_to_fill();
    if (!next) {
      changed_.wait(lock, stop, [&] { return next_to_fill() != nullptr; });
      continue;
    }
    const auto key = *next;
    lock.unlock();
    std::string why;
    const auto* client = world_.client(key.first);
    const auto id = fmt::format("fuzz/sign-in-{}", ++number_);
    auto grant = client ? sign_in(world_, *client, key.second, id, why) : std::nullopt;
    lock.lock();
    auto& shelf = shelves_[key];
    if (grant) {
      shelf.grants.push_back(std::move(*grant));
      shelf.failures = 0;
      ++made_;
    } else {
      ++shelf.failures;
      trouble_ = fmt::format("client \"{}\": {}", key.first, why);
    }
    changed_.notify_all();
  }
}

}  // namespace oauthentic::fuzz

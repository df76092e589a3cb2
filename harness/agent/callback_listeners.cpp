#include "agent/callback_listeners.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <thread>

#include "oauth/url.hpp"

namespace oauthentic::agent {

CallbackListeners::CallbackListeners(const Journey& journey) {
  std::set<std::string> provider_hosts;
  for (const auto& origin : journey.origins) {
    if (const auto url = oauth::parse_url(origin)) provider_hosts.insert(url->host);
  }
  std::set<std::string> origins;
  for (const auto& uri : journey.redirect_uris) {
    const auto url = oauth::parse_url(uri);
    if (!url || url->host.empty() || !origins.insert(url->origin()).second) continue;
    if (journey.origins.contains(url->origin())) continue;
    const auto loopback = loopback_redirect_uri({uri});
    if (!loopback) {
      if (!deaf_to_first_) why_deaf_ = "nothing of ours can listen on " + url->origin();
      if (!provider_hosts.contains(url->host)) deaf_hosts_.push_back(url->host);
      continue;
    }
    auto callback = std::make_unique<Callback>(*loopback, journey.redirect_uri());
    auto& catcher = callback->catcher;
    try {
      callback->listener = std::make_unique<http::Listener>(
          [&catcher](const Request& request) { return catcher.handle(request); },
          catcher.listener_options(journey.callback_certificate, journey.callback_key));
      callbacks_.push_back(std::move(callback));
    } catch (const std::runtime_error& error) {
      if (!deaf_to_first_) why_deaf_ = error.what();
      deaf_to_first_ = deaf_to_first_ || &uri == &journey.redirect_uris.front();
    }
  }
}

std::optional<Delivery> CallbackListeners::caught() {
  for (const auto& callback : callbacks_) {
    if (auto delivery = callback->catcher.wait(std::chrono::milliseconds(0))) return delivery;
  }
  return std::nullopt;
}

std::optional<Delivery> CallbackListeners::wait(std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds kGlance{20};
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    if (auto delivery = caught()) return delivery;
    if (std::chrono::steady_clock::now() >= until) return std::nullopt;
    std::this_thread::sleep_for(kGlance);
  }
}

}  // namespace oauthentic::agent

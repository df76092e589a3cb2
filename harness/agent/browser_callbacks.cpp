#include "agent/browser_callbacks.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "oauth/url.hpp"

namespace oauthentic::agent {

BrowserCallbacks::BrowserCallbacks(const Journey& journey) {
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
      why_deaf_ = "nothing of ours can listen on " + url->origin();
      if (!provider_hosts.contains(url->host)) deaf_hosts_.push_back(url->host);
      continue;
    }
    auto callback = std::make_unique<Callback>(*loopback);
    auto& catcher = callback->catcher;
    try {
      callback->listener = std::make_unique<http::Listener>(
          [&catcher](const Request& request) { return catcher.handle(request); }, catcher.listener_options());
      callbacks_.push_back(std::move(callback));
    } catch (const std::runtime_error& error) {
      why_deaf_ = error.what();
    }
  }
}

std::optional<Delivery> BrowserCallbacks::caught() {
  for (const auto& callback : callbacks_) {
    if (auto delivery = callback->catcher.wait(std::chrono::milliseconds(0))) return delivery;
  }
  return std::nullopt;
}

}  // namespace oauthentic::agent

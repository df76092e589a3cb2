#pragma once
// Catches what a browser brings to the redirect URIs of a journey, where something of ours can listen there.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/agent.hpp"
#include "agent/callback_catcher.hpp"

namespace oauthentic::agent {

class BrowserCallbacks {
 public:
  /// Listens on every redirect URI that is http on loopback and whose port is free.
  explicit BrowserCallbacks(const Journey& journey);

  std::optional<Delivery> caught();
  /// Hosts of redirect URIs where nothing of ours listens and the provider is not: the browser must not get
  /// there.
  const std::vector<std::string>& deaf_hosts() const { return deaf_hosts_; }
  /// Why nothing listens, for a person; "nothing came" if something does.
  const std::string& why_deaf() const { return why_deaf_; }

 private:
  struct Callback {
    explicit Callback(const oauth::Url& url) : catcher(url) {}
    CallbackCatcher catcher;
    std::unique_ptr<http::Listener> listener;
  };
  std::vector<std::unique_ptr<Callback>> callbacks_;
  std::vector<std::string> deaf_hosts_;
  std::string why_deaf_ = "nothing came to the listener there";
};

}  // namespace oauthentic::agent

#pragma once
// Catches what a browser, a person's or one of ours, brings to the redirect URIs of a journey, where something
// of ours can listen.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/agent.hpp"
#include "agent/callback_catcher.hpp"

namespace oauthentic::agent {

class CallbackListeners {
 public:
  /// Listens on every redirect URI on loopback whose port is free: http, or https with the journey's
  /// certificate.
  explicit CallbackListeners(const Journey& journey);

  std::optional<Delivery> caught();
  /// The first answer to any of them; nothing if none came in that time.
  std::optional<Delivery> wait(std::chrono::milliseconds patience);
  /// Something listens where the answer is to be expected: at the first redirect URI, if that is on loopback.
  bool hear() const { return !callbacks_.empty() && !deaf_to_first_; }
  /// Hosts of redirect URIs where nothing of ours listens and the provider is not: the browser must not get
  /// there.
  const std::vector<std::string>& deaf_hosts() const { return deaf_hosts_; }
  /// Why nothing listens, for a person; "nothing came" if something does.
  const std::string& why_deaf() const { return why_deaf_; }

 private:
  struct Callback {
    Callback(const oauth::Url& at, const std::string& redirect_uri) : catcher(at, redirect_uri) {}
    CallbackCatcher catcher;
    std::unique_ptr<http::Listener> listener;
  };
  std::vector<std::unique_ptr<Callback>> callbacks_;
  std::vector<std::string> deaf_hosts_;
  bool deaf_to_first_ = false;
  std::string why_deaf_ = "nothing came to the listener there";
};

}  // namespace oauthentic::agent

#pragma once
// What a browser brings to a loopback redirect URI (RFC 8252 §7.3): query, fragment or posted form.
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "agent/delivery.hpp"
#include "http/listener.hpp"
#include "oauth/url.hpp"

namespace oauthentic::agent {

/// The first of them that is http or https on loopback with a port: something of ours can listen there.
std::optional<oauth::Url> loopback_redirect_uri(const std::vector<std::string>& redirect_uris);

/// Takes the first answer; handle() is called from the listener's threads.
class CallbackCatcher {
 public:
  /// Listens at `at`; `redirect_uri` is that of the request, whose own parameters are no answer.
  CallbackCatcher(oauth::Url at, std::string redirect_uri)
      : at_(std::move(at)), redirect_uri_(std::move(redirect_uri)) {}

  /// For an https redirect URI with that certificate and key (PEM), or with one made on the spot if they are
  /// empty.
  http::ListenerOptions listener_options(const std::string& certificate_pem = {},
                                         const std::string& key_pem = {}) const;
  Response handle(const Request& request);
  /// Nothing if no answer came in that time.
  std::optional<Delivery> wait(std::chrono::milliseconds patience);

 private:
  oauth::Url at_;
  std::string redirect_uri_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::optional<Delivery> delivery_;
};

}  // namespace oauthentic::agent

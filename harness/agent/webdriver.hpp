#pragma once
// One session of the W3C WebDriver protocol (https://www.w3.org/TR/webdriver2/): JSON over HTTP.
#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "http/transport.hpp"

namespace oauthentic::agent {

/// What the driver, or the way to it, refused.
struct DriverError {
  std::string code;     ///< of WebDriver §6.6, such as "stale element reference"; empty: no answer that is one
  std::string message;  ///< for a person, cut at 300 characters
  bool gone = false;    ///< nothing more will come of this session: the driver or the browser is no more
};

using DriverValue = std::expected<nlohmann::json, DriverError>;

class WebDriverSession {
 public:
  /// New Session (§8.1). The driver's answer names the session and the browser.
  static std::expected<WebDriverSession, DriverError> open(http::Transport& transport, std::string driver_url,
                                                           const nlohmann::json& capabilities);

  /// A command of this session: `path` without "/session/{id}/". The value of its answer (§6.6).
  DriverValue get(const std::string& path) const;
  DriverValue post(const std::string& path, const nlohmann::json& parameters) const;
  /// Delete Session (§8.2): the browser is closed. What goes wrong is of no more interest.
  void close() const;

  /// The driver gave no answer once; it is asked no more.
  bool silent() const { return silent_; }
  const std::string& browser() const { return browser_; }  ///< "chrome", "firefox", ...; lower case

 private:
  WebDriverSession(http::Transport& transport, std::string driver_url)
      : transport_(&transport), driver_url_(std::move(driver_url)) {}
  DriverValue send(const std::string& method, const std::string& path, const std::string& body,
                   std::chrono::milliseconds timeout) const;

  http::Transport* transport_;
  std::string driver_url_;
  std::string id_;
  std::string browser_;
  mutable bool silent_ = false;
};

/// The member by which an element is known in JSON (§12.1).
inline constexpr const char* kElementMember = "element-6066-11e4-a52e-4f735466cecf";

}  // namespace oauthentic::agent

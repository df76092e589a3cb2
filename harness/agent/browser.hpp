#pragma once
// A browser as the agent uses it: what it shows, and what is done there.
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/page_reader.hpp"
#include "agent/webdriver.hpp"
#include "oauth/cookies.hpp"

namespace oauthentic::agent {

/// What the browser shows at one moment.
struct Snapshot {
  std::string url;      ///< with its fragment; of a page that could not be loaded the URL that was asked for
  std::string html;     ///< the document as scripts have drawn it; what is not shown is marked `hidden`
  int status = 0;       ///< of its response (Navigation Timing 2), 0 if the browser does not tell
  bool loaded = false;  ///< document.readyState is "complete"
  bool fresh = false;   ///< a document that no snapshot was taken of
  bool failed = false;  ///< the browser's own page about a failure to load
};

class Browser {
 public:
  struct Settings {
    bool insecure = false;                        ///< accept any certificate
    std::chrono::milliseconds page_load{15'000};  ///< a command waits so long for a page that was begun
    std::vector<std::string> lost_hosts;          ///< which the browser must not be able to reach
  };
  static std::expected<Browser, DriverError> open(http::Transport& transport, const std::string& driver_url,
                                                  const Settings& settings);

  std::expected<void, DriverError> go_to(const std::string& url) const;
  std::expected<Snapshot, DriverError> look() const;
  /// Types, ticks and presses. The password is typed only if the document's origin still is `origin`.
  std::expected<void, DriverError> submit(const Decision& decision, const std::string& origin) const;
  std::expected<void, DriverError> follow(const Decision& decision) const;

  /// The cookies of all origins, where the browser can be asked (Chromium); else nothing happens.
  void put_cookies(const oauth::CookieJar& jar) const;
  void take_cookies(oauth::CookieJar& jar, Time now) const;
  /// PNG octets; nothing if there is none, or it is larger than kMaxScreenshot.
  std::string screenshot() const;
  void close() const { session_.close(); }
  /// The driver has stopped answering.
  bool silent() const { return session_.silent(); }

 private:
  explicit Browser(WebDriverSession session) : session_(std::move(session)) {}
  DriverValue run(std::string_view script, const nlohmann::json& arguments) const;
  std::expected<std::string, DriverError> element(const std::string& mark, const std::string& origin) const;
  std::expected<void, DriverError> click(const std::string& mark) const;
  std::expected<void, DriverError> type(const oauth::HtmlField& field, const std::string& text,
                                        const std::string& origin) const;

  WebDriverSession session_;
};

}  // namespace oauthentic::agent

// A real browser for each journey, and the driver that starts them.
#include <mutex>
#include <optional>
#include <stdexcept>

#include "agent/agent.hpp"
#include "agent/browser_ride.hpp"
#include "agent/driver_process.hpp"
#include "agent/opened_by_url.hpp"

namespace oauthentic::agent {

namespace {

class WebDriverAgent : public Agent {
 public:
  explicit WebDriverAgent(BrowserOptions options) : options_(std::move(options)) {
    if (!options_.transport) throw std::logic_error("a browser without a way to its driver");
  }

  Arrival travel(const Journey& journey, UserAgent& user_agent) override {
    // One browser at a time: the callback of one journey would take the answer of another.
    const std::lock_guard lock(mutex_);
    Arrival arrival;
    arrival.responses_seen = false;
    auto reason = not_by_url(journey);
    if (!reason && journey.until == Until::next_page) reason = "a browser cannot be kept from answering pages";
    if (!reason) reason = have_driver();
    if (reason) {
      arrival.pages_seen = false;
      arrival.reason = *std::move(reason);
      return arrival;
    }
    CallbackListeners callbacks(journey);
    const Browser::Settings settings{options_.insecure, options_.page_patience, callbacks.deaf_hosts()};
    const auto browser = Browser::open(*options_.transport, driver_url(), settings);
    if (!browser) {
      driver_.reset();
      arrival.pages_seen = false;
      arrival.reason = "the browser does not start: " + browser.error().message;
      return arrival;
    }
    const auto now = user_agent.now ? user_agent.now() : Time{};
    if (user_agent.cookies) browser->put_cookies(*user_agent.cookies);
    arrival = ride(journey, user_agent, options_, *browser, callbacks);
    if (user_agent.cookies) browser->take_cookies(*user_agent.cookies, now);
    browser->close();
    // With a driver that hangs its browsers go as well.
    if (browser->silent()) driver_.reset();
    return arrival;
  }

 private:
  std::string driver_url() const { return driver_ ? driver_->url() : options_.driver_url; }

  /// Starts the driver if none runs; the reason if that fails.
  std::optional<std::string> have_driver() {
    if (!options_.driver_url.empty() || (driver_ && driver_->runs())) return std::nullopt;
    driver_.reset();
    auto started = DriverProcess::start(options_.driver);
    if (!started) return "the driver of the browser does not start: " + started.error();
    driver_ = *std::move(started);
    return std::nullopt;
  }

  BrowserOptions options_;
  std::mutex mutex_;
  std::unique_ptr<DriverProcess> driver_;
};

}  // namespace

std::unique_ptr<Agent> make_webdriver_agent(BrowserOptions options) {
  return std::make_unique<WebDriverAgent>(std::move(options));
}

}  // namespace oauthentic::agent

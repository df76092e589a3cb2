// A person with a browser: the URL is printed, the answer is caught on the loopback redirect URI.
#include <fmt/format.h>

#include "agent/agent.hpp"
#include "agent/callback_listeners.hpp"
#include "agent/journey_end.hpp"
#include "agent/opened_by_url.hpp"

namespace oauthentic::agent {

namespace {

class ManualAgent : public Agent {
 public:
  ManualAgent(std::function<void(const std::string&)> print, std::chrono::seconds patience)
      : print_(std::move(print)), patience_(patience) {}

  Arrival travel(const Journey& journey, UserAgent&) override {
    Arrival arrival;
    if (!loopback_redirect_uri(journey.redirect_uris)) {
      arrival.reason = "no redirect URI of this request is on loopback, so that nothing can catch the answer";
      return arrival;
    }
    if (auto reason = not_by_url(journey)) {
      arrival.reason = *std::move(reason);
      return arrival;
    }
    if (journey.until != Until::end) {
      arrival.reason = "a person at a browser goes all the way: they cannot be stopped at a page";
      return arrival;
    }
    CallbackListeners callbacks(journey);
    if (!callbacks.hear()) {
      arrival.reason = "nothing can catch the answer: " + callbacks.why_deaf();
      return arrival;
    }
    const bool grants = journey.consent == Consent::grant;
    print_(fmt::format("Open this URL in a browser, sign in as {} and {} what is asked for:\n{}",
                       journey.account.username, grants ? "grant" : "refuse", journey.first.url));
    auto delivery = callbacks.wait(patience_);
    if (!delivery) {
      arrival.reason = fmt::format("no answer came to {} within {} seconds", journey.redirect_uris.front(),
                                   patience_.count());
      return arrival;
    }
    deliver(arrival, *std::move(delivery));
    arrival.pages_seen = false;
    arrival.log.push_back("a person used a browser; what it was shown is not known");
    return arrival;
  }

 private:
  std::function<void(const std::string&)> print_;
  std::chrono::seconds patience_;
};

}  // namespace

std::unique_ptr<Agent> make_manual_agent(std::function<void(const std::string&)> print,
                                         std::chrono::seconds patience) {
  return std::make_unique<ManualAgent>(std::move(print), patience);
}

}  // namespace oauthentic::agent

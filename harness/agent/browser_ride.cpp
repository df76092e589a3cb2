#include "agent/browser_ride.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "agent/delivery.hpp"
#include "agent/journey_end.hpp"
#include "agent/opened_by_url.hpp"
#include "agent/page_reader.hpp"
#include "agent/steps.hpp"
#include "oauth/html_text.hpp"
#include "oauth/url.hpp"

namespace oauthentic::agent {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How long a page has to stay as it is before it is answered.
struct Calm {
  static constexpr milliseconds kFresh{200};      ///< a new document
  static constexpr milliseconds kRedrawn{600};    ///< a script may still be at work
  static constexpr milliseconds kRefusal{3'000};  ///< a script shows the same form until it has its answer
};

/// One journey of one browser.
class Ride {
 public:
  Ride(const Journey& journey, UserAgent& user_agent, const BrowserOptions& options, const Browser& browser,
       CallbackListeners& callbacks)
      : journey_(journey),
        user_agent_(user_agent),
        options_(options),
        browser_(browser),
        callbacks_(callbacks),
        steps_(journey.steps),
        context_(beginning_of(journey)) {
    context_.runs_scripts = true;
    arrival_.responses_seen = false;
  }

  Arrival run() {
    new_page();
    if (const auto went = browser_.go_to(journey_.first.url); !went && went.error().gone) {
      lose("the browser was lost: " + went.error().message);
    } else {
      while (!over_)
        look();
    }
    if (arrival_.end != Arrival::End::delivered) arrival_.screenshot = browser_.screenshot();
    return std::move(arrival_);
  }

 private:
  /// One look at what the browser shows.
  void look() {
    const auto now = steady_clock::now();
    if (auto delivery = callbacks_.caught()) return deliver(*std::move(delivery));
    if (now - started_ > options_.journey_patience)
      return lose(fmt::format("no end after {}; the browser is at {}", seconds(options_.journey_patience),
                              bare(arrival_.last_url)));
    auto snapshot = browser_.look();
    if (!snapshot) return not_seen(snapshot.error(), now);
    // Before the first page is there the browser shows an empty one.
    if (snapshot->url.starts_with("about:") || snapshot->url.starts_with("data:"))
      return linger(now, "no page was shown");
    if (leads_away(snapshot->url, journey_)) return away(snapshot->url, now);
    if (snapshot->failed) return failed(*snapshot);
    const bool changed = snapshot->fresh || snapshot->html != seen_.html;
    fresh_ |= snapshot->fresh;
    if (changed) calm_since_ = now;
    const bool moved = moved_ || changed;
    moved_ = moved;
    seen_ = *std::move(snapshot);
    arrival_.last_url = seen_.url;
    if (!seen_.loaded && now - page_since_ < options_.page_patience / 2) return rest();
    consider(now);
  }

  void consider(steady_clock::time_point now) {
    if (now - calm_since_ < (fresh_ ? Calm::kFresh : Calm::kRedrawn))
      return linger(now, "its page never came to rest");
    auto parsed = oauth::parse_html(seen_.html, seen_.url);
    if (!parsed) return lose(parsed.error());
    const auto page = std::make_shared<const oauth::HtmlPage>(*std::move(parsed));
    context_.url = seen_.url;
    context_.status = seen_.status > 0 ? seen_.status : 200;
    if (context_.status >= 500 || context_.status == 429)
      return end(Arrival::End::no_answer,
                 fmt::format("{} answered with status {}", bare(seen_.url), context_.status));
    context_.one_time_code = next_code(journey_, user_agent_, context_);
    auto by_step = steps_.read(*page, context_);
    auto decision = by_step ? *std::move(by_step) : read_page(*page, context_);
    if (decision.by_itself && now - calm_since_ < Calm::kRefusal)
      return linger(now, "the page goes on by itself");
    if (may_be_premature(decision, now)) return rest();
    act(decision, page);
  }

  /// A page that is being drawn is not understood yet; a form that was sent by a script stays until its answer
  /// is there, and would be answered again.
  bool may_be_premature(const Decision& decision, steady_clock::time_point now) const {
    const auto patience = now - page_since_;
    if (decision.kind == Decision::Kind::lost && !decision.asks_again && !decision.code_refused)
      return patience < options_.page_patience;
    // A script may switch the button on in a moment.
    const auto* button = decision.fill.button;
    if (button && button->disabled && decision.fill.typed.empty() && patience < Calm::kRefusal) return true;
    if (fresh_) return false;
    const bool repeats = decision.asks_again || decision.code_refused ||
                         (decision.types_code && context_.codes_typed > 0) ||
                         (answered_ && decision.why == last_why_);
    return repeats && now - calm_since_ < std::min<milliseconds>(Calm::kRefusal, options_.page_patience);
  }

  void act(const Decision& decision, const std::shared_ptr<const oauth::HtmlPage>& page) {
    show(decision, page);
    if (decision.kind != Decision::Kind::wait && ++pages_ > journey_.max_steps)
      return lose(fmt::format("no end after {} pages; the last was {}", journey_.max_steps, bare(seen_.url)));
    switch (decision.kind) {
      case Decision::Kind::wait:
        std::this_thread::sleep_for(decision.pause);
        new_page();
        break;
      case Decision::Kind::submit:
      case Decision::Kind::follow:
        answer(decision);
        break;
      default:
        end_at_page(arrival_, decision);
        over_ = true;
    }
  }

  /// The page becomes part of what was shown.
  void show(const Decision& decision, const std::shared_ptr<const oauth::HtmlPage>& page) {
    Response response;
    response.status = seen_.status;
    response.headers.add("Content-Type", "text/html; charset=utf-8");
    response.body = seen_.html;
    arrival_.last = response;
    arrival_.status = seen_.status;
    arrival_.page_title = page->title;
    if (!decision.by_itself && decision.kind != Decision::Kind::wait)
      arrival_.pages.push_back({seen_.url, std::move(response), page});
    arrival_.signed_in |=
        context_.password_typed && !decision.asks_again && !decision.types_code && !decision.code_refused;
    arrival_.log.push_back(fmt::format("page \"{}\": {}", page->title, decision.why));
  }

  void answer(const Decision& decision) {
    const auto origin = oauth::parse_url(seen_.url);
    if (decision.kind == Decision::Kind::follow && leads_away(decision.url, journey_)) {
      if (!oauth::parse_url(decision.url))
        return lose("the page leads to what is no URL: " + decision.url.substr(0, 300));
      return deliver(read_delivery(decision.url, journey_.redirect_uri()));
    }
    std::unique_lock<std::mutex> turn;
    if (decision.answers_consent && user_agent_.consent_turn)
      turn = std::unique_lock(*user_agent_.consent_turn);
    tell_typed(decision, context_, user_agent_);
    const auto did = decision.kind == Decision::Kind::submit
                         ? browser_.submit(decision, origin ? origin->origin() : "")
                         : browser_.follow(decision);
    if (!did && did.error().gone) return lose("the browser was lost: " + did.error().message);
    if (!did) {
      // The page changed under the hands: it is looked at again, but not for ever.
      arrival_.log.push_back("that could not be done: " + did.error().message);
      if (++failures_ > 3)
        return lose(fmt::format("{}, which the browser refuses: {}", decision.why, did.error().message));
      return new_page();
    }
    arrival_.consented |= decision.answers_consent;
    remember(decision, context_);
    if (decision.why == last_why_ && ++repeats_ >= 2 && !decision.types_code)
      return lose(fmt::format("the page \"{}\" comes back each time it is answered", arrival_.page_title));
    last_why_ = decision.why;
    new_page();
    answered_ = true;
    // An answer to a consent page is under way until the browser shows something else.
    while (turn && !over_ && !moved_)
      look();
  }

  /// The browser was sent to a redirect URI or another foreign place.
  void away(const std::string& url, steady_clock::time_point now) {
    auto delivery = read_delivery(url, journey_.redirect_uri());
    if (!delivery.answer.empty()) return deliver(std::move(delivery));
    if (!away_since_) away_since_ = now;
    // A form that was posted is with the callback, if it can be anywhere.
    if (now - *away_since_ < std::min<milliseconds>(Calm::kRefusal, options_.page_patience)) return rest();
    if (is_redirect_uri(url, journey_.redirect_uris)) {
      return lose(
          fmt::format("the browser was sent to {} without any parameter in the URL; a form that was posted "
                      "there could not be seen, as {}",
                      bare(url), callbacks_.why_deaf()));
    }
    deliver(std::move(delivery));
  }

  void failed(const Snapshot& snapshot) {
    const auto page = oauth::parse_html(snapshot.html, snapshot.url);
    arrival_.last_url = snapshot.url;
    end(Arrival::End::no_answer, fmt::format("the browser could not load {}: {}", bare(snapshot.url),
                                             page ? oauth::fold_space(page->text, 200) : "no reason is told"));
  }

  void not_seen(const DriverError& error, steady_clock::time_point now) {
    if (error.gone) return lose("the browser was lost: " + error.message);
    linger(now, error.message);
  }

  /// Waits on, if the patience for one page is not over.
  void linger(steady_clock::time_point now, const std::string& why) {
    if (now - page_since_ < options_.page_patience) return rest();
    lose(fmt::format("within {} {}{}", seconds(options_.page_patience), why,
                     arrival_.last_url.empty() ? "" : ": " + bare(arrival_.last_url)));
  }
  void rest() const { std::this_thread::sleep_for(options_.glance); }

  void new_page() {
    page_since_ = calm_since_ = steady_clock::now();
    fresh_ = moved_ = answered_ = false;
    away_since_.reset();
  }

  void deliver(Delivery delivery) {
    agent::deliver(arrival_, std::move(delivery), context_);
    arrival_.status = 0;
    over_ = true;
  }
  static std::string seconds(milliseconds duration) {
    return fmt::format("{:g} s", static_cast<double>(duration.count()) / 1000);
  }
  void lose(std::string reason) { end(Arrival::End::lost, std::move(reason)); }
  void end(Arrival::End how, std::string reason) {
    agent::end(arrival_, how, std::move(reason));
    over_ = true;
  }

  const Journey& journey_;
  UserAgent& user_agent_;
  const BrowserOptions& options_;
  const Browser& browser_;
  CallbackListeners& callbacks_;
  StepReader steps_;
  PageContext context_;
  Arrival arrival_;
  bool over_ = false;

  const steady_clock::time_point started_ = steady_clock::now();
  Snapshot seen_;
  steady_clock::time_point page_since_;  ///< something was done, or the journey began
  steady_clock::time_point calm_since_;  ///< what is shown has not changed
  std::optional<steady_clock::time_point> away_since_;
  bool fresh_ = false;     ///< a new document has come since
  bool moved_ = false;     ///< anything has changed since
  bool answered_ = false;  ///< what was done was to answer a page
  std::string last_why_;
  int repeats_ = 0;
  int failures_ = 0;
  std::size_t pages_ = 0;
};

}  // namespace

Arrival ride(const Journey& journey, UserAgent& user_agent, const BrowserOptions& options,
             const Browser& browser, CallbackListeners& callbacks) {
  return Ride(journey, user_agent, options, browser, callbacks).run();
}

}  // namespace oauthentic::agent

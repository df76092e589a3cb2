// A person with a browser: the URL is printed, the answer is caught on the loopback redirect URI.
#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stdexcept>

#include "agent/agent.hpp"
#include "agent/delivery.hpp"
#include "http/listener.hpp"
#include "oauth/url.hpp"

namespace oauthentic::agent {

namespace {

/// A browser keeps the fragment to itself (RFC 9110 §4.2.5): this page sends it back as a body.
constexpr std::string_view kFragmentPage = R"(<!doctype html><meta charset="utf-8"><title>Oauthentic</title>
<p id="said">Reading the answer ...</p>
<script>
const said = document.getElementById("said");
if (location.hash.length > 1) {
  fetch(location.pathname, {method: "POST", headers: {"X-Oauthentic-Fragment": "1"}, body: location.hash.slice(1)})
      .then(() => { said.textContent = "Thank you. The answer has arrived; this window can be closed."; })
      .catch(() => { said.textContent = "The answer could not be handed on."; });
} else {
  said.textContent = "There is no answer in this address.";
}
</script>)";

constexpr std::string_view kThanksPage = R"(<!doctype html><meta charset="utf-8"><title>Oauthentic</title>
<p>Thank you. The answer has arrived; this window can be closed.</p>)";

Response page(std::string_view text) {
  Response response;
  response.status = 200;
  response.reason = "OK";
  response.headers = Headers{{"Content-Type", "text/html; charset=utf-8"},
                             {"Cache-Control", "no-store"},
                             {"Referrer-Policy", "no-referrer"}};
  response.body = text;
  return response;
}

/// Takes the first answer; called from the listener's threads.
class Catcher {
 public:
  explicit Catcher(oauth::Url redirect_uri) : redirect_uri_(std::move(redirect_uri)) {}

  Response handle(const Request& request) {
    const auto url = oauth::parse_url(request.url);
    const auto path = url && !url->path.empty() ? url->path : "/";
    if (path != (redirect_uri_.path.empty() ? "/" : redirect_uri_.path)) {
      Response response = page("<!doctype html><title>Oauthentic</title><p>Nothing is here.");
      response.status = 404;
      response.reason = "Not Found";
      return response;
    }
    Delivery delivery;
    delivery.url = request.url;
    if (request.method == "POST") {
      const bool fragment = request.headers.has("X-Oauthentic-Fragment");
      delivery.response_mode = fragment ? "fragment" : "form_post";
      delivery.parameters = oauth::form_decode_leniently(request.body);
      if (fragment) delivery.url += '#' + request.body;
    } else {
      delivery.response_mode = "query";
      delivery.parameters = oauth::query_of(request.url);
    }
    const auto& got = delivery.parameters;
    const bool answers = oauth::find(got, "code") || oauth::find(got, "error") ||
                         oauth::find(got, "response") || oauth::find(got, "state") ||
                         oauth::find(got, "access_token") || oauth::find(got, "id_token");
    if (!answers) return page(kFragmentPage);
    const std::lock_guard lock(mutex_);
    if (!delivery_) delivery_ = std::move(delivery);
    arrived_.notify_all();
    return page(kThanksPage);
  }

  std::optional<Delivery> wait(std::chrono::seconds patience) {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, patience, [&] { return delivery_.has_value(); });
    return delivery_;
  }

 private:
  oauth::Url redirect_uri_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::optional<Delivery> delivery_;
};

std::optional<oauth::Url> loopback_redirect_uri(const std::vector<std::string>& redirect_uris) {
  for (const auto& uri : redirect_uris) {
    auto url = oauth::parse_url(uri);
    if (url && url->scheme == "http" && url->port != 0 && oauth::is_loopback_host(url->host)) return url;
  }
  return std::nullopt;
}

class ManualAgent : public Agent {
 public:
  ManualAgent(std::function<void(const std::string&)> print, std::chrono::seconds patience)
      : print_(std::move(print)), patience_(patience) {}

  Arrival travel(const Journey& journey, UserAgent&) override {
    Arrival arrival;
    const auto redirect_uri = loopback_redirect_uri(journey.redirect_uris);
    if (!redirect_uri) {
      arrival.reason =
          "no redirect URI of this request is http on loopback, so that nothing can catch the answer";
      return arrival;
    }
    if (journey.first.method != "GET" || journey.first.octets || journey.from || journey.until != Until::end) {
      arrival.reason = "this request cannot be made by opening a URL in a browser";
      return arrival;
    }
    Catcher catcher(*redirect_uri);
    http::ListenerOptions options;
    options.port = redirect_uri->port;
    options.address = redirect_uri->ipv6 ? "::1" : "127.0.0.1";
    const http::Listener listener([&](const Request& request) { return catcher.handle(request); }, options);
    const bool grants = journey.consent == Consent::grant;
    print_(fmt::format("Open this URL in a browser, sign in as {} and {} what is asked for:\n{}",
                       journey.account.username, grants ? "grant" : "refuse", journey.first.url));
    auto delivery = catcher.wait(patience_);
    if (!delivery) {
      arrival.reason = fmt::format("no answer came to {} within {} seconds", journey.redirect_uris.front(),
                                   patience_.count());
      return arrival;
    }
    arrival.end = Arrival::End::delivered;
    arrival.reason = "the browser was sent to " + oauth::without_query(delivery->url);
    arrival.url = std::move(delivery->url);
    arrival.response_mode = std::move(delivery->response_mode);
    arrival.parameters = std::move(delivery->parameters);
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

#include "agent/callback_catcher.hpp"

#include <string_view>

namespace oauthentic::agent {

namespace {

/// A browser keeps the fragment to itself (RFC 9110 §4.2.5): this page sends it back as a body.
constexpr std::string_view kFragmentPage = R"(<!doctype html><meta charset="utf-8"><title>Oauthentic</title>
<p id="said">Reading the answer ...</p>
<script>
const said = document.getElementById("said");
if (location.hash.length > 1) {
  fetch(location.pathname + location.search, {method: "POST", headers: {"X-Oauthentic-Fragment": "1"}, body: location.hash.slice(1)})
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

}  // namespace

http::ListenerOptions CallbackCatcher::listener_options(const std::string& certificate_pem,
                                                        const std::string& key_pem) const {
  http::ListenerOptions options;
  options.port = at_.port;
  options.address = at_.ipv6 ? "::1" : "127.0.0.1";
  options.tls = at_.scheme == "https";
  options.certificate_pem = certificate_pem;
  options.key_pem = key_pem;
  return options;
}

Response CallbackCatcher::handle(const Request& request) {
  const auto url = oauth::parse_url(request.url);
  const auto path = url && !url->path.empty() ? url->path : "/";
  if (path != (at_.path.empty() ? "/" : at_.path)) {
    Response response = page("<!doctype html><title>Oauthentic</title><p>Nothing is here.");
    response.status = 404;
    response.reason = "Not Found";
    return response;
  }
  const bool fragment = request.headers.has("X-Oauthentic-Fragment");
  const bool posted = request.method == "POST" && !fragment;
  auto delivery = posted
                      ? read_posted(request.url, oauth::form_decode_leniently(request.body))
                      : read_delivery(fragment ? request.url + '#' + request.body : request.url, redirect_uri_);
  if (!holds_answer(delivery.answer)) return page(kFragmentPage);
  const std::lock_guard lock(mutex_);
  if (!delivery_) delivery_ = std::move(delivery);
  arrived_.notify_all();
  return page(kThanksPage);
}

std::optional<Delivery> CallbackCatcher::wait(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  arrived_.wait_for(lock, patience, [&] { return delivery_.has_value(); });
  return delivery_;
}

std::optional<oauth::Url> loopback_redirect_uri(const std::vector<std::string>& redirect_uris) {
  for (const auto& uri : redirect_uris) {
    auto url = oauth::parse_url(uri);
    const bool web = url && (url->scheme == "http" || url->scheme == "https");
    if (web && url->port != 0 && oauth::is_loopback_host(url->host)) return url;
  }
  return std::nullopt;
}

}  // namespace oauthentic::agent

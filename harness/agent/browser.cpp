#include "agent/browser.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "agent/agent.hpp"
#include "agent/browser_script.hpp"
#include "oauth/json_document.hpp"
#include "oauth/url.hpp"

namespace oauthentic::agent {

using nlohmann::json;

namespace {

using Done = std::expected<void, DriverError>;

/// Nothing of the user's own browser is used, and nothing is fetched but for the pages themselves.
json chromium_options(const std::vector<std::string>& lost_hosts) {
  json arguments = {"--headless=new",
                    "--window-size=1280,1000",
                    "--lang=en",
                    "--no-first-run",
                    "--no-default-browser-check",
                    "--disable-gpu",
                    "--disable-extensions",
                    "--disable-sync",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-domain-reliability",
                    "--disable-client-side-phishing-detection",
                    "--disable-dev-shm-usage",
                    "--disable-breakpad",
                    "--disable-crash-reporter",
                    "--disable-features=OptimizationHints,MediaRouter,Translate,HttpsUpgrades",
                    "--password-store=basic",
                    "--use-mock-keychain"};
  // Chromium's sandbox does not start for root, as which containers and CI run.
  if (::geteuid() == 0) arguments.push_back("--no-sandbox");
  std::string rules;
  for (const auto& host : lost_hosts)
    rules += fmt::format("{}MAP {} ~NOTFOUND", rules.empty() ? "" : ", ", host);
  if (!rules.empty()) arguments.push_back("--host-resolver-rules=" + rules);
  return {{"args", arguments},
          {"prefs", {{"credentials_enable_service", false}, {"profile.password_manager_enabled", false}}}};
}

json capabilities(const Browser::Settings& settings) {
  // NB: with the strategy "none" chromedriver answers nothing at all while a server keeps it waiting.
  const json always = {
      {"acceptInsecureCerts", settings.insecure},
      {"pageLoadStrategy", "eager"},
      {"unhandledPromptBehavior", "dismiss"},
      {"timeouts", {{"script", 10'000}, {"pageLoad", settings.page_load.count()}, {"implicit", 0}}}};
  const json chromium = {{"browserName", "chrome"},
                         {"goog:chromeOptions", chromium_options(settings.lost_hosts)}};
  const json firefox = {{"browserName", "firefox"}, {"moz:firefoxOptions", {{"args", {"-headless"}}}}};
  return {{"alwaysMatch", always}, {"firstMatch", {chromium, firefox}}};
}

std::string text(const json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

bool yes(const json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_boolean() && at->get<bool>();
}

DriverError missing(std::string what) {
  DriverError error;
  error.code = "no such element";
  error.message = std::move(what);
  return error;
}

Done done(const DriverValue& value) {
  if (!value) return std::unexpected(value.error());
  return {};
}

/// RFC 6265 §4.1: as the server would have set it. The jar reads nothing else.
std::string set_cookie(const json& cookie, Time now) {
  auto out = fmt::format("{}={}; Path={}", text(cookie, "name"), text(cookie, "value"), text(cookie, "path"));
  const auto domain = text(cookie, "domain");
  if (domain.starts_with('.')) out += "; Domain=" + domain.substr(1);
  if (yes(cookie, "secure")) out += "; Secure";
  if (yes(cookie, "httpOnly")) out += "; HttpOnly";
  if (const auto same = text(cookie, "sameSite"); !same.empty()) out += "; SameSite=" + same;
  const auto expires = cookie.find("expires");
  if (expires != cookie.end() && expires->is_number() && expires->get<double>() > 0) {
    const auto left = expires->get<double>() - static_cast<double>(now.time_since_epoch().count());
    out += fmt::format("; Max-Age={}", static_cast<std::int64_t>(left));
  }
  return out;
}

}  // namespace

std::expected<Browser, DriverError> Browser::open(http::Transport& transport, const std::string& driver_url,
                                                  const Settings& settings) {
  auto session = WebDriverSession::open(transport, driver_url, capabilities(settings));
  if (!session) return std::unexpected(session.error());
  return Browser(*std::move(session));
}

DriverValue Browser::run(std::string_view script, const json& arguments) const {
  return session_.post("execute/sync", {{"script", script}, {"args", arguments}});
}

Done Browser::go_to(const std::string& url) const {
  return done(session_.post("url", {{"url", url}}));
}

std::expected<Snapshot, DriverError> Browser::look() const {
  // The URL is asked for first: a page that could not be loaded does not know it.
  const auto url = session_.get("url");
  if (!url) return std::unexpected(url.error());
  const auto seen = run(kLookScript, json::array());
  if (!seen) return std::unexpected(seen.error());
  if (!seen->is_object()) return std::unexpected(missing("the page tells nothing of itself"));
  Snapshot snapshot;
  snapshot.html = text(*seen, "html");
  snapshot.loaded = yes(*seen, "loaded");
  snapshot.fresh = yes(*seen, "fresh");
  snapshot.failed = yes(*seen, "failed");
  snapshot.url = text(*seen, "url");
  if (snapshot.failed || snapshot.url.empty()) snapshot.url = url->is_string() ? url->get<std::string>() : "";
  const auto status = seen->find("status");
  if (status != seen->end() && status->is_number_integer()) snapshot.status = status->get<int>();
  return snapshot;
}

std::expected<std::string, DriverError> Browser::element(const std::string& mark,
                                                         const std::string& origin) const {
  if (mark.empty() || mark.find_first_not_of("0123456789") != std::string::npos || mark.size() > 6)
    return std::unexpected(missing("what is to be used is not in the page"));
  const auto value = run(kFindScript, {std::stoi(mark), origin});
  if (!value) return std::unexpected(value.error());
  auto id = value->is_object() ? text(*value, kElementMember) : std::string();
  if (id.empty() || id.find_first_of("/?#% \r\n") != std::string::npos)
    return std::unexpected(missing("the page has changed since it was read"));
  return id;
}

Done Browser::click(const std::string& mark) const {
  const auto id = element(mark, "");
  if (!id) return std::unexpected(id.error());
  const auto clicked = session_.post("element/" + *id + "/click", json::object());
  if (clicked || clicked.error().gone) return done(clicked);
  const auto& code = clicked.error().code;
  if (code != "element click intercepted" && code != "element not interactable") return done(clicked);
  return done(run(kClickScript, {{{kElementMember, *id}}}));
}

Done Browser::type(const oauth::HtmlField& field, const std::string& text, const std::string& origin) const {
  const auto id = element(field.mark, origin);
  if (!id) return std::unexpected(id.error());
  if (field.hidden || field.tag == "select") return done(run(kSetScript, {{{kElementMember, *id}}, text}));
  // A field that cannot be cleared may still be typed into.
  static_cast<void>(session_.post("element/" + *id + "/clear", json::object()));
  return done(session_.post("element/" + *id + "/value", {{"text", text}}));
}

Done Browser::submit(const Decision& decision, const std::string& origin) const {
  const oauth::HtmlField* last = nullptr;
  for (const auto& field : decision.form->fields) {
    if (const auto typed = decision.fill.typed.find(&field); typed != decision.fill.typed.end()) {
      if (auto did = type(field, typed->second, origin); !did) return did;
      last = &field;
    }
    if (decision.fill.ticked.contains(&field) && !field.checked) {
      if (auto did = click(field.mark); !did) return did;
    }
  }
  if (decision.fill.button) return click(decision.fill.button->mark);
  if (!last) {
    for (const auto& field : decision.form->fields) {
      if (is_text_field(field)) last = &field;
    }
  }
  if (!last) return std::unexpected(missing("the form has neither a button nor a field to press Enter in"));
  const auto id = element(last->mark, origin);
  if (!id) return std::unexpected(id.error());
  return done(
      session_.post("element/" + *id + "/value", {{"text", "\xEE\x80\x87"}}));  // U+E007: Enter (§17.4.2)
}

Done Browser::follow(const Decision& decision) const {
  return decision.link && !decision.link->mark.empty() ? click(decision.link->mark) : go_to(decision.url);
}

void Browser::put_cookies(const oauth::CookieJar& jar) const {
  if (!session_.browser().contains("chrom")) return;
  for (const auto& cookie : jar.cookies()) {
    json parameters = {
        {"name", cookie.name},
        {"value", cookie.value},
        {"path", cookie.path},
        {"secure", cookie.secure},
        {"httpOnly", cookie.http_only},
        {"url", fmt::format("{}://{}{}", cookie.secure ? "https" : "http", cookie.domain, cookie.path)}};
    if (!cookie.host_only) parameters["domain"] = '.' + cookie.domain;
    if (cookie.same_site == "none") parameters["sameSite"] = "None";
    if (cookie.same_site == "lax") parameters["sameSite"] = "Lax";
    if (cookie.same_site == "strict") parameters["sameSite"] = "Strict";
    if (cookie.expires) parameters["expires"] = cookie.expires->time_since_epoch().count();
    static_cast<void>(
        session_.post("goog/cdp/execute", {{"cmd", "Network.setCookie"}, {"params", parameters}}));
  }
}

void Browser::take_cookies(oauth::CookieJar& jar, Time now) const {
  if (!session_.browser().contains("chrom")) return;
  const auto all =
      session_.post("goog/cdp/execute", {{"cmd", "Storage.getCookies"}, {"params", json::object()}});
  if (!all) return;
  jar.clear();
  const auto cookies = oauth::member(*all, "cookies");
  for (const auto& cookie : cookies) {
    if (!cookie.is_object()) continue;
    auto host = text(cookie, "domain");
    if (host.starts_with('.')) host.erase(0, 1);
    if (host.contains(':') && !host.starts_with('[')) host = '[' + host + ']';
    const auto url =
        fmt::format("{}://{}{}", yes(cookie, "secure") ? "https" : "http", host, text(cookie, "path"));
    jar.store(url, Headers{{"Set-Cookie", set_cookie(cookie, now)}}, now);
  }
}

std::string Browser::screenshot() const {
  const auto value = session_.get("screenshot");
  if (!value || !value->is_string()) return {};
  auto octets = oauth::base64_decode(value->get_ref<const std::string&>());
  if (!octets || octets->size() > kMaxScreenshot || !octets->starts_with("\x89PNG")) return {};
  return *std::move(octets);
}

}  // namespace oauthentic::agent

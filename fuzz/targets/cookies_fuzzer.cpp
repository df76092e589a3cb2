// Property: a cookie jar keeps its limits, sends cookies only where they belong (RFC 6265 §5.4) and never
// writes a header field that a peer could have ended early. Input: lines; the first is the URL that the
// response came from, each other one a Set-Cookie field value.
#include <algorithm>

#include "core/message.hpp"
#include "fuzz/target.hpp"
#include "oauth/cookie_date.hpp"
#include "oauth/cookies.hpp"
#include "oauth/url.hpp"

namespace oauthentic::fuzz {

namespace {

constexpr Time kNow{std::chrono::seconds(1'750'000'000)};

void check_header(const oauth::CookieJar& jar, std::string_view url, Time now) {
  const auto header = jar.header_for(url, now);
  if (!header) return;
  for (const char c : *header) {
    require(c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F),
            "the field holds no control octet", *header);
  }
  const auto pairs = static_cast<std::size_t>(std::ranges::count(*header, ';')) + 1;
  require(pairs <= jar.cookies().size(), "no cookie smuggles another in", *header);
}

void check_cookie(const oauth::Cookie& cookie, const oauth::Url& origin) {
  require(
      !cookie.name.empty() && cookie.name.size() + cookie.value.size() <= oauth::CookieJar::kMaxCookieOctets,
      "a cookie has a name and keeps to its size", cookie.name);
  const bool above = origin.host.size() > cookie.domain.size() && origin.host.ends_with("." + cookie.domain);
  require(cookie.domain == origin.host || (above && !cookie.host_only),
          "a domain is the host's own or above it", cookie.domain);
  require(cookie.path.starts_with('/'), "a path begins with a slash", cookie.path);
  const bool trusted = origin.scheme == "https" || oauth::is_loopback_host(origin.host);
  require(trusted || !cookie.secure, "a secure cookie comes over a secure connection", cookie.name);
}

}  // namespace

OAUTHENTIC_FUZZ_TARGET(cookies, input) {
  auto rest = input;
  const auto url = take_until(rest, '\n');
  Headers response;
  while (!rest.empty())
    response.add("Set-Cookie", std::string(take_until(rest, '\n')));

  oauth::CookieJar jar;
  for (int round = 0; round < 2; ++round) {
    jar.store(url, response, kNow);
    require(jar.cookies().size() <= oauth::CookieJar::kMaxCookies, "the jar keeps to its size");
  }
  const auto origin = oauth::parse_url(url);
  if (!origin) return require(jar.cookies().empty(), "there are no cookies of no URL", url);
  for (const auto& cookie : jar.cookies())
    check_cookie(cookie, *origin);
  check_header(jar, url, kNow);
  check_header(jar, url, kNow + std::chrono::hours(24));
  for (const auto& field : response.all("Set-Cookie")) {
    if (const auto date = oauth::parse_cookie_date(field)) {
      require(*date >= Time(std::chrono::sys_days(std::chrono::year(1601) / 1 / 1)),
              "a date is in 1601 or later", field);
    }
  }
  if (origin->host != "elsewhere.invalid" && origin->host != "invalid") {
    require(!jar.header_for("https://elsewhere.invalid/", kNow), "another host gets nothing", url);
  }
  if (!oauth::is_loopback_host(origin->host)) {
    const auto open = jar.header_for("http://" + origin->authority() + "/", kNow);
    const auto plain = std::ranges::count_if(jar.cookies(), [](const auto& cookie) { return !cookie.secure; });
    require(!open || std::ranges::count(*open, ';') + 1 <= plain, "secure cookies stay off open connections",
            url);
  }
}

}  // namespace oauthentic::fuzz

#include "run/reach_diagnosis.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "oauth/url.hpp"
#include "run/step_diagnosis.hpp"

namespace oauthentic::run {

using http::Distrust;
using Kind = TransportError::Kind;

namespace {

constexpr std::chrono::days kSoon{14};

std::string join(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts)
    all += (all.empty() ? "" : ", ") + text;
  return all;
}

std::string date_of(Time time) {
  return fmt::format("{:%Y-%m-%d}", time);
}

Finding host_finding(const std::string& host, const http::Reach& reach) {
  if (!reach.addresses.empty()) return well("host name", fmt::format("{} is {}", host, join(reach.addresses)));
  const auto seen = reach.error ? reach.error->message : "it has no address";
  if (reach.error && reach.error->kind == Kind::timeout)
    return failed("host name", Culprit::configuration, seen,
                  "The name server does not answer: check the network.");
  return failed(
      "host name", Culprit::configuration, seen,
      "Check the host in issuer: for a typing mistake; a private name needs a name server, or an entry "
      "in the hosts file, that knows it.");
}

Finding connection_finding(const oauth::Url& url, const http::Reach& reach) {
  const auto where = url.authority();
  if (reach.connected) return well("connection", fmt::format("{} takes connections", where));
  const auto seen = reach.error ? reach.error->message : std::string("no connection");
  if (reach.error && reach.error->kind == Kind::timeout)
    return failed(
        "connection", Culprit::provider, seen,
        fmt::format("Nothing answers at {}: does a firewall, or a VPN that is not up, swallow it?", where));
  return failed(
      "connection", Culprit::provider, seen,
      fmt::format("Is the provider running, and at port {}? If not there, correct issuer: in the target "
                  "file.",
                  url.port));
}

std::string certificate_of(const http::Reach& reach) {
  std::string text;
  if (!reach.certificate_names.empty())
    text += fmt::format("; the certificate is for {}", reach.certificate_names);
  if (reach.certificate_ends) text += fmt::format(", until {}", date_of(*reach.certificate_ends));
  return text;
}

/// The proxy looks the host up and connects to it: what goes wrong until then is told by the proxy.
Finding proxy_finding(const http::Reach& reach) {
  constexpr const char* kStep = "proxy";
  if (reach.connected) return well(kStep, fmt::format("goes through {}", reach.proxy));
  const auto seen = reach.error ? reach.error->message : std::string("no way through");
  const std::string where = "proxy: in the target file, or HTTPS_PROXY and http_proxy of the environment";
  if (seen.contains("407"))
    return failed(kStep, Culprit::configuration, seen,
                  fmt::format("Write name and password into the proxy's URL ({}).", where));
  return failed(
      kStep, Culprit::configuration, seen,
      fmt::format("Is {} the proxy, and does it let this host through? It comes from {}; a host that is "
                  "reached without it belongs into no_proxy.",
                  reach.proxy, where));
}

Finding tls_finding(const oauth::Url& url, const http::Reach& reach, Time now) {
  const auto certificate = certificate_of(reach);
  if (reach.secured) {
    const auto seen = reach.tls_version + certificate;
    if (reach.certificate_ends && *reach.certificate_ends - now < kSoon)
      return warning("TLS", Culprit::provider, seen, "The certificate ends soon: renew it.");
    return well("TLS", seen);
  }
  const auto seen = (reach.error ? reach.error->message : std::string("no handshake")) + certificate;
  switch (reach.distrust) {
    case Distrust::unknown_issuer:
      return failed(
          "TLS", Culprit::configuration, seen,
          "Name the certificate of its authority: tls: { ca_file: ca.pem } in the target file. If the "
          "provider's authority is a public one, it does not send its intermediate certificate.");
    case Distrust::other_host:
      return failed("TLS", Culprit::configuration, seen,
                    fmt::format("Write in issuer: a name that the certificate is for, or give the provider a "
                                "certificate for {}.",
                                url.host));
    case Distrust::expired:
      return failed("TLS", Culprit::provider, seen, "Renew the provider's certificate.");
    case Distrust::not_yet_valid:
      return failed(
          "TLS", Culprit::provider, seen,
          "The certificate begins later: compare the clocks of this machine and of the one that made it.");
    default:
      break;
  }
  if (seen.contains("does not speak TLS"))
    return failed(
        "TLS", Culprit::configuration, seen,
        "The port answers without TLS: is issuer: to begin with http://, or is the port another one?");
  return failed("TLS", Culprit::provider, seen,
                "The handshake needs TLS 1.2 or later; the provider's log says what it did not like.");
}

std::string seen_in(const std::vector<session::DiscoveryProblem>& problems) {
  std::string text;
  for (const auto& problem : problems)
    text += (text.empty() ? "" : "; ") + problem.what;
  return text.empty() ? "nothing was read" : text;
}

}  // namespace

Findings reach_findings(const std::string& url, const http::Reach& reach, Time now) {
  const auto parsed = oauth::parse_url(url).value_or(oauth::Url());
  const auto* later = "the provider was not reached";
  const bool secure = parsed.scheme == "https";
  Findings findings;
  if (!reach.proxy.empty()) {
    findings.push_back(proxy_finding(reach));
  } else {
    findings.push_back(host_finding(parsed.host, reach));
    findings.push_back(reach.addresses.empty() ? not_tried("connection", later)
                                               : connection_finding(parsed, reach));
  }
  if (secure) findings.push_back(reach.connected ? tls_finding(parsed, reach, now) : not_tried("TLS", later));
  if (!secure && !oauth::is_loopback_host(parsed.host))
    findings.push_back(warning("TLS", Culprit::provider, "the issuer is http: everything goes in the clear",
                               "RFC 8414 §2: an issuer is https."));
  return findings;
}

Finding no_metadata_finding(const std::string& issuer, const std::vector<session::DiscoveryProblem>& problems,
                            const std::optional<OtherIssuer>& elsewhere) {
  const auto seen = seen_in(problems);
  if (elsewhere) {
    const auto& better = elsewhere->claimed.empty() ? elsewhere->asked : elsewhere->claimed;
    return failed("metadata", Culprit::configuration,
                  fmt::format("{}; but there are metadata for {}", seen, elsewhere->asked),
                  fmt::format("Write issuer: \"{}\" in the target file, if that is the one you mean.", better));
  }
  const auto answered = [&](auto holds) {
    return std::ranges::any_of(problems, [&](const auto& problem) { return holds(problem.status); });
  };
  if (answered([](int status) { return status == 429; })) return no_answer_finding("metadata", seen);
  if (answered([](int status) { return status >= 500; }))
    return failed("metadata", Culprit::provider, seen, "The provider fails: look into its log.");
  if (std::ranges::any_of(problems, [](const auto& problem) { return problem.unreachable; }))
    return failed("metadata", Culprit::provider, seen,
                  "It takes connections but does not answer: look into the provider's log.");
  if (answered([](int status) { return status == 401 || status == 403; }))
    return failed(
        "metadata", Culprit::provider, seen,
        "Metadata are public (RFC 8414 §3); else name the endpoints under metadata: in the target file.");
  if (answered([](int status) { return status >= 300 && status < 400; }))
    return failed("metadata", Culprit::configuration, seen,
                  "Write in issuer: the URL that the provider itself uses, which is where the redirect leads.");
  return failed("metadata", Culprit::configuration, seen,
                fmt::format("{} is no issuer that publishes metadata: correct issuer: in the target file (some "
                            "providers have one a tenant or realm), or name the endpoints under metadata:.",
                            issuer));
}

std::vector<std::string> parent_issuers(const std::string& issuer) {
  constexpr std::size_t kMost = 3;
  std::vector<std::string> parents;
  auto url = oauth::parse_url(issuer);
  if (!url) return parents;
  url->query.reset();
  url->fragment.reset();
  while (parents.size() < kMost && !url->path.empty() && url->path != "/") {
    if (url->path.ends_with('/')) url->path.pop_back();
    url->path.resize(url->path.rfind('/') == std::string::npos ? 0 : url->path.rfind('/'));
    parents.push_back(url->to_string());
  }
  return parents;
}

}  // namespace oauthentic::run

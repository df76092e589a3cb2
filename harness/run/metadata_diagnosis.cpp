// What the metadata of a provider say that a run will trip over.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "oauth/json_document.hpp"
#include "oauth/metadata.hpp"
#include "oauth/url.hpp"
#include "run/reach_diagnosis.hpp"

namespace oauthentic::run {

namespace {

constexpr const char* kEndpoints[] = {
    "authorization_endpoint", "token_endpoint",         "jwks_uri",
    "userinfo_endpoint",      "introspection_endpoint", "revocation_endpoint"};

/// The parts of the metadata, each with the findings that it gives.
class MetadataReader {
 public:
  MetadataReader(const script::Target& target, const session::Discovery& discovery, const Probe& probe)
      : target_(target), discovery_(discovery), probe_(probe) {}

  Finding metadata(bool claimed_issuer_holds) const {
    std::string missing;
    for (const auto* name : {"authorization_endpoint", "token_endpoint"}) {
      if (discovery_.endpoint(name).empty()) missing += (missing.empty() ? "" : " and ") + std::string(name);
    }
    if (!missing.empty())
      return failed("metadata", Culprit::provider, fmt::format("there is no {}", missing),
                    "The journey needs both; name what the provider does not publish under metadata: in the "
                    "target file.");
    const auto other = other_issuer(target_, discovery_);
    if (!other.empty() && claimed_issuer_holds)
      return failed(
          "metadata", Culprit::configuration,
          fmt::format("the metadata are those of the issuer {}, not of {}", other, target_.issuer),
          fmt::format("Write issuer: \"{}\" in the target file, octet for octet (RFC 8414 §3.3).", other));
    if (!other.empty())
      return warning(
          "metadata", Culprit::provider,
          fmt::format("the metadata name the issuer {}, at which there are none that say so", other),
          "RFC 8414 §3.3: the issuer is the one under which they are read; the provider may not know "
          "its own public name.");
    if (oauth::member(discovery_.metadata, "require_pushed_authorization_requests") == true)
      return warning(
          "metadata", Culprit::harness,
          "every authorization request has to be pushed first (RFC 9126), which the honest flow does not",
          "Switch it off for the clients of the test, if the provider can.");
    const auto problems = oauth::metadata_problems(discovery_.metadata);
    if (!problems.empty())
      return warning("metadata", Culprit::provider,
                     fmt::format("read; {} thing{} to mend, such as: {}", problems.size(),
                                 problems.size() == 1 ? "" : "s", problems.front()),
                     "A run says all of them.");
    return well("metadata", fmt::format("read, {} members", discovery_.metadata.size()));
  }

  /// Which endpoints lie where nobody answers; a host is asked once.
  Finding endpoints() const {
    const auto issuer = oauth::parse_url(target_.issuer);
    std::set<std::string> asked = {issuer ? issuer->origin() : ""};
    std::string plain;
    for (const auto* name : kEndpoints) {
      const auto text = discovery_.endpoint(name);
      const auto url = oauth::parse_url(text);
      if (text.empty()) continue;
      if (!url) return unusable(name, text);
      if (url->scheme == "http" && !oauth::is_loopback_host(url->host)) plain += fmt::format(" {}", name);
      if (!asked.insert(url->origin()).second) continue;
      const auto reach = probe_(text);
      if (reach.error) return unreachable(name, text, reach);
    }
    if (!plain.empty())
      return warning("endpoints", Culprit::provider, "in the clear, over http:" + plain,
                     "Every endpoint is https (RFC 6749 §3.1.2.1, §3.2).");
    return well("endpoints", asked.size() == 1 ? "all at the issuer's host"
                                               : fmt::format("at {} hosts, which all answer", asked.size()));
  }

  Finding keys() const {
    const auto uri = discovery_.endpoint("jwks_uri");
    const bool openid = std::ranges::find(target_.scopes, "openid") != target_.scopes.end();
    if (uri.empty())
      return openid ? warning("keys", Culprit::provider, "there is no jwks_uri",
                              "ID tokens cannot be verified without it (OpenID Connect Discovery 1.0 §3).")
                    : not_tried("keys", "the provider publishes none");
    if (discovery_.keys.empty())
      return warning(
          "keys", Culprit::provider, fmt::format("no key that can be used was read from {}", uri),
          "Can it be read there in time? A key set is a JSON object with keys: [...] (RFC 7517 §5).");
    return well("keys", fmt::format("{} read from {}", discovery_.keys.size(), uri));
  }

 private:
  Culprit whose(const std::string& name) const {
    return target_.metadata.contains(name) ? Culprit::configuration : Culprit::provider;
  }
  Finding unusable(const std::string& name, const std::string& text) const {
    return failed("endpoints", whose(name), fmt::format("{} is no URL: \"{}\"", name, text),
                  "Correct it, or override it under metadata: in the target file.");
  }
  Finding unreachable(const std::string& name, const std::string& url, const http::Reach& reach) const {
    const bool needed = name == "authorization_endpoint" || name == "token_endpoint";
    auto finding =
        needed ? failed("endpoints", whose(name), "", "") : warning("endpoints", whose(name), "", "");
    finding.seen = fmt::format("{} is {}, and there: {}", name, url, reach.error->message);
    finding.advice = whose(name) == Culprit::provider
                         ? "The provider's idea of its own public name may be wrong (look at its proxy or host "
                           "name setting); metadata: in the target file overrides it."
                         : "Correct it under metadata: in the target file.";
    return finding;
  }

  const script::Target& target_;
  const session::Discovery& discovery_;
  const Probe& probe_;
};

}  // namespace

std::string other_issuer(const script::Target& target, const session::Discovery& discovery) {
  const auto claimed = oauth::string_member(discovery.metadata, "issuer");
  const bool says = !claimed.empty() && !target.metadata.contains("issuer");
  return says && claimed != target.issuer ? claimed : std::string();
}

Findings metadata_findings(const script::Target& target, const session::Discovery& discovery,
                           bool claimed_issuer_holds, const Probe& probe) {
  const MetadataReader reader(target, discovery, probe);
  Findings findings = {reader.metadata(claimed_issuer_holds)};
  if (const auto* failure = first_failure(findings); failure && failure->seen.starts_with("there is no")) {
    findings.push_back(not_tried("endpoints", "metadata failed"));
  } else {
    findings.push_back(reader.endpoints());
  }
  findings.push_back(reader.keys());
  return findings;
}

}  // namespace oauthentic::run

#pragma once
// Whether the provider can be reached, and what its metadata say, as findings.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "http/reach.hpp"
#include "run/finding.hpp"
#include "session/world.hpp"

namespace oauthentic::run {

/// How far one gets towards a URL (http::reach); a test says it without sockets.
using Probe = std::function<http::Reach(const std::string& url)>;

/// Of the issuer: "host name", "connection" and, for https, "TLS".
Findings reach_findings(const std::string& url, const http::Reach& reach, Time now);

/// A provider's metadata at another place than where the issuer of the target file has it.
struct OtherIssuer {
  std::string asked;    ///< the issuer under which it was found
  std::string claimed;  ///< what it says of itself
};

/// Of metadata that could not be read. `elsewhere`: where they were found instead.
Finding no_metadata_finding(const std::string& issuer, const std::vector<session::DiscoveryProblem>& problems,
                            const std::optional<OtherIssuer>& elsewhere);

/// The issuers that a mistyped path may have meant: the parents of the path, nearest first, at most three.
std::vector<std::string> parent_issuers(const std::string& issuer);

/// What the metadata say: "metadata" (the issuer; endpoints that are missing), "endpoints" (scheme, and hosts
/// that do not answer) and "keys". `claimed_issuer_holds`: the metadata at the issuer that they name say the
/// same.
Findings metadata_findings(const script::Target& target, const session::Discovery& discovery,
                           bool claimed_issuer_holds, const Probe& probe);

/// The issuer that the published metadata name, where it is another than the target file's; else empty.
std::string other_issuer(const script::Target& target, const session::Discovery& discovery);

}  // namespace oauthentic::run

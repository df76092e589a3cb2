#pragma once
// Finds a provider's metadata from a URL that somebody has at hand: an issuer, an API, or the document itself.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "http/transport.hpp"

namespace oauthentic::session {

struct ProviderSearch {
  struct Attempt {
    std::string url;
    std::string came;  ///< what came back: "status 404"
  };
  std::string issuer;  ///< as the metadata name it, or else as it was asked for; empty: nothing was found
  std::string found_at;
  nlohmann::json metadata = nlohmann::json::object();
  std::string api;                                     ///< the URL, where it is an API's
  nlohmann::json resource = nlohmann::json::object();  ///< protected resource metadata of the API (RFC 9728)
  std::vector<Attempt> attempts;                       ///< what was tried in vain, in order
};

/// Tries RFC 8414 §3.1 (inserted), OpenID Connect Discovery 1.0 §4 (appended), RFC 8414 §5 (that name,
/// inserted), and then the URL as an API's (RFC 9728 §3.1, §5.1). A document counts as metadata if it is a JSON
/// object with an endpoint in it.
ProviderSearch find_provider(http::Transport& transport, const std::string& url,
                             const http::SendLimits& limits = {});

}  // namespace oauthentic::session

#pragma once
// What comes back to the client with a redirect.
#include <string>
#include <string_view>
#include <vector>

#include "oauth/encoding.hpp"

namespace oauthentic::agent {

struct Delivery {
  std::string url;
  std::string response_mode;  ///< "query" or "fragment"
  oauth::Parameters parameters;
};

/// Reads the parameters off the text, so that it works for what is no URL as well. Those of the fragment count
/// if it holds an answer (RFC 6749 §4.2.2), else those of the query.
Delivery read_delivery(std::string url);

/// A Location against the URL that was asked for (RFC 9110 §10.2.2). An absolute one stays as the provider
/// wrote it, a relative one that cannot be resolved as well.
std::string absolute_location(std::string_view request_url, std::string_view location);

/// The Location itself if it is absolute in whatever shape, else what it was resolved to.
std::string as_written(std::string_view location, std::string_view resolved);

/// For what is no URL: its text begins with a redirect URI.
bool begins_with_redirect_uri(std::string_view text, const std::vector<std::string>& redirect_uris);

}  // namespace oauthentic::agent

#pragma once
// Journeys that begin with nothing but a URL, which a browser or a program opens.
#include <optional>
#include <string>

#include "agent/agent.hpp"

namespace oauthentic::agent {

/// Why the journey cannot begin so: its request has another method, header fields or octets of its own, or it
/// takes up another's page. Nothing if it can.
std::optional<std::string> not_by_url(const Journey& journey);

/// The URL is one that the user agent was sent to: a redirect URI, at a foreign origin (Journey::origins), or
/// with the answer to the journey's request.
bool leads_away(const std::string& url, const Journey& journey);

}  // namespace oauthentic::agent

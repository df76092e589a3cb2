#pragma once
// What comes back to the client with a redirect.
#include <string>
#include <string_view>
#include <vector>

#include "core/message.hpp"
#include "oauth/encoding.hpp"

namespace oauthentic::agent {

struct Delivery {
  std::string url;
  std::string response_mode;  ///< "query", "fragment" or "form_post"
  oauth::Parameters parameters;
  oauth::Parameters answer;  ///< those of them that the redirect URI did not hold by itself
};

/// Reads the parameters off the text, so that it works for what is no URL as well. Those of the fragment count
/// if it holds an answer (RFC 6749 §4.2.2), else those of the query, and what the redirect URI of the request
/// held already is no answer (§3.1.2 lets it have a query of its own).
Delivery read_delivery(std::string url, std::string_view redirect_uri);

/// The same for a form that is posted to the URL (OAuth 2.0 Form Post Response Mode §2).
Delivery read_posted(std::string url, oauth::Parameters form);

/// There is something in it that an authorization response is made of, be it state alone.
bool holds_answer(const oauth::Parameters& parameters);

/// It brings a code, with the state of that request: the answer to it, wherever it was sent. A page of the
/// provider's own that is handed the request on is none.
bool answers_request(const Delivery& delivery, const Request& request);

/// A Location against the URL that was asked for (RFC 9110 §10.2.2). An absolute one stays as the provider
/// wrote it, a relative one that cannot be resolved as well.
std::string absolute_location(std::string_view request_url, std::string_view location);

/// The Location itself if it is absolute in whatever shape, else what it was resolved to.
std::string as_written(std::string_view location, std::string_view resolved);

/// For what is no URL: its text begins with a redirect URI.
bool begins_with_redirect_uri(std::string_view text, const std::vector<std::string>& redirect_uris);

}  // namespace oauthentic::agent

#include "agent/delivery.hpp"

#include <algorithm>
#include <array>

#include "oauth/html_text.hpp"
#include "oauth/url.hpp"

namespace oauthentic::agent {

namespace {

/// Some put `#_=_` or the like behind an answer in the query: that is no answer in the fragment.
bool holds_answer(const oauth::Parameters& parameters) {
  constexpr std::array<std::string_view, 6> kAnswers = {"code",     "error",    "access_token",
                                                        "id_token", "response", "state"};
  return std::ranges::any_of(kAnswers,
                             [&](std::string_view name) { return oauth::find(parameters, name) != nullptr; });
}

}  // namespace

Delivery read_delivery(std::string url) {
  Delivery delivery;
  const auto hash = url.find('#');
  const auto question = url.find('?');
  if (hash != std::string::npos) {
    delivery.parameters = oauth::form_decode_leniently(std::string_view(url).substr(hash + 1));
    delivery.response_mode = "fragment";
  }
  if (!holds_answer(delivery.parameters)) {
    delivery.response_mode = "query";
    delivery.parameters.clear();
    if (question != std::string::npos && question < hash) {
      delivery.parameters =
          oauth::form_decode_leniently(std::string_view(url).substr(question + 1, hash - question - 1));
    }
  }
  delivery.url = std::move(url);
  return delivery;
}

std::string absolute_location(std::string_view request_url, std::string_view location) {
  if (oauth::parse_url(location)) return std::string(location);
  return oauth::resolve_attribute_url(request_url, location);
}

std::string as_written(std::string_view location, std::string_view resolved) {
  constexpr std::string_view kScheme = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.";
  const auto end = location.find_first_not_of(kScheme);
  const bool absolute = end != std::string_view::npos && end > 0 && location[end] == ':';
  return std::string(absolute ? location : resolved);
}

bool begins_with_redirect_uri(std::string_view text, const std::vector<std::string>& redirect_uris) {
  return std::ranges::any_of(redirect_uris, [&](const std::string& uri) { return text.starts_with(uri); });
}

}  // namespace oauthentic::agent

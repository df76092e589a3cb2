#include "agent/delivery.hpp"

#include <algorithm>
#include <array>

#include "oauth/html_text.hpp"
#include "oauth/url.hpp"

namespace oauthentic::agent {

namespace {

using oauth::Parameters;

/// What says more than that an answer is meant.
bool holds_outcome(const Parameters& parameters) {
  constexpr std::array<std::string_view, 5> kOutcomes = {"code", "error", "access_token", "id_token",
                                                         "response"};
  return std::ranges::any_of(kOutcomes,
                             [&](std::string_view name) { return oauth::find(parameters, name) != nullptr; });
}

/// The parameters that are not in `own`, each as often as it stands there more.
Parameters without(Parameters parameters, Parameters own) {
  std::erase_if(parameters, [&](const oauth::Parameter& parameter) {
    const auto at = std::ranges::find(own, parameter);
    if (at == own.end()) return false;
    own.erase(at);
    return true;
  });
  return parameters;
}

struct Parts {
  Parameters query;
  Parameters fragment;
  Parameters fragment_query;  ///< of `#/route?code=...`, or of a query that was put behind a fragment
};

Parts parts_of(std::string_view url) {
  Parts parts;
  const auto hash = std::min(url.find('#'), url.size());
  const auto question = url.find('?');
  if (question < hash)
    parts.query = oauth::form_decode_leniently(url.substr(question + 1, hash - question - 1));
  if (hash == url.size()) return parts;
  const auto fragment = url.substr(hash + 1);
  parts.fragment = oauth::form_decode_leniently(fragment);
  if (const auto inner = fragment.find('?'); inner != std::string_view::npos)
    parts.fragment_query = oauth::form_decode_leniently(fragment.substr(inner + 1));
  return parts;
}

}  // namespace

bool holds_answer(const Parameters& parameters) {
  return holds_outcome(parameters) || oauth::find(parameters, "state") != nullptr;
}

/// Some put `#_=_` or the like behind an answer in the query: that is no answer in the fragment.
Delivery read_delivery(std::string url, std::string_view redirect_uri) {
  const auto own = parts_of(redirect_uri);
  auto all = parts_of(url);
  auto query = without(all.query, own.query);
  auto fragment = without(all.fragment, own.fragment);
  auto fragment_query = without(all.fragment_query, own.fragment_query);
  const auto take = [&](const char* mode, Parameters& parameters, Parameters& answer) {
    return Delivery{std::move(url), mode, std::move(parameters), std::move(answer)};
  };
  if (holds_outcome(fragment)) return take("fragment", all.fragment, fragment);
  if (holds_outcome(query)) return take("query", all.query, query);
  if (holds_outcome(fragment_query)) return take("fragment", all.fragment_query, fragment_query);
  if (holds_answer(fragment)) return take("fragment", all.fragment, fragment);
  return take("query", all.query, query);
}

Delivery read_posted(std::string url, Parameters form) {
  return {std::move(url), "form_post", form, form};
}

bool answers_request(const Delivery& delivery, const Request& request) {
  const auto sent =
      request.method == "POST" ? oauth::form_decode_leniently(request.body) : oauth::query_of(request.url);
  const auto state = oauth::value(sent, "state");
  return !state.empty() && oauth::value(delivery.answer, "state") == state &&
         !oauth::value(delivery.answer, "code").empty() && !oauth::find(delivery.answer, "client_id");
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

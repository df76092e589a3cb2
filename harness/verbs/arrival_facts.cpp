#include "verbs/arrival_facts.hpp"

#include <algorithm>
#include <set>

#include "oauth/guess_bound.hpp"
#include "oauth/html_text.hpp"
#include "oauth/page_policy.hpp"
#include "oauth/url.hpp"
#include "session/facts.hpp"

namespace oauthentic::verbs {

using nlohmann::json;

namespace {

/// A script names the header fields that it tries to smuggle in so.
constexpr std::string_view kProbe = "x-oauthentic-";

json page_facts(const agent::ShownPage& page) {
  auto facts = session::facts_of(page.response, session::Body::left_out);
  facts["framing_forbidden_by"] = oauth::framing_forbidden_by(page.response.headers);
  json foreign = json::array();
  std::string meta;
  if (page.page) {
    meta = page.page->referrer;
    const auto own = oauth::parse_url(page.url);
    for (const auto& resource : page.page->subresources) {
      const auto other = oauth::parse_url(resource);
      // data: and the like are within the page.
      const bool elsewhere = other && !other->host.empty();
      if (own && elsewhere && other->origin() != own->origin()) foreign.push_back(resource);
    }
  }
  facts["foreign_resources"] = foreign;
  if (auto policy = oauth::referrer_policy(page.response.headers, meta); !policy.empty()) {
    facts["referrer_policy"] = std::move(policy);
  }
  return facts;
}

std::set<std::string> repeated_names(const oauth::Parameters& parameters) {
  std::set<std::string> repeated;
  for (const auto& parameter : parameters) {
    if (oauth::count(parameters, parameter.name) > 1) repeated.insert(parameter.name);
  }
  return repeated;
}

/// Each parameter of the redirect URI's own query came back, as often as it stands there.
bool query_is_retained(const oauth::Parameters& own, const oauth::Parameters& delivered) {
  const auto times = [](const oauth::Parameters& all, const oauth::Parameter& one) {
    return std::ranges::count_if(all, [&](const oauth::Parameter& p) { return p == one; });
  };
  return std::ranges::all_of(
      own, [&](const oauth::Parameter& one) { return times(own, one) == times(delivered, one); });
}

/// The user agent was sent to that redirect URI, or to what a browser makes of it.
bool went_to(const agent::Arrival& arrival, const std::string& wanted) {
  const auto there = oauth::without_query(arrival.url);
  return there == oauth::without_query(wanted) ||
         there == oauth::without_query(oauth::resolve_attribute_url(arrival.last_url, wanted));
}

void tell_delivery(const agent::Arrival& arrival, const std::string& wanted, json& facts) {
  facts["delivered_to"] = oauth::without_query(arrival.url);
  facts["location"] = arrival.url;
  facts["response_mode"] = arrival.response_mode;
  if (arrival.status != 0) facts["redirect_status"] = arrival.status;
  const auto own = oauth::query_of(wanted);
  if (!own.empty()) facts["query_retained"] = query_is_retained(own, oauth::query_of(arrival.url));
}

void tell_pages(const agent::Arrival& arrival, json& facts) {
  facts["signed_in"] = arrival.signed_in;
  facts["consented"] = arrival.consented;
  facts["before_sign_in"] = arrival.redirected_before_sign_in;
  facts["pages"] = arrival.pages.size();
  if (!arrival.responses_seen) {
    // Nothing is known of header fields, nor of what the request smuggled in (ResponseWatch).
    facts["unseen"] = {"sign_in_page",     "consent_page",     "first_response",
                       "reflected_markup", "injected_headers", "headers"};
  }
  if (arrival.pages.empty() || !arrival.responses_seen) return;
  facts["sign_in_page"] = page_facts(arrival.pages.front());
  facts["consent_page"] = page_facts(arrival.pages.back());
}

}  // namespace

void ResponseWatch::see(const http::Answer& answer) {
  const auto* response = std::get_if<Response>(&answer);
  if (!response) return;
  for (const auto& field : response->headers) {
    if (to_lower(field.name).starts_with(kProbe)) injected_.insert(field.name);
  }
  const auto type = response->media_type();
  if (type == "text/html" || type == "application/xhtml+xml" || type.empty()) {
    for (const auto& [name, value] : sent_.items()) {
      const auto& text = value.get_ref<const std::string&>();
      const auto tag = text.find('<');
      if (tag != std::string::npos && response->body.find(text.substr(tag)) != std::string::npos) {
        reflected_.insert(name);
      }
    }
  }
  if (!first_.is_null()) return;
  first_ = session::facts_of(*response, session::Body::left_out);
}

void ResponseWatch::tell(json& facts) const {
  // An agent that sends nothing by us leaves all of this unknown.
  if (first_.is_null()) return;
  facts["first_response"] = first_;
  facts["reflected_markup"] = reflected_;
  facts["injected_headers"] = injected_;
}

json facts_of_arrival(const agent::Arrival& arrival, const std::string& wanted) {
  using End = agent::Arrival::End;
  json facts = session::facts_of(arrival.last);
  if (!arrival.responses_seen || !arrival.pages_seen) {
    facts.erase("headers");
    if (arrival.last.status == 0) facts.erase("status");
  }
  facts["parameters"] = session::to_json(arrival.parameters);
  facts["repeated"] = repeated_names(arrival.parameters);
  for (const auto* name : {"code", "state", "iss", "error", "error_description", "error_uri"}) {
    if (const auto* value = oauth::find(arrival.answer, name)) facts[name] = *value;
  }
  if (const auto bits = oauth::most_bits(oauth::value(arrival.answer, "code"))) facts["code_bits"] = *bits;
  const bool away = arrival.end == End::delivered;
  facts["delivered"] = away && went_to(arrival, wanted);
  if (away) tell_delivery(arrival, wanted, facts);
  if (arrival.status_after_credentials != 0) facts["credentials_status"] = arrival.status_after_credentials;
  facts["page_title"] = arrival.page_title;
  facts["page_text"] = "";
  if (!away) {
    const bool shown = !arrival.pages.empty() && arrival.pages.back().page &&
                       arrival.pages.back().response.body == arrival.last.body;
    if (shown) {
      facts["page_text"] = arrival.pages.back().page->text;
    } else if (const auto page = oauth::parse_html(arrival.last.body, arrival.last_url)) {
      facts["page_text"] = page->text;
    }
  }
  facts["last_url"] = arrival.last_url;
  if (arrival.pages_seen) tell_pages(arrival, facts);
  return facts;
}

}  // namespace oauthentic::verbs

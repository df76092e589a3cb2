#include "reports/sequence.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "oauth/json_document.hpp"
#include "reports/loose_url.hpp"

namespace oauthentic::reports {

namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool carries_token(const Request& request) {
  const auto authorization = to_lower(request.headers.value("Authorization"));
  return authorization.starts_with("bearer ") || authorization.starts_with("dpop ");
}

struct Leg {
  Party from = Party::client;
  Party to = Party::authorization_server;
};

/// By the target's endpoint of that name.
Leg leg_by_endpoint(std::string_view name) {
  if (has(name, "authorization_endpoint") || has(name, "end_session"))
    return {Party::user_agent, Party::authorization_server};
  if (has(name, "introspection")) return {Party::api, Party::authorization_server};
  if (has(name, "relying_party") || has(name, "redirect_uri")) return {Party::user_agent, Party::client};
  if (name.starts_with("api") || has(name, "resource")) return {Party::client, Party::api};
  return {};
}

/// Who speaks to whom. The harness plays the user agent and the client, so that it has to be told from the
/// request.
Leg leg_of(const Exchange& exchange, const TargetSummary& target) {
  const auto url = address_of(exchange.request.url);
  for (const auto& [name, endpoint] : target.endpoints) {
    if (!endpoint.empty() && address_of(endpoint) == url) return leg_by_endpoint(name);
  }
  const auto label = to_lower(exchange.label);
  if (has(url, "/.well-known/"))
    return {Party::client, has(url, "protected-resource") ? Party::api : Party::authorization_server};
  if (has(label, "call_api") || has(label, "challenge") || carries_token(exchange.request))
    return {Party::client, Party::api};
  if (has(label, "offer") || has(label, "callback")) return {Party::user_agent, Party::client};
  if (has(label, "introspect")) return {Party::api, Party::authorization_server};
  const bool page = has(exchange.request.headers.value("Accept"), "text/html") ||
                    (exchange.response() && exchange.response()->media_type() == "text/html");
  const bool interactive =
      page || has(label, "authorize") || has(label, "sign") || has(label, "login") || has(label, "consent");
  if (!interactive) return {};
  const bool at_server = target.issuer.empty() || split_url(url).origin == split_url(target.issuer).origin;
  return {Party::user_agent, at_server ? Party::authorization_server : Party::client};
}

/// The names of what a redirect delivers, the telling ones only.
std::string delivered(std::string_view location) {
  const auto parameters = parameters_of(location);
  std::string out;
  constexpr std::array<std::string_view, 6> kTelling = {"code",     "error", "access_token",
                                                        "id_token", "state", "iss"};
  for (const auto name : kTelling) {
    const auto* value = oauth::find(parameters, name);
    if (!value) continue;
    out += out.empty() ? "" : ", ";
    out += name == "error" ? fmt::format("error={}", *value) : std::string(name);
  }
  return out;
}

bool delivers(std::string_view location) {
  const auto names = delivered(location);
  return names.starts_with("code") || names.starts_with("error") || names.starts_with("access_token");
}

std::string json_gist(const Response& response) {
  constexpr oauth::JsonLimits kLimits{.octets = 64 * 1024, .depth = 32};
  const auto json = oauth::parse_json(response.body, nullptr, kLimits);
  if (!json || !json->is_object()) return {};
  if (auto error = oauth::string_member(*json, "error"); !error.empty()) return error;
  std::string out;
  for (const auto* name : {"access_token", "refresh_token", "id_token", "active", "sub", "issuer", "keys"}) {
    if (!json->contains(name)) continue;
    out += out.empty() ? name : fmt::format(", {}", name);
    const auto& value = (*json)[name];
    if (value.is_boolean()) out += value.get<bool>() ? ": true" : ": false";
  }
  return out;
}

std::string gist_of(const Exchange& exchange) {
  if (const auto* error = exchange.error()) return fmt::format("no answer: {}", to_string(error->kind));
  const auto& response = *exchange.response();
  std::string gist;
  const auto location = response.headers.value("Location");
  const auto challenge = response.headers.value("WWW-Authenticate");
  if (response.status / 100 == 3 && !location.empty()) {
    gist = "→ " + (location.starts_with('/') ? std::string(location.substr(0, location.find('?')))
                                             : std::string(split_url(location).path));
    const auto names = delivered(location);
    if (!names.empty()) gist += fmt::format(" ({})", names);
  } else if (gist = json_gist(response); gist.empty() && !challenge.empty()) {
    gist = fmt::format("{} challenge", challenge.substr(0, challenge.find(' ')));
  } else if (gist.empty() && response.media_type() == "text/html") {
    gist = "page";
  }
  return gist.empty() ? std::to_string(response.status) : fmt::format("{} {}", response.status, gist);
}

/// "redeem: set code_verifier" → "redeem"
std::string_view deviating_step(std::string_view deviation) {
  return trim(deviation.substr(0, deviation.find(':')));
}

/// A code or an error that a redirect carried to the client; it is read from the Location field, never
/// followed.
SequenceStep delivery_of(const Exchange& exchange, std::string_view location) {
  SequenceStep step;
  step.from = Party::user_agent;
  step.to = Party::client;
  step.label = "deliver";
  step.request = fmt::format("{} ({})", split_url(location).path, delivered(location));
  step.exchange = exchange.id;
  return step;
}

bool is_delivery_to_client(const Exchange& exchange, Leg leg) {
  const auto* response = exchange.response();
  return response && leg.from == Party::user_agent && leg.to == Party::authorization_server &&
         response->status / 100 == 3 && delivers(response->headers.value("Location"));
}

}  // namespace

std::string_view to_string(Party party) {
  switch (party) {
    case Party::user_agent:
      return "User agent";
    case Party::client:
      return "Client";
    case Party::authorization_server:
      return "Authorization server";
    case Party::api:
      return "API";
  }
  return "";
}

Sequence sequence_of(const RunRecord& run, const ScenarioRun& scenario, const Outcome* judged) {
  Sequence sequence{.title = scenario.title, .deviation = scenario.deviation, .steps = {}, .left_out = 0};
  std::vector<Exchange> exchanges;
  for (const auto& id : scenario.exchanges) {
    auto exchange = run.exchange && exchanges.size() < kMaxSequenceSteps ? run.exchange(id) : std::nullopt;
    if (exchange) {
      exchanges.push_back(std::move(*exchange));
    } else {
      ++sequence.left_out;
    }
  }
  bool deviated = scenario.deviation.empty();
  for (std::size_t i = 0; i < exchanges.size(); ++i) {
    const auto& exchange = exchanges[i];
    const auto leg = leg_of(exchange, run.target);
    SequenceStep step{leg.from,
                      leg.to,
                      exchange.label,
                      fmt::format("{} {}", exchange.request.method, split_url(exchange.request.url).path),
                      gist_of(exchange),
                      exchange.id,
                      false,
                      std::nullopt};
    if (!deviated && exchange.label == deviating_step(scenario.deviation)) step.deviates = deviated = true;
    if (judged && !judged->exchanges.empty() && judged->exchanges.back() == exchange.id)
      step.judged = judged->result;
    sequence.steps.push_back(std::move(step));
    if (!is_delivery_to_client(exchange, leg)) continue;
    const auto location = exchange.response()->headers.value("Location");
    // A browser that went there itself says so in the next exchange.
    const bool followed =
        i + 1 < exchanges.size() && address_of(exchanges[i + 1].request.url) == address_of(location);
    if (!followed) sequence.steps.push_back(delivery_of(exchange, location));
  }
  return sequence;
}

}  // namespace oauthentic::reports

#include "run/journal_event.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "oauth/encoding.hpp"
#include "oauth/json_document.hpp"

namespace oauthentic::run {

using nlohmann::json;

namespace {

/// Octets as text where they are UTF-8, else in Base64.
json octets(const std::string& value) {
  if (oauth::is_utf8(value)) return value;
  return {{"base64", oauth::base64_encode(value)}};
}

std::string octets_from(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  return oauth::base64_decode(value.at("base64").get<std::string>()).value_or("");
}

json headers(const Headers& fields) {
  json all = json::array();
  for (const auto& field : fields)
    all.push_back({octets(field.name), octets(field.value)});
  return all;
}

Headers headers_from(const json& value) {
  Headers fields;
  for (const auto& field : value)
    fields.add(octets_from(field.at(0)), octets_from(field.at(1)));
  return fields;
}

json request(const Request& message) {
  json out = {{"method", octets(message.method)},
              {"url", octets(message.url)},
              {"headers", headers(message.headers)},
              {"body", octets(message.body)}};
  if (message.framing != Framing::length) out["framing"] = to_string(message.framing);
  if (message.octets) out["octets"] = octets(*message.octets);
  return out;
}

/// We write whole numbers only. Throws for any other value, which may be out of range.
std::int64_t number_from(const json& value) {
  return value.get_ref<const json::number_integer_t&>();
}

TransportError::Kind kind_from(const std::string& name) {
  using enum TransportError::Kind;
  for (const auto kind : {resolve, connect, tls, timeout, reset, malformed, too_large, refused, proxy}) {
    if (name == to_string(kind)) return kind;
  }
  return malformed;
}

}  // namespace

std::string event_line(std::string_view kind, json event) {
  event["event"] = kind;
  return oauth::dump(event) + "\n";
}

json to_json(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::chrono::system_clock::time_point time_from(const json& value) {
  using std::chrono::milliseconds;
  using Clock = std::chrono::system_clock;
  // The clock counts in smaller units and cannot tell every number of them; no run was before 1970.
  constexpr auto kFirst = milliseconds(0);
  constexpr auto kLast = std::chrono::floor<milliseconds>(Clock::duration::max());
  return Clock::time_point(std::clamp(milliseconds(number_from(value)), kFirst, kLast));
}

json to_json(const Exchange& exchange) {
  json out = {{"id", exchange.id},
              {"label", exchange.label},
              {"request", request(exchange.request)},
              {"started", to_json(exchange.started)},
              {"microseconds", exchange.duration.count()}};
  if (const auto* response = exchange.response()) {
    out["response"] = {{"status", response->status},
                       {"reason", octets(response->reason)},
                       {"headers", headers(response->headers)},
                       {"body", octets(response->body)},
                       {"head_octets", octets(response->head_octets)}};
  } else {
    out["error"] = {{"kind", to_string(exchange.error()->kind)}, {"message", exchange.error()->message}};
  }
  return out;
}

Exchange exchange_from(const json& event) {
  Exchange out;
  out.id = event.at("id").get<std::string>();
  out.label = event.at("label").get<std::string>();
  const auto& sent = event.at("request");
  out.request.method = octets_from(sent.at("method"));
  out.request.url = octets_from(sent.at("url"));
  out.request.headers = headers_from(sent.at("headers"));
  out.request.body = octets_from(sent.at("body"));
  out.request.framing = framing_from(sent.value("framing", "")).value_or(Framing::length);
  if (sent.contains("octets")) out.request.octets = octets_from(sent.at("octets"));
  out.started = time_from(event.at("started"));
  out.duration = std::chrono::microseconds(number_from(event.at("microseconds")));
  if (event.contains("response")) {
    const auto& got = event.at("response");
    Response response;
    response.status = static_cast<int>(number_from(got.at("status")));
    response.reason = octets_from(got.at("reason"));
    response.headers = headers_from(got.at("headers"));
    response.body = octets_from(got.at("body"));
    response.head_octets = octets_from(got.at("head_octets"));
    out.answer = std::move(response);
  } else {
    const auto& error = event.at("error");
    out.answer =
        TransportError{kind_from(error.at("kind").get<std::string>()), error.at("message").get<std::string>()};
  }
  return out;
}

json to_json(const Outcome& outcome) {
  return {{"requirement", outcome.requirement},
          {"scenario", outcome.scenario},
          {"row", outcome.row},
          {"variant", outcome.variant},
          {"step", outcome.step},
          {"result", to_string(outcome.result)},
          {"expected", outcome.expected},
          {"observed", outcome.observed},
          {"exchanges", outcome.exchanges},
          {"place", outcome.place}};
}

Outcome outcome_from(const json& event) {
  Outcome out;
  const auto text = [&](const char* name) { return event.at(name).get<std::string>(); };
  out.requirement = text("requirement");
  out.scenario = text("scenario");
  out.row = text("row");
  out.variant = text("variant");
  out.step = text("step");
  out.result = result_from(text("result")).value_or(Result::harness_error);
  out.expected = text("expected");
  out.observed = text("observed");
  out.exchanges = event.at("exchanges").get<std::vector<std::string>>();
  out.place = text("place");
  return out;
}

json to_json(const ScenarioRun& scenario) {
  return {{"id", scenario.id},
          {"row", scenario.row},
          {"variant", scenario.variant},
          {"title", scenario.title},
          {"place", scenario.place},
          {"deviation", scenario.deviation},
          {"steps", scenario.steps},
          {"exchanges", scenario.exchanges},
          {"milliseconds", scenario.duration.count()},
          {"note", scenario.note}};
}

ScenarioRun scenario_from(const json& event) {
  ScenarioRun out;
  const auto text = [&](const char* name) { return event.at(name).get<std::string>(); };
  out.id = text("id");
  out.row = text("row");
  out.variant = text("variant");
  out.title = text("title");
  out.place = text("place");
  out.deviation = text("deviation");
  out.steps = event.at("steps").get<std::vector<std::string>>();
  out.exchanges = event.at("exchanges").get<std::vector<std::string>>();
  out.duration = std::chrono::milliseconds(number_from(event.at("milliseconds")));
  out.note = text("note");
  return out;
}

json to_json(const RunRecord& run) {
  json endpoints = json::array();
  for (const auto& [name, url] : run.target.endpoints)
    endpoints.push_back({name, url});
  return {{"format", "oauthentic-journal"},
          {"version", 1},
          {"tool_version", run.tool_version},
          {"command", run.command},
          {"seed", run.seed},
          {"started", to_json(run.started)},
          {"profiles", run.profiles},
          {"only", run.only},
          {"target",
           {{"issuer", run.target.issuer},
            {"name", run.target.name},
            {"capabilities", run.target.capabilities},
            {"endpoints", endpoints}}}};
}

void run_from(const json& event, RunRecord& run) {
  run.tool_version = event.at("tool_version").get<std::string>();
  run.command = event.at("command").get<std::string>();
  run.seed = event.at("seed").get<std::string>();
  run.started = time_from(event.at("started"));
  run.profiles = event.at("profiles").get<std::vector<std::string>>();
  run.only = event.value("only", std::vector<std::string>());
  const auto& target = event.at("target");
  run.target.issuer = target.at("issuer").get<std::string>();
  run.target.name = target.at("name").get<std::string>();
  run.target.capabilities = target.at("capabilities").get<std::vector<std::string>>();
  run.target.endpoints.clear();
  for (const auto& pair : target.at("endpoints")) {
    run.target.endpoints.emplace_back(pair.at(0).get<std::string>(), pair.at(1).get<std::string>());
  }
}

}  // namespace oauthentic::run

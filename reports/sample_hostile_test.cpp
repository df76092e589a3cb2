#include <algorithm>

#include "reports/sample_test_support.hpp"

namespace oauthentic::reports {

namespace {

void spoil(std::string& text) {
  text += kHostile;
}

void spoil(Headers& headers) {
  Headers spoiled;
  for (const auto& field : headers)
    spoiled.add(field.name + kHostile, field.value + kHostile);
  spoiled.add("Location", std::string("javascript:alert(3)//?code=") + kHostile);
  headers = std::move(spoiled);
}

void spoil(Exchange& exchange) {
  spoil(exchange.id);
  spoil(exchange.label);
  spoil(exchange.request.method);
  spoil(exchange.request.url);
  spoil(exchange.request.headers);
  spoil(exchange.request.body);
  exchange.request.body += '\0';
  if (auto* response = std::get_if<Response>(&exchange.answer)) {
    spoil(response->reason);
    spoil(response->headers);
    response->body = std::string(R"({"error":"<script>alert(4)</script>","access_token":")") + "\"}" +
                     kHostile + std::string(100'000, 'A');
  }
}

void spoil(Outcome& outcome) {
  for (auto* text : {&outcome.requirement, &outcome.scenario, &outcome.row, &outcome.variant, &outcome.step,
                     &outcome.expected, &outcome.observed, &outcome.place}) {
    spoil(*text);
  }
  outcome.observed += std::string(50'000, 'B');
  for (auto& id : outcome.exchanges)
    spoil(id);
}

void spoil(ScenarioRun& scenario) {
  for (auto* text : {&scenario.id, &scenario.row, &scenario.variant, &scenario.title, &scenario.place,
                     &scenario.deviation, &scenario.note}) {
    spoil(*text);
  }
  for (auto& step : scenario.steps)
    spoil(step);
  for (auto& id : scenario.exchanges)
    spoil(id);
}

void spoil(Requirement& requirement) {
  for (auto* text : {&requirement.id, &requirement.spec, &requirement.section, &requirement.role,
                     &requirement.summary, &requirement.why, &requirement.mend}) {
    spoil(*text);
  }
  for (auto& id : requirement.same_as)
    spoil(id);
  requirement.contradicts = {requirement.id};
}

void spoil(Profile& profile) {
  spoil(profile.id);
  spoil(profile.title);
  spoil(profile.summary);
  std::map<std::string, Level> levels;
  for (const auto& [id, level] : profile.levels)
    levels[id + kHostile] = level;
  profile.levels = std::move(levels);
}

void spoil(RunRecord& run) {
  for (auto* text : {&run.tool_version, &run.command, &run.seed, &run.target.issuer, &run.target.name})
    spoil(*text);
  for (auto& [name, address] : run.target.endpoints)
    spoil(name), spoil(address);
  for (auto& capability : run.target.capabilities)
    spoil(capability);
  for (auto& profile : run.profiles)
    spoil(profile);
  for (auto& each : run.scenarios)
    spoil(each);
  for (auto& each : run.outcomes)
    spoil(each);
  run.problems = {std::string("broken ") + kHostile};
  run.finished.reset();
}

}  // namespace

std::unique_ptr<Sample> clean_sample() {
  auto s = sample();
  for (auto& outcome : s->run.outcomes)
    outcome.result = Result::satisfied;
  std::erase_if(s->requirements,
                [](const Requirement& each) { return each.id == "rfc9700-4.14.2-refresh-rotation"; });
  s->profiles.resize(2);
  for (auto& profile : s->profiles)
    profile.levels.erase("rfc9700-4.14.2-refresh-rotation");
  s->judge();
  return s;
}

std::unique_ptr<Sample> hostile_sample() {
  auto s = sample();
  spoil(s->run);
  for (auto& each : s->specifications) {
    for (auto* text : {&each.id, &each.name, &each.title})
      spoil(*text);
    each.url = each.id.starts_with("rfc7636") ? "javascript:alert(5)//{section}" : each.url + kHostile;
  }
  for (auto& each : s->requirements)
    spoil(each);
  for (auto& each : s->profiles)
    spoil(each);
  std::map<std::string, Exchange> exchanges;
  for (auto& [id, exchange] : s->exchanges) {
    spoil(exchange);
    exchanges[exchange.id] = std::move(exchange);
  }
  auto& last = std::prev(exchanges.end())->second;
  last.answer = TransportError{TransportError::Kind::reset, std::string("peer said ") + kHostile};
  last.request.octets = std::string("GET /%00 HTTP/1.1\r\n\0", 20) + kHostile;
  s->exchanges = std::move(exchanges);
  s->judge();
  return s;
}

}  // namespace oauthentic::reports

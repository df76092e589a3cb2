#include "session/facts.hpp"

#include <fmt/format.h>

#include "oauth/json_document.hpp"

namespace oauthentic::session {

using nlohmann::json;

std::string_view to_string(Disposition disposition) {
  switch (disposition) {
    case Disposition::accepted: return "accepted";
    case Disposition::refused: return "refused";
    case Disposition::unclear: return "unclear";
    case Disposition::no_answer: return "no answer";
  }
  return "";
}

json facts_of(const Response& response) {
  json facts = {{"status", response.status}, {"media_type", response.media_type()}, {"text", response.body}};
  auto& headers = facts["headers"] = json::object();
  for (const auto& field : response.headers) {
    const auto name = to_lower(field.name);
    const auto at = headers.find(name);
    if (at == headers.end()) {
      headers[name] = field.value;
    } else {
      *at = at->get<std::string>() + ", " + field.value;
    }
  }
  std::vector<std::string> duplicates;
  if (auto body = oauth::parse_json(response.body, &duplicates)) {
    if (body->is_object()) {
      for (const auto* name : {"error", "error_description", "error_uri"}) {
        if (const auto at = body->find(name); at != body->end()) facts[name] = *at;
      }
    }
    facts["body"] = std::move(*body);
    facts["duplicate_members"] = duplicates;
  }
  return facts;
}

bool no_answer(const http::Answer& answer, StepResult& result) {
  if (const auto* error = std::get_if<TransportError>(&answer)) {
    result.disposition = Disposition::no_answer;
    result.observed = fmt::format("no answer: {}", error->message);
    return true;
  }
  const auto& response = std::get<Response>(answer);
  if (response.status == 429) {
    result.observed = "no answer: the server limits the rate of requests (status 429)";
  } else if (response.status >= 500) {
    result.observed = fmt::format("no answer: the server failed (status {})", response.status);
  } else {
    return false;
  }
  result.disposition = Disposition::no_answer;
  return true;
}

json to_json(const oauth::Parameters& parameters) {
  json object = json::object();
  for (const auto& parameter : parameters) {
    if (!object.contains(parameter.name)) object[parameter.name] = parameter.value;
  }
  return object;
}

}  // namespace oauthentic::session

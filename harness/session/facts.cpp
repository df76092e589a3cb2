#include "session/facts.hpp"

#include <fmt/format.h>

#include "oauth/challenge.hpp"
#include "oauth/json_document.hpp"

namespace oauthentic::session {

using nlohmann::json;

std::string_view to_string(Disposition disposition) {
  switch (disposition) {
    case Disposition::accepted:
      return "accepted";
    case Disposition::refused:
      return "refused";
    case Disposition::unclear:
      return "unclear";
    case Disposition::no_answer:
      return "no answer";
  }
  return "";
}

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// "token.js:41", "Grant.java:7": a place in a source file.
bool has_source_place(std::string_view text, std::string_view ending) {
  for (auto at = text.find(ending); at != std::string_view::npos; at = text.find(ending, at + 1)) {
    const auto after = at + ending.size();
    const bool named = at > 0 && text[at - 1] > ' ';
    if (named && after < text.size() && is_digit(text[after])) return true;
  }
  return false;
}

/// "SELECT ... FROM", in capital letters and not far from one another.
bool has_statement(std::string_view text, std::string_view begin, std::string_view end) {
  constexpr std::size_t kFar = 200;
  for (auto at = text.find(begin); at != std::string_view::npos; at = text.find(begin, at + 1)) {
    if (text.substr(at, kFar).find(end) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> disclosures(std::string_view text) {
  constexpr std::size_t kRead = 256 * 1024;
  text = text.substr(0, kRead);
  std::vector<std::string> found;
  for (const auto* ending : {".js:", ".mjs:", ".ts:", ".java:", ".kt:", ".scala:", ".rb:", ".go:", ".rs:",
                             ".php:", ".py:", ".cpp:", ".cs:line ", ".py\", line ", ".php on line "}) {
    if (has_source_place(text, ending)) found.push_back(fmt::format("a place in a source file ({})", ending));
  }
  for (const auto* mark :
       {"Traceback (most recent call last)", "Stack trace:", "goroutine 1 [", "ORA-0", "SQLSTATE[",
        "syntax error at or near", "/var/www/", "/usr/lib/", "/usr/local/", "/node_modules/", "\\inetpub\\"}) {
    if (text.find(mark) != std::string_view::npos) found.emplace_back(mark);
  }
  static constexpr std::pair<std::string_view, std::string_view> kStatements[] = {
      {"SELECT ", " FROM "}, {"INSERT INTO ", " VALUES"}, {"UPDATE ", " SET "}, {"DELETE FROM ", " WHERE "}};
  for (const auto& [begin, end] : kStatements) {
    if (has_statement(text, begin, end)) found.push_back(fmt::format("{}...{}", begin, end));
  }
  return found;
}

json facts_of(const Response& response, Body body) {
  json facts = {{"status", response.status}, {"media_type", response.media_type()}};
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
  json schemes = json::array();
  for (const auto field : response.headers.all("WWW-Authenticate")) {
    const auto challenges = oauth::parse_challenges(field);
    if (!challenges) continue;
    for (const auto& challenge : *challenges)
      schemes.push_back(to_lower(challenge.scheme));
  }
  if (!schemes.empty()) facts["challenge_schemes"] = std::move(schemes);
  if (body == Body::left_out) return facts;
  facts["text"] = response.body;
  facts["disclosed"] = disclosures(response.body);
  std::vector<std::string> duplicates;
  if (auto parsed = oauth::parse_json(response.body, &duplicates)) {
    if (parsed->is_object()) {
      for (const auto* name : {"error", "error_description", "error_uri"}) {
        if (const auto at = parsed->find(name); at != parsed->end()) facts[name] = *at;
      }
    }
    facts["body"] = std::move(*parsed);
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
    result.facts = facts_of(response);
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

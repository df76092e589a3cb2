// Bearer-protected endpoints: call_api, userinfo.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "oauth/challenge.hpp"
#include "oauth/encoding.hpp"
#include "oauth/jose.hpp"
#include "oauth/json_document.hpp"
#include "oauth/url.hpp"
#include "verbs/verb.hpp"

namespace oauthentic::verbs {

using nlohmann::json;
using session::Disposition;
using session::Draft;
using session::PlacedIn;
using session::StepResult;

namespace {

/// RFC 6750 §3: the characters of the attributes that it defines; realm and those of others are free.
bool is_permitted(std::string_view name, std::string_view value) {
  if (name == "scope") return oauth::is_scope(value);
  if (name == "error" || name == "error_description") return oauth::is_nqschar(value);
  return name != "error_uri" || oauth::is_uri_reference(value);
}

void read_challenges(const Response& response, json& facts) {
  std::vector<oauth::Challenge> all;
  for (const auto field : response.headers.all("WWW-Authenticate")) {
    const auto parsed = oauth::parse_challenges(field);
    if (!parsed) continue;
    all.insert(all.end(), parsed->begin(), parsed->end());
  }
  if (all.empty()) return;
  facts["challenge_scheme"] = all.front().scheme;
  const auto bearer = std::ranges::find_if(all, [](const auto& c) { return iequals(c.scheme, "Bearer"); });
  if (bearer == all.end()) return;
  auto& parameters = facts["challenge"] = json::object();
  std::set<std::string> repeated, malformed;
  for (const auto& parameter : bearer->parameters) {
    const auto name = to_lower(parameter.name);
    if (!is_permitted(name, parameter.value)) malformed.insert(name);
    if (parameters.contains(name)) repeated.insert(name);
    parameters.emplace(name, parameter.value);
  }
  facts["challenge_count"] = bearer->parameters.size();
  facts["challenge_repeated"] = repeated;
  facts["challenge_malformed"] = malformed;
  for (const auto* name : {"error", "error_description", "error_uri"}) {
    if (parameters.contains(name)) facts[name] = parameters.at(name);
  }
}

void put_token(Draft& draft, const std::string& token, const json& places) {
  const auto one = [&](const std::string& place) {
    if (place == "header") {
      draft.headers.set("Authorization", "Bearer " + token);
    } else if (place == "body" || place == "query") {
      draft.add("access_token", token, place == "body" ? PlacedIn::body : PlacedIn::query);
      if (place == "body" && draft.method == "GET") draft.method = "POST";
    } else {
      throw session::HarnessError(
          fmt::format("a token is carried in header, body or query, not in \"{}\"", place));
    }
  };
  if (places.is_array()) {
    for (const auto& place : places)
      one(place.get<std::string>());
  } else {
    one(places.is_string() ? places.get<std::string>() : "header");
  }
}

/// OpenID Connect Core 1.0 §5.4.
const std::map<std::string, std::vector<std::string>>& claims_of_scopes() {
  static const std::map<std::string, std::vector<std::string>> all = {
      {"profile",
       {"name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile",
        "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at"}},
      {"email", {"email", "email_verified"}},
      {"address", {"address"}},
      {"phone", {"phone_number", "phone_number_verified"}},
  };
  return all;
}

/// The claims of a UserInfo response, which may be a JWT (§5.3.2).
void read_claims(json& facts) {
  auto claims = oauth::member(facts, "body");
  if (oauth::string_member(facts, "media_type") == "application/jwt") {
    const auto jwt = oauth::parse_jws(oauth::string_member(facts, "text"));
    claims = jwt ? jwt->claims() : json();
  }
  if (!claims.is_object()) return;
  if (const auto& sub = oauth::member(claims, "sub"); !sub.is_null()) facts["sub"] = sub;
  auto& of_scope = facts["claims_of"] = json::object();
  for (const auto& [scope, names] : claims_of_scopes()) {
    auto& there = of_scope[scope] = json::array();
    for (const auto& name : names) {
      if (claims.contains(name)) there.push_back(name);
    }
  }
  auto& empty = facts["empty_claims"] = json::array();
  for (const auto& [name, value] : claims.items()) {
    if (value.is_null() || value == json("")) empty.push_back(name);
  }
  facts["claims"] = std::move(claims);
}

StepResult call(session::Session& session, const Call& step, Draft draft) {
  const auto& grant = session.grant(step.step->instance);
  const bool without = step.has("access_token") && step.arguments.at("access_token").is_null();
  const auto token = step.has("access_token") ? step.text("access_token") : grant.access_token;
  if (!without) {
    if (token.empty()) return impossible("there is no access token to call with");
    session.secret("access_token", token);
    put_token(draft, token, oauth::member(step.arguments, "in"));
  }
  const auto sent = send(session, step, draft);
  StepResult result;
  const auto& answer = sent.answers.front();
  if (session::no_answer(answer, result)) return result;
  const auto& response = std::get<Response>(answer);
  result.facts = session::facts_of(response);
  read_challenges(response, result.facts);
  const auto error = oauth::string_member(result.facts, "error");
  if (response.status >= 200 && response.status < 300) {
    result.disposition = Disposition::accepted;
    result.observed = fmt::format("accepted: status {}", response.status);
  } else if (response.status >= 400) {
    result.disposition = Disposition::refused;
    result.place = result.facts.contains("challenge") ? "challenge" : "response";
    result.observed = fmt::format("refused: status {}{}{}", response.status, error.empty() ? "" : ", ", error);
  } else {
    result.observed = fmt::format("unclear: status {}", response.status);
  }
  result.facts["accepted"] = result.disposition == Disposition::accepted ? 1 : 0;
  return result;
}

}  // namespace

StepResult call_api(session::Session& session, const Call& step) {
  const auto& all = session.target().api;
  if (all.empty()) return impossible("the target file names no API");
  std::size_t index = 0;
  if (step.has("api")) {
    const auto& which = step.arguments.at("api");
    index = which == "other_scope" ? 1 : which.is_number_unsigned() ? which.get<std::size_t>() : all.size();
  }
  if (index >= all.size()) return impossible("the target file names no such API");
  Draft draft;
  draft.method = step.has("method") ? step.text("method") : all[index].method;
  draft.url = all[index].url;
  draft.headers.set("Accept", "application/json");
  return call(session, step, std::move(draft));
}

StepResult userinfo(session::Session& session, const Call& step) {
  Draft draft;
  draft.method = step.has("method") ? step.text("method") : "GET";
  draft.url = session.discovery().endpoint("userinfo_endpoint");
  if (draft.url.empty()) return impossible("the provider has no UserInfo endpoint");
  draft.headers.set("Accept", "application/json");
  auto result = call(session, step, std::move(draft));
  read_claims(result.facts);
  return result;
}

}  // namespace oauthentic::verbs

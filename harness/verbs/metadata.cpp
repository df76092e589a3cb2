// What the server publishes: fetch_metadata, fetch_jwks.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "oauth/json_document.hpp"
#include "oauth/metadata.hpp"
#include "oauth/url.hpp"
#include "verbs/verb.hpp"

namespace oauthentic::verbs {

using nlohmann::json;
using session::Disposition;
using session::Draft;
using session::StepResult;

namespace {

StepResult fetch(session::Session& session, const Call& call, const std::string& url) {
  Draft draft;
  draft.method = "GET";
  draft.url = url;
  draft.headers.set("Accept", "application/json");
  const auto sent = send(session, call, draft);
  StepResult result;
  if (session::no_answer(sent.answers.front(), result)) return result;
  const auto& response = std::get<Response>(sent.answers.front());
  result.facts = session::facts_of(response);
  result.facts["url"] = url;
  const bool found = response.status == 200 && oauth::member(result.facts, "body").is_object();
  result.facts["accepted"] = found ? 1 : 0;
  result.disposition = found ? Disposition::accepted
                       : response.status >= 400 ? Disposition::refused
                                                : Disposition::unclear;
  result.observed = fmt::format("{}: status {}{}", to_string(result.disposition), response.status,
                                found ? ", a JSON object" : "");
  return result;
}

std::string metadata_url(session::Session& session, const std::string& document) {
  const auto& target = session.target();
  if (document == "openid") return oauth::metadata_url_appended(target.issuer, "openid-configuration");
  if (document == "resource") {
    return target.api.empty() ? "" : oauth::metadata_url_inserted(target.api.front().url, "oauth-protected-resource");
  }
  if (document.empty() || document == "oauth") {
    return oauth::metadata_url_inserted(target.issuer, "oauth-authorization-server");
  }
  throw session::HarnessError(fmt::format("there is no metadata document \"{}\"", document));
}

void judge_members(json& facts) {
  const auto& body = facts.at("body");
  json empty = json::array(), mistyped = json::array(), insecure = json::array();
  for (const auto& name : oauth::metadata_list_members()) {
    const auto& value = oauth::member(body, name);
    if (value.is_null()) continue;
    const bool texts = value.is_array() && std::ranges::all_of(value, [](const auto& v) { return v.is_string(); });
    if (!texts) mistyped.push_back(name);
    if (value.is_array() && value.empty()) empty.push_back(name);
  }
  for (const auto& name : oauth::metadata_url_members()) {
    const auto& value = oauth::member(body, name);
    if (value.is_null()) continue;
    const auto url = value.is_string() ? oauth::parse_url(value.get<std::string>()) : std::nullopt;
    if (!url) {
      mistyped.push_back(name);
    } else if (url->scheme != "https" && !oauth::is_loopback_host(url->host)) {
      insecure.push_back(name);
    }
  }
  facts["empty_members"] = empty;
  facts["mistyped_members"] = mistyped;
  facts["insecure_members"] = insecure;
  facts["problems"] = oauth::metadata_problems(body);
}

}  // namespace

StepResult fetch_metadata(session::Session& session, const Call& call) {
  const auto url = metadata_url(session, call.text("document"));
  if (url.empty()) return impossible("the target file names no API whose metadata could be read");
  auto result = fetch(session, call, url);
  if (result.disposition == Disposition::accepted) judge_members(result.facts);
  return result;
}

StepResult fetch_jwks(session::Session& session, const Call& call) {
  const auto url = session.discovery().endpoint("jwks_uri");
  if (url.empty()) return impossible("the provider publishes no jwks_uri");
  auto result = fetch(session, call, url);
  if (result.disposition != Disposition::accepted) return result;
  const auto& keys = oauth::member(result.facts.at("body"), "keys");
  std::set<std::string> uses, exposed;
  int count = 0, without_use = 0;
  for (const auto& key : keys.is_array() ? keys : json::array()) {
    ++count;
    const auto use = oauth::string_member(key, "use");
    if (use.empty()) {
      ++without_use;
    } else {
      uses.insert(use);
    }
    for (const auto* name : {"d", "p", "q", "dp", "dq", "qi", "k"}) {
      if (key.is_object() && key.contains(name)) exposed.insert(name);
    }
  }
  result.facts["keys"] = count;
  result.facts["uses"] = uses;
  result.facts["keys_without_use"] = without_use;
  result.facts["private_members"] = exposed;
  return result;
}

}  // namespace oauthentic::verbs

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
  const bool found =
      response.status >= 200 && response.status < 300 && oauth::member(result.facts, "body").is_object();
  result.facts["accepted"] = found ? 1 : 0;
  result.disposition = found                    ? Disposition::accepted
                       : response.status >= 400 ? Disposition::refused
                                                : Disposition::unclear;
  result.observed = fmt::format("{}: status {}{}", to_string(result.disposition), response.status,
                                found ? ", a JSON object" : "");
  return result;
}

std::string metadata_url(session::Session& session, const std::string& document) {
  const auto& target = session.target();
  if (document == "openid") return oauth::metadata_url_appended(target.issuer, "openid-configuration");
  if (document == "appended") return oauth::metadata_url_appended(target.issuer, "oauth-authorization-server");
  if (document == "resource") {
    return target.api.empty()
               ? ""
               : oauth::metadata_url_inserted(target.api.front().url, "oauth-protected-resource");
  }
  if (document.empty() || document == "oauth") {
    return oauth::metadata_url_inserted(target.issuer, "oauth-authorization-server");
  }
  throw session::HarnessError(fmt::format("there is no metadata document \"{}\"", document));
}

/// RFC 8414 §2: the endpoints are demanded of a server with a grant type that uses them.
json missing_members(const json& metadata) {
  const auto grants = oauth::metadata_list(metadata, "grant_types_supported");
  const bool front = oauth::metadata_lists(metadata, "grant_types_supported", "authorization_code") ||
                     oauth::metadata_lists(metadata, "grant_types_supported", "implicit");
  json missing = json::array();
  const auto demand = [&](const char* name, bool when) {
    if (when && !metadata.contains(name)) missing.push_back(name);
  };
  demand("authorization_endpoint", front || !grants);
  demand("token_endpoint", !grants || *grants != std::vector<std::string>{"implicit"});
  demand("response_types_supported", true);
  return missing;
}

/// RFC 8414 §2, of three endpoints: the algorithms have no default where a method with a JWT is offered.
std::optional<json> missing_algorithms(const json& metadata) {
  std::optional<json> missing;
  for (const std::string endpoint : {"token", "revocation", "introspection"}) {
    const auto prefix = endpoint + "_endpoint_auth_";
    const auto methods = prefix + "methods_supported", algorithms = prefix + "signing_alg_values_supported";
    if (!oauth::metadata_lists(metadata, methods, "private_key_jwt") &&
        !oauth::metadata_lists(metadata, methods, "client_secret_jwt"))
      continue;
    if (!missing) missing = json::array();
    if (!metadata.contains(algorithms)) missing->push_back(algorithms);
  }
  return missing;
}

/// Whether clients can authenticate by a key of their own; nothing if the methods are not published.
std::optional<bool> asymmetric_authentication(const json& metadata) {
  const auto methods = oauth::metadata_list(metadata, "token_endpoint_auth_methods_supported");
  if (!methods) return std::nullopt;
  return std::ranges::any_of(*methods, [](const std::string& method) {
    return method == "private_key_jwt" || method == "tls_client_auth" ||
           method == "self_signed_tls_client_auth";
  });
}

void judge_members(json& facts) {
  const auto& body = facts.at("body");
  json empty = json::array(), mistyped = json::array(), insecure = json::array();
  json with_query = json::array(), with_fragment = json::array(), endpoints = json::array();
  for (const auto& name : oauth::metadata_list_members()) {
    const auto& value = oauth::member(body, name);
    if (value.is_null()) continue;
    const bool texts =
        value.is_array() && std::ranges::all_of(value, [](const auto& v) { return v.is_string(); });
    if (!texts) mistyped.push_back(name);
    if (value.is_array() && value.empty()) empty.push_back(name);
  }
  for (const auto& name : oauth::metadata_url_members()) {
    const auto& value = oauth::member(body, name);
    if (value.is_null()) continue;
    const auto url = value.is_string() ? oauth::parse_url(value.get<std::string>()) : std::nullopt;
    if (!url || (url->scheme != "https" && !oauth::is_loopback_host(url->host))) insecure.push_back(name);
    if (url && url->query) with_query.push_back(name);
    if (url && url->fragment) with_fragment.push_back(name);
    if (name == "jwks_uri" || name.ends_with("_endpoint")) endpoints.push_back(name);
  }
  facts["empty_members"] = empty;
  facts["mistyped_members"] = mistyped;
  facts["insecure_members"] = insecure;
  facts["with_query"] = with_query;
  facts["with_fragment"] = with_fragment;
  facts["endpoints"] = endpoints;
  facts["missing_members"] = missing_members(body);
  if (auto missing = missing_algorithms(body)) facts["missing_algorithms"] = *missing;
  if (const auto offered = asymmetric_authentication(body)) facts["asymmetric_authentication"] = *offered;
  facts["problems"] = oauth::metadata_problems(body);
}

}  // namespace

StepResult fetch_metadata(session::Session& session, const Call& call) {
  const auto document = call.text("document");
  const bool either = document == "published" || document == "inserted";
  const auto url = metadata_url(session, either ? "oauth" : document);
  if (url.empty()) return impossible("the target file names no API whose metadata could be read");
  auto result = fetch(session, call, url);
  if (either && result.disposition != Disposition::accepted) {
    // RFC 8414 §5: the name openid-configuration may stand at that place as well.
    const auto other = document == "published"
                           ? metadata_url(session, "openid")
                           : oauth::metadata_url_inserted(session.target().issuer, "openid-configuration");
    auto second = fetch(session, call, other);
    if (second.disposition == Disposition::accepted) result = std::move(second);
  }
  if (result.disposition == Disposition::accepted) judge_members(result.facts);
  return result;
}

namespace {

/// What a key is for, as it says itself: by use, else by key_ops, else by alg (RFC 7517 §4; RFC 7518 §3.1,
/// §4.1).
std::string use_of(const json& key) {
  if (auto use = oauth::string_member(key, "use"); !use.empty()) return use;
  const auto& operations = oauth::member(key, "key_ops");
  for (const auto* one : {"encrypt", "decrypt", "wrapKey", "unwrapKey", "deriveKey", "deriveBits"}) {
    if (operations.is_array() && std::ranges::find(operations, one) != operations.end()) return "enc";
  }
  const auto algorithm = oauth::string_member(key, "alg");
  if (algorithm.starts_with("RSA") || algorithm.starts_with("ECDH-ES")) return "enc";
  return algorithm.empty() && operations.is_null() ? "" : "sig";
}

}  // namespace

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
    without_use += oauth::string_member(key, "use").empty();
    if (const auto use = use_of(key); !use.empty()) uses.insert(use);
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

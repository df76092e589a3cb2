#pragma once
// A provider with its user's browser and its client, for the tests of this folder: everything by calls, no
// sockets.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "mock_servers/authorization_server/authorization_server.hpp"
#include "mock_servers/resource_server/resource_server.hpp"
#include "oauth/client_authentication.hpp"
#include "oauth/cookies.hpp"
#include "oauth/html.hpp"
#include "oauth/pkce.hpp"
#include "oauth/url.hpp"

namespace oauthentic::mock::testing {

inline const std::string kVerifier = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGH";
inline const std::string kRedirectUri = "http://127.0.0.1:8765/callback";

class World {
 public:
  explicit World(std::string stance = "bcp", FaultSet faults = {})
      : deployment({.stance = std::move(stance), .faults = faults, .clock = &clock, .random = &random}),
        authorization_server(deployment),
        resource_server(deployment, authorization_server) {}
  World(std::string stance, Fault fault) : World(std::move(stance), FaultSet(fault)) {}

  const Client& client(std::string_view role) const { return deployment.registry.client_of_role(role); }
  const User& alice() const { return deployment.registry.users().front(); }
  Response send(const Request& request) {
    return request.url.starts_with(deployment.options.api) ? resource_server.handle(request)
                                                           : authorization_server.handle(request);
  }

  // --- the client's side ---
  Response post(std::string_view path, const oauth::Parameters& form, std::string_view authorization = {}) {
    Request request{.method = "POST",
                    .url = deployment.options.issuer + std::string(path),
                    .headers = {},
                    .body = oauth::form_encode(form),
                    .octets = {}};
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    if (!authorization.empty()) request.headers.add("Authorization", std::string(authorization));
    return send(request);
  }
  std::string basic(std::string_view role) const {
    return oauth::basic_authorization(client(role).id, client(role).secret);
  }
  /// A request of an endpoint for clients, authenticated as the client of that role does it.
  Response ask(std::string_view path, oauth::Parameters form, std::string_view role) {
    if (!client(role).is_public()) return post(path, form, basic(role));
    form.push_back({"client_id", client(role).id});
    return post(path, form);
  }
  static oauth::Parameters redemption(std::string code) {
    return {{"grant_type", "authorization_code"},
            {"code", std::move(code)},
            {"redirect_uri", kRedirectUri},
            {"code_verifier", kVerifier}};
  }
  Response api(std::string_view path, std::string_view token) {
    Request request{.method = "GET",
                    .url = deployment.options.api + std::string(path),
                    .headers = {},
                    .body = {},
                    .octets = {}};
    if (!token.empty()) request.headers.add("Authorization", "Bearer " + std::string(token));
    return send(request);
  }

  // --- the user's side ---
  oauth::Parameters authorization_request(std::string_view role) const {
    return {{"response_type", "code"},
            {"client_id", client(role).id},
            {"redirect_uri", kRedirectUri},
            {"scope", "openid profile"},
            {"state", "st ate+%2F~\"'"},
            {"nonce", "n-0S6"},
            {"code_challenge", oauth::code_challenge(kVerifier, oauth::ChallengeMethod::s256)},
            {"code_challenge_method", "S256"}};
  }
  Response visit(Request request) {
    // NB: the jar reads URLs more strictly than the server; some tests send what is no URL.
    if (const auto cookies = jar.header_for(deployment.options.issuer + "/", clock.now()))
      request.headers.add("Cookie", *cookies);
    auto response = send(request);
    jar.store(request.url, response.headers, clock.now());
    at = request.url;
    return response;
  }
  Response visit(const std::string& url) {
    return visit(Request{.method = "GET", .url = url, .headers = {}, .body = {}, .octets = {}});
  }
  Response start(const oauth::Parameters& parameters) {
    return visit(oauth::with_query(deployment.options.issuer + "/authorize", parameters));
  }
  oauth::HtmlPage page(const Response& response) const {
    auto parsed = oauth::parse_html(response.body, at);
    return parsed ? *parsed : oauth::HtmlPage{};
  }
  /// Submits the only form of a page with its hidden fields and these.
  Response submit(const Response& response, const oauth::Parameters& more) {
    const auto read = page(response);
    if (read.forms.size() != 1) return {};
    oauth::Parameters form;
    for (const auto& field : read.forms.front().fields) {
      if (field.type == "hidden") form.push_back({field.name, field.value});
    }
    form.insert(form.end(), more.begin(), more.end());
    Request request{.method = "POST",
                    .url = read.forms.front().action,
                    .headers = {},
                    .body = oauth::form_encode(form),
                    .octets = {}};
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    return visit(std::move(request));
  }
  Response sign_in(const Response& sign_in_page) {
    auto answer = submit(sign_in_page, {{"username", alice().username}, {"password", alice().password}});
    const auto next = oauth::resolve_url(at, answer.headers.value("Location"));
    if (!answer.headers.has("Location") || !next) return answer;
    Request request{
        .method = answer.status == 307 ? "POST" : "GET", .url = *next, .headers = {}, .body = {}, .octets = {}};
    return visit(std::move(request));
  }
  static bool is_sign_in(const Response& response) { return response.body.contains("type=\"password\""); }
  static bool is_consent(const Response& response) { return response.body.contains("name=\"decision\""); }
  /// Through sign-in and consent to where the user is sent; an unexpected page is returned as it is.
  Response travel(const oauth::Parameters& parameters, std::string decision = "allow") {
    auto response = start(parameters);
    if (is_sign_in(response)) response = sign_in(response);
    if (is_consent(response)) response = submit(response, {{"decision", std::move(decision)}});
    return response;
  }
  /// What came with the redirect, or nothing if there was none to the client.
  static oauth::Parameters delivered(const Response& response) {
    const auto location = response.headers.value("Location");
    return location.starts_with("http://127.0.0.1:") ? oauth::query_of(location) : oauth::Parameters{};
  }
  std::string code(std::string_view role) {
    return std::string(oauth::value(delivered(travel(authorization_request(role))), "code"));
  }
  nlohmann::json tokens(std::string_view role) {
    return nlohmann::json::parse(ask("/token", redemption(code(role)), role).body);
  }

  ManualClock clock{Time{std::chrono::seconds(1'800'000'000)}};
  SeededRandom random{"mock"};
  Deployment deployment;
  AuthorizationServer authorization_server;
  ResourceServer resource_server;
  oauth::CookieJar jar;
  std::string at;
};

inline oauth::Parameters with(oauth::Parameters parameters, std::string_view name, std::string value) {
  oauth::set(parameters, name, std::move(value));
  return parameters;
}
inline oauth::Parameters without(oauth::Parameters parameters, std::string_view name) {
  oauth::remove(parameters, name);
  return parameters;
}
/// The member "error" of a JSON answer; empty if there is none.
inline std::string error_of(const Response& response) {
  const auto body = nlohmann::json::parse(response.body, nullptr, false);
  return body.is_object() ? body.value("error", "") : "";
}

}  // namespace oauthentic::mock::testing

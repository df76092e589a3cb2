#include "fuzz/network/unearned.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <span>

#include "oauth/json_document.hpp"
#include "oauth/url.hpp"

namespace oauthentic::fuzz {

namespace {

/// What a request to this endpoint is read for; others are ignored, however often they stand there.
std::vector<std::string_view> parameters_read(Surface surface) {
  std::vector<std::string_view> names = {"client_id", "client_secret"};
  const auto add = [&](std::initializer_list<std::string_view> more) { names.insert(names.end(), more); };
  if (is_token_surface(surface)) add({"grant_type"});
  if (surface == Surface::code_token) add({"code", "redirect_uri", "code_verifier"});
  if (surface == Surface::refresh_token) add({"refresh_token", "scope"});
  if (surface == Surface::client_token) add({"scope"});
  if (surface == Surface::introspection || surface == Surface::revocation) add({"token"});
  return names;
}

constexpr std::array<std::string_view, 7> kAuthorizationParameters = {
    "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"};

bool redirects(const Response& response) {
  return response.status >= 300 && response.status < 400 && response.headers.has("Location");
}

std::optional<Surface> surface_of_grant(std::string_view type) {
  if (type == "authorization_code") return Surface::code_token;
  if (type == "refresh_token") return Surface::refresh_token;
  if (type == "client_credentials") return Surface::client_token;
  return std::nullopt;
}

class Judge {
 public:
  Judge(Surface surface, const Request& request, const Entitlement& right)
      : surface_(surface), request_(request), right_(right), reading_(read_strictly(request)) {}

  std::vector<std::string> run() {
    if (surface_ == Surface::authorization) {
      authorization();
    } else if (surface_ == Surface::userinfo || surface_ == Surface::api) {
      resource();
    } else {
      carriage();
      // What did not come as it has to says nothing more of what it lacks.
      if (!faults_.empty() && faults_.front().starts_with("me")) return {faults_.front()};
      client();
      if (surface_ == Surface::code_token) code();
      if (surface_ == Surface::refresh_token) same("refresh_token", right_.refresh_token);
      if (surface_ == Surface::introspection) live_token();
    }
    return std::move(faults_);
  }

 private:
  void say(std::string what) { faults_.push_back(std::move(what)); }

  /// RFC 6749 §3.2: a parameter stands once.
  void once(const oauth::Parameters& parameters, std::span<const std::string_view> names) {
    for (const auto name : names) {
      // RFC 6749 §3.1: one without a value counts as left out.
      const auto filled = std::ranges::count_if(parameters, [&](const auto& parameter) {
        return parameter.name == name && !parameter.value.empty();
      });
      if (filled > 1) say("repeated " + std::string(name));
    }
  }

  /// RFC 6749 §3.2, §4.1.3: by POST, as a form, in the body.
  void carriage() {
    if (request_.method != "POST") say("method " + request_.method);
    if (reading_.media_type != "application/x-www-form-urlencoded") say("media type " + reading_.media_type);
    if (is_token_surface(surface_)) {
      const auto type = oauth::value(reading_.body, "grant_type");
      if (!surface_of_grant(type)) say(where_is("grant_type", type.empty() ? "no" : "wrong"));
      surface_ = surface_of_grant(type).value_or(surface_);
    }
    once(reading_.body, parameters_read(surface_));
  }

  /// "no code", or where it is instead.
  std::string where_is(std::string_view name, std::string_view else_word) const {
    const bool in_query = !oauth::value(reading_.query, name).empty() && oauth::count(reading_.body, name) == 0;
    return in_query ? std::string(name) + " in the query" : std::string(else_word) + " " + std::string(name);
  }

  /// RFC 6749 §2.3.1, §3.2.1: the sender proves to be the client.
  void client() {
    const auto& body = reading_.body;
    const auto named = oauth::value(body, "client_id");
    if (right_.client_secret.empty()) {
      if (surface_ == Surface::client_token) say("client_credentials for a public client");
      if (named != right_.client_id && !reading_.authorization) say("wrong client_id");
      return;
    }
    const bool malformed = std::ranges::find(reading_.odd, "authorization") != reading_.odd.end();
    const bool by_basic = reading_.basic && reading_.basic->user == right_.client_id &&
                          reading_.basic->password == right_.client_secret;
    const bool by_body =
        named == right_.client_id && oauth::value(body, "client_secret") == right_.client_secret;
    if (by_basic || by_body) return;
    // RFC 7662 §2.1: a token may entitle to introspection as well; whether this one does is not known here.
    if (surface_ == Surface::introspection && reading_.bearer) return;
    const bool secret = (reading_.basic && reading_.basic->password == right_.client_secret) ||
                        oauth::value(body, "client_secret") == right_.client_secret;
    if (secret && !malformed) return say("credentials in several places");
    if (malformed) return say("malformed authorization");
    const bool tried = reading_.authorization || oauth::count(body, "client_secret") > 0;
    say(where_is("client_secret", tried ? "wrong" : "no"));
  }

  void same(std::string_view name, std::string_view right) {
    const auto* found = oauth::find(reading_.body, name);
    if (!found) return say(where_is(name, "no"));
    if (right.empty() && !found->empty()) return say(std::string(name) + " that is used up");
    if (*found != right) say((found->empty() ? "empty " : "wrong ") + std::string(name));
  }

  /// RFC 6749 §4.1.3, RFC 7636 §4.6.
  void code() {
    same("code", right_.code);
    same("redirect_uri", right_.redirect_uri);
    same("code_verifier", right_.code_verifier);
    if (right_.client_id != right_.grant_client_id) say("code of another client");
  }

  void live_token() {
    const auto token = oauth::value(reading_.body, "token");
    if (token != right_.access_token && token != right_.refresh_token) say("wrong token");
  }

  /// RFC 6750 §2: the token in one of the three places.
  void resource() {
    const bool by_header = reading_.bearer && *reading_.bearer == right_.access_token;
    const bool elsewhere = oauth::value(reading_.body, "access_token") == right_.access_token ||
                           oauth::value(reading_.query, "access_token") == right_.access_token;
    if (right_.access_token.empty() || (!by_header && !elsewhere))
      say(reading_.authorization ? "wrong access_token" : "no access_token");
  }

  void authorization() {
    // By POST the body counts; where it says nothing of a parameter, servers differ.
    auto all = request_.method == "POST" ? reading_.body : oauth::Parameters();
    const auto in_body = all;
    for (const auto& parameter : reading_.query) {
      if (oauth::count(in_body, parameter.name) == 0) all.push_back(parameter);
    }
    once(all, kAuthorizationParameters);
    if (oauth::count(all, "response_type") == 0) say("no response_type");
    if (oauth::value(all, "client_id") != right_.client_id) say("wrong client_id");
    const auto* uri = oauth::find(all, "redirect_uri");
    if (uri && !uri->empty() && *uri != right_.redirect_uri && !differs_by_loopback_port(*uri))
      say("wrong redirect_uri");
  }

  /// RFC 8252 §7.3.
  bool differs_by_loopback_port(std::string_view sent) const {
    const auto a = oauth::parse_url(sent);
    const auto b = oauth::parse_url(right_.redirect_uri);
    return a && b && oauth::is_loopback_host(b->host) && a->host == b->host && a->path == b->path &&
           a->query == b->query && !a->fragment && a->scheme == b->scheme && a->userinfo.empty();
  }

  Surface surface_;
  const Request& request_;
  const Entitlement& right_;
  Reading reading_;
  std::vector<std::string> faults_;
};

}  // namespace

bool is_success(Surface surface, const Response& response) {
  const bool fine = response.status >= 200 && response.status < 300;
  switch (surface) {
    case Surface::code_token:
    case Surface::refresh_token:
    case Surface::client_token: {
      if (!fine || response.body.find("access_token") == std::string::npos) return false;
      const auto body = oauth::parse_json(response.body);
      return body && !oauth::string_member(*body, "access_token").empty();
    }
    case Surface::introspection: {
      if (!fine || response.body.find("true") == std::string::npos) return false;
      const auto body = oauth::parse_json(response.body);
      return body && oauth::member(*body, "active") == nlohmann::json(true);
    }
    case Surface::authorization:
      return redirects(response) &&
             !oauth::value(oauth::query_of(response.headers.value("Location")), "code").empty();
    case Surface::userinfo:
    case Surface::api:
      return fine;
    default:
      return false;
  }
}

Surface surface_asked(Surface surface, const Request& request) {
  if (!is_token_surface(surface)) return surface;
  return surface_of_grant(oauth::value(read_strictly(request).body, "grant_type")).value_or(surface);
}

std::vector<std::string> unearned(Surface surface, const Request& request, const Entitlement& right) {
  return Judge(surface, request, right).run();
}

}  // namespace oauthentic::fuzz

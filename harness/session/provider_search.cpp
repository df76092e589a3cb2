#include "session/provider_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "oauth/challenge.hpp"
#include "oauth/json_document.hpp"
#include "oauth/url.hpp"

namespace oauthentic::session {

using nlohmann::json;

namespace {

constexpr std::string_view kWellKnown = "/.well-known/";

/// The issuer whose document stands at that URL: the path before or after the well-known part.
std::string issuer_of_document(const std::string& text) {
  auto url = oauth::parse_url(text);
  const auto at = url ? url->path.find(kWellKnown) : std::string::npos;
  if (at == std::string::npos) return text;
  const auto name = url->path.find('/', at + kWellKnown.size());
  url->path = url->path.substr(0, at) + (name == std::string::npos ? "" : url->path.substr(name));
  return url->to_string();
}

bool is_metadata(const json& document) {
  return !oauth::string_member(document, "authorization_endpoint").empty() ||
         !oauth::string_member(document, "token_endpoint").empty();
}

class Searcher {
 public:
  Searcher(http::Transport& transport, const http::SendLimits& limits)
      : transport_(transport), limits_(limits) {}

  ProviderSearch run(const std::string& given) {
    const bool document = given.contains(kWellKnown);
    if (document) take_document(given);
    const auto url = document ? issuer_of_document(given) : given;
    if (found_.issuer.empty()) as_issuer(url);
    if (found_.issuer.empty()) as_api(url);
    return std::move(found_);
  }

 private:
  void note(const std::string& url, std::string came) { found_.attempts.push_back({url, std::move(came)}); }

  std::optional<Response> get(const std::string& url) {
    const auto parsed = oauth::parse_url(url);
    if (!parsed || silent_.contains(parsed->origin()) || !asked_.insert(url).second) return std::nullopt;
    Request request;
    request.url = url;
    request.headers = {{"Accept", "application/json"}, {"User-Agent", "Oauthentic/0.1"}};
    auto answer = transport_.send(request, limits_);
    if (const auto* error = std::get_if<TransportError>(&answer)) {
      if (error->kind != TransportError::Kind::too_large) silent_.insert(parsed->origin());
      note(url, error->message);
      return std::nullopt;
    }
    return std::get<Response>(std::move(answer));
  }

  std::optional<json> document(const std::string& url) {
    const auto response = get(url);
    if (!response) return std::nullopt;
    if (response->status != 200) {
      const auto location = response->headers.value("Location");
      note(url, fmt::format("status {}{}{}", response->status, location.empty() ? "" : ", to ", location));
      return std::nullopt;
    }
    auto parsed = oauth::parse_json(response->body);
    if (parsed && parsed->is_object()) return *std::move(parsed);
    const auto type = response->media_type();
    note(url, fmt::format("status 200, but no JSON object ({})", type.empty() ? "no Content-Type" : type));
    return std::nullopt;
  }

  bool take(const std::string& asked, const std::string& url, const json& metadata) {
    if (!is_metadata(metadata)) {
      note(url, "a JSON object without an endpoint");
      return false;
    }
    const auto claimed = oauth::string_member(metadata, "issuer");
    found_.issuer = claimed.empty() ? asked : claimed;
    found_.found_at = url;
    found_.metadata = metadata;
    return true;
  }

  void take_document(const std::string& url) {
    const auto read = document(url);
    if (!read) return;
    if (read->contains("authorization_servers")) {
      take_resource(oauth::string_member(*read, "resource"), url, *read);
    } else {
      take(issuer_of_document(url), url, *read);
    }
  }

  bool as_issuer(const std::string& issuer) {
    const auto appended = oauth::metadata_url_appended(issuer, "openid-configuration");
    for (const auto& url : {oauth::metadata_url_inserted(issuer, "oauth-authorization-server"), appended,
                            oauth::metadata_url_inserted(issuer, "openid-configuration")}) {
      const auto read = url.empty() ? std::nullopt : document(url);
      if (!read) continue;
      if (found_.issuer.empty()) {
        take(issuer, url, *read);
        continue;
      }
      for (const auto& [name, value] : read->items()) {  // what only the OpenID document says
        if (!found_.metadata.contains(name)) found_.metadata[name] = value;
      }
      break;
    }
    return !found_.issuer.empty();
  }

  /// RFC 9728 §7.6 leaves the choice among several servers to the client: the first that can be read.
  bool take_resource(const std::string& api, const std::string& url, const json& resource) {
    constexpr std::size_t kMostServers = 4;
    const auto& servers = oauth::member(resource, "authorization_servers");
    if (!servers.is_array() || servers.empty()) {
      note(url, "protected resource metadata without authorization_servers");
      return false;
    }
    for (std::size_t i = 0; i < std::min(servers.size(), kMostServers); ++i) {
      if (!servers[i].is_string() || !as_issuer(servers[i].get<std::string>())) continue;
      found_.api = api;
      found_.resource = resource;
      return true;
    }
    return false;
  }

  void as_api(const std::string& api) {
    const auto parsed = oauth::parse_url(api);
    if (!parsed) return;
    for (const auto& url : {oauth::metadata_url_inserted(api, "oauth-protected-resource"),
                            parsed->origin() + "/.well-known/oauth-protected-resource"}) {
      const auto read = document(url);
      if (read && take_resource(api, url, *read)) return;
    }
    const auto url = challenged_with(api);
    const auto read = url.empty() ? std::nullopt : document(url);
    if (read) take_resource(api, url, *read);
  }

  /// RFC 9728 §5.1: where an API says that its metadata are.
  std::string challenged_with(const std::string& api) {
    const auto response = get(api);
    if (!response) return {};
    for (const auto field : response->headers.all("WWW-Authenticate")) {
      const auto challenges = oauth::parse_challenges(field);
      if (!challenges) continue;
      for (const auto& challenge : *challenges) {
        for (const auto& parameter : challenge.parameters) {
          if (iequals(parameter.name, "resource_metadata")) return parameter.value;
        }
      }
    }
    note(api, fmt::format("status {}, which names no metadata", response->status));
    return {};
  }

  http::Transport& transport_;
  const http::SendLimits& limits_;
  ProviderSearch found_;
  std::set<std::string> silent_;  ///< origins that do not answer
  std::set<std::string> asked_;
};

}  // namespace

ProviderSearch find_provider(http::Transport& transport, const std::string& url,
                             const http::SendLimits& limits) {
  return Searcher(transport, limits).run(url);
}

}  // namespace oauthentic::session

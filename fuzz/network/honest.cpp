#include "fuzz/network/honest.hpp"

#include <algorithm>

#include "oauth/metadata.hpp"
#include "oauth/url.hpp"

namespace oauthentic::fuzz {

namespace {

using oauth::AuthenticationMethod;

/// Whose credentials are fresh for each request are not fuzzed: assertions cost a signature each.
bool is_usable(const script::Client& client) {
  return client.authentication == AuthenticationMethod::none ||
         client.authentication == AuthenticationMethod::client_secret_basic ||
         client.authentication == AuthenticationMethod::client_secret_post;
}

Part in_query(std::string name, std::string value) {
  return {std::move(name), std::move(value), Place::query};
}

Part in_body(std::string name, std::string value) {
  return {std::move(name), std::move(value)};
}

std::vector<Part> parts_of(Surface surface) {
  switch (surface) {
    case Surface::code_token:
      return {in_body("grant_type", "authorization_code"), in_body("code", "{{code}}"),
              in_body("redirect_uri", "{{redirect_uri}}"), in_body("code_verifier", "{{code_verifier}}")};
    case Surface::refresh_token:
      return {in_body("grant_type", "refresh_token"), in_body("refresh_token", "{{refresh_token}}")};
    case Surface::client_token:
      return {in_body("grant_type", "client_credentials")};
    case Surface::authorization:
      return {in_query("response_type", "code"),
              in_query("client_id", "{{client_id}}"),
              in_query("redirect_uri", "{{redirect_uri}}"),
              in_query("scope", "{{scope}}"),
              in_query("state", "{{state}}"),
              in_query("code_challenge", "{{code_challenge}}"),
              in_query("code_challenge_method", "S256")};
    case Surface::introspection:
    case Surface::revocation:
      return {in_body("token", "{{access_token}}"), in_body("token_type_hint", "access_token")};
    case Surface::device_authorization:
      return {in_body("scope", "{{scope}}")};
    case Surface::pushed_authorization: {
      auto parts = parts_of(Surface::authorization);
      for (auto& part : parts)
        part.where = Place::body;
      return parts;
    }
    case Surface::registration:
      return {in_body("client_name", "oauthentic"), in_body("token_endpoint_auth_method", "none")};
    case Surface::userinfo:
    case Surface::api:
      return {};
  }
  return {};
}

constexpr std::pair<Surface, const char*> kEndpoints[] = {
    {Surface::code_token, "token_endpoint"},
    {Surface::refresh_token, "token_endpoint"},
    {Surface::client_token, "token_endpoint"},
    {Surface::authorization, "authorization_endpoint"},
    {Surface::introspection, "introspection_endpoint"},
    {Surface::revocation, "revocation_endpoint"},
    {Surface::device_authorization, "device_authorization_endpoint"},
    {Surface::pushed_authorization, "pushed_authorization_request_endpoint"},
    {Surface::registration, "registration_endpoint"},
    {Surface::userinfo, "userinfo_endpoint"},
};

bool reads_bearer(Surface surface) {
  return surface == Surface::userinfo || surface == Surface::api;
}

}  // namespace

Honest::Honest(const script::Target& target, const session::Discovery& discovery,
               const std::set<Surface>& wanted)
    : target_(target) {
  choose_clients(target);
  choose_surfaces(discovery, wanted);
  for (const auto surface : surfaces_) {
    for (const auto& client : clients_) {
      if (auto one = step(surface, client); is_honest(one)) inputs_.push_back({{std::move(one)}});
    }
  }
  add_options();
  add_sequences();
}

/// RFC 6749 §4.4.2, RFC 7662 §2.1: not for public clients.
bool Honest::is_honest(const Step& step) const {
  if (step.client.empty()) return false;
  const bool is_public = target_.clients.at(step.client).authentication == AuthenticationMethod::none;
  return !is_public || (step.surface != Surface::client_token && step.surface != Surface::introspection);
}

/// What a client may leave out, and parsers read all the same.
void Honest::add_options() {
  for (const auto surface : {Surface::refresh_token, Surface::client_token}) {
    for (const auto& client : clients_) {
      auto one = has(surface) ? step(surface, client) : Step{};
      if (!is_honest(one) || target_.clients.at(client).scopes.empty()) continue;
      one.parts.push_back(in_body("scope", "{{scope}}"));
      inputs_.push_back({{std::move(one)}});
    }
  }
}

/// One of each kind, and a second one to try another's codes with.
void Honest::choose_clients(const script::Target& target) {
  std::map<AuthenticationMethod, std::size_t> taken;
  for (const auto* preferred : {"confidential", "public", "post"}) {
    const auto at = target.clients.find(preferred);
    if (at == target.clients.end() || !is_usable(at->second)) continue;
    clients_.emplace_back(preferred);
    ++taken[at->second.authentication];
  }
  for (const auto& [name, client] : target.clients) {
    if (is_usable(client) && taken[client.authentication] == 0 &&
        std::ranges::find(clients_, name) == clients_.end()) {
      clients_.push_back(name);
      ++taken[client.authentication];
    }
  }
}

void Honest::choose_surfaces(const session::Discovery& discovery, const std::set<Surface>& wanted) {
  const auto grants = oauth::metadata_list(discovery.metadata, "grant_types_supported");
  const auto offers = [&](std::string_view grant) {
    return !grants || std::ranges::find(*grants, grant) != grants->end();
  };
  for (const auto& [surface, name] : kEndpoints) {
    if (surface == Surface::refresh_token && !offers("refresh_token")) continue;
    if (surface == Surface::client_token && !offers("client_credentials")) continue;
    if (auto url = discovery.endpoint(name); !url.empty()) urls_[surface] = std::move(url);
  }
  if (!target_.api.empty()) urls_[Surface::api] = target_.api.front().url;
  for (const auto& [surface, url] : urls_) {
    const bool usual = surface != Surface::registration;
    if (wanted.empty() ? usual : wanted.contains(surface)) surfaces_.push_back(surface);
  }
}

bool Honest::has(Surface surface) const {
  return std::ranges::find(surfaces_, surface) != surfaces_.end();
}

void Honest::authenticate(Step& step) const {
  // RFC 9126 §2.1: client_id is one of the parameters, however the client proves itself.
  std::erase_if(step.parts, [](const Part& part) { return part.name == "client_id"; });
  switch (target_.clients.at(step.client).authentication) {
    case AuthenticationMethod::client_secret_basic:
      step.basic = true;
      if (step.surface == Surface::pushed_authorization)
        step.parts.push_back(in_body("client_id", "{{client_id}}"));
      break;
    case AuthenticationMethod::client_secret_post:
      step.parts.push_back(in_body("client_id", "{{client_id}}"));
      step.parts.push_back(in_body("client_secret", "{{client_secret}}"));
      break;
    default:
      step.parts.push_back(in_body("client_id", "{{client_id}}"));
  }
}

Step Honest::step(Surface surface, const std::string& client) const {
  Step step;
  if (!urls_.contains(surface) || !target_.clients.contains(client)) return step;
  const auto& who = target_.clients.at(client);
  step.surface = surface;
  step.client = step.grant = client;
  step.parts = parts_of(surface);
  if (who.scopes.empty()) std::erase_if(step.parts, [](const Part& part) { return part.value == "{{scope}}"; });
  if (reads_bearer(surface)) {
    step.method = "GET";
    step.headers.push_back({"Authorization", "Bearer {{access_token}}"});
  } else if (surface == Surface::authorization) {
    step.method = "GET";
    for (const auto& [name, value] : target_.authorization_parameters)
      step.parts.push_back(in_query(name, value));
  } else if (surface == Surface::registration) {
    step.coding = Coding::json;
  } else {
    authenticate(step);
    if (is_token_surface(surface)) {
      for (const auto& [name, value] : target_.token_parameters)
        step.parts.push_back(in_body(name, value));
    }
  }
  return step;
}

const std::string& Honest::url(Surface surface) const {
  static const std::string none;
  const auto at = urls_.find(surface);
  return at == urls_.end() ? none : at->second;
}

/// What one request leads to in the next: the places where state goes wrong.
void Honest::add_sequences() {
  constexpr Surface kSequences[][3] = {
      {Surface::code_token, Surface::code_token, Surface::introspection},
      {Surface::code_token, Surface::refresh_token, Surface::introspection},
      {Surface::code_token, Surface::revocation, Surface::refresh_token},
      {Surface::refresh_token, Surface::refresh_token, Surface::userinfo},
      {Surface::revocation, Surface::introspection, Surface::api},
  };
  for (const auto& sequence : kSequences) {
    for (const auto& client : clients_) {
      Input input;
      for (const auto surface : sequence) {
        auto one = has(surface) ? step(surface, client) : Step{};
        if (is_honest(one)) input.steps.push_back(std::move(one));
      }
      if (input.steps.size() > 1) inputs_.push_back(std::move(input));
    }
  }
  for (const auto& client : clients_) {
    auto revoked = revocation_of_refresh(client);
    auto used = has(Surface::refresh_token) ? step(Surface::refresh_token, client) : Step{};
    if (!revoked.client.empty() && !used.client.empty())
      inputs_.push_back({{std::move(revoked), std::move(used)}});
  }
}

Step Honest::revocation_of_refresh(const std::string& client) const {
  auto one = has(Surface::revocation) ? step(Surface::revocation, client) : Step{};
  for (auto& part : one.parts) {
    if (part.name == "token") part.value = "{{refresh_token}}";
    if (part.name == "token_type_hint") part.value = "refresh_token";
  }
  return one;
}

std::string foreign_host(const session::World& world) {
  std::vector<std::string> urls = {world.target->issuer};
  for (const auto& [name, value] : world.discovery.metadata.items()) {
    if (name.ends_with("_endpoint") && value.is_string()) urls.push_back(value.get<std::string>());
  }
  for (const auto& api : world.target->api)
    urls.push_back(api.url);
  for (const auto& text : urls) {
    const auto url = oauth::parse_url(text);
    if (url && !oauth::is_loopback_host(url->host)) return url->host;
  }
  return {};
}

}  // namespace oauthentic::fuzz

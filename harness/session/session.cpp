#include "session/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "oauth/metadata.hpp"
#include "script/placeholder.hpp"
#include "session/redirect_parts.hpp"

namespace oauthentic::session {

using nlohmann::json;

const json& vocabulary() {
  static const json words = {
      {"grant_types",
       {"authorization_code", "implicit", "password", "client_credentials", "refresh_token",
        "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:saml2-bearer",
        "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange"}},
      {"grant_types_without_token_request", {"implicit"}},
      {"response_types",
       {"code", "token", "id_token", "none", "code id_token", "code token", "code id_token token",
        "id_token token"}},
      {"authentication_methods",
       {"none", "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt"}},
      {"challenge_methods", {"plain", "S256"}},
      {"challenge_methods_of_flows", {"S256"}},
  };
  return words;
}

namespace {

/// What is left for a request that is plain OAuth.
std::vector<std::string> without_openid(std::vector<std::string> scopes) {
  std::erase_if(scopes, [](const auto& scope) { return scope == "openid" || scope == "offline_access"; });
  return scopes;
}

const json& odd_octets() {
  static const json octets = {
      {"octet", std::string(1, '\0')}, {"crlf", "\r\n"}, {"delete", "\x7f"}, {"latin1", "\xe9"}};
  return octets;
}

std::optional<json> long_text(const std::string& kind) {
  const std::map<std::string, std::size_t> kSizes = {{"k4", 4096}, {"k64", 65536}, {"m1", 1048576}};
  const auto size = kSizes.find(kind);
  if (size == kSizes.end()) return std::nullopt;
  return std::string(size->second, 'a');
}

/// A member of the metadata; a list that is left out has its default (RFC 8414 §2).
std::optional<json> published(const json& metadata, const std::string& path) {
  if (const auto* value = script::at_path(metadata, path)) return *value;
  const auto list = oauth::metadata_list(metadata, path);
  return list ? std::optional<json>(*list) : std::nullopt;
}

}  // namespace

Session::Session(World& world, std::string id, const script::Client& client, const std::string& user,
                 bool fresh)
    : world_(world), id_(std::move(id)) {
  auto& own = grants_[""];
  own.client = &client;
  own.user = user;
  if (!fresh) own.cookies = world.sign_ins.take(user);
  if (world.seed.empty()) {
    random_ = std::make_unique<SystemRandom>();
  } else {
    random_ = std::make_unique<SeededRandom>(world.seed + "/" + id_);
  }
  if (world.record) redactor_.emplace(world.tags, world.target_redactor());
}

Session::~Session() {
  for (auto& [unused, grant] : grants_)
    world_.sign_ins.give_back(grant.user, std::move(grant.cookies));
}

Grant& Session::add_instance(const std::string& name, const script::Client& client, const std::string& user) {
  auto& added = grants_[name];
  added.client = &client;
  added.user = user;
  added.cookies = world_.sign_ins.take(user);
  return added;
}

Grant& Session::grant(const std::string& instance) {
  const auto at = grants_.find(instance);
  if (at == grants_.end()) throw HarnessError(fmt::format("there is no flow instance \"{}\"", instance));
  return at->second;
}

Time Session::now() const {
  return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now()) + clock_offset_;
}

void Session::wait(std::chrono::seconds duration) {
  if (!target().clock_header.empty()) {
    clock_offset_ += duration;
  } else if (world_.wait) {
    world_.wait(duration);
  } else {
    std::this_thread::sleep_for(duration);
  }
}

void Session::decorate(Request& request) const {
  if (clock_offset_.count() != 0) {
    request.headers.set(target().clock_header, std::to_string(clock_offset_.count()));
  }
  if (!request.headers.has("User-Agent")) request.headers.add("User-Agent", "Oauthentic/0.1");
}

Exchange& Session::remember(const std::string& label, const Request& request, http::Answer answer,
                            std::chrono::system_clock::time_point started, std::chrono::microseconds duration) {
  ++sent_;
  Exchange exchange;
  exchange.id = fmt::format("{}#{}", id_, sent_);
  exchange.label = label;
  exchange.request = request;
  if (auto* response = std::get_if<Response>(&answer)) {
    exchange.answer = std::move(*response);
  } else {
    exchange.answer = std::move(std::get<TransportError>(answer));
  }
  exchange.started = started;
  exchange.duration = duration;
  pending_.push_back(std::move(exchange));
  return pending_.back();
}

http::Answer Session::send(const std::string& label, Request request) {
  constexpr int kTries = 3;
  decorate(request);
  http::SendLimits limits;
  limits.timeout = target().timeout;
  for (int attempt = 1;; ++attempt) {
    if (world_.limiter) world_.limiter->wait(request.url, world_.interrupted);
    const auto started = std::chrono::system_clock::now();
    const auto clock = std::chrono::steady_clock::now();
    auto given_up = world_.breaker.refuses(request.url);
    auto answer = given_up ? http::Answer(*std::move(given_up)) : world_.transport->send(request, limits);
    const auto spent =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - clock);
    const auto* response = std::get_if<Response>(&answer);
    const auto pause = response ? put_off_by(*response) : std::nullopt;
    if (pause && world_.limiter) world_.limiter->put_off(request.url, *pause);
    if (world_.record) {
      remember(label, request, answer, started, spent);
    } else {
      ++sent_;
    }
    note(request.url, answer, limits);
    if (!pause || attempt == kTries || world_.interrupted()) return answer;
  }
}

void Session::note(const std::string& url, const http::Answer& answer, const http::SendLimits& limits) {
  world_.breaker.note(url, answer, fmt::format("{}#{}", id_, sent_), [&](const std::string& where) {
    Request request;
    request.url = where;
    decorate(request);
    return world_.transport->send(request, limits);
  });
}

std::vector<http::Answer> Session::send_together(const std::string& label,
                                                 const std::vector<Request>& requests) {
  auto decorated = requests;
  for (auto& request : decorated)
    decorate(request);
  http::SendLimits limits;
  limits.timeout = target().timeout;
  const auto started = std::chrono::system_clock::now();
  const auto clock = std::chrono::steady_clock::now();
  auto answers = world_.transport->send_together(decorated, limits);
  const auto spent =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - clock);
  for (std::size_t i = 0; i < answers.size(); ++i)
    remember(label, decorated[i], answers[i], started, spent);
  if (!world_.record) pending_.clear();
  return answers;
}

void Session::secret(std::string_view kind, std::string_view value) {
  if (redactor_ && !value.empty()) redactor_->add(kind, value);
}

void Session::typed_secret(std::string_view kind, std::string_view field, std::string_view value) {
  if (redactor_) redactor_->add_typed(kind, field, value);
}

std::string Session::redact(std::string_view text) const {
  return redactor_ ? redactor_->redact(text) : std::string(text);
}

std::vector<std::string> Session::flush() {
  std::vector<std::string> ids;
  for (auto& exchange : pending_) {
    ids.push_back(exchange.id);
    world_.record(redactor_->redact(std::move(exchange)));
  }
  pending_.clear();
  return ids;
}

json Session::client_values(const script::Client& client) const {
  return {{"client_id", client.client_id},
          {"client_secret", client.client_secret},
          {"authentication", to_string(client.authentication)},
          {"redirect_uri", client.redirect_uri},
          {"scope", oauth::join_scopes(client.scopes)}};
}

std::optional<json> Session::random_value(const std::string& kind) {
  if (kind == "verifier") return random_->base64url(32);
  if (kind == "token") return random_->base64url(16);
  if (kind == "hex") return random_->hex(16);
  if (kind == "word") {
    std::string word;
    for (int i = 0; i < 12; ++i)
      word += static_cast<char>('a' + random_->below(26));
    return word;
  }
  return std::nullopt;
}

/// A value of the table's row; one that is made of placeholders is made once, so that it stays the same.
std::optional<json> Session::row_value(const std::string& path) {
  const auto column = path.substr(0, path.find('.'));
  const auto at = row_.find(column);
  if (at == row_.end()) return std::nullopt;
  std::string missing;
  *at = resolve(json(*at), missing);
  const auto* value = missing.empty() ? script::at_path(row_, path) : nullptr;
  return value ? std::optional<json>(*value) : std::nullopt;
}

std::optional<json> Session::lookup(const std::string& path) {
  const auto found = [](const json& root, std::string_view rest) -> std::optional<json> {
    const auto* value = script::at_path(root, rest);
    return value ? std::optional<json>(*value) : std::nullopt;
  };
  const auto dot = path.find('.');
  const auto root = path.substr(0, dot);
  const auto rest = dot == std::string::npos ? std::string() : path.substr(dot + 1);
  if (root == "each") return row_value(rest);
  if (root == "metadata") return published(discovery().metadata, rest);
  if (root == "vocabulary") return found(vocabulary(), rest);
  if (root == "random") return random_value(rest);
  if (root == "nul") return found(odd_octets(), rest);
  if (root == "long") return long_text(rest);
  if (root == "redirect") return found(redirect_parts(grant("").client->redirect_uri), rest);
  if (root == "web_redirect") return found(redirect_parts(web_redirect_uri(target(), *grant("").client)), rest);
  if (root == "client") return found(client_values(*grant("").client), rest);
  if (root == "user") {
    const auto user = target().users.find(grant("").user);
    if (user == target().users.end()) return std::nullopt;
    json values = {{"username", user->second.username}};
    if (!user->second.password.empty()) values["password"] = user->second.password;
    return found(values, rest);
  }
  if (root == "clients") {
    const auto* client = world_.client(rest.substr(0, rest.find('.')));
    if (!client || rest.find('.') == std::string::npos) return std::nullopt;
    return found(client_values(*client), rest.substr(rest.find('.') + 1));
  }
  if (root == "api") {
    json all = json::array();
    for (const auto& api : target().api)
      all.push_back({{"url", api.url}, {"scope", api.scope}});
    return found(all, rest);
  }
  if (root == "target") {
    json values = {{"issuer", target().issuer},
                   {"redirect_uri", target().redirect_uri},
                   {"scope", oauth::join_scopes(target().scopes)},
                   {"oauth_scope", oauth::join_scopes(without_openid(target().scopes))},
                   {"code_lifetime", target().code_lifetime.count()},
                   {"refresh_grace", target().refresh_grace.count()}};
    if (!target().redirect_uris.empty()) values["other_redirect_uri"] = target().redirect_uris.front();
    return found(values, rest);
  }
  return found(facts_, path);
}

json Session::resolve(const json& value, std::string& missing) {
  return script::substitute(value, [this](const std::string& path) { return lookup(path); }, missing);
}

}  // namespace oauthentic::session

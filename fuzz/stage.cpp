#include "fuzz/stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "oauth/client_authentication.hpp"
#include "oauth/encoding.hpp"
#include "oauth/jose.hpp"
#include "oauth/json_document.hpp"
#include "oauth/url.hpp"

namespace oauthentic::fuzz {

namespace {

constexpr Time kStart{std::chrono::seconds(1'800'000'000)};
std::optional<mock::Fault>& fault_on_stage() {
  static std::optional<mock::Fault> fault = [] {
    const auto* name = std::getenv("OAUTHENTIC_FUZZ_FAULT");
    const auto found = name ? mock::fault_from(name) : std::nullopt;
    if (name && !found) throw std::invalid_argument(fmt::format("there is no fault {}", name));
    return found;
  }();
  return fault;
}

}  // namespace

/// What is made once for a stance: accounts and clients. Nothing that a request does changes them.
struct Stage::Setting {
  Setting(const std::string& stance, std::optional<mock::Fault> fault)
      : deployment({.stance = stance,
                    .faults = fault ? mock::FaultSet(*fault) : mock::FaultSet(),
                    .clock = &clock,
                    .random = &random}) {}
  ManualClock clock{kStart};
  SeededRandom random{"accounts"};
  mock::Deployment deployment;
};

FaultOnStage::FaultOnStage(mock::Fault fault) {
  fault_on_stage() = fault;
}

FaultOnStage::~FaultOnStage() {
  fault_on_stage().reset();
}

Stage::Setting& Stage::setting_of(std::string_view stance) {
  static std::map<std::pair<std::string, std::optional<mock::Fault>>, std::unique_ptr<Setting>> settings;
  const auto& known = mock::stance_names();
  const std::string name(std::ranges::find(known, stance) == known.end() ? "bcp" : stance);
  auto& setting = settings[{name, fault_on_stage()}];
  if (!setting) setting = std::make_unique<Setting>(name, fault_on_stage());
  return *setting;
}

bool IssuedToken::is_live(Time now) const {
  const auto life = is_refresh_token ? mock::kRefreshTokenLife : mock::kAccessTokenLife;
  return !ended && !family->ended && now < issued + life;
}

void Ledger::record(const Response& answer, const IssuedToken& like) {
  const auto body = oauth::parse_json(answer.body).value_or(nlohmann::json());
  auto token = like;
  if (const auto name = oauth::string_member(body, "refresh_token"); !name.empty()) {
    token.is_refresh_token = true;
    tokens[name] = token;
  }
  token.is_refresh_token = false;
  token.scopes = mock::split_scopes(oauth::string_member(body, "scope"));
  tokens[oauth::string_member(body, "access_token")] = token;
}

const IssuedToken* Ledger::token(std::string_view name) const {
  const auto at = tokens.find(name);
  return at == tokens.end() ? nullptr : &at->second;
}

Stage::Stage(std::string_view stance)
    : setting_(setting_of(stance)),
      authorization_server_(setting_.deployment),
      resource_server_(setting_.deployment, authorization_server_) {
  setting_.clock = ManualClock(kStart);
  setting_.random = SeededRandom("execution");
}

const mock::Deployment& Stage::deployment() const {
  return setting_.deployment;
}

Response Stage::send(const Request& request) {
  return request.url.starts_with(deployment().options.api) ? resource_server_.handle(request)
                                                           : authorization_server_.handle(request);
}

void Stage::let_pass(std::chrono::seconds time) {
  setting_.clock.advance(time);
}

const mock::Client* Stage::client_of_role(std::string_view role) const {
  const auto& clients = registry().clients();
  const auto at = std::ranges::find(clients, role, &mock::Client::role);
  return at == clients.end() ? nullptr : &*at;
}

std::string Stage::common_value(std::string_view name) const {
  const auto& users = registry().users();
  const auto seconds = [&](int from_now) {
    return fmt::format("{}", setting_.clock.now().time_since_epoch().count() + from_now);
  };
  if (name == "issuer") return deployment().options.issuer;
  if (name == "api") return deployment().options.api;
  if (name == "verifier") return std::string(kVerifier);
  if (name == "other_verifier") return std::string(kOtherVerifier);
  if (name == "challenge") return oauth::code_challenge(kVerifier, oauth::ChallengeMethod::s256);
  if (name == "user") return users.front().username;
  if (name == "password") return users.front().password;
  if (name == "other_user") return users.back().username;
  if (name == "other_password") return users.back().password;
  if (name == "past") return seconds(-60);
  if (name == "soon") return seconds(60);
  if (name == "assertion_type") return std::string(oauth::kJwtBearerAssertion);
  return {};
}

std::string Stage::value_of(const mock::Client& client, std::string_view name) {
  if (name == "id") return client.id;
  if (name == "secret") return client.secret;
  const auto& uris = client.redirect_uris;
  if (name == "uri") return uris.empty() ? "" : uris.front();
  if (name == "uri2") return uris.size() < 2 ? "" : uris[1];
  if (name == "access" || name == "refresh") return issue_tokens(client, name);
  if (name == "basic") return oauth::basic_authorization(client.id, client.secret);
  if (name == "own") return issue_own_token(client, {});
  if (name == "own_elsewhere") return issue_own_token(client, deployment().options.issuer);
  return issue_code(client, name);
}

std::string Stage::value(std::string_view name) {
  if (const auto at = issued_.find(name); at != issued_.end()) return at->second;
  if (name == "other_session" && !value("confidential.code").empty()) return session_;
  const auto dot = name.find('.');
  if (dot == std::string_view::npos) return common_value(name);
  const auto* client = client_of_role(name.substr(0, dot));
  if (!client) return {};
  auto made = value_of(*client, name.substr(dot + 1));
  issued_.insert_or_assign(std::string(name), made);
  return made;
}

}  // namespace oauthentic::fuzz

#include "fuzz/rules.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "fuzz/target.hpp"
#include "oauth/client_authentication.hpp"
#include "oauth/json_document.hpp"

namespace oauthentic::fuzz {

namespace {

constexpr std::size_t kSecretLength = 20;  // shorter values may stand in an answer by chance
constexpr std::array<std::string_view, 6> kSecrets = {"code",          "refresh_token", "code_verifier",
                                                      "client_secret", "token",         "client_assertion"};

bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

/// %x20-21 / %x23-5B / %x5D-7E
bool is_error_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

void require_secrets_kept(const Turn& turn) {
  for (const auto& parameter : parameters_of(turn.request.body)) {
    const bool secret = std::ranges::find(kSecrets, parameter.name) != kSecrets.end();
    if (secret && parameter.value.size() >= kSecretLength)
      require(!turn.response.body.contains(parameter.value), "an error tells no secret", turn.response.body);
  }
}

/// RFC 7617 §2, RFC 6749 §2.3.1.
const mock::Client* client_by_basic(const mock::Registry& registry, std::string_view field) {
  const auto scheme = take_until(field, ' ');
  const auto text = oauth::base64_decode(trim(field));
  if (!iequals(scheme, "Basic") || !text) return nullptr;
  std::string_view secret = *text;
  const auto id = oauth::form_decode_component(take_until(secret, ':'));
  const auto decoded = oauth::form_decode_component(secret);
  const auto* client = id ? registry.client(*id) : nullptr;
  return client && !client->secret.empty() && decoded == client->secret ? client : nullptr;
}

bool names_audience(const nlohmann::json& audience, const Stage& stage) {
  const auto& issuer = stage.deployment().options.issuer;
  const bool endpoint_too = !stage.stance().assertion_audience_is_issuer;
  const auto is_it = [&](const nlohmann::json& one) {
    return one == issuer || (endpoint_too && one == issuer + "/token");
  };
  if (!audience.is_array()) return is_it(audience);
  return endpoint_too ? std::ranges::any_of(audience, is_it) : audience.size() == 1 && is_it(audience.front());
}

/// RFC 7523 §3.
const mock::Client* client_by_assertion(const Stage& stage, const oauth::Parameters& form, Time now) {
  if (oauth::value(form, "client_assertion_type") != oauth::kJwtBearerAssertion) return nullptr;
  const auto at = stage.ledger.assertions.find(oauth::value(form, "client_assertion"));
  if (at == stage.ledger.assertions.end()) return nullptr;
  const auto claims = oauth::parse_json(at->second).value_or(nlohmann::json());
  const auto id = oauth::string_member(claims, "sub");
  const auto* client = stage.registry().client(id);
  const auto jti = oauth::string_member(claims, "jti");
  const auto& exp = oauth::member(claims, "exp");
  const bool good = client && client->key && oauth::string_member(claims, "iss") == id &&
                    names_audience(oauth::member(claims, "aud"), stage) && exp.is_number() &&
                    exp.get<double>() > static_cast<double>(now.time_since_epoch().count()) && !jti.empty() &&
                    !stage.ledger.spent_assertions.contains(jti);
  return good ? client : nullptr;
}

}  // namespace

void require_answer(const Response& response) {
  require(response.status >= 200 && response.status < 500, "each request has an answer", response.body);
  for (const auto& field : response.headers) {
    require(!iequals(field.name, "Canary"), "a header field is none that was sent", field.value);
    require(is_one_line(field.name) && is_one_line(field.value), "a header field is one line", field.value);
  }
}

void require_error(const Turn& turn, std::initializer_list<std::string_view> codes) {
  const auto& response = turn.response;
  require(response.status == 400 || response.status == 401 || response.status == 405, "an error has its status",
          response.body);
  require(response.media_type() == "application/json", "an error is JSON",
          response.headers.value("Content-Type"));
  const auto body = oauth::parse_json(response.body);
  require(body && body->is_object(), "an error is a JSON object", response.body);
  const auto code = oauth::string_member(*body, "error");
  require(is_error_text(code) && std::ranges::find(codes, code) != codes.end(), "an error has a known code",
          response.body);
  require(is_error_text(oauth::string_member(*body, "error_description")),
          "a description keeps to its alphabet", response.body);
  require(!body->contains("access_token"), "an error brings no token", response.body);
  if (response.status == 401)
    require(response.headers.has("WWW-Authenticate"), "a 401 has a challenge", response.body);
  require_secrets_kept(turn);
}

oauth::Parameters parameters_of(std::string_view form) {
  auto all = oauth::form_decode_leniently(form);
  std::erase_if(all, [](const auto& parameter) { return parameter.value.empty(); });
  return all;
}

void require_no_repetition(std::string_view form) {
  const auto all = oauth::form_decode_leniently(form);
  for (const auto& parameter : all) {
    require(parameter.name == "resource" || oauth::count(all, parameter.name) == 1, "no parameter is repeated",
            form);
  }
}

const mock::Client* proven_client(const Stage& stage, const Turn& turn) {
  const auto form = parameters_of(turn.request.body);
  const auto fields = turn.request.headers.all("Authorization");
  const bool by_secret = oauth::find(form, "client_secret");
  const bool by_assertion = oauth::find(form, "client_assertion") || oauth::find(form, "client_assertion_type");
  if (fields.size() + by_secret + by_assertion > 1) return nullptr;
  const auto* named = stage.registry().client(oauth::value(form, "client_id"));
  const mock::Client* client = nullptr;
  if (!fields.empty()) {
    client = client_by_basic(stage.registry(), fields.front());
  } else if (by_assertion) {
    client = client_by_assertion(stage, form, turn.now);
  } else if (by_secret) {
    client = named && !named->secret.empty() && oauth::value(form, "client_secret") == named->secret ? named
                                                                                                     : nullptr;
  } else {
    return named && named->is_public() ? named : nullptr;
  }
  return oauth::find(form, "client_id") && named != client ? nullptr : client;
}

void spend_assertion(Stage& stage, const Turn& turn) {
  const auto at =
      stage.ledger.assertions.find(oauth::value(parameters_of(turn.request.body), "client_assertion"));
  if (at == stage.ledger.assertions.end()) return;
  const auto claims = oauth::parse_json(at->second).value_or(nlohmann::json());
  stage.ledger.spent_assertions.insert(oauth::string_member(claims, "jti"));
}

bool is_within(const mock::Scopes& scopes, const mock::Scopes& granted) {
  return std::ranges::all_of(
      scopes, [&](const auto& scope) { return std::ranges::find(granted, scope) != granted.end(); });
}

}  // namespace oauthentic::fuzz

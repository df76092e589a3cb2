// Property: the token endpoint of the mock provider gives tokens for nothing but what a client is entitled to:
// against the registered client's proof, for a code or refresh token that was issued to it, with the redirect
// URI and the verifier of the authorization request, in time, and for a code once; what was presented twice
// ends all that came of it. Every other answer is an error of RFC 6749 §5.2. Input: see fuzz/conversation.hpp.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "fuzz/rules.hpp"
#include "fuzz/target.hpp"
#include "oauth/json_document.hpp"

namespace oauthentic::fuzz {

namespace {

bool is_token_endpoint(std::string_view path) {
  return path == "/token";
}

class TokenEndpoint {
 public:
  explicit TokenEndpoint(std::string_view stance) : stage_(stance) {}

  void play(std::string_view lines) {
    Conversation(stage_, is_token_endpoint, [this](const Turn& turn) { look(turn); }).play(lines);
  }

 private:
  void look(const Turn& turn) {
    require_answer(turn.response);
    if (turn.response.status == 200) return check_tokens(turn);
    require_error(turn, {"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
                         "unsupported_grant_type", "invalid_scope", "invalid_target"});
    check_replay(turn);
  }

  void check_tokens(const Turn& turn) {
    const auto& request = turn.request;
    require(request.method == "POST", "tokens are given by POST (RFC 6749 §3.2)", request.method);
    require_no_repetition(request.body);
    const auto* client = proven_client(stage_, turn);
    require(client != nullptr, "tokens are given against a client's proof", request.body);
    spend_assertion(stage_, turn);
    const auto form = parameters_of(request.body);
    const auto what = entitlement(*client, form, turn.now);
    check_body(turn, what);
    stage_.ledger.record(turn.response, what);
    check_api(turn, what);
  }

  /// What the tokens have to be like. Violated if the client is entitled to none.
  IssuedToken entitlement(const mock::Client& client, const oauth::Parameters& form, Time now) {
    const auto type = oauth::value(form, "grant_type");
    if (type == "authorization_code") return bought(client, form, now);
    if (type == "refresh_token") return refreshed(client, form, now);
    require(type == "client_credentials", "tokens are given for a grant that is offered", type);
    require(!client.is_public() && client.may_use_own_rights, "the client may act for itself", client.role);
    return {.family = std::make_shared<Family>(Family{&client}),
            .scopes = client.scopes,
            .resource = std::string(oauth::value(form, "resource")),
            .issued = now};
  }

  /// Why the code is none for this request; empty if it is. Whether it was redeemed before does not count.
  std::string_view objection(const IssuedCode& code, const mock::Client& client, const oauth::Parameters& form,
                             Time now) const {
    if (code.family->client != &client) return "a code is its client's";
    if (now > code.issued + mock::kCodeLife) return "a code expires";
    const auto* uri = oauth::find(form, "redirect_uri");
    if (uri ? *uri != code.redirect_uri
            : code.redirect_uri_sent && stage_.stance().redirect_uri_at_token_endpoint)
      return "the redirect URI is that of the authorization request";
    const std::string verifier(oauth::value(form, "code_verifier"));
    if (code.challenge.empty()) {
      return !verifier.empty() && stage_.stance().refuses_stray_verifier ? "a verifier needs a challenge" : "";
    }
    if (verifier.size() < 43 || verifier.size() > 128) return "a verifier has 43 to 128 characters";
    return oauth::code_challenge(verifier, code.method) == code.challenge
               ? ""
               : "the verifier is that of the challenge";
  }

  IssuedToken bought(const mock::Client& client, const oauth::Parameters& form, Time now) {
    const auto name = oauth::value(form, "code");
    const auto at = stage_.ledger.codes.find(name);
    require(at != stage_.ledger.codes.end(), "a code was issued", name);
    auto& code = at->second;
    require(!code.bought, "a code buys one set of tokens", name);
    if (const auto why = objection(code, client, form, now); !why.empty()) require(false, why, client.role);
    code.bought = true;
    return {.family = code.family,
            .scopes = code.scopes,
            .resource = std::string(oauth::value(form, "resource")),
            .issued = now};
  }

  IssuedToken refreshed(const mock::Client& client, const oauth::Parameters& form, Time now) {
    const auto name = oauth::value(form, "refresh_token");
    const auto at = stage_.ledger.tokens.find(name);
    require(at != stage_.ledger.tokens.end() && at->second.is_refresh_token, "a refresh token was issued",
            name);
    auto& token = at->second;
    require(token.family->client == &client, "a refresh token is its client's", client.role);
    require(token.is_live(now), "a refresh token works until it expires, is replaced or revoked", name);
    require(is_within(mock::split_scopes(oauth::value(form, "scope")), token.scopes), "a scope is not widened",
            oauth::value(form, "scope"));
    token.ended = client.is_public() && stage_.stance().rotates_for_public_clients;
    return {.family = token.family,
            .scopes = token.scopes,
            .resource = std::string(oauth::value(form, "resource")),
            .issued = now};
  }

  void check_body(const Turn& turn, const IssuedToken& what) {
    const auto& response = turn.response;
    require(response.media_type() == "application/json", "tokens are JSON",
            response.headers.value("Content-Type"));
    require(response.headers.value("Cache-Control") == "no-store", "tokens are not cached", response.body);
    std::vector<std::string> repeated;
    const auto body = oauth::parse_json(response.body, &repeated);
    require(body && body->is_object() && repeated.empty(), "tokens are a JSON object", response.body);
    require(iequals(oauth::string_member(*body, "token_type"), "Bearer"), "a token has a type", response.body);
    require(is_within(mock::split_scopes(oauth::string_member(*body, "scope")), what.scopes),
            "a scope was granted", response.body);
    require(body->contains("access_token"), "there is an access token", response.body);
    const bool own = oauth::value(parameters_of(turn.request.body), "grant_type") == "client_credentials";
    require(!own || !body->contains("refresh_token"), "a client's own token has no refresh token",
            response.body);
    for (const auto* name : {"access_token", "refresh_token"}) {
      const auto token = oauth::string_member(*body, name);
      require(!body->contains(name) || (!token.empty() && !stage_.ledger.token(token)), "a token is new",
              token);
    }
  }

  void check_api(const Turn& turn, const IssuedToken& what) {
    const auto body = oauth::parse_json(turn.response.body).value_or(nlohmann::json());
    const auto token = oauth::string_member(body, "access_token");
    const auto* issued = stage_.ledger.token(token);
    if (!what.resource.empty() || !is_within({"profile"}, issued->scopes)) return;
    require(api_status(token, turn) == 200, "a token opens the API", token);
  }

  int api_status(const std::string& token, const Turn& turn) {
    Request request{.url = stage_.deployment().options.api + "/profile",
                    .headers = {{"Authorization", "Bearer " + token}},
                    .body = {},
                    .octets = {}};
    if (const auto* offset = turn.request.headers.find(mock::kClockHeader))
      request.headers.add(std::string(mock::kClockHeader), *offset);
    return stage_.send(request).status;
  }

  /// RFC 6749 §4.1.2 and §10.5, RFC 9700 §4.14.2.
  void check_replay(const Turn& turn) {
    const auto form = parameters_of(turn.request.body);
    const auto body = oauth::parse_json(turn.response.body).value_or(nlohmann::json());
    const auto* client = proven_client(stage_, turn);
    if (!client || oauth::string_member(body, "error") != "invalid_grant") return;
    const auto family = oauth::value(form, "grant_type") == "refresh_token"
                            ? replaced(form, turn.now)
                            : bought_before(form, *client, turn.now);
    if (!family || family->client != client) return;
    family->ended = true;
    for (const auto& [name, token] : stage_.ledger.tokens) {
      if (token.family == family && !token.is_refresh_token)
        require(api_status(name, turn) != 200, "what was presented twice ends the tokens that came of it",
                name);
    }
  }

  /// What came of the refresh token that this request presents though another has replaced it.
  std::shared_ptr<Family> replaced(const oauth::Parameters& form, Time now) const {
    const auto* token = stage_.ledger.token(oauth::value(form, "refresh_token"));
    const bool counts =
        token && token->is_refresh_token && token->ended && now < token->issued + mock::kRefreshTokenLife;
    return counts ? token->family : nullptr;
  }

  /// The same of a code that was redeemed.
  std::shared_ptr<Family> bought_before(const oauth::Parameters& form, const mock::Client& client,
                                        Time now) const {
    const auto at = stage_.ledger.codes.find(oauth::value(form, "code"));
    if (at == stage_.ledger.codes.end() || !at->second.bought) return nullptr;
    const bool counts =
        !stage_.stance().only_valid_replay_revokes || objection(at->second, client, form, now).empty();
    return counts ? at->second.family : nullptr;
  }

  Stage stage_;
};

}  // namespace

OAUTHENTIC_FUZZ_TARGET(token_endpoint, input) {
  const auto stance = take_until(input, '\n');
  TokenEndpoint(stance).play(input);
}

}  // namespace oauthentic::fuzz

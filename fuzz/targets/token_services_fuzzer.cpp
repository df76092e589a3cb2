// Property: what the mock provider tells of tokens and what they open: nobody but an authenticated client that
// may ask learns that a token is active; a token that its client revoked, or that expired, is active nowhere
// and opens neither the API nor UserInfo; nobody but its client revokes it; a refusal has the shape of its
// specification (RFC 6749 §5.2, RFC 6750 §3). Input: see fuzz/conversation.hpp.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "fuzz/rules.hpp"
#include "fuzz/target.hpp"
#include "oauth/json_document.hpp"

namespace oauthentic::fuzz {

namespace {

constexpr std::array<std::string_view, 5> kPaths = {"/introspect", "/revoke", "/userinfo", "/profile",
                                                    "/admin"};

bool is_service(std::string_view path) {
  return std::ranges::find(kPaths, path) != kPaths.end();
}

class TokenServices {
 public:
  explicit TokenServices(std::string_view stance) : stage_(stance) {}

  void play(std::string_view lines) {
    Conversation(stage_, is_service, [this](const Turn& turn) { look(turn); }).play(lines);
  }

 private:
  void look(const Turn& turn) {
    require_answer(turn.response);
    if (turn.path == "/introspect") return check_introspection(turn);
    if (turn.path == "/revoke") return check_revocation(turn);
    check_opened(turn);
  }

  /// RFC 7662 §2.2, §2.3.
  void check_introspection(const Turn& turn) {
    const auto& response = turn.response;
    if (response.status != 200)
      return require_error(turn, {"invalid_request", "invalid_client", "invalid_token"});
    require(turn.request.method == "POST", "introspection is a POST", turn.request.method);
    require_no_repetition(turn.request.body);
    const auto* caller = proven_client(stage_, turn);
    require(caller && !caller->is_public(), "only a client that proves itself may ask", turn.request.body);
    spend_assertion(stage_, turn);
    require(response.media_type() == "application/json", "an answer is JSON",
            response.headers.value("Content-Type"));
    const auto body = oauth::parse_json(response.body);
    require(body && body->is_object() && oauth::member(*body, "active").is_boolean(), "an answer says whether",
            response.body);
    if (!body->at("active").get<bool>())
      return require(body->size() == 1, "nothing else is told", response.body);
    const auto form = parameters_of(turn.request.body);
    const auto name = oauth::value(form, "token");
    const auto* token = stage_.ledger.token(name);
    require(token != nullptr, "an active token was issued", name);
    require(token->is_live(turn.now), "an active token is live", name);
    const bool own = token->family->client == caller;
    require(own || (caller->may_introspect_all && !token->is_refresh_token),
            "the caller may know of this token", caller->role);
    require(oauth::string_member(*body, "client_id") == token->family->client->id, "the client is named",
            response.body);
    require(is_within(mock::split_scopes(oauth::string_member(*body, "scope")), token->scopes),
            "the scope is no wider", response.body);
  }

  /// RFC 7009 §2.1, §2.2.
  void check_revocation(const Turn& turn) {
    if (turn.response.status != 200) {
      require_error(turn, {"invalid_request", "invalid_client", "invalid_grant", "unsupported_token_type"});
    } else {
      require(turn.request.method == "POST", "revocation is a POST", turn.request.method);
      require_no_repetition(turn.request.body);
      const auto* client = proven_client(stage_, turn);
      require(client != nullptr, "only a client that proves itself may revoke", turn.request.body);
      spend_assertion(stage_, turn);
      revoke(*client, oauth::value(parameters_of(turn.request.body), "token"));
    }
    check_all(turn);
  }

  void revoke(const mock::Client& client, std::string_view name) {
    const auto at = stage_.ledger.tokens.find(name);
    if (at == stage_.ledger.tokens.end()) return;
    require(at->second.family->client == &client, "nobody but its client revokes a token", client.role);
    at->second.ended = true;
    // What came of the same consent ends with the refresh token (RFC 7009 §2.1).
    if (at->second.is_refresh_token) at->second.family->ended = true;
  }

  /// The API is open to what is live and to nothing else.
  void check_all(const Turn& turn) {
    for (const auto& [name, token] : stage_.ledger.tokens) {
      const auto status = api_status(name, turn);
      const bool opens = does_open(token, "profile", stage_.deployment().options.api, turn.now);
      require((status == 200) == opens,
              opens ? "a token that nobody revoked opens the API" : "what ended opens nothing", name);
    }
  }

  static bool does_open(const IssuedToken& token, const std::string& scope, const std::string& resource,
                        Time now) {
    return !token.is_refresh_token && token.is_live(now) && is_within({scope}, token.scopes) &&
           (token.resource.empty() || token.resource == resource);
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

  /// Every token that a request presents (RFC 6750 §2).
  static std::vector<std::string> presented(const Turn& turn) {
    std::vector<std::string> tokens;
    for (auto field : turn.request.headers.all("Authorization")) {
      if (iequals(take_until(field, ' '), "Bearer")) tokens.emplace_back(trim(field));
    }
    const std::string_view url = turn.request.url;
    const auto mark = std::min(url.find('?'), url.size());
    const auto query = url.substr(std::min(mark + 1, url.size()));
    std::vector<std::string_view> forms = {query.substr(0, query.find('#'))};
    const auto types = turn.request.headers.all("Content-Type");
    const auto type = types.size() == 1 ? trim(types.front().substr(0, types.front().find(';'))) : "";
    if (turn.request.method == "POST" && iequals(type, "application/x-www-form-urlencoded"))
      forms.push_back(turn.request.body);
    for (const auto form : forms) {
      if (const auto all = parameters_of(form); oauth::find(all, "access_token"))
        tokens.emplace_back(oauth::value(all, "access_token"));
    }
    return tokens;
  }

  /// RFC 6750 §3, OpenID Connect Core §5.3.
  void check_opened(const Turn& turn) {
    const auto& response = turn.response;
    if (response.status == 200) return check_allowed(turn);
    if (response.status == 204 || response.status == 405) return;
    require(response.status == 400 || response.status == 401 || response.status == 403,
            "a refusal has its status", turn.request.url);
    const auto challenge = response.headers.value("WWW-Authenticate");
    require(challenge.starts_with("Bearer "), "a refusal has a challenge", challenge);
    const auto body = oauth::parse_json(response.body);
    require(body && body->is_object() && !body->contains("sub"), "a refusal tells nothing", response.body);
    constexpr std::array<std::string_view, 4> kErrors = {"", "invalid_request", "invalid_token",
                                                         "insufficient_scope"};
    require(std::ranges::find(kErrors, oauth::string_member(*body, "error")) != kErrors.end(),
            "an error is a registered one", response.body);
  }

  void check_allowed(const Turn& turn) {
    const auto tokens = presented(turn);
    const std::string scope = turn.path == "/userinfo" ? "openid" : turn.path.substr(1);
    const auto& options = stage_.deployment().options;
    const auto& resource = turn.path == "/userinfo" ? options.issuer : options.api;
    const auto opens = [&](const std::string& name) {
      const auto* token = stage_.ledger.token(name);
      return token && does_open(*token, scope, resource, turn.now);
    };
    require(std::ranges::any_of(tokens, opens), "only a live token of that scope opens it", turn.request.url);
    const auto ways =
        turn.path == "/userinfo" ? turn.request.headers.all("Authorization").size() : tokens.size();
    require(ways == 1, "a token is presented in one way", turn.request.url);
    const auto query = turn.request.url.find("access_token=", turn.request.url.find('?'));
    require(turn.path == "/userinfo" || stage_.stance().token_in_query || query == std::string::npos ||
                turn.request.headers.has("Authorization"),
            "a token in the query opens nothing", turn.request.url);
    if (turn.path != "/userinfo") return;
    const auto sub =
        oauth::string_member(oauth::parse_json(turn.response.body).value_or(nlohmann::json()), "sub");
    require(sub == stage_.registry().users().front().sub, "the subject is the user who consented", sub);
  }

  Stage stage_;
};

}  // namespace

OAUTHENTIC_FUZZ_TARGET(token_services, input) {
  const auto stance = take_until(input, '\n');
  TokenServices(stance).play(input);
}

}  // namespace oauthentic::fuzz

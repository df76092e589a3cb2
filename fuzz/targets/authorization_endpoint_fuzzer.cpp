// Property: whatever is asked of the authorization endpoint of the mock provider, and however its pages are
// answered, a user is sent to no URI that the named client did not register; what is sent along is a code that
// this user allowed this client, or a registered error, with the state of the request octet for octet; no page
// holds markup that came with a request. Input: see fuzz/conversation.hpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "fuzz/rules.hpp"
#include "fuzz/target.hpp"
#include "oauth/encoding.hpp"
#include "oauth/html.hpp"

namespace oauthentic::fuzz {

namespace {

constexpr std::array<std::string_view, 4> kPaths = {"/authorize", "/sign-in", "/continue", "/consent"};
/// What no page of ours has by itself.
constexpr std::array<std::string_view, 2> kCanaries = {"<canary", "canary\"x"};
/// RFC 6749 §4.1.2.1, RFC 8707 §2, OpenID Connect Core §3.1.2.6.
constexpr std::array<std::string_view, 16> kErrors = {"invalid_request",
                                                      "unauthorized_client",
                                                      "access_denied",
                                                      "unsupported_response_type",
                                                      "invalid_scope",
                                                      "server_error",
                                                      "temporarily_unavailable",
                                                      "invalid_target",
                                                      "interaction_required",
                                                      "login_required",
                                                      "account_selection_required",
                                                      "consent_required",
                                                      "invalid_request_uri",
                                                      "request_not_supported",
                                                      "request_uri_not_supported",
                                                      "registration_not_supported"};

bool is_for_users(std::string_view path) {
  return std::ranges::find(kPaths, path) != kPaths.end();
}

/// The parameters that a turn sends: in the query of a GET, else in the body.
std::string_view form_of(const Request& request) {
  const std::string_view url = request.url;
  const auto mark = url.find('?');
  if (request.method != "GET") return request.body;
  return mark == std::string_view::npos ? std::string_view() : url.substr(mark + 1, url.find('#') - mark - 1);
}

/// An authorization request as its client meant it.
struct Asked {
  oauth::Parameters parameters;
  std::string session;  ///< the browser whose page it is

  std::string_view value(std::string_view name) const { return oauth::value(parameters, name); }
};

/// Where an answer sends the user and what with, by Location or by a form that sends itself.
struct Delivery {
  std::string to;
  oauth::Parameters result;
};

std::string html_unescaped(std::string text) {
  for (const auto& [escape, octet] :
       {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}}) {
    for (auto at = text.find(escape); at != std::string::npos; at = text.find(escape, at + 1))
      text.replace(at, std::string_view(escape).size(), octet);
  }
  return text;
}

/// What stands between two marks behind `at`, which moves behind the second.
std::optional<std::string> between(std::string_view text, std::size_t& at, std::string_view before) {
  const auto begin = text.find(before, at);
  if (begin == std::string_view::npos) return std::nullopt;
  at = text.find('"', begin + before.size());
  return html_unescaped(std::string(text.substr(begin + before.size(), at - begin - before.size())));
}

std::optional<Delivery> delivery_by_form(const Response& page) {
  std::size_t at = 0;
  const auto action = between(page.body, at, "<form method=\"post\" action=\"");
  if (!action || action->starts_with('/')) return std::nullopt;
  Delivery delivery{*action, {}};
  while (auto name = between(page.body, at, "<input type=\"hidden\" name=\"")) {
    delivery.result.push_back({*name, between(page.body, at, "value=\"").value_or("")});
  }
  return delivery;
}

std::optional<Delivery> delivery_of(const Response& response, std::string_view redirect_uri) {
  const auto* location = response.headers.find("Location");
  if (!location) return delivery_by_form(response);
  // RFC 6749 §4.1.2: the query of a redirect URI is kept.
  const auto separator = redirect_uri.contains('?') ? '&' : '?';
  const auto added = fmt::format("{}{}", redirect_uri, separator);
  if (redirect_uri.empty() || !location->starts_with(added)) return Delivery{*location, {}};
  return Delivery{std::string(redirect_uri), oauth::form_decode_leniently(location->substr(added.size()))};
}

/// The same URI but for another port of this machine (RFC 8252 §7.3).
bool differs_by_port(std::string_view registered, std::string_view sent) {
  constexpr std::string_view kOrigin = "http://127.0.0.1:";
  if (!registered.starts_with(kOrigin) || !sent.starts_with(kOrigin.substr(0, kOrigin.size() - 1)))
    return false;
  const auto path = registered.substr(registered.find('/', kOrigin.size()));
  if (!sent.ends_with(path)) return false;
  const auto port = sent.substr(kOrigin.size() - 1, sent.size() - path.size() - kOrigin.size() + 1);
  return port.empty() ||
         (port.starts_with(':') && port.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

class AuthorizationEndpoint {
 public:
  explicit AuthorizationEndpoint(std::string_view stance) : stage_(stance) {}

  void play(std::string_view lines) {
    Conversation(stage_, is_for_users, [this](const Turn& turn) { look(turn); }).play(lines);
  }

 private:
  void look(const Turn& turn) {
    require_answer(turn.response);
    for (const auto canary : kCanaries)
      require(!turn.response.body.contains(canary), "what was sent is no markup", turn.response.body);
    const auto session = session_of(turn);
    auto asked = request_behind(turn);
    if (turn.path == "/sign-in" && turn.response.status == 303) return check_signed_in(turn, asked);
    if (const auto next = hidden_field(turn.response, "transaction"); !next.empty()) {
      require(asked.has_value(), "a page belongs to a request", turn.request.url);
      asked->session = session;
      transactions_[next] = *asked;
      return;
    }
    const auto delivery = delivery_of(turn.response, asked ? redirect_uri(*asked) : "");
    if (!delivery) return;
    require(asked.has_value(), "only a request leads to a client", delivery->to);
    check_delivery(turn, *asked, *delivery, session);
  }

  /// The cookie of the browser after this turn.
  static std::string session_of(const Turn& turn) {
    if (auto fresh = session_cookie(turn.response); !fresh.empty()) return fresh;
    return sent_session(turn);
  }

  static std::string sent_session(const Turn& turn) {
    for (const auto field : turn.request.headers.all("Cookie")) {
      for (const auto pair : split(field, ';')) {
        if (trim(pair).starts_with("session=")) return std::string(trim(pair).substr(8));
      }
    }
    return {};
  }

  /// The authorization request that a turn is about: its own, or that of the page it answers.
  std::optional<Asked> request_behind(const Turn& turn) const {
    const std::string_view url = turn.request.url;
    const auto parameters =
        parameters_of(turn.path == "/continue" ? url.substr(std::min(url.find('?'), url.size() - 1) + 1)
                                               : form_of(turn.request));
    if (turn.path == "/authorize") return Asked{parameters, {}};
    const auto at = transactions_.find(oauth::value(parameters, "transaction"));
    return at == transactions_.end() ? std::nullopt : std::optional(at->second);
  }

  std::string redirect_uri(const Asked& asked) const {
    const auto* client = stage_.registry().client(asked.value("client_id"));
    if (const auto sent = asked.value("redirect_uri"); !sent.empty()) return std::string(sent);
    return client && client->redirect_uris.size() == 1 ? client->redirect_uris.front() : "";
  }

  void check_signed_in(const Turn& turn, const std::optional<Asked>& asked) {
    const auto form = parameters_of(turn.request.body);
    const auto* user = stage_.registry().user(oauth::value(form, "username"));
    require(user && user->password == oauth::value(form, "password"), "a password is right", turn.request.body);
    require(asked && asked->session == sent_session(turn), "a page is answered by the browser that saw it",
            turn.request.body);
    const auto session = session_cookie(turn.response);
    require(!session.empty() && session != sent_session(turn), "a sign-in starts a session", session);
    signed_in_.insert(session);
    const auto location = turn.response.headers.value("Location");
    constexpr std::string_view kNext = "/continue?transaction=";
    require(location.starts_with(kNext), "a sign-in goes on here", location);
    auto next = *asked;
    next.session = session;
    transactions_[std::string(location.substr(kNext.size()))] = next;
  }

  void check_delivery(const Turn& turn, const Asked& asked, const Delivery& delivery,
                      const std::string& session) {
    const auto* client = stage_.registry().client(asked.value("client_id"));
    require(client != nullptr, "only a known client is answered", delivery.to);
    check_uri(*client, asked, delivery.to);
    for (const auto& parameter : delivery.result)
      require(oauth::count(delivery.result, parameter.name) == 1, "no parameter is repeated", parameter.name);
    check_state(asked, delivery);
    require(oauth::value(delivery.result, "iss") == stage_.deployment().options.issuer,
            "the issuer is named (RFC 9207)", delivery.to);
    const auto* code = oauth::find(delivery.result, "code");
    const auto* error = oauth::find(delivery.result, "error");
    require(!code != !error, "an answer is a code or an error", delivery.to);
    require(oauth::find(delivery.result, "access_token") == nullptr, "no token is delivered this way",
            delivery.to);
    if (error) {
      require(std::ranges::find(kErrors, *error) != kErrors.end(), "an error is a registered one", *error);
      check_error_in_time(turn, asked, session);
    } else {
      check_consent(turn, asked, *client, session);
    }
  }

  /// RFC 6749 §3.1.2.3, RFC 9700 §4.1.3.
  void check_uri(const mock::Client& client, const Asked& asked, std::string_view uri) const {
    require(
        oauth::count(asked.parameters, "redirect_uri") <= 1 && oauth::count(asked.parameters, "client_id") == 1,
        "a request names one client and one URI", uri);
    require(!asked.value("redirect_uri").empty() ||
                !mock::contains(mock::split_scopes(asked.value("scope")), "openid"),
            "an OpenID request has a redirect URI (Core §3.1.2.1)", uri);
    require(uri == redirect_uri(asked), "the user goes where the request says", uri);
    const bool any_port = client.native && stage_.stance().loopback_port_is_free;
    require(std::ranges::any_of(
                client.redirect_uris,
                [&](const auto& one) { return one == uri || (any_port && differs_by_port(one, uri)); }),
            "a redirect URI is registered", uri);
  }

  static void check_state(const Asked& asked, const Delivery& delivery) {
    const auto* state = oauth::find(delivery.result, "state");
    const auto sent = oauth::find(asked.parameters, "state");
    require(!state == !sent, "there is a state if one was sent", delivery.to);
    require(!state || *state == *sent, "a state returns octet for octet", state ? *state : "");
  }

  /// RFC 9700 §4.11.2: a link to the provider alone sends nobody away.
  void check_error_in_time(const Turn& turn, const Asked& asked, const std::string& session) const {
    const bool silent = mock::contains(mock::split_scopes(asked.value("prompt")), "none");
    require(turn.path != "/authorize" || !stage_.stance().sign_in_before_error_redirect || silent ||
                is_signed_in(session),
            "a user has signed in before an error redirects", turn.request.url);
  }

  void check_consent(const Turn& turn, const Asked& asked, const mock::Client& client,
                     const std::string& session) {
    require(asked.value("response_type") == "code", "a code is what was asked for",
            asked.value("response_type"));
    require(is_signed_in(session), "a code is for a user who signed in", session);
    auto& allowed = allowed_[{session, client.id}];
    const auto scopes =
        asked.value("scope").empty() ? mock::Scopes{"profile"} : mock::split_scopes(asked.value("scope"));
    if (turn.path == "/consent") {
      require(oauth::value(parameters_of(turn.request.body), "decision") == "allow", "a user has allowed it",
              turn.request.body);
      require(asked.session == session, "a page is answered by the browser that saw it", session);
      allowed.insert(allowed.end(), scopes.begin(), scopes.end());
      return;
    }
    require(!client.is_public(), "the user of a public client is asked each time", turn.request.url);
    if (session == stage_.session()) return;  // what was consented to beforehand is not known here
    const auto counts = [&](const auto& scope) {
      // What the client may not have or is left out is not granted either.
      return scope == "offline_access" || !mock::contains(client.scopes, scope) ||
             mock::contains(allowed, scope);
    };
    require(std::ranges::all_of(scopes, counts), "a user has allowed it before", asked.value("scope"));
  }

  bool is_signed_in(const std::string& session) const {
    return signed_in_.contains(session) || (!session.empty() && session == stage_.session());
  }

  Stage stage_;
  std::map<std::string, Asked, std::less<>> transactions_;
  std::set<std::string> signed_in_;  ///< sessions
  std::map<std::pair<std::string, std::string>, mock::Scopes> allowed_;
};

}  // namespace

OAUTHENTIC_FUZZ_TARGET(authorization_endpoint, input) {
  const auto stance = take_until(input, '\n');
  AuthorizationEndpoint(stance).play(input);
}

}  // namespace oauthentic::fuzz

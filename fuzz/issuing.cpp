// What the stage has issued beforehand: through the provider's own pages, as a user and a client do it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "fuzz/stage.hpp"
#include "oauth/client_authentication.hpp"
#include "oauth/encoding.hpp"
#include "oauth/jose.hpp"
#include "oauth/json_document.hpp"
#include "oauth/url.hpp"

namespace oauthentic::fuzz {

namespace {

/// What authorization request a code is issued for. Where the stance refuses that, there is no such code.
struct CodeKind {
  std::string_view name;
  std::string_view verifier;  ///< empty: without a challenge
  oauth::ChallengeMethod method = oauth::ChallengeMethod::s256;
  std::size_t redirect_uri = 0;  ///< the client's first or second
  bool redirect_uri_sent = true;
};
constexpr std::array kCodeKinds = {
    CodeKind{.name = "code", .verifier = kVerifier},
    CodeKind{.name = "code_again", .verifier = kOtherVerifier},
    CodeKind{.name = "code_elsewhere", .verifier = kVerifier, .redirect_uri = 1},
    CodeKind{.name = "code_plain", .verifier = kVerifier, .method = oauth::ChallengeMethod::plain},
    CodeKind{.name = "code_bare", .verifier = {}},
    CodeKind{.name = "code_unsent", .verifier = kVerifier, .redirect_uri_sent = false},
};

}  // namespace

std::string hidden_field(const Response& page, std::string_view name) {
  const auto mark = fmt::format("name=\"{}\" value=\"", name);
  const auto at = page.body.find(mark);
  if (at == std::string::npos) return {};
  const auto begin = at + mark.size();
  return page.body.substr(begin, page.body.find('"', begin) - begin);
}

std::string session_cookie(const Response& answer) {
  constexpr std::string_view kName = "session=";
  for (const auto field : answer.headers.all("Set-Cookie")) {
    if (field.starts_with(kName))
      return std::string(field.substr(kName.size(), field.find(';') - kName.size()));
  }
  return {};
}

void Stage::authenticate(Request& request, const mock::Client& client) {
  using enum oauth::AuthenticationMethod;
  if (client.method == client_secret_basic) {
    request.headers.add("Authorization", oauth::basic_authorization(client.id, client.secret));
    return;
  }
  oauth::Parameters form;
  if (client.method == private_key_jwt) {
    const auto claims =
        nlohmann::json{{"iss", client.id},
                       {"sub", client.id},
                       {"aud", deployment().options.issuer},
                       {"exp", (base_time() + std::chrono::seconds(60)).time_since_epoch().count()},
                       {"jti", fmt::format("usual-{}", ++assertions_)}};
    form = {{"client_assertion_type", std::string(oauth::kJwtBearerAssertion)},
            {"client_assertion", assertion("own", claims.dump())}};
  } else {
    form = {{"client_id", client.id}};
    if (client.method == client_secret_post) form.push_back({"client_secret", client.secret});
  }
  request.body += (request.body.empty() ? "" : "&") + oauth::form_encode(form);
}

std::string Stage::assertion(std::string_view key, const std::string& claims) {
  static const auto other = oauth::Key::generate_p256();
  static const auto public_text = oauth::Key::from_secret(mock::jwt_client_key().public_pem());
  if (key == "other") return oauth::sign_jws({{"alg", "ES256"}}, claims, other);
  if (key == "public") return oauth::sign_jws({{"alg", "HS256"}}, claims, public_text);
  if (key == "none") return oauth::sign_jws({{"alg", "none"}}, claims, other);
  auto text = oauth::sign_jws({{"alg", "ES256"}}, claims, mock::jwt_client_key());
  ledger.assertions.emplace(text, claims);
  return text;
}

Response Stage::browse(std::string_view method, const std::string& target, const oauth::Parameters& form) {
  Request request{.method = std::string(method),
                  .url = deployment().options.issuer + target,
                  .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                  .body = oauth::form_encode(form),
                  .octets = {}};
  if (!session_.empty()) request.headers.add("Cookie", "session=" + session_);
  auto answer = send(request);
  if (auto session = session_cookie(answer); !session.empty()) session_ = std::move(session);
  return answer;
}

std::string Stage::issue_code(const mock::Client& client, std::string_view kind_name) {
  const auto kind = std::ranges::find(kCodeKinds, kind_name, &CodeKind::name);
  if (kind == kCodeKinds.end() || client.redirect_uris.size() <= kind->redirect_uri) return {};
  const auto& redirect_uri = client.redirect_uris[kind->redirect_uri];
  const std::string scope(kind->redirect_uri_sent ? "openid profile" : "profile");
  oauth::Parameters request{{"response_type", "code"}, {"client_id", client.id}, {"scope", scope}};
  if (kind->redirect_uri_sent) request.push_back({"redirect_uri", redirect_uri});
  std::string challenge;
  if (!kind->verifier.empty()) {
    challenge = oauth::code_challenge(kind->verifier, kind->method);
    request.push_back({"code_challenge", challenge});
    request.push_back({"code_challenge_method", std::string(oauth::to_string(kind->method))});
  }
  const auto page_form = [](const Response& page) {
    return oauth::Parameters{{"transaction", hidden_field(page, "transaction")},
                             {"csrf", hidden_field(page, "csrf")}};
  };
  auto answer = browse("GET", "/authorize?" + oauth::form_encode(request));
  if (answer.body.contains("type=\"password\"")) {
    const auto& user = registry().users().front();
    auto form = page_form(answer);
    form.push_back({"username", user.username});
    form.push_back({"password", user.password});
    answer = browse("POST", "/sign-in", form);
    answer = browse("GET", std::string(answer.headers.value("Location")));
  }
  if (answer.body.contains("name=\"decision\"")) {
    auto form = page_form(answer);
    form.push_back({"decision", "allow"});
    answer = browse("POST", "/consent", form);
  }
  std::string code(oauth::value(oauth::query_of(answer.headers.value("Location")), "code"));
  if (!code.empty()) {
    ledger.codes[code] = {.family = std::make_shared<Family>(Family{&client}),
                          .scopes = mock::split_scopes(scope),
                          .redirect_uri = redirect_uri,
                          .redirect_uri_sent = kind->redirect_uri_sent,
                          .challenge = challenge,
                          .method = kind->method,
                          .issued = base_time()};
  }
  return code;
}

std::string Stage::issue_tokens(const mock::Client& client, std::string_view wanted) {
  const auto code = issue_code(client, "code");
  if (code.empty()) return {};
  auto& known = ledger.codes[code];
  known.bought = true;
  Request request{.method = "POST",
                  .url = deployment().options.issuer + "/token",
                  .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                  .body = oauth::form_encode({{"grant_type", "authorization_code"},
                                              {"code", code},
                                              {"redirect_uri", known.redirect_uri},
                                              {"code_verifier", std::string(kVerifier)}}),
                  .octets = {}};
  authenticate(request, client);
  const auto answer = send(request);
  ledger.record(answer,
                {.family = known.family, .scopes = known.scopes, .resource = {}, .issued = known.issued});
  const auto body = oauth::parse_json(answer.body).value_or(nlohmann::json());
  issued_[client.role + ".access"] = oauth::string_member(body, "access_token");
  issued_[client.role + ".refresh"] = oauth::string_member(body, "refresh_token");
  return issued_[client.role + "." + std::string(wanted)];
}

std::string Stage::issue_own_token(const mock::Client& client, const std::string& resource) {
  if (!client.may_use_own_rights) return {};
  Request request{
      .method = "POST",
      .url = deployment().options.issuer + "/token",
      .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
      .body = "grant_type=client_credentials&scope=profile+admin&resource=" + oauth::form_encode(resource),
      .octets = {}};
  authenticate(request, client);
  const auto answer = send(request);
  ledger.record(answer, {.family = std::make_shared<Family>(Family{&client}),
                         .scopes = {},
                         .resource = resource,
                         .issued = base_time()});
  return oauth::string_member(oauth::parse_json(answer.body).value_or(nlohmann::json()), "access_token");
}

}  // namespace oauthentic::fuzz

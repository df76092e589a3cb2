#include "mock_servers/relying_party/relying_party.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "mock_servers/answers.hpp"
#include "oauth/client_authentication.hpp"
#include "oauth/html.hpp"
#include "oauth/jose.hpp"
#include "oauth/json_document.hpp"
#include "oauth/pkce.hpp"
#include "oauth/url.hpp"

namespace oauthentic::mock {

namespace {

constexpr std::string_view kStyle =
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:30rem;margin:5rem auto;padding:0 "
    "1rem;text-align:center;color:#1d2433}"
    ".button{display:inline-block;padding:.8rem "
    "1.8rem;border-radius:.5rem;background:#2456c8;color:#fff;text-decoration:none}";

Response page(int status, std::string_view title, std::string_view body) {
  Response response;
  response.status = status;
  response.reason = status == 200 ? "OK" : "Error";
  response.headers.add("Content-Type", "text/html; charset=utf-8");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("Referrer-Policy", "no-referrer");
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.body = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>{}</style>\n</head>\n"
      "<body>\n{}</body>\n</html>\n",
      title, kStyle, body);
  return response;
}

Response failure(std::string_view why) {
  return page(400, "Sign-in failed",
              fmt::format("<h1>The sign-in failed</h1>\n<p>{}</p>\n<p><a href=\"/\">Back</a></p>\n",
                          oauth::html_escape(why)));
}

}  // namespace

RelyingParty::RelyingParty(const Deployment& deployment, Send send)
    : deployment_(deployment),
      client_(deployment.registry.client_of_role("relying_party")),
      send_(std::move(send)) {}

Response RelyingParty::handle(const Request& request) {
  const Incoming in(request, deployment_.now(request));
  if (in.path != "/" && in.path != "/sign-in" && in.path != "/callback") return not_found();
  if (!in.is("GET")) return method_not_allowed("GET");
  if (in.path == "/") return home();
  return in.path == "/sign-in" ? sign_in() : callback(in);
}

Response RelyingParty::home() const {
  return page(200, "Example App",
              "<h1>Example App</h1>\n<p>You are not signed in.</p>\n"
              "<p><a class=\"button\" href=\"/sign-in\">Sign in with Example</a></p>\n");
}

Response RelyingParty::sign_in() {
  auto attempt = std::make_shared<Attempt>();
  attempt->state = deployment_.random.base64url(16);
  attempt->verifier = deployment_.random.base64url(32);
  attempt->nonce = deployment_.random.base64url(16);
  const auto cookie = deployment_.random.base64url(32);
  const auto url = oauth::with_query(
      deployment_.options.issuer + "/authorize",
      {{"response_type", "code"},
       {"client_id", client_.id},
       {"redirect_uri", client_.redirect_uris.front()},
       {"scope", "openid profile"},
       {"state", attempt->state},
       {"nonce", attempt->nonce},
       {"code_challenge", oauth::code_challenge(attempt->verifier, oauth::ChallengeMethod::s256)},
       {"code_challenge_method", "S256"}});
  {
    const std::scoped_lock lock(mutex_);
    attempts_.put(cookie, std::move(attempt));
  }
  auto response = redirect_answer(302, url);
  const auto secure = deployment_.options.relying_party.starts_with("https://") ? "; Secure" : "";
  response.headers.add("Set-Cookie", fmt::format("app={}; Path=/; HttpOnly; SameSite=Lax{}", cookie, secure));
  return response;
}

Response RelyingParty::callback(const Incoming& in) {
  const Form answer(in.query);
  const auto attempt = take_attempt(in);
  if (!attempt) return failure("This browser has not started a sign-in.");
  const auto name = user_name(answer, *attempt, in);
  if (!name) return failure(name.error());
  return page(200, "Example App",
              fmt::format("<h1>Welcome, {}</h1>\n<p>You are signed in.</p>\n", oauth::html_escape(*name)));
}

/// An attempt counts once: a second answer to it is somebody else's.
std::shared_ptr<RelyingParty::Attempt> RelyingParty::take_attempt(const Incoming& in) {
  const auto cookie = in.cookie("app");
  if (!cookie) return nullptr;
  const std::scoped_lock lock(mutex_);
  auto attempt = attempts_.get(*cookie);
  attempts_.erase(*cookie);
  return attempt;
}

RelyingParty::Text RelyingParty::user_name(const Form& answer, const Attempt& attempt,
                                           const Incoming& in) const {
  if (answer.malformed() || answer.repeats()) return std::unexpected("The provider's answer is malformed.");
  if (answer.value("state") != attempt.state) return std::unexpected("The answer belongs to another sign-in.");
  // RFC 9207 §2.4: compared before anything else in the answer is believed.
  if (answer.value("iss") != deployment_.options.issuer)
    return std::unexpected("The answer comes from another provider.");
  if (answer.has("error")) return std::unexpected("The provider said no.");
  const auto access_token = redeem(answer.value("code"), attempt, in);
  if (!access_token) return access_token;

  Request request{
      .method = "GET", .url = deployment_.options.api + "/profile", .headers = {}, .body = {}, .octets = {}};
  request.headers.add("Authorization", "Bearer " + *access_token);
  const auto body = fetch(std::move(request), in);
  if (!body) return body;
  const auto profile = oauth::parse_json(*body);
  if (!profile || !profile->is_object()) return std::unexpected("The API's answer is malformed.");
  return oauth::string_member(*profile, "name");
}

RelyingParty::Text RelyingParty::redeem(std::string_view code, const Attempt& attempt,
                                        const Incoming& in) const {
  Request request{
      .method = "POST", .url = deployment_.options.issuer + "/token", .headers = {}, .body = {}, .octets = {}};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.headers.add("Authorization", oauth::basic_authorization(client_.id, client_.secret));
  request.body = oauth::form_encode({{"grant_type", "authorization_code"},
                                     {"code", std::string(code)},
                                     {"redirect_uri", client_.redirect_uris.front()},
                                     {"code_verifier", attempt.verifier}});
  const auto body = fetch(std::move(request), in);
  if (!body) return body;
  const auto tokens = oauth::parse_json(*body);
  if (!tokens || !tokens->is_object()) return std::unexpected("The token response is malformed.");
  const auto problem = problem_of_id_token(oauth::string_member(*tokens, "id_token"), attempt, in);
  if (!problem.empty()) return std::unexpected(problem);
  if (!iequals(oauth::string_member(*tokens, "token_type"), "Bearer"))
    return std::unexpected("The token is of no known type.");
  return oauth::string_member(*tokens, "access_token");
}

/// OpenID Connect Core §3.1.3.7; empty if there is none.
std::string RelyingParty::problem_of_id_token(std::string_view id_token, const Attempt& attempt,
                                              const Incoming& in) const {
  const auto jws = oauth::parse_jws(id_token);
  if (!jws) return "The ID token is malformed.";
  const auto body = fetch(
      {.method = "GET", .url = deployment_.options.issuer + "/jwks", .headers = {}, .body = {}, .octets = {}},
      in);
  const auto document = body ? oauth::parse_json(*body) : std::unexpected(std::string());
  if (!document || !document->is_object() || !document->contains("keys") || !(*document)["keys"].is_array()) {
    return "The provider's keys could not be read.";
  }
  bool verified = false;
  for (const auto& jwk : (*document)["keys"]) {
    const auto key = oauth::Key::from_jwk(jwk);
    verified = verified || (key && oauth::verify_jws(*jws, *key, {"ES256", "RS256"}));
  }
  if (!verified) return "The ID token's signature is wrong.";
  const auto claims = jws->claims();
  if (!claims.is_object()) return "The ID token is malformed.";
  if (oauth::string_member(claims, "iss") != deployment_.options.issuer)
    return "The ID token is another provider's.";
  if (oauth::string_member(claims, "aud") != client_.id)
    return "The ID token is meant for another application.";
  if (oauth::string_member(claims, "nonce") != attempt.nonce) return "The ID token belongs to another sign-in.";
  if (claims.value("exp", nlohmann::json(0)).is_number() &&
      claims.value("exp", nlohmann::json(0)).get<double>() <=
          static_cast<double>(in.now.time_since_epoch().count())) {
    return "The ID token has expired.";
  }
  return {};
}

RelyingParty::Text RelyingParty::fetch(Request request, const Incoming& in) const {
  // The application lives in the time of the request that it serves.
  if (const auto* offset = in.request.headers.find(kClockHeader))
    request.headers.add(std::string(kClockHeader), *offset);
  const auto answer = send_(request);
  const auto* response = std::get_if<Response>(&answer);
  if (!response) return std::unexpected("The provider could not be reached.");
  if (response->status != 200) return std::unexpected("The provider refused the application's request.");
  return response->body;
}

}  // namespace oauthentic::mock

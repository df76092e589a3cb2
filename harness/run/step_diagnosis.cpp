#include "run/step_diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/message.hpp"
#include "oauth/encoding.hpp"
#include "oauth/html_text.hpp"
#include "oauth/json_document.hpp"
#include "oauth/url.hpp"

namespace oauthentic::run {

using nlohmann::json;
using session::Disposition;
using session::StepResult;

namespace {

constexpr std::array kJourney = {kRequestStep, kSignInStep, kCredentialsStep, kConsentStep, kCodeStep};
enum Stage { request, sign_in, credentials, consent, code };

std::string description(const json& facts) {
  const auto text = oauth::string_member(facts, "error_description");
  return text.empty() ? "" : fmt::format(" ({})", oauth::fold_space(text, 300));
}

/// Reads what the authorization step showed.
class AuthorizeReader {
 public:
  AuthorizeReader(const StepResult& result, const script::Target& target, const script::Client& client)
      : result_(result), facts_(result.facts), target_(target), client_(client) {
    by_person_ = !facts_.contains("pages");  // what was shown is not known
    pages_ = facts_.value("pages", 0);
    signed_in_ = facts_.value("signed_in", false);
    consented_ = facts_.value("consented", false);
    typed_ = facts_.contains("credentials_status");
  }

  Findings run() {
    if (result_.disposition == Disposition::accepted) return arrived();
    const auto stage = failing_stage();
    Findings findings;
    for (int i = request; i < stage; ++i)
      findings.push_back(passed(static_cast<Stage>(i)));
    findings.push_back(failure(stage));
    for (std::size_t i = stage + 1U; i < kJourney.size(); ++i)
      findings.push_back(not_tried(kJourney.at(i), fmt::format("{} failed", kJourney.at(stage))));
    return findings;
  }

 private:
  Findings arrived() const {
    Findings findings;
    for (const auto stage : {request, sign_in, credentials, consent})
      findings.push_back(passed(stage));
    const auto& sent = oauth::member(facts_, "request");
    if (oauth::string_member(facts_, "state") != oauth::string_member(sent, "state")) {
      findings.push_back(warning(kCodeStep, Culprit::provider,
                                 result_.observed + "; but not the state that was sent with the request",
                                 "RFC 6749 §4.1.2: state comes back as it was sent."));
    } else if (!result_.delivered && !facts_.value("delivered", true)) {
      findings.push_back(warning(kCodeStep, Culprit::provider, result_.observed,
                                 fmt::format("The request named {}: a code goes nowhere else.",
                                             oauth::string_member(sent, "redirect_uri"))));
    } else {
      findings.push_back(well(kCodeStep, result_.observed));
    }
    return findings;
  }

  Stage failing_stage() const {
    if (by_person_ && result_.place.empty()) return sign_in;
    const bool delivered_error = result_.place == "redirect";
    if (signed_in_) return consented_ ? code : consent;
    if (typed_ || result_.credentials_refused) return credentials;
    if (delivered_error || result_.disposition == Disposition::no_answer) return pages_ > 0 ? sign_in : request;
    if (result_.place == "page") return pages_ > 1 ? credentials : request;
    return pages_ > 0 ? sign_in : request;  // what was shown was not understood, or nothing was shown
  }

  Finding passed(Stage stage) const {
    const auto* step = kJourney.at(stage);
    if (by_person_ && stage != request) return well(step, "answered by a person");
    switch (stage) {
      case request:
        return well(step, fmt::format("client {} and {} were taken", client_.name, client_.redirect_uri));
      case sign_in:
        return pages_ > 0 ? well(step, fmt::format("{} page{} shown", pages_, pages_ == 1 ? "" : "s"))
                          : not_tried(step, "none was shown");
      case credentials:
        return signed_in_ ? well(step, "taken") : not_tried(step, "they were not asked for");
      default:
        return consented_ ? well(step, "answered") : not_tried(step, "it was not asked for");
    }
  }

  Finding failure(Stage stage) const {
    const auto* step = kJourney.at(stage);
    if (result_.disposition == Disposition::no_answer) return no_answer_finding(step, result_.observed);
    if (result_.credentials_refused) {
      const auto who = target_.users.contains("user") ? target_.users.at("user").username : std::string();
      return failed(step, Culprit::configuration, result_.observed,
                    fmt::format("Check username and password of the user in the target file ({}); try them in "
                                "a browser: the account may be locked as well.",
                                who));
    }
    if (result_.place == "redirect") return refusal_by_redirect(step);
    if (result_.place == "page") return refusal_by_page(stage);
    if (facts_.contains("delivered_to")) return led_away(step);
    if (by_person_)
      return failed(step, Culprit::configuration, result_.observed,
                    "agent: manual wants a redirect_uri on a free loopback port, and somebody who signs in.");
    if (pages_ == 0)
      return failed(step, Culprit::provider, result_.observed,
                    "The authorization endpoint answers with a page, or sends the browser on to one.");
    return not_understood(step);
  }

  Finding refusal_by_redirect(const char* step) const {
    const auto error = oauth::string_member(facts_, "error");
    const auto seen = result_.observed + description(facts_);
    const auto scopes = oauth::string_member(oauth::member(facts_, "request"), "scope");
    if (error == "invalid_scope")
      return failed(step, Culprit::configuration, seen,
                    fmt::format("The request asked for \"{}\": correct scopes: in the target file, or give the "
                                "client these scopes at the provider.",
                                scopes));
    if (error == "access_denied")
      return failed(step, Culprit::configuration, seen,
                    "The user may not use this client, or the consent was refused: assign the user to it at "
                    "the provider.");
    if (error == "unauthorized_client" || error == "unsupported_response_type")
      return failed(step, Culprit::configuration, seen,
                    fmt::format("Permit client {} the authorization code grant (response_type=code) at the "
                                "provider.",
                                client_.name));
    if (error == "server_error" || error == "temporarily_unavailable")
      return failed(step, Culprit::provider, seen, "Look into the provider's log.");
    return failed(
        step, Culprit::configuration, seen,
        "The provider wants another request; authorization_parameters: in the target file adds to it.");
  }

  Finding refusal_by_page(Stage stage) const {
    const auto seen = fmt::format("{}: {}", result_.observed,
                                  oauth::fold_space(oauth::string_member(facts_, "page_text"), 300));
    if (stage != request)
      return failed(kJourney.at(stage), Culprit::configuration, seen,
                    "The provider refuses after its first page: check the user in the target file, and what it "
                    "may do.");
    return failed(kJourney.at(stage), Culprit::configuration, seen,
                  fmt::format("Register {} for client {} ({}) exactly so, or correct redirect_uri or client_id "
                              "in the target file.",
                              client_.redirect_uri, client_.name, client_.client_id));
  }

  /// To a foreign place without code or error: another host that has the sign-in page, as a rule.
  Finding led_away(const char* step) const {
    const auto place = oauth::string_member(facts_, "delivered_to");
    const auto url = oauth::parse_url(place);
    if (oauth::without_query(client_.redirect_uri) == place || !url)
      return failed(step, Culprit::provider, result_.observed,
                    "RFC 6749 §4.1.2: the redirect URI gets a code or an error.");
    return failed(step, Culprit::configuration, result_.observed,
                  fmt::format("If the sign-in page is there, say that it belongs to the provider: origins: "
                              "[\"{}\"] in the target file.",
                              url->origin()));
  }

  Finding not_understood(const char* step) const {
    return failed(step, Culprit::harness, result_.observed,
                  "The pages may need a script or a second factor. Let a user without one sign in, or answer "
                  "the pages in a browser: user: { agent: manual } in the target file.");
  }

  const StepResult& result_;
  const json& facts_;
  const script::Target& target_;
  const script::Client& client_;
  bool by_person_ = false;
  bool signed_in_ = false;
  bool consented_ = false;
  bool typed_ = false;
  int pages_ = 0;
};

bool has_scope(const std::string& scopes, std::string_view wanted) {
  const auto all = split(scopes, ' ');
  return std::ranges::find(all, wanted) != all.end();
}

}  // namespace

Finding no_answer_finding(std::string step, const std::string& observed) {
  if (observed.contains("status 429"))
    return failed(std::move(step), Culprit::provider, observed,
                  "The provider limits the rate of requests: raise its limit for the test, or set "
                  "limits: { rate: 2/s, jobs: 1 } in the target file.");
  return failed(std::move(step), Culprit::provider, observed,
                "Look into the provider's log; limits: { timeout: 30s } gives a slow one more time.");
}

Findings authorize_findings(const StepResult& result, const script::Target& target,
                            const script::Client& client) {
  return AuthorizeReader(result, target, client).run();
}

Finding token_finding(const StepResult& result, const script::Client& client) {
  const auto& facts = result.facts;
  if (result.disposition == Disposition::no_answer) return no_answer_finding(kTokenStep, result.observed);
  if (result.disposition == Disposition::accepted)
    return facts.contains("access_token") ? well(kTokenStep, result.observed)
                                          : failed(kTokenStep, Culprit::provider, result.observed,
                                                   "RFC 6749 §5.1: a token response has an access_token.");
  const auto error = oauth::string_member(facts, "error");
  const auto seen = result.observed + description(facts);
  const auto status = facts.value("status", 0);
  if (error == "invalid_client" || (error.empty() && status == 401))
    return failed(kTokenStep, Culprit::configuration, seen,
                  fmt::format("Check client_id, client_secret and authentication of client {}.", client.name));
  if (error == "unauthorized_client")
    return failed(kTokenStep, Culprit::configuration, seen,
                  fmt::format("Permit client {} the authorization code grant.", client.name));
  if (error == "invalid_grant")
    return failed(kTokenStep, Culprit::provider, seen,
                  "The code was just issued to this client: the provider's log says why it is not taken. Its "
                  "clock, or several servers that do not share their codes, are usual reasons.");
  return failed(kTokenStep, Culprit::provider, seen,
                "A conformant token request was not answered with a token; look into the provider's log.");
}

Finding api_finding(const std::string& step, const StepResult& result, const std::string& scope,
                    const std::string& granted) {
  const auto& facts = result.facts;
  const auto seen = result.observed + description(facts);
  const auto status = facts.value("status", 0);
  if (result.disposition == Disposition::accepted) return well(step, seen);
  if (result.disposition == Disposition::no_answer) {
    if (status == 0 && !seen.contains("status 429"))  // nobody but the target file says where the API is
      return failed(step, Culprit::configuration, seen, "Check the URL under api: in the target file.");
    return no_answer_finding(step, seen);
  }
  if (!scope.empty() && !has_scope(granted, scope))
    return failed(step, Culprit::configuration,
                  fmt::format("{}; it asks for the scope \"{}\", the token has \"{}\"", seen, scope, granted),
                  fmt::format("Add {} to scopes: in the target file, and permit it to the client.", scope));
  switch (status) {
    case 401:
      return failed(
          step, Culprit::configuration, seen,
          "The API does not take this provider's tokens: is it one that trusts this issuer? Some "
          "want an audience: authorization_parameters: (and token_parameters:) in the target file add one.");
    case 403:
      return failed(
          step, Culprit::configuration, seen,
          "The token is good for less: name the scope that the API asks for, under api: and scopes:.");
    case 404:
    case 405:
      return failed(step, Culprit::configuration, seen, "Check url and method under api: in the target file.");
    default:
      return failed(step, Culprit::configuration, seen,
                    "The API under api: in the target file has to answer a GET with a token by a status 2xx.");
  }
}

std::optional<Finding> explain_step(const std::string& verb, const StepResult& result,
                                    const script::Target& target, const script::Client& client) {
  if (verb == "authorize") {
    const auto findings = authorize_findings(result, target, client);
    if (const auto* failure = first_failure(findings)) return *failure;
  }
  if (verb == "redeem" || verb == "refresh" || verb == "request_token") return token_finding(result, client);
  if (verb == "call_api" || verb == "userinfo") return api_finding(kApiStep, result, "", "");
  return std::nullopt;
}

}  // namespace oauthentic::run

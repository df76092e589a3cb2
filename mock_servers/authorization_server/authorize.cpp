// The authorization request (RFC 6749 §4.1.1): what is asked, by whom, and where the answer goes.
#include <algorithm>
#include <array>
#include <span>

#include "mock_servers/answers.hpp"
#include "mock_servers/authorization_server/authorization_server.hpp"

namespace oauthentic::mock {

namespace {

constexpr std::array<std::string_view, 21> kKnown = {"redirect_uri",
                                                     "response_type",
                                                     "client_id",
                                                     "scope",
                                                     "state",
                                                     "code_challenge",
                                                     "code_challenge_method",
                                                     "nonce",
                                                     "prompt",
                                                     "response_mode",
                                                     "resource",
                                                     "max_age",
                                                     "login_hint",
                                                     "display",
                                                     "ui_locales",
                                                     "claims_locales",
                                                     "acr_values",
                                                     "id_token_hint",
                                                     "claims",
                                                     "request",
                                                     "request_uri"};

}  // namespace

Response AuthorizationServer::authorize(const Incoming& in) {
  // FAULT: authorization_get_refused
  const bool get = in.is("GET") && !broken(Fault::authorization_get_refused);
  // FAULT: authorization_post_refused
  const bool post = in.is("POST") && !broken(Fault::authorization_post_refused);
  if (!get && !post) return method_not_allowed("GET, POST");
  if (post && !in.has_form()) return pages_.error(400, "The request is not a form.");
  // FAULT: authorization_empty_counts
  const Form form(get ? in.query : std::string_view(in.request.body),
                  {.empty_counts = broken(Fault::authorization_empty_counts)});
  auto request = read_client_and_redirect_uri(form);
  if (!request) {
    // FAULT: invalid_client_redirected, invalid_redirect_uri_redirected
    const bool client_is_known = deployment_.registry.client(form.value("client_id")) != nullptr;
    const auto fault =
        client_is_known ? Fault::invalid_redirect_uri_redirected : Fault::invalid_client_redirected;
    AuthorizationRequest astray;
    astray.redirect_uri = form.value("redirect_uri");
    if (broken(fault) && !astray.redirect_uri.empty() && is_clean(astray.redirect_uri)) {
      return deliver_error(astray, {"invalid_request", "The client or its redirect URI is not known."}, 302);
    }
    // FAULT: invalid_redirect_uri_refreshed
    if (broken(Fault::invalid_redirect_uri_refreshed) && client_is_known && is_clean(astray.redirect_uri)) {
      auto page = pages_.error(400, request.error());
      page.headers.add("Refresh", "0;url=" + astray.redirect_uri);
      return page;
    }
    // FAULT: invalid_client_page_blank, invalid_redirect_uri_page_blank
    if (broken(client_is_known ? Fault::invalid_redirect_uri_page_blank : Fault::invalid_client_page_blank)) {
      return text_answer(400, "");
    }
    return pages_.error(400, request.error());
  }
  read_rest(form, *request, in.now);
  return proceed(in, std::move(*request), session_of(in), false);
}

namespace {

std::string without_controls(std::string text) {
  std::erase_if(text, [](unsigned char octet) { return octet < 0x20; });
  return text;
}

std::string_view last_value(const Form& form, std::string_view name) {
  std::string_view last;
  for (const auto& parameter : form.parameters()) {
    if (parameter.name == name) last = parameter.value;
  }
  return last;
}

}  // namespace

std::expected<AuthorizationRequest, std::string> AuthorizationServer::read_client_and_redirect_uri(
    const Form& form) const {
  // A repeated one may be read differently by the next server: there is none that could be trusted.
  // FAULT: authorization_parameters_repeatable
  const bool repeatable = broken(Fault::authorization_parameters_repeatable);
  if (!repeatable && form.repeats("client_id")) return std::unexpected("The application was named twice.");
  // FAULT: redirect_uri_last_of_repeated
  const bool last = broken(Fault::redirect_uri_last_of_repeated);
  if (!repeatable && !last && form.repeats("redirect_uri"))
    return std::unexpected("The way back was named twice.");
  const auto* client = deployment_.registry.client(form.value("client_id"));
  // FAULT: client_guessed
  if (!form.has("client_id") && broken(Fault::client_guessed))
    client = &deployment_.registry.client_of_role("confidential");
  if (!client) return std::unexpected("The application is not known here.");

  AuthorizationRequest request;
  request.client = client;
  request.redirect_uri_sent = form.has("redirect_uri");
  if (request.redirect_uri_sent) {
    request.redirect_uri = last ? last_value(form, "redirect_uri") : form.value("redirect_uri");
    // FAULT: redirect_uri_controls_dropped
    if (broken(Fault::redirect_uri_controls_dropped))
      request.redirect_uri = without_controls(std::move(request.redirect_uri));
    if (!redirect_uri_is_registered(deployment_, *client, request.redirect_uri)) {
      return std::unexpected("The application asked for an answer at an address that it has not registered.");
    }
    return request;
  }
  // OpenID Connect Core §3.1.2.1 demands it. FAULT: openid_redirect_uri_optional
  if (contains(split_scopes(form.value("scope")), "openid") && !broken(Fault::openid_redirect_uri_optional) &&
      !broken(Fault::redirect_uri_guessed)) {
    return std::unexpected("The application did not say where the answer should go.");
  }
  // FAULT: redirect_uri_guessed, redirect_uri_always_required
  const bool guess = broken(Fault::redirect_uri_guessed) && !client->redirect_uris.empty();
  if ((client->redirect_uris.size() != 1 || broken(Fault::redirect_uri_always_required)) && !guess) {
    return std::unexpected("The application did not say where the answer should go.");
  }
  request.redirect_uri = client->redirect_uris.front();
  return request;
}

void AuthorizationServer::read_rest(const Form& form, AuthorizationRequest& request, Time now) const {
  if (form.has("state")) request.state = form.value("state");
  request.nonce = form.value("nonce");
  request.resource = form.value("resource");
  if (!form.repeats("response_mode") && form.value("response_mode") == "form_post")
    request.response_mode = "form_post";

  const auto refuse = [&](std::string_view code, std::string_view why) {
    request.error = OAuthError{code, why};
  };
  // FAULT: redirect_uri_controls_dropped: the first of them is redirect_uri
  const auto clean = std::span(kKnown).subspan(broken(Fault::redirect_uri_controls_dropped) ? 1 : 0);
  if (form.malformed() || form.unclean(clean)) {
    return refuse("invalid_request", "A parameter is not well-formed.");
  }
  // FAULT: authorization_empty_counts
  const auto is_empty = [](const oauth::Parameter& parameter) { return parameter.value.empty(); };
  if (broken(Fault::authorization_empty_counts) && std::ranges::any_of(form.parameters(), is_empty))
    return refuse("invalid_request", "A parameter is empty.");
  // FAULT: authorization_parameters_repeatable
  const bool last_redirect_uri = broken(Fault::redirect_uri_last_of_repeated) && form.repeats("redirect_uri");
  if (form.repeats() && !last_redirect_uri && !broken(Fault::authorization_parameters_repeatable)) {
    return refuse("invalid_request", "A parameter is included more than once.");
  }
  // FAULT: authorization_unknown_parameters_refused
  if (broken(Fault::authorization_unknown_parameters_refused) && form.has_other_than(kKnown)) {
    return refuse("invalid_request", "A parameter is not known.");
  }
  const auto mode = form.value("response_mode");
  if (!mode.empty() && mode != "query" && mode != "form_post") {
    return refuse("invalid_request", "The response mode is not supported.");
  }
  if (!request.resource.empty() && request.resource != deployment_.options.api &&
      request.resource != deployment_.options.issuer) {
    return refuse("invalid_target", "The resource is not known.");
  }
  request.error = read_response_type(form, request);
  if (!request.error) request.error = read_scope(form, request);
  if (!request.error) request.error = read_challenge(form, request);
  if (!request.error) request.error = read_prompt(form, request);
  if (!request.error) request.error = read_openid(form, request, now);
}

std::optional<OAuthError> AuthorizationServer::read_response_type(const Form& form,
                                                                  AuthorizationRequest& request) const {
  const auto type = form.value("response_type");
  // FAULT: response_type_missing_accepted
  if (type.empty() && !broken(Fault::response_type_missing_accepted)) {
    return OAuthError{"invalid_request", "The parameter response_type is missing."};
  }
  // FAULT: implicit_grant_offered
  request.implicit = type == "token" && broken(Fault::implicit_grant_offered);
  // FAULT: response_type_unknown_accepted
  if (!type.empty() && type != "code" && !request.implicit && !broken(Fault::response_type_unknown_accepted)) {
    return OAuthError{"unsupported_response_type", "The response type is not supported."};
  }
  // FAULT: response_type_not_bound_to_client
  if (!request.client->may_use_code && !broken(Fault::response_type_not_bound_to_client)) {
    return OAuthError{"unauthorized_client", "The client may not use this response type."};
  }
  return std::nullopt;
}

std::optional<OAuthError> AuthorizationServer::read_scope(const Form& form,
                                                          AuthorizationRequest& request) const {
  if (!form.has("scope")) {
    request.scopes = {"profile"};
    // FAULT: omitted_scope_misjudged
    if (broken(Fault::omitted_scope_misjudged))
      return OAuthError{"invalid_request", "The parameter scope is missing."};
    return std::nullopt;
  }
  const std::string text(form.value("scope"));
  if (!oauth::is_scope(text)) return OAuthError{"invalid_scope", "The scope is malformed."};
  for (const auto& scope : split_scopes(text)) {
    if (!contains(request.client->scopes, scope)) {
      // FAULT: unknown_scope_refused
      if (stance().ignores_unknown_scopes && !broken(Fault::unknown_scope_refused)) continue;
      return OAuthError{"invalid_scope", "The scope is not known or not open to this client."};
    }
    if (!contains(request.scopes, scope)) request.scopes.push_back(scope);
  }
  // OpenID Connect Core §11: without a question for consent there is no offline access.
  if (!contains(split_scopes(form.value("prompt")), "consent")) std::erase(request.scopes, "offline_access");
  return std::nullopt;
}

std::optional<OAuthError> AuthorizationServer::read_challenge(const Form& form,
                                                              AuthorizationRequest& request) const {
  const auto refused = [&](std::string_view why, Fault unexplained) {
    // FAULT: challenge_error_misnamed, missing_challenge_unexplained, unknown_challenge_method_unexplained
    return OAuthError{broken(Fault::challenge_error_misnamed) ? "access_denied" : "invalid_request",
                      broken(unexplained) ? std::string_view() : why};
  };
  const auto challenge = form.value("code_challenge");
  if (challenge.empty()) {
    if (form.has("code_challenge_method")) {
      return OAuthError{"invalid_request", "The parameter code_challenge is missing."};
    }
    const bool nonce_protects =
        !request.client->is_public() && contains(request.scopes, "openid") && !request.nonce.empty();
    // FAULT: public_challenge_optional, confidential_challenge_optional, pkce_always_required
    const bool is_public = request.client->is_public();
    const bool asked_of_public = is_public && stance().public_clients_need_pkce;
    const bool asked_of_all = stance().all_clients_need_pkce && !nonce_protects;
    const auto optional = is_public ? Fault::public_challenge_optional : Fault::confidential_challenge_optional;
    const bool needed =
        ((asked_of_public || asked_of_all) && !broken(optional)) || broken(Fault::pkce_always_required);
    if (!needed) return std::nullopt;
    return refused("A code challenge is required: code_challenge is missing.",
                   Fault::missing_challenge_unexplained);
  }
  // RFC 7636 §4.3: a challenge that names no method has the method plain.
  auto method = form.has("code_challenge_method")
                    ? oauth::challenge_method_from(form.value("code_challenge_method"))
                    : oauth::ChallengeMethod::plain;
  // FAULT: challenge_method_defaults_to_s256
  if (!form.has("code_challenge_method") && broken(Fault::challenge_method_defaults_to_s256)) {
    method = oauth::ChallengeMethod::s256;
  }
  // FAULT: challenge_method_s256_refused
  if (method == oauth::ChallengeMethod::s256 && broken(Fault::challenge_method_s256_refused))
    method = std::nullopt;
  // FAULT: plain_challenge_accepted
  const bool plain = stance().plain_challenges || broken(Fault::plain_challenge_accepted);
  if (!method || (method == oauth::ChallengeMethod::plain && !plain)) {
    // FAULT: challenge_method_unknown_accepted
    if (broken(Fault::challenge_method_unknown_accepted)) return std::nullopt;
    return refused("The transform algorithm (code_challenge_method) is not supported.",
                   Fault::unknown_challenge_method_unexplained);
  }
  // FAULT: challenge_in_any_encoding
  if (!oauth::is_code_challenge(challenge) && !broken(Fault::challenge_in_any_encoding)) {
    return OAuthError{"invalid_request", "The code challenge is malformed."};
  }
  // FAULT: challenge_forgotten
  if (broken(Fault::challenge_forgotten)) return std::nullopt;
  request.challenge = challenge;
  request.method = *method;
  return std::nullopt;
}

std::optional<OAuthError> AuthorizationServer::read_prompt(const Form& form,
                                                           AuthorizationRequest& request) const {
  // FAULT: prompt_unsupported, prompt_values_combined
  if (form.has("prompt") && broken(Fault::prompt_unsupported))
    return OAuthError{"invalid_request", "The parameter prompt is not supported."};
  for (const auto& word : split_scopes(form.value("prompt"))) {
    if (word != "none" && word != "login" && word != "consent" && word != "select_account") {
      return OAuthError{"invalid_request", "The prompt is not supported."};
    }
    request.prompt.insert(word);
  }
  if (request.prompt.contains("none") && request.prompt.size() > 1) {
    if (!broken(Fault::prompt_values_combined))
      return OAuthError{"invalid_request", "The prompt none stands alone."};
    request.prompt.erase("none");
  }
  return std::nullopt;
}

}  // namespace oauthentic::mock

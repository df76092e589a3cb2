// The token endpoint (RFC 6749 §3.2) and the grants that are not refreshes (§4.1.3, §4.4; RFC 7636 §4.6).
#include <algorithm>

#include "mock_servers/answers.hpp"
#include "mock_servers/authorization_server/authorization_server.hpp"

namespace oauthentic::mock {

namespace {

OAuthError refused(std::string_view why) {
  return {"invalid_grant", why};
}

/// The challenge in the one encoding that RFC 7636 §4.2 knows, whatever it came in.
std::string unpadded_base64url(std::string challenge) {
  std::ranges::replace(challenge, '+', '-');
  std::ranges::replace(challenge, '/', '_');
  while (challenge.ends_with('='))
    challenge.pop_back();
  if (challenge.size() != 64) return challenge;
  std::string octets;
  for (std::size_t i = 0; i < challenge.size(); i += 2) {
    const auto octet = oauth::percent_decode("%" + challenge.substr(i, 2));
    if (!octet) return challenge;
    octets += *octet;
  }
  return oauth::base64url_encode(octets);
}

}  // namespace

Response AuthorizationServer::token(const Incoming& in) {
  auto answer = token_request(in);
  return answer ? std::move(*answer) : error_answer(in, answer.error());
}

AuthorizationServer::Outcome AuthorizationServer::token_request(const Incoming& in) {
  // FAULT: token_get_accepted, token_empty_counts, token_parameters_repeatable
  const auto form = client_form(in, {.takes_get = broken(Fault::token_get_accepted),
                                     .empty_counts = broken(Fault::token_empty_counts),
                                     .repeatable = broken(Fault::token_parameters_repeatable)});
  if (!form) return std::unexpected(form.error());
  // FAULT: token_unknown_parameters_refused
  if (broken(Fault::token_unknown_parameters_refused) && form->has_other_than(client_request_parameters())) {
    return std::unexpected(OAuthError{"invalid_request", "A parameter is not known."});
  }
  auto type = form->value("grant_type");
  // FAULT: unknown_grant_type_accepted
  const bool known = type == "authorization_code" || type == "refresh_token" || type == "client_credentials" ||
                     (type == "password" && broken(Fault::password_grant_offered));
  if (!type.empty() && !known && broken(Fault::unknown_grant_type_accepted)) type = "client_credentials";
  if (type.empty())
    return std::unexpected(OAuthError{"invalid_request", "The parameter grant_type is missing."});

  const auto client = authenticate(in, *form);
  if (!client) return std::unexpected(client.error());
  // FAULT: bare_grants_unknown
  if (broken(Fault::bare_grants_unknown) && !form->has("code") && !form->has("refresh_token") &&
      !form->has("scope"))
    return std::unexpected(OAuthError{"unsupported_grant_type", "The grant type is not supported."});
  if (type == "authorization_code" || type == "refresh_token") {
    // FAULT: grant_not_bound_to_client
    if (!(*client)->may_use_code && !broken(Fault::grant_not_bound_to_client)) {
      return std::unexpected(OAuthError{"unauthorized_client", "The client may not use this grant type."});
    }
    return type == "refresh_token" ? refresh(**client, *form, in.now) : redeem(**client, *form, in.now);
  }
  if (type == "client_credentials") return client_credentials(**client, *form, in.now);
  // FAULT: password_grant_offered
  if (type == "password" && broken(Fault::password_grant_offered)) return password(**client, *form, in.now);
  return std::unexpected(OAuthError{"unsupported_grant_type", "The grant type is not supported."});
}

AuthorizationServer::Outcome AuthorizationServer::redeem(const Client& client, const Form& form, Time now) {
  auto code = find_code(client, form, now);
  if (!code) return std::unexpected(code.error());
  auto& found = **code;
  const auto replayed = [&] {
    // FAULT: code_replay_spares_access_token
    if (found.grant->client == &client) {
      if (!broken(Fault::code_replay_spares_access_token)) found.grant->access_revoked = true;
      found.grant->refresh_revoked = true;
    }
    return std::unexpected(refused("The code was redeemed before."));
  };
  // FAULT: code_reusable
  const bool reusable = broken(Fault::code_reusable);
  // FAULT: invalid_replay_revokes
  const bool any_replay_revokes = !stance().only_valid_replay_revokes || broken(Fault::invalid_replay_revokes);
  if (!reusable && any_replay_revokes && found.used) return replayed();
  if (const auto error = check_code(found, client, form, now)) return std::unexpected(*error);
  const auto resource = check_resource(*found.grant, form);
  if (!resource) return std::unexpected(resource.error());
  // FAULT: code_race
  if (broken(Fault::code_race)) {
    if (found.used) return replayed();
    store_.wait_for_second_redemption(found);
    found.used = true;
  } else if (found.used.exchange(true) && !reusable) {
    return replayed();
  }
  return issue(found.grant,
               {.scopes = found.grant->scopes,
                .resource = *resource,
                .with_refresh_token = true,
                .refresh_scopes = found.grant->scopes,
                // FAULT: id_token_missing, id_token_unasked
                .with_id_token = contains(found.grant->scopes, "openid") ? !broken(Fault::id_token_missing)
                                                                         : broken(Fault::id_token_unasked)},
               now);
}

std::expected<std::shared_ptr<Code>, OAuthError> AuthorizationServer::find_code(const Client& client,
                                                                                const Form& form,
                                                                                Time now) const {
  const auto made_up = [&] {
    auto code = std::make_shared<Code>();
    code->grant = std::make_shared<Grant>();
    code->grant->client = &client;
    code->grant->user = &deployment_.registry.users().front();
    code->grant->scopes = {"profile"};
    code->grant->authenticated = now;
    code->redirect_uri = form.value("redirect_uri");
    if (form.has("code_verifier"))
      code->challenge = oauth::code_challenge(std::string(form.value("code_verifier")), code->method);
    code->expires = now + kCodeLife;
    return code;
  };
  if (!form.has("code")) {
    // FAULT: code_not_required
    if (broken(Fault::code_not_required)) return made_up();
    return std::unexpected(OAuthError{"invalid_request", "The parameter code is missing."});
  }
  // FAULT: code_compared_by_half
  auto code =
      store_.code(form.value("code"), broken(Fault::code_compared_by_half) ? Lookup::by_half : Lookup::exact);
  // FAULT: unknown_code_accepted
  if (!code && broken(Fault::unknown_code_accepted)) return made_up();
  if (!code) return std::unexpected(refused("The code is not known."));
  return code;
}

std::optional<OAuthError> AuthorizationServer::check_code(const Code& code, const Client& client,
                                                          const Form& form, Time now) const {
  const auto* owner = code.grant->client;
  // FAULT: code_not_bound_to_client, public_code_not_bound_to_client
  const auto unbound =
      owner->is_public() ? Fault::public_code_not_bound_to_client : Fault::code_not_bound_to_client;
  if (owner != &client && !broken(unbound)) return refused("The code was issued to another client.");
  // FAULT: code_never_expires, code_lives_a_quarter_hour
  const auto grace = broken(Fault::code_lives_a_quarter_hour) ? std::chrono::seconds(900) - kCodeLife
                                                              : std::chrono::seconds(0);
  if (now > code.expires + grace && !broken(Fault::code_never_expires)) return refused("The code has expired.");

  const auto uri = form.value("redirect_uri");
  // FAULT: redirect_uri_not_required
  const bool required = code.redirect_uri_sent && stance().redirect_uri_at_token_endpoint &&
                        !broken(Fault::redirect_uri_not_required);
  if (uri.empty() && required) return refused("The parameter redirect_uri is missing.");
  if (!uri.empty()) {
    // FAULT: token_redirect_uri_unchecked, token_redirect_uri_prefix, token_redirect_uri_any_registered
    const bool fits = uri == code.redirect_uri || broken(Fault::token_redirect_uri_unchecked) ||
                      (broken(Fault::token_redirect_uri_prefix) && uri.starts_with(code.redirect_uri)) ||
                      (broken(Fault::token_redirect_uri_any_registered) &&
                       redirect_uri_is_registered(deployment_, client, uri));
    if (!fits) return refused("The redirect_uri is not the one of the authorization request.");
  }
  return check_verifier(code, form);
}

std::optional<OAuthError> AuthorizationServer::check_verifier(const Code& code, const Form& form) const {
  const auto wrong = [&](std::string_view why) {
    // FAULT: verifier_error_misnamed
    return OAuthError{broken(Fault::verifier_error_misnamed) ? "invalid_scope" : "invalid_grant", why};
  };
  const std::string verifier(form.value("code_verifier"));
  if (code.challenge.empty()) {
    // FAULT: stray_verifier_accepted, stray_verifier_refused
    const bool refuses = (stance().refuses_stray_verifier && !broken(Fault::stray_verifier_accepted)) ||
                         broken(Fault::stray_verifier_refused);
    if (!verifier.empty() && refuses) return wrong("The code was requested without a challenge.");
    return std::nullopt;
  }
  // FAULT: verifier_not_required
  if (verifier.empty() && broken(Fault::verifier_not_required)) return std::nullopt;
  if (verifier.empty()) return wrong("The parameter code_verifier is missing.");
  // FAULT: verifier_grammar_unchecked
  if (!oauth::is_code_verifier(verifier) && !broken(Fault::verifier_grammar_unchecked)) {
    return wrong("The code_verifier is malformed.");
  }
  // FAULT: verifier_unchecked, challenge_taken_as_verifier
  if (broken(Fault::verifier_unchecked)) return std::nullopt;
  if (broken(Fault::challenge_taken_as_verifier) && verifier == code.challenge) return std::nullopt;
  const auto transformed = oauth::code_challenge(verifier, code.method);
  // FAULT: s256_never_matches
  if (code.method == oauth::ChallengeMethod::s256 && broken(Fault::s256_never_matches))
    return wrong("The code_verifier does not match the challenge.");
  // FAULT: challenge_in_any_encoding, challenge_not_bound_to_code
  const bool otherwise_equal =
      (broken(Fault::challenge_in_any_encoding) && transformed == unpadded_base64url(code.challenge)) ||
      (broken(Fault::challenge_not_bound_to_code) &&
       store_.knows_challenge(code.grant->client->id, transformed));
  if (transformed != code.challenge && !otherwise_equal)
    return wrong("The code_verifier does not match the challenge.");
  return std::nullopt;
}

}  // namespace oauthentic::mock

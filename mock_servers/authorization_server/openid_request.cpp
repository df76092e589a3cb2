// What OpenID Connect adds to the authorization request (Core §3.1.2.1, §5.5, §6).
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "mock_servers/authorization_server/authorization_server.hpp"
#include "oauth/json_document.hpp"

namespace oauthentic::mock {

namespace {

struct Unsupported {
  const char* parameter;
  OAuthError error;
  std::optional<Fault> ignored;
  Fault misnamed;
};

// Each is refused by an error of its own (§3.1.2.6).
// FAULT: request_object_ignored, request_uri_ignored
// FAULT: request_not_supported_misnamed, request_uri_not_supported_misnamed
// FAULT: registration_not_supported_misnamed
constexpr Unsupported kUnsupported[] = {
    {"request",
     {"request_not_supported", "Request objects are not supported."},
     Fault::request_object_ignored,
     Fault::request_not_supported_misnamed},
    {"request_uri",
     {"request_uri_not_supported", "References to request objects are not supported."},
     Fault::request_uri_ignored,
     Fault::request_uri_not_supported_misnamed},
    {"registration",
     {"registration_not_supported", "Registration with the request is not supported."},
     std::nullopt,  // as any parameter that is not known (§3.1.2.2)
     Fault::registration_not_supported_misnamed},
};

/// Unsupported values are no error: FAULT: display_values_refused, ui_locales_refused
/// FAULT: claims_locales_refused, acr_values_refused
constexpr struct {
  const char* parameter;
  Fault refused;
} kPreferences[] = {{"display", Fault::display_values_refused},
                    {"ui_locales", Fault::ui_locales_refused},
                    {"claims_locales", Fault::claims_locales_refused},
                    {"acr_values", Fault::acr_values_refused}};

bool asks_for(const nlohmann::json& request, std::string_view value) {
  const auto& values = oauth::member(request, "values");
  if (values.is_array())
    return std::ranges::any_of(values, [&](const auto& one) { return one == std::string(value); });
  const auto one = oauth::string_member(request, "value");
  return one.empty() || one == value;
}

}  // namespace

std::optional<OAuthError> AuthorizationServer::read_openid(const Form& form, AuthorizationRequest& request,
                                                           Time now) const {
  // FAULT: request_and_request_uri_accepted
  const bool neither_read =
      form.has("request") && form.has("request_uri") && broken(Fault::request_and_request_uri_accepted);
  for (const auto& one : kUnsupported) {
    if (!form.has(one.parameter) || neither_read || (one.ignored && broken(*one.ignored))) continue;
    return broken(one.misnamed) ? OAuthError{"invalid_request", one.error.description} : one.error;
  }
  for (const auto& one : kPreferences) {
    if (form.has(one.parameter) && broken(one.refused))
      return OAuthError{"invalid_request", "A preference is not supported."};
  }
  request.openid.wants_acr = form.has("acr_values");
  auto error = read_max_age(form, request);
  if (!error) error = read_hint(form, request, now);
  if (!error) error = read_claims(form, request);
  return error;
}

std::optional<OAuthError> AuthorizationServer::read_max_age(const Form& form,
                                                            AuthorizationRequest& request) const {
  const auto text = form.value("max_age");
  if (text.empty()) return std::nullopt;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  // FAULT: max_age_refused
  if (error != std::errc{} || end != text.data() + text.size() || seconds < 0 || broken(Fault::max_age_refused))
    return OAuthError{"invalid_request", "The parameter max_age is no number of seconds."};
  request.openid.max_age = seconds;
  return std::nullopt;
}

std::optional<OAuthError> AuthorizationServer::read_hint(const Form& form, AuthorizationRequest& request,
                                                         Time now) const {
  if (!form.has("id_token_hint")) return std::nullopt;
  const auto token = oauth::parse_jws(form.value("id_token_hint"));
  const auto claims = token ? token->claims() : nlohmann::json();
  // FAULT: hint_signature_unchecked
  const bool genuine =
      token && claims.is_object() &&
      (broken(Fault::hint_signature_unchecked) || oauth::verify_jws(*token, es256_key(), {"ES256"}) ||
       oauth::verify_jws(*token, rs256_key(), {"RS256"}));
  if (!genuine || oauth::string_member(claims, "iss") != deployment_.options.issuer)
    return OAuthError{"invalid_request", "The id_token_hint was not issued here."};
  // An old one is as good (§3.1.2.2). FAULT: expired_hint_refused
  const auto& exp = oauth::member(claims, "exp");
  if (broken(Fault::expired_hint_refused) && exp.is_number_integer() &&
      exp.get<std::int64_t>() <= now.time_since_epoch().count()) {
    return OAuthError{"invalid_request", "The id_token_hint has expired."};
  }
  // FAULT: hint_of_another_ignored
  if (!broken(Fault::hint_of_another_ignored)) request.openid.wanted_sub = oauth::string_member(claims, "sub");
  return std::nullopt;
}

std::optional<OAuthError> AuthorizationServer::read_claims(const Form& form,
                                                           AuthorizationRequest& request) const {
  if (!form.has("claims")) return std::nullopt;
  const auto claims = oauth::parse_json(form.value("claims"));
  if (!claims || !claims->is_object())
    return OAuthError{"invalid_request", "The parameter claims is no JSON object."};
  for (const auto& [place, unused] : claims->items()) {
    // FAULT: claims_members_checked
    if (place != "userinfo" && place != "id_token" && broken(Fault::claims_members_checked))
      return OAuthError{"invalid_request", "A member of the parameter claims is not known."};
  }
  const auto& userinfo = oauth::member(*claims, "userinfo");
  for (const auto& [name, how] : (userinfo.is_object() ? userinfo : nlohmann::json::object()).items()) {
    // FAULT: unavailable_claim_refused
    const bool essential = how.is_object() && oauth::member(how, "essential") == true;
    if (essential && std::ranges::find(kClaimNames, std::string_view(name)) == std::end(kClaimNames) &&
        broken(Fault::unavailable_claim_refused))
      return OAuthError{"access_denied", "A claim is not available."};
    request.openid.userinfo.insert(name);
  }
  const auto& id_token = oauth::member(*claims, "id_token");
  // FAULT: requested_sub_ignored
  const auto sub = oauth::string_member(oauth::member(id_token, "sub"), "value");
  if (!sub.empty() && !broken(Fault::requested_sub_ignored)) request.openid.wanted_sub = sub;
  const auto& acr = oauth::member(id_token, "acr");
  if (id_token.is_object() && id_token.contains("acr")) request.openid.wants_acr = true;
  // FAULT: essential_acr_ignored
  if (oauth::member(acr, "essential") == true && !asks_for(acr, kAcr) && !broken(Fault::essential_acr_ignored))
    return OAuthError{"access_denied", "The sign-in cannot be of that class."};
  return std::nullopt;
}

bool AuthorizationServer::counts_as_signed_in(const AuthorizationRequest& request, const Session* session,
                                              bool signed_in_anew, Time now) const {
  if (!session || !session->user) return false;
  if (signed_in_anew) return true;
  // FAULT: prompt_login_ignored, prompt_select_account_ignored, max_age_ignored
  if (request.prompt.contains("login") && !broken(Fault::prompt_login_ignored)) return false;
  if (request.prompt.contains("select_account") && !broken(Fault::prompt_select_account_ignored)) return false;
  const auto& age = request.openid.max_age;
  if (!age || broken(Fault::max_age_ignored)) return true;
  // No age at all is as good as the prompt login (§3.1.2.1).
  return *age > 0 && now - session->authenticated <= std::chrono::seconds(*age);
}

}  // namespace oauthentic::mock

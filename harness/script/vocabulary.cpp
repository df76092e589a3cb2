#include "script/vocabulary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "script/shapes.hpp"

namespace oauthentic::script {

const Verb* find_verb(std::string_view name) {
  const auto at = std::ranges::find(verbs(), name, &Verb::name);
  return at == verbs().end() ? nullptr : &*at;
}

std::span<const Word> common_facts() {
  static const Word all[] = {
      {"status", "of the response"},
      {"headers", "header fields by name in lower case; repeated ones joined by a comma"},
      {"media_type", "in lower case, without parameters"},
      {"challenge_schemes",
       "the schemes of all WWW-Authenticate challenges, in lower case; absent without any"},
      {"body", "the parsed JSON body"},
      {"text", "the body as text"},
      {"error", "the error code that was told, in whatever place"},
      {"error_description", "as told"},
      {"error_uri", "as told"},
      {"duplicate_members", "members that stand in the JSON body twice"},
      {"disclosed",
       "what of the answer looks like a stack trace, a database statement or a path within the server"},
      {"echoed", "names of secrets of the request whose values stand in the answer"},
      {"accepted", "how often it was accepted: 0 or 1, or more with `together`"},
  };
  return all;
}

std::span<const Word> deviations() {
  static const Word all[] = {
      {"set", "parameters to set, by name"},
      {"remove", "parameters to leave out: a name or a list"},
      {"repeat", "parameters to send twice: a name, a list, or name and second value"},
      {"rename", "parameters to send under another name"},
      {"shape", "parameters to send in a shape that no client gives them, by name (see below)"},
      {"in", "where parameters stand: `query` or `body` for all, or by name"},
      {"client", "client of the target file that sends it"},
      {"authentication", "how the client proves who it is (see below)"},
      {"proof", "the DPoP proof: claims and header, each with set and remove (not yet run)"},
      {"encoding", "of the body: `form`, `json` or `multipart`"},
      {"framing", "`chunked`: the body goes in chunks; `http_1_0`: the request is one of HTTP/1.0"},
      {"content_type", "value of the field; null leaves it out"},
      {"method", "HTTP method"},
      {"url", "where it is sent instead"},
      {"headers", "header fields to set; null leaves one out"},
      {"body", "the whole body, as it is"},
      {"append", "octets after the encoded parameters"},
      {"cookies", "`none`: without the user agent's cookies"},
      {"together", "how many copies are sent at the same instant"},
  };
  return all;
}

std::span<const Word> authentication_deviations() {
  static const Word all[] = {
      {"method", "none, client_secret_basic, client_secret_post, client_secret_jwt or private_key_jwt"},
      {"client_id", "instead of the client's"},
      {"client_secret", "instead of the client's"},
      {"shape", "of the secret in HTTP Basic (see below); what `bad_escape` adds stands there unencoded"},
      {"form",
       "of HTTP Basic credentials: lower_case, upper_case, several_blanks; garbage_behind, garbage_inside, "
       "encoded_twice, not_encoded, no_blank, no_scheme, other_scheme, twice; no_colon, encoded_colon, "
       "swapped, "
       "no_secret, no_identifier"},
      {"also", "a second method that is used as well"},
      {"encoding", "`none`: Basic credentials are not form-encoded before Base64"},
      {"authorization", "the whole value of the Authorization field"},
      {"claims", "claims of the assertion: set (by name) and remove (names)"},
      {"header", "JOSE header of the assertion: set and remove"},
      {"key",
       "`other`: signed with a key that is not the client's; `public_pem`, `public_jwk`: by HS256 with the "
       "text of "
       "the client's public key as the secret"},
      {"signature", "`none`: left out; `broken`: one bit changed"},
      {"assertion", "the whole assertion"},
  };
  return all;
}

std::span<const Word> matchers() {
  static const Word all[] = {
      {"equals", "the same value"},
      {"differs_from", "another value"},
      {"one_of", "one of a list"},
      {"present", "true: there is such a fact; false: there is none"},
      {"contains", "text that holds this text, or a list that holds this value"},
      {"lacks", "the opposite of contains"},
      {"starts_with", "text that begins so"},
      {"has_directive", "a comma-separated field with this directive, without case"},
      {"at_least", "a number not below"},
      {"at_most", "a number not above"},
      {"type", "string, number, integer, boolean, array, object or string_list"},
      {"grammar",
       "vschar, nqschar, scope, uri_reference, https_url, issuer_url, token68, registered_error, utf8, subject "
       "(OpenID "
       "Connect Core 1.0 §2), acr (an absolute URI or \"0\"), amr (a list of names of RFC 8176) or e164"},
      {"within", "scope or list whose values are all in this scope or list"},
      {"only", "object or list with no other members than these"},
      {"optional", "true: if there is no such fact, the question does not arise"},
  };
  return all;
}

std::span<const Word> expectation_words() {
  static const Word all[] = {
      {"accepted", "it took effect: a code was delivered, a token issued, the call answered"},
      {"refused", "it had no effect, and the right party said so"},
      {"refused_at_page", "refused, told to the user, and nobody was sent anywhere"},
      {"refused_by_redirect", "refused, and the client was told at its redirect URI"},
      {"nothing_issued", "it had no effect, however that was told: a redirect to somewhere else does as well"},
      {"answered", "there was an answer, whatever it says, a server error (5xx) included"},
      {"delivered", "somebody was sent to the redirect URI of the request, with whatever answer"},
      {"not_delivered", "nobody was sent to the redirect URI of the request, after sign-in and consent"},
  };
  return all;
}

std::span<const Word> capabilities() {
  static const Word all[] = {
      {"metadata", "publishes authorization server metadata"},
      {"authorization_code", "offers the authorization code grant"},
      {"refresh_token", "issues refresh tokens"},
      {"client_credentials", "offers the client credentials grant, and the client may use it"},
      {"pkce", "offers Proof Key for Code Exchange"},
      {"openid", "offers OpenID Connect"},
      {"userinfo", "has a UserInfo endpoint"},
      {"jwks", "publishes its keys"},
      {"introspection", "has an introspection endpoint that one of the target's clients may use"},
      {"revocation", "has a revocation endpoint"},
      {"iss_parameter", "claims RFC 9207"},
      {"api", "the target file names an API"},
      {"separate_api", "the first API of the target file is at another origin than the issuer"},
      {"api_scopes", "the target file names two APIs of different scope"},
      {"resource_metadata", "the API publishes protected resource metadata"},
      {"second_client", "the target file names `clients: other`"},
      {"second_redirect_uri", "the target file names a second redirect URI"},
      {"web_redirect_uri", "the target file names an https redirect URI that is not on loopback"},
      {"loopback_redirect_uri", "the redirect URI of `clients: public` is http on a loopback IP address"},
      {"second_user", "the target file names `other_user`"},
      {"relying_party", "the target file names an application that offers the sign-in"},
      {"form_post", "offers response_mode=form_post"},
      {"pushed_authorization", "has a pushed authorization request endpoint"},
      {"device_authorization", "has a device authorization endpoint"},
      {"registration",
       "offers dynamic client registration, and the target file asks for it (`clients: { register: true }`)"},
      {"dpop", "offers DPoP"},
      {"client_under_test", "the target is a client"},
  };
  return all;
}

std::span<const Word> placeholder_roots() {
  static const Word all[] = {
      {"each", "the value of the table's row"},
      {"target",
       "issuer, redirect_uri, other_redirect_uri, scope, oauth_scope (without openid and offline_access), "
       "code_lifetime, refresh_grace"},
      {"client", "client_id, client_secret, authentication of the scenario's client"},
      {"clients", "the same of any client: clients.other.client_id"},
      {"redirect",
       "of the scenario's client's redirect URI: scheme, host, authority, origin, path, port_suffix (as "
       "written, or empty), scheme_in_capitals, host_in_capitals, path_in_capitals, host_percent_encoded, "
       "path_percent_encoded, path_percent_encoded_small, path_percent_encoded_twice, "
       "authority_with_default_port, other_loopback_host"},
      {"web_redirect", "the same of a registered https redirect URI that is not on loopback"},
      {"user", "username and password of the scenario's user"},
      {"api", "url and scope of the target's resources: api.0.url"},
      {"metadata", "what the server publishes, or the default of RFC 8414 for a list that it leaves out"},
      {"random", "fresh each time: verifier (43 characters), token (22), hex (32), word (12 letters)"},
      {"vocabulary",
       "registered names: grant_types, grant_types_without_token_request, response_types, "
       "authentication_methods, challenge_methods"},
      {"nul", "control characters: nul.octet, nul.crlf, nul.delete, nul.latin1 (an octet that is not UTF-8)"},
      {"long", "long texts: long.k4, long.k64, long.m1 (octets)"},
  };
  return all;
}

std::string error_requirement(Endpoint endpoint, std::string_view code) {
  std::string slug(code);
  std::ranges::replace(slug, '_', '-');
  switch (endpoint) {
    case Endpoint::authorization:
      return "rfc6749-4.1.2.1-error-" + slug;
    case Endpoint::api:
      return "rfc6750-3.1-error-" + slug;
    case Endpoint::token:
    case Endpoint::introspection:
    case Endpoint::revocation:
      return "rfc6749-5.2-error-" + slug;
    case Endpoint::none:
    case Endpoint::metadata:
      break;
  }
  return {};
}

std::vector<std::string> names(std::span<const Word> words) {
  std::vector<std::string> all;
  for (const auto& word : words)
    all.emplace_back(word.name);
  return all;
}

bool contains(std::span<const Word> words, std::string_view name) {
  return std::ranges::find(words, name, &Word::name) != words.end();
}

namespace {
void table(std::string& out, std::string_view title, std::span<const Word> words) {
  out += fmt::format("### {}\n\n| word | meaning |\n| --- | --- |\n", title);
  for (const auto& word : words)
    out += fmt::format("| `{}` | {} |\n", word.name, word.summary);
  out += "\n";
}
}  // namespace

std::string reference_markdown() {
  std::string out = "### Verbs\n\n";
  for (const auto& verb : verbs()) {
    out += fmt::format(
        "#### `{}`\n\n{}.{}\n\n", verb.name, verb.summary,
        verb.available ? "" : " *Known to the checker; not yet run: scenarios that use it are left out.*");
    if (!verb.arguments.empty()) {
      out += "| argument | meaning |\n| --- | --- |\n";
      for (const auto& word : verb.arguments)
        out += fmt::format("| `{}` | {} |\n", word.name, word.summary);
      out += "\n";
    }
    if (!verb.facts.empty()) {
      out += "| fact | meaning |\n| --- | --- |\n";
      for (const auto& word : verb.facts)
        out += fmt::format("| `{}` | {} |\n", word.name, word.summary);
      out += "\n";
    }
  }
  table(out, "Facts of every request", common_facts());
  table(out, "Expectations", expectation_words());
  table(out, "Matchers", matchers());
  table(out, "Deviations", deviations());
  table(out, "Deviations of `authentication`", authentication_deviations());
  table(out, "Shapes of a parameter", parameter_shapes());
  table(out, "Placeholders", placeholder_roots());
  table(out, "Capabilities", capabilities());
  out.pop_back();
  return out;
}

}  // namespace oauthentic::script

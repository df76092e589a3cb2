#include "script/vocabulary.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace oauthentic::script {

namespace {

constexpr Word kAs{"as", "name of the step, where its verb is used more than once"};
constexpr Word kOf{"of", "flow instance whose values and client it uses"};
constexpr Word kClient{"client", "client of the target file that sends it, instead of the scenario's"};

const std::vector<Word> kTokenFacts = {
    {"access_token", "the token that was issued"},
    {"token_type", "as written"},
    {"expires_in", "as written: seconds"},
    {"refresh_token", "if one was issued"},
    {"id_token", "if one was issued"},
    {"id_token_claims", "its payload, not verified"},
    {"id_token_header", "its JOSE header"},
    {"id_token_verified", "whether its signature is by a key of the JWKS; absent if that could not be checked"},
    {"scope", "as written; absent if the server did not say"},
    {"granted_scope", "what was granted: `scope`, or what was asked for"},
    {"request", "the parameters that were sent, by name"},
    {"client_authentication", "the method by which the client proved who it is"},
    {"works", "whether the access token was then taken by the API or introspection; only after `expect: refused`"},
};

std::vector<Verb> make_verbs() {
  return {
      {"authorize",
       "sends the user agent to the authorization endpoint (RFC 6749 §4.1.1); the resource owner signs in and consents",
       true,
       Endpoint::authorization,
       {kAs, kOf, kClient,
        {"consent", "`grant` (as usual) or `refuse`"},
        {"until", "`sign_in`: stop as soon as the sign-in page is shown"},
        {"resume", "name of an earlier step that was stopped: go on from its page"},
        {"user_agent", "`fresh`: without cookies; `same`: with those of the sign-in that the run keeps"},
        {"scope", "instead of the target's"},
        {"user", "user of the target file"}},
       {{"code", "the authorization code"},
        {"state", "as delivered"},
        {"iss", "as delivered (RFC 9207)"},
        {"parameters", "everything that was delivered, by name"},
        {"repeated", "names that were delivered more than once"},
        {"delivered", "whether the user agent was sent to the redirect URI of the request"},
        {"delivered_to", "where it was sent, without query and fragment"},
        {"location", "the whole URL that it was sent to"},
        {"response_mode", "`query`, `fragment` or `form_post`"},
        {"redirect_status", "status of the response that carried the redirect"},
        {"credentials_status", "status of the answer to the password"},
        {"signed_in", "whether credentials were typed in this step"},
        {"consented", "whether a consent page was answered in this step"},
        {"before_sign_in", "whether it ended at the redirect URI without any page"},
        {"page_title", "title of the page at which it ended"},
        {"page_text", "its text"},
        {"pages", "how many pages were shown"},
        {"sign_in_page", "status, headers and `foreign_resources` of the first page shown"},
        {"consent_page", "the same of the last page shown"},
        {"request", "the parameters that were sent, by name, with `code_verifier`"}}},
      {"redeem", "redeems an authorization code at the token endpoint (RFC 6749 §4.1.3)", true, Endpoint::token,
       {kAs, kOf, kClient, {"code", "instead of the one that `authorize` got"},
        {"redirect_uri", "instead of the one that `authorize` sent"},
        {"code_verifier", "instead of the one that belongs to `authorize`"}},
       kTokenFacts},
      {"refresh", "uses a refresh token (RFC 6749 §6)", true, Endpoint::token,
       {kAs, kOf, kClient, {"refresh_token", "instead of the newest"}, {"scope", "sent only if given"}}, kTokenFacts},
      {"request_token", "asks for a token with the client's own credentials (RFC 6749 §4.4)", true, Endpoint::token,
       {kAs, kOf, kClient, {"scope", "instead of the target's"}, {"grant_type", "instead of client_credentials"}},
       kTokenFacts},
      {"call_api", "calls the protected resource (RFC 6750 §2)", true, Endpoint::api,
       {kAs, kOf, {"access_token", "instead of the newest; null: none"},
        {"in", "`header` (as usual), `body`, `query`, or a list of them"},
        {"api", "which of the target's resources, from 0; or `other_scope`: one whose scope the token lacks"},
        {"method", "instead of the resource's"}},
       {{"challenge", "the Bearer challenge: its parameters by name"},
        {"challenge_scheme", "scheme of the first challenge, as written"},
        {"challenge_schemes", "the schemes of all challenges, in lower case"},
        {"challenge_malformed", "attributes of the Bearer challenge with other characters than RFC 6750 §3 permits"},
        {"challenge_count", "how many parameters the Bearer challenge has"},
        {"challenge_repeated", "names of parameters that stand in it twice"}}},
      {"userinfo", "calls the UserInfo endpoint (OpenID Connect Core 1.0 §5.3)", true, Endpoint::api,
       {kAs, kOf, {"access_token", "instead of the newest; null: none"}, {"in", "`header`, `body` or `query`"},
        {"method", "`GET` or `POST`"}},
       {{"challenge", "the Bearer challenge: its parameters by name"},
        {"challenge_scheme", "scheme of the first challenge"},
        {"challenge_schemes", "the schemes of all challenges, in lower case"},
        {"challenge_malformed", "attributes of the Bearer challenge with other characters than RFC 6750 §3 permits"},
        {"challenge_count", "how many parameters the Bearer challenge has"},
        {"challenge_repeated", "names of parameters that stand in it twice"},
        {"sub", "the subject"}}},
      {"introspect", "asks about a token (RFC 7662 §2.1)", true, Endpoint::introspection,
       {kAs, kOf, kClient, {"token", "instead of the newest access token"}, {"token_type_hint", "sent only if given"}},
       {{"active", "as answered"}, {"members", "names of all members"},
        {"mistyped_times", "those of exp, iat and nbf that are no whole numbers; absent if there is none of them"}}},
      {"revoke", "revokes a token (RFC 7009 §2.1)", true, Endpoint::revocation,
       {kAs, kOf, kClient, {"token", "instead of the newest access token"}, {"token_type_hint", "sent only if given"}},
       {}},
      {"fetch_metadata", "reads the server's metadata (RFC 8414 §3, OpenID Connect Discovery 1.0 §4)", true,
       Endpoint::metadata,
       {kAs, {"document", "`oauth` (as usual), `openid`, `published`: the first of both that is there, or `resource`: that of the API (RFC 9728)"}},
       {{"problems", "what is wrong with the document itself"},
        {"missing_members", "members that RFC 8414 §2 demands of this server and that are not there"},
        {"missing_algorithms", "the ..._auth_signing_alg_values_supported that are not there; absent if no endpoint takes JWTs"},
        {"asymmetric_authentication", "whether an authentication method with a client's key is offered; absent if no methods are published"},
        {"endpoints", "members that are endpoints, and jwks_uri"},
        {"with_query", "members that are URLs with a query"},
        {"with_fragment", "members that are URLs with a fragment"},
        {"empty_members", "members that are empty lists"},
        {"mistyped_members", "lists that are no arrays of texts"},
        {"insecure_members", "members that should be https URLs and are not; loopback is left out"},
        {"url", "where it was read"}}},
      {"fetch_jwks", "reads the server's keys (RFC 7517 §5)", true, Endpoint::metadata, {kAs},
       {{"keys", "how many keys"},
        {"uses", "`sig` and `enc`, as the keys say by use, key_ops or alg"},
        {"keys_without_use", "how many keys have none"},
        {"private_members", "names of private key members that are published"}}},
      {"offer_sign_in", "opens the application and finds its offer to sign in", true, Endpoint::none, {kAs},
       {{"offer", "what the link or button says"}, {"link", "where it leads"}}},
      {"wait", "lets time pass: a mock's clock is moved, a real provider is waited for", true, Endpoint::none,
       {kAs, {"for", "seconds, or a fact such as \"{{target.code_lifetime}}\""},
        {"at_most", "seconds: the plan counts with them, and what is longer is not waited for"}}, {}},
      {"push", "sends a pushed authorization request (RFC 9126 §2.1)", false, Endpoint::token, {kAs, kOf, kClient},
       {{"request_uri", "the reference that was issued"}, {"expires_in", "its lifetime in seconds"}}},
      {"device_authorize", "starts the device flow (RFC 8628 §3.1)", false, Endpoint::token, {kAs, kClient},
       {{"device_code", "for polling"}, {"user_code", "for the user"}, {"interval", "seconds between polls"}}},
      {"approve_device", "the user enters the user code and consents (RFC 8628 §3.3)", false, Endpoint::none,
       {kAs, {"user_code", "the code that is entered"}, {"consent", "`grant` or `refuse`"}}, {}},
      {"poll", "polls the token endpoint once (RFC 8628 §3.4)", false, Endpoint::token,
       {kAs, kClient, {"device_code", "the code that is polled with"}}, kTokenFacts},
      {"register", "registers a client (RFC 7591 §3.1)", false, Endpoint::token, {kAs},
       {{"client_id", "what was issued"}, {"registration_client_uri", "where it is managed"}}},
      {"unregister", "deletes a registered client (RFC 7592 §2.3)", false, Endpoint::token,
       {kAs, {"registration_client_uri", "the client's"}}, {}},
      {"serve", "serves an authorization server of ours to a client under test", false, Endpoint::none,
       {kAs, {"fault", "fault of the mock server that is switched on"}}, {{"issuer", "where it listens"}}},
      {"drive_client", "lets the client under test sign in", false, Endpoint::none,
       {kAs, {"issuer", "the server that its user chooses"}},
       {{"redeemed_at", "issuers whose token endpoint saw the code"}}},
  };
}

}  // namespace

std::span<const Verb> verbs() {
  static const std::vector<Verb> all = make_verbs();
  return all;
}

const Verb* find_verb(std::string_view name) {
  const auto at = std::ranges::find(verbs(), name, &Verb::name);
  return at == verbs().end() ? nullptr : &*at;
}

std::span<const Word> common_facts() {
  static const Word all[] = {
      {"status", "of the response"},
      {"headers", "header fields by name in lower case; repeated ones joined by a comma"},
      {"media_type", "in lower case, without parameters"},
      {"body", "the parsed JSON body"},
      {"text", "the body as text"},
      {"error", "the error code that was told, in whatever place"},
      {"error_description", "as told"},
      {"error_uri", "as told"},
      {"duplicate_members", "members that stand in the JSON body twice"},
      {"disclosed", "what of the answer looks like a stack trace, a database statement or a path within the server"},
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
      {"in", "where parameters stand: `query` or `body` for all, or by name"},
      {"client", "client of the target file that sends it"},
      {"authentication", "how the client proves who it is (see below)"},
      {"proof", "the DPoP proof: claims and header, each with set and remove (not yet run)"},
      {"encoding", "of the body: `form`, `json` or `multipart`"},
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
      {"also", "a second method that is used as well"},
      {"encoding", "`none`: Basic credentials are not form-encoded before Base64"},
      {"authorization", "the whole value of the Authorization field"},
      {"claims", "claims of the assertion: set (by name) and remove (names)"},
      {"header", "JOSE header of the assertion: set and remove"},
      {"key", "`other`: signed with a key that is not the client's"},
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
      {"grammar", "vschar, nqschar, scope, uri_reference, https_url, token68, registered_error or utf8"},
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
      {"answered", "there was an answer, whatever it says, a server error (5xx) included"},
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
      {"api_scopes", "the target file names two APIs of different scope"},
      {"resource_metadata", "the API publishes protected resource metadata"},
      {"second_client", "the target file names `clients: other`"},
      {"second_redirect_uri", "the target file names a second redirect URI"},
      {"second_user", "the target file names `other_user`"},
      {"relying_party", "the target file names an application that offers the sign-in"},
      {"form_post", "offers response_mode=form_post"},
      {"pushed_authorization", "has a pushed authorization request endpoint"},
      {"device_authorization", "has a device authorization endpoint"},
      {"registration", "offers dynamic client registration"},
      {"dpop", "offers DPoP"},
      {"client_under_test", "the target is a client"},
  };
  return all;
}

std::span<const Word> placeholder_roots() {
  static const Word all[] = {
      {"each", "the value of the table's row"},
      {"target", "issuer, redirect_uri, other_redirect_uri, scope, code_lifetime, refresh_grace"},
      {"client", "client_id, client_secret, authentication of the scenario's client"},
      {"clients", "the same of any client: clients.other.client_id"},
      {"user", "username and password of the scenario's user"},
      {"api", "url and scope of the target's resources: api.0.url"},
      {"metadata", "what the server publishes, or the default of RFC 8414 for a list that it leaves out"},
      {"random", "fresh each time: verifier (43 characters), token (22), hex (32), word (12 letters)"},
      {"vocabulary", "registered names: grant_types, grant_types_without_token_request, response_types, authentication_methods, challenge_methods"},
      {"nul", "control characters: nul.octet, nul.crlf, nul.delete, nul.latin1 (an octet that is not UTF-8)"},
      {"long", "long texts: long.k4, long.k64, long.m1 (octets)"},
  };
  return all;
}

std::string error_requirement(Endpoint endpoint, std::string_view code) {
  std::string slug(code);
  std::ranges::replace(slug, '_', '-');
  switch (endpoint) {
    case Endpoint::authorization: return "rfc6749-4.1.2.1-error-" + slug;
    case Endpoint::api: return "rfc6750-3.1-error-" + slug;
    case Endpoint::token:
    case Endpoint::introspection:
    case Endpoint::revocation: return "rfc6749-5.2-error-" + slug;
    case Endpoint::none:
    case Endpoint::metadata: break;
  }
  return {};
}

std::vector<std::string> names(std::span<const Word> words) {
  std::vector<std::string> all;
  for (const auto& word : words) all.emplace_back(word.name);
  return all;
}

bool contains(std::span<const Word> words, std::string_view name) {
  return std::ranges::find(words, name, &Word::name) != words.end();
}

namespace {
void table(std::string& out, std::string_view title, std::span<const Word> words) {
  out += fmt::format("### {}\n\n| word | meaning |\n| --- | --- |\n", title);
  for (const auto& word : words) out += fmt::format("| `{}` | {} |\n", word.name, word.summary);
  out += "\n";
}
}  // namespace

std::string reference_markdown() {
  std::string out = "### Verbs\n\n";
  for (const auto& verb : verbs()) {
    out += fmt::format("#### `{}`\n\n{}.{}\n\n", verb.name, verb.summary,
                       verb.available ? "" : " *Known to the checker; not yet run: scenarios that use it are left out.*");
    if (!verb.arguments.empty()) {
      out += "| argument | meaning |\n| --- | --- |\n";
      for (const auto& word : verb.arguments) out += fmt::format("| `{}` | {} |\n", word.name, word.summary);
      out += "\n";
    }
    if (!verb.facts.empty()) {
      out += "| fact | meaning |\n| --- | --- |\n";
      for (const auto& word : verb.facts) out += fmt::format("| `{}` | {} |\n", word.name, word.summary);
      out += "\n";
    }
  }
  table(out, "Facts of every request", common_facts());
  table(out, "Expectations", expectation_words());
  table(out, "Matchers", matchers());
  table(out, "Deviations", deviations());
  table(out, "Deviations of `authentication`", authentication_deviations());
  table(out, "Placeholders", placeholder_roots());
  table(out, "Capabilities", capabilities());
  out.pop_back();
  return out;
}

}  // namespace oauthentic::script

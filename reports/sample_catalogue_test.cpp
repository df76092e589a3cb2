// The requirements and profiles of the made-up run.
#include "reports/sample_test_support.hpp"

namespace oauthentic::reports {

namespace {

Requirement requirement(const char* id, const char* spec, const char* section, Level level, const char* summary,
                        const char* why, const char* mend) {
  Requirement out;
  out.id = id;
  out.spec = spec;
  out.section = section;
  out.role = "AS";
  out.level = level;
  out.summary = summary;
  out.why = why;
  out.mend = mend;
  return out;
}

}  // namespace

void add_requirements(Sample& s) {
  s.specifications = {{"rfc6749", "RFC 6749", "The OAuth 2.0 Authorization Framework",
                       "https://www.rfc-editor.org/rfc/rfc6749#section-{section}"},
                      {"rfc7636", "RFC 7636", "Proof Key for Code Exchange by OAuth Public Clients",
                       "https://www.rfc-editor.org/rfc/rfc7636#section-{section}"},
                      {"rfc9700", "RFC 9700", "Best Current Practice for OAuth 2.0 Security",
                       "https://www.rfc-editor.org/rfc/rfc9700#section-{section}"},
                      {"house", "House rules", "What no specification states", ""}};
  s.requirements = {
      requirement(
          "rfc6749-4.1.2-code-single-use", "rfc6749", "4.1.2", Level::must,
          "An authorization code buys tokens once.",
          "A code that leaks through a log or a referrer is worthless only if it was spent.",
          "Mark the code as used in the same transaction that issues the tokens, and refuse it from then on."),
      requirement("rfc6749-4.1.3-redirect-uri-identical", "rfc6749", "4.1.3", Level::must,
                  "The redirect_uri of the token request is the one of the authorization request.",
                  "It binds the code to the place to which it was delivered.",
                  "Compare the two values octet by octet."),
      requirement("rfc6749-5.1-no-store", "rfc6749", "5.1", Level::must,
                  "An answer that holds tokens is not stored by caches.",
                  "A shared cache would hand one user's tokens to another.",
                  "Send Cache-Control: no-store with every token response."),
      requirement(
          "rfc6749-3.2-parameters-not-repeated", "rfc6749", "3.2", Level::must,
          "A token request that repeats a parameter is refused.",
          "Two components that choose different ones of the two values can be played against each other.",
          "Answer invalid_request as soon as a name occurs twice."),
      requirement("rfc6749-5.2-error-invalid-grant", "rfc6749", "5.2", Level::must,
                  "A refused grant is named invalid_grant.",
                  "Clients decide by it whether to ask the user again.",
                  "Use the code invalid_grant for codes and refresh tokens."),
      requirement("rfc6749-4.3-password", "rfc6749", "4.3.2", Level::must,
                  "Passwords are protected against guessing.", "", ""),
      requirement("rfc7636-4.6-verifier-mismatch", "rfc7636", "4.6", Level::must,
                  "A token request whose code_verifier does not match the code's challenge is refused.",
                  "Otherwise whoever steals the code can redeem it: PKCE protects nothing. An app on the same "
                  "phone that registers the same "
                  "redirect scheme is enough.",
                  "Compute the challenge from the verifier that was sent, compare it with the stored one, and "
                  "answer invalid_grant when they "
                  "differ."),
      requirement("rfc9700-2.1.1-pkce-enforced", "rfc9700", "2.1.1", Level::must,
                  "The verifier is checked whenever a challenge was sent.", "", ""),
      requirement("rfc9700-4.14.2-refresh-rotation", "rfc9700", "4.14.2", Level::must,
                  "A public client's refresh token is replaced at each use, or bound to its sender.",
                  "A stolen refresh token of a public client is good for ever.",
                  "Rotate the token and revoke its family on reuse."),
      requirement("rfc9700-4.16-framing", "rfc9700", "4.16", Level::should,
                  "The authorization page cannot be framed.",
                  "A framed consent page takes clicks that were meant for something else.",
                  "Send Content-Security-Policy: frame-ancestors 'none'."),
      requirement("house-no-server-error", "house", "", Level::should, "Bad input is not answered with a 5xx.",
                  "It is an unhandled case, and often the first sign of worse.",
                  "Catch it where the request is parsed and answer 400.")};
  s.requirements[5].excluded = "Guessing passwords would lock the test user out.";
  s.requirements[7].same_as = {"rfc7636-4.6-verifier-mismatch"};
}

void add_profiles(Sample& s) {
  Profile plain{"oauth-2.0", "OAuth 2.0 as written",   "RFC 6749 and its companions.",
                "rfc6749",   {{"rfc6749", "2012-10"}}, {}};
  Profile bcp{"oauth-2.0-bcp",          "OAuth 2.0 with the Security Best Current Practice",
              "RFC 9700 on top.",       "bcp",
              {{"rfc9700", "2025-01"}}, {}};
  Profile next{"oauth-2.1", "OAuth 2.1, draft 16", "", "oauth21", {}, {}};
  for (const auto& each : s.requirements) {
    bcp.levels[each.id] = next.levels[each.id] = each.level;
    if (each.spec == "rfc6749") plain.levels[each.id] = each.level;
  }
  s.profiles = {std::move(plain), std::move(bcp), std::move(next)};
  s.run.profiles = {"oauth-2.0", "oauth-2.0-bcp"};
}

}  // namespace oauthentic::reports

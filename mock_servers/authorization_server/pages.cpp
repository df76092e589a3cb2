#include "mock_servers/authorization_server/pages.hpp"

#include <fmt/format.h>

#include "mock_servers/answers.hpp"
#include "oauth/html.hpp"
#include "oauth/pkce.hpp"

namespace oauthentic::mock {

namespace {

using oauth::html_escape;

constexpr std::string_view kStyle =
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:4rem auto;padding:0 "
    "1rem;color:#1d2433;background:#f5f6f8}"
    "main{background:#fff;border-radius:.75rem;padding:2rem;box-shadow:0 1px 4px #0002}"
    "h1{font-size:1.4rem;margin-top:0}label{display:block;margin-top:1rem}"
    "input{width:100%;box-sizing:border-box;padding:.6rem;font:inherit;border:1px solid "
    "#8a93a5;border-radius:.4rem}"
    "button{margin:1.5rem .5rem 0 0;padding:.6rem 1.4rem;font:inherit;border-radius:.4rem;border:1px solid "
    "#2456c8;cursor:pointer}"
    ".main{background:#2456c8;color:#fff}.told{color:#a11}";
constexpr std::string_view kSubmit = "document.forms[0].submit()";

std::string hash_source(std::string_view text) {
  return fmt::format("'sha256-{}'", oauth::base64_encode(oauth::sha256(text)));
}

std::string_view meaning(std::string_view scope) {
  if (scope == "openid") return "know who you are";
  if (scope == "profile") return "read your profile";
  if (scope == "admin") return "administer your account";
  return "act for you";
}

std::string hidden(std::string_view name, std::string_view value) {
  return fmt::format("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", html_escape(name),
                     html_escape(value));
}

}  // namespace

Response Pages::sign_in(const Transaction& transaction, std::string_view told) const {
  const auto notice =
      told.empty() ? "" : fmt::format("<p class=\"told\" role=\"alert\">{}</p>\n", html_escape(told));
  return page(
      200, "Sign in",
      fmt::format("<h1>Sign in</h1>\n<p>to continue to <strong>{}</strong></p>\n{}"
                  "<form method=\"post\" action=\"/sign-in\">\n{}{}"
                  "<label for=\"username\">Username</label>\n"
                  "<input id=\"username\" name=\"username\" autocomplete=\"username\" required autofocus>\n"
                  "<label for=\"password\">Password</label>\n"
                  "<input id=\"password\" name=\"password\" type=\"password\" "
                  "autocomplete=\"current-password\" required>\n"
                  "<button class=\"main\" type=\"submit\">Sign in</button>\n</form>\n",
                  html_escape(transaction.request.client->title), notice, hidden("transaction", transaction.id),
                  hidden("csrf", transaction.csrf)));
}

Response Pages::consent(const Transaction& transaction, const User& user) const {
  std::string rights;
  for (const auto& scope : transaction.request.scopes)
    rights += fmt::format("<li>{}</li>\n", html_escape(meaning(scope)));
  return page(
      200, "Allow access",
      fmt::format("<h1>Allow access?</h1>\n<p>{}, <strong>{}</strong> would like to:</p>\n<ul>\n{}</ul>\n"
                  "<form method=\"post\" action=\"/consent\">\n{}{}"
                  "<button class=\"main\" type=\"submit\" name=\"decision\" value=\"allow\">Allow</button>\n"
                  "<button type=\"submit\" name=\"decision\" value=\"deny\">Deny</button>\n</form>\n",
                  html_escape(user.name), html_escape(transaction.request.client->title), rights,
                  hidden("transaction", transaction.id), hidden("csrf", transaction.csrf)));
}

Response Pages::error(int status, std::string_view what) const {
  return page(
      status, "Error",
      fmt::format("<h1>This does not work</h1>\n<p class=\"told\">{}</p>\n"
                  "<p>You can close this page. The application that sent you here has to be mended.</p>\n",
                  html_escape(what)));
}

Response Pages::form_post(std::string_view redirect_uri, const oauth::Parameters& parameters) const {
  std::string fields;
  for (const auto& parameter : parameters)
    fields += hidden(parameter.name, parameter.value);
  return page(
      200, "Submit this form",
      fmt::format("<form method=\"post\" action=\"{}\">\n{}<noscript><button class=\"main\" type=\"submit\">"
                  "Continue</button></noscript>\n</form>\n<script>{}</script>\n",
                  html_escape(redirect_uri), fields, kSubmit),
      true);
}

Response Pages::page(int status, std::string_view title, std::string_view body, bool submits_itself) const {
  static const auto style_source = hash_source(kStyle);
  static const auto script_source = hash_source(kSubmit);
  // FAULT: third_party_resource
  const auto foreign = deployment_.broken(Fault::third_party_resource)
                           ? "<img src=\"https://analytics.example/pixel.gif\" alt=\"\">\n"
                           : "";
  Response response;
  response.status = status;
  response.reason = status == 200 ? "OK" : "Error";
  response.headers.add("Content-Type", "text/html; charset=utf-8");
  response.headers.add("Cache-Control", "no-store");
  // FAULT: pages_framable, pages_without_csp, pages_without_x_frame_options
  const bool framable = deployment_.broken(Fault::pages_framable);
  if (!framable && !deployment_.broken(Fault::pages_without_x_frame_options)) {
    response.headers.add("X-Frame-Options", "DENY");
  }
  if (!framable && !deployment_.broken(Fault::pages_without_csp)) {
    response.headers.add(
        "Content-Security-Policy",
        fmt::format("default-src 'none'; style-src {}; {}base-uri 'none'; frame-ancestors 'none'", style_source,
                    submits_itself ? "script-src " + script_source + "; " : ""));
  }
  // FAULT: pages_leak_referrer
  if (!deployment_.broken(Fault::pages_leak_referrer)) response.headers.add("Referrer-Policy", "no-referrer");
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.body = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>{}</style>\n</head>\n"
      "<body>\n<main>\n{}{}</main>\n</body>\n</html>\n",
      title, kStyle, body, foreign);
  return response;
}

}  // namespace oauthentic::mock

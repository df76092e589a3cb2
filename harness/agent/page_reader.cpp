#include "agent/page_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "agent/consent_reading.hpp"
#include "agent/form_reading.hpp"
#include "agent/sign_in_reading.hpp"
#include "agent/words.hpp"
#include "oauth/html_text.hpp"
#include "oauth/url.hpp"

namespace oauthentic::agent {

using oauth::HtmlPage;

namespace {

Decision follow(std::string url, std::string why, const oauth::HtmlLink* link = nullptr) {
  Decision decision;
  decision.kind = Decision::Kind::follow;
  decision.link = link;
  decision.url = std::move(url);
  decision.why = std::move(why);
  return decision;
}

/// A form that sends itself to where the client waits, with or without a script (OAuth 2.0 Form Post Response
/// Mode §2).
std::optional<Decision> submitted_by_itself(const HtmlPage& page, const PageContext& context) {
  if (page.forms.empty()) return std::nullopt;
  const auto& form = page.forms.front();
  const bool only_hidden =
      !form.fields.empty() && std::ranges::all_of(form.fields, [](const oauth::HtmlField& field) {
        return field.hidden || is_submit_button(field);
      });
  const bool delivers = only_hidden && is_redirect_uri(form.action, context.redirect_uris);
  if (!page.auto_submits && !delivers) return std::nullopt;
  Decision decision;
  decision.kind = Decision::Kind::submit;
  decision.form = &form;
  decision.by_itself = true;
  decision.why = "a form that submits itself to " + form.action.substr(0, form.action.find('?'));
  return decision;
}

/// "You are being sent back; click here if nothing happens."
std::optional<Decision> delivered_by_link(const HtmlPage& page, const PageContext& context) {
  for (const auto& link : page.links) {
    if (!is_redirect_uri(link.href, context.redirect_uris)) continue;
    auto parameters = oauth::query_of(link.href);
    for (auto& parameter : oauth::fragment_of(link.href))
      parameters.push_back(std::move(parameter));
    constexpr std::array<std::string_view, 4> kAnswers = {"code", "error", "access_token", "response"};
    if (std::ranges::any_of(kAnswers, [&](std::string_view name) { return oauth::find(parameters, name); })) {
      return follow(link.href, fmt::format("the link \"{}\" leads back to the client", link.text), &link);
    }
  }
  return std::nullopt;
}

Decision nothing_to_do(const HtmlPage& page) {
  std::string forms;
  for (std::size_t i = 0; i < std::min<std::size_t>(page.forms.size(), 5); ++i) {
    forms += fmt::format("{}{}", i ? "; " : "", describe(page.forms[i]));
  }
  const bool application = page.has_script && page.forms.empty() && page.text.size() < 400;
  return lost_at(fmt::format("no rule fits this page, titled \"{}\", {}{}: {}", page.title,
                             forms.empty() ? "without a form" : "with " + forms,
                             application ? " (it seems to be drawn by a script: use the real browser)" : "",
                             excerpt(page.text)));
}

}  // namespace

std::string excerpt(std::string_view text) {
  return oauth::fold_space(text, 300);
}

Decision lost_at(std::string why) {
  Decision decision;
  decision.why = std::move(why);
  return decision;
}

Decision read_page(const HtmlPage& page, const PageContext& context) {
  if (auto decision = submitted_by_itself(page, context)) return *std::move(decision);
  std::vector<FormReading> forms;
  forms.reserve(page.forms.size());
  for (const auto& form : page.forms)
    forms.push_back(read_form(form));

  // An error page may carry a site's sign-in form in its head; 401 says that signing in is what is missing.
  const bool failed = context.status >= 400 && context.status != 401 && !context.password_typed;
  if (!failed) {
    if (auto decision = answer_sign_in(page, forms, context)) return *std::move(decision);
  }
  // However a page words its failure: one that leads to a stranger by itself is a redirect to that stranger.
  if (page.refresh && !is_at_provider(*page.refresh, context.origins)) {
    auto decision = follow(*page.refresh, "the page refreshes itself, to another origin");
    decision.by_itself = true;
    return decision;
  }
  if (context.status >= 400) {
    Decision decision;
    decision.kind = Decision::Kind::error_page;
    decision.why = fmt::format("status {}: {}", context.status, excerpt(page.text));
    return decision;
  }
  if (auto decision = delivered_by_link(page, context)) return *std::move(decision);
  if (auto decision = answer_page(page, forms, context)) {
    if (decision->answers_consent && context.until == Until::consent) {
      decision->kind = Decision::Kind::stop;
      decision->why = "a page asks for consent: " + excerpt(page.text);
    }
    return *std::move(decision);
  }
  const bool failure = tells_of_error(page.title, "");
  if (page.refresh && (!failure || is_redirect_uri(*page.refresh, context.redirect_uris))) {
    auto decision = follow(*page.refresh, "the page refreshes itself");
    decision.by_itself = true;
    return decision;
  }
  if (tells_of_error(page.title, page.text)) {
    Decision decision;
    decision.kind = Decision::Kind::error_page;
    decision.why = "the page tells of an error: " + excerpt(page.text);
    return decision;
  }
  return nothing_to_do(page);
}

/// RFC 9700 §4.12 has a provider guard credentials; so does this agent.
std::optional<Decision> unsafe_to_type(const oauth::HtmlForm& form, bool password, const Fill& fill,
                                       const PageContext& context) {
  const auto target = submission_url(form, fill);
  if (!is_at_provider(target, context.origins)) {
    return lost_at(fmt::format(
        "the sign-in form would send what is typed to {}, which is none of the provider's origins", target));
  }
  if (password && !context.runs_scripts && submission_method(form, fill) != "post") {
    return lost_at(
        "the sign-in form would put the password into the URL (method get); it is probably meant to be sent by "
        "a script, which this agent does not run");
  }
  return std::nullopt;
}

bool tells_of_error(std::string_view title, std::string_view text) {
  return speaks_of(normalise(title), Topic::error) || speaks_of(normalise(text), Topic::error);
}

bool is_at_provider(const std::string& url, const std::set<std::string>& origins) {
  const auto parsed = oauth::parse_url(url);
  return parsed && origins.contains(parsed->origin());
}

bool is_redirect_uri(const std::string& url, const std::vector<std::string>& redirect_uris) {
  const auto bare = [](const std::string& text) { return text.substr(0, text.find_first_of("?#")); };
  const auto parsed = oauth::parse_url(url);
  const auto path = [](const oauth::Url& u) { return u.path.empty() ? std::string("/") : u.path; };
  return std::ranges::any_of(redirect_uris, [&](const std::string& uri) {
    if (bare(uri) == bare(url)) return true;
    const auto wanted = oauth::parse_url(uri);
    return parsed && wanted && !wanted->host.empty() && parsed->scheme == wanted->scheme &&
           parsed->host == wanted->host && parsed->port == wanted->port && path(*parsed) == path(*wanted);
  });
}

}  // namespace oauthentic::agent

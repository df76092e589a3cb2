#include "agent/sign_in_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "agent/consent_reading.hpp"
#include "agent/words.hpp"
#include "oauth/html_text.hpp"

namespace oauthentic::agent {

using oauth::HtmlPage;

namespace {

/// What a person would call the field.
std::string called(const oauth::HtmlField& field) {
  return field.name.empty() ? field.label : field.name;
}

Decision asked_again(std::string_view what, const HtmlPage& page) {
  auto decision = lost_at(fmt::format("the provider {}: {}", what, excerpt(page.text)));
  decision.asks_again = true;
  return decision;
}

constexpr std::string_view kSignInAgain = "showed its sign-in page again after the credentials were sent";

Decision submission_of(const FormReading& form) {
  Decision decision;
  decision.kind = Decision::Kind::submit;
  decision.form = form.form;
  return decision;
}

/// How much a form looks like the one to sign in with; nothing if it is another.
std::optional<int> sign_in_score(const FormReading& reading) {
  if (!reading.password || reading.aside) return std::nullopt;
  int score = 0;
  if (reading.username) score += 2;
  if (reading.has(Meaning::sign_in)) score += 4;
  if (reading.password->autocomplete.contains("current-password")) score += 4;
  if (reading.new_password) score -= 6;
  if (reading.blank) score -= 2;
  if (reading.has(Meaning::elsewhere) && !reading.first_of({Meaning::sign_in, Meaning::next, Meaning::allow}))
    score -= 6;
  return score < -3 ? std::nullopt : std::optional(score);
}

const FormReading* find_sign_in(const std::vector<FormReading>& forms) {
  const FormReading* best = nullptr;
  for (const auto& form : forms) {
    if (sign_in_score(form) && (!best || *sign_in_score(form) > *sign_in_score(*best))) best = &form;
  }
  return best;
}

/// Asks who it is, and for nothing else.
const FormReading* find_identifier(const std::vector<FormReading>& forms) {
  const auto asks = [](const FormReading& form) {
    return form.username && !form.password && !form.code && !form.aside && !form.blank &&
           form.first_of({Meaning::sign_in, Meaning::next, Meaning::allow, Meaning::unclear});
  };
  const auto found = std::ranges::find_if(forms, asks);
  return found == forms.end() ? nullptr : &*found;
}

/// Asks for a one-time code, and for no password.
const FormReading* find_second_factor(const std::vector<FormReading>& forms) {
  const auto asks = [](const FormReading& form) {
    return form.code && !form.password && !form.aside &&
           form.first_of({Meaning::sign_in, Meaning::next, Meaning::allow, Meaning::unclear});
  };
  const auto found = std::ranges::find_if(forms, asks);
  return found == forms.end() ? nullptr : &*found;
}

/// Into one field, or a character into each.
void type_code(const FormReading& form, const std::string& code, Fill& fill) {
  if (form.code_cells.empty()) {
    fill.typed[form.code] = code;
    return;
  }
  for (std::size_t i = 0; i < form.code_cells.size() && i < code.size(); ++i)
    fill.typed[form.code_cells[i]] = code.substr(i, 1);
}

Decision sign_in(const HtmlPage& page, const FormReading& form, const PageContext& context) {
  if (context.password_typed) return asked_again(kSignInAgain, page);
  auto decision = submission_of(form);
  if (context.until == Until::sign_in) {
    decision.kind = Decision::Kind::stop;
    decision.why = "a page asks for the password: " + describe(*form.form);
    return decision;
  }
  // The decision itself may stand on the sign-in page: then the button for it is no mere "Sign in".
  const bool decides = form.has(Meaning::allow) && form.has(Meaning::deny);
  const bool refuses = decides && context.consent == Consent::refuse;
  const auto* button = refuses
                           ? form.first_of({Meaning::deny})
                           : form.first_of({Meaning::sign_in, Meaning::allow, Meaning::next, Meaning::unclear});
  if (!button)
    return lost_at("a form asks for the password, but no button of it signs in: " + describe(*form.form));
  decision.fill.button = button->field;
  if (form.username) decision.fill.typed[form.username] = context.account.username;
  decision.fill.typed[form.password] = context.account.password;
  if (auto unsafe = unsafe_to_type(*form.form, form.password != nullptr, decision.fill, context))
    return *std::move(unsafe);
  decision.types_username = form.username != nullptr;
  decision.types_password = true;
  if (form.code && !context.one_time_code.empty()) {
    type_code(form, context.one_time_code, decision.fill);
    decision.types_code = true;
  }
  decision.answers_consent = decides;
  answer_boxes(form, context.consent, decides, decision.fill);
  decision.why =
      fmt::format("sign-in form: {}the password into {}, {}{}",
                  form.username ? fmt::format("the user name into {}, ", called(*form.username)) : "",
                  called(*form.password), decision.types_code ? "a one-time code, " : "", describe(*button));
  return decision;
}

Decision second_factor(const HtmlPage& page, const FormReading& form, const PageContext& context) {
  if (context.one_time_code.empty()) {
    return lost_at(fmt::format(
        "the page asks for a one-time code ({}), and the target file gives this user no `totp:` secret: {}",
        called(*form.code), excerpt(page.text)));
  }
  // A code may have been used by another sign-in within the same time step, or the clocks differ by one.
  constexpr int kMostCodes = 2;
  if (context.codes_typed >= kMostCodes) {
    auto decision = lost_at(fmt::format(
        "the provider refused the second factor: it asked for the one-time code again after {} were sent: {}",
        context.codes_typed, excerpt(page.text)));
    decision.code_refused = true;
    return decision;
  }
  auto decision = submission_of(form);
  const auto* button = form.first_of({Meaning::sign_in, Meaning::next, Meaning::allow, Meaning::unclear});
  decision.fill.button = button->field;
  type_code(form, context.one_time_code, decision.fill);
  if (auto unsafe = unsafe_to_type(*form.form, form.password != nullptr, decision.fill, context))
    return *std::move(unsafe);
  decision.types_code = true;
  decision.why =
      fmt::format("{} one-time code into {}, {}", context.codes_typed > 0 ? "refused; the next" : "the",
                  called(*form.code), describe(*button));
  return decision;
}

Decision identify(const HtmlPage& page, const FormReading& form, const PageContext& context) {
  if (context.password_typed) return asked_again(kSignInAgain, page);
  if (context.username_typed) return asked_again("asked for the user name again after it was sent", page);
  auto decision = submission_of(form);
  const auto* button = form.first_of({Meaning::sign_in, Meaning::next, Meaning::allow, Meaning::unclear});
  decision.fill.button = button->field;
  decision.fill.typed[form.username] = context.account.username;
  if (auto unsafe = unsafe_to_type(*form.form, form.password != nullptr, decision.fill, context))
    return *std::move(unsafe);
  decision.types_username = true;
  decision.why = fmt::format("the user name into {}, {}", called(*form.username), describe(*button));
  return decision;
}

/// Pages on which a person has to act once, in a browser of their own.
std::optional<Decision> beyond_us(const HtmlPage& page, const std::vector<FormReading>& forms) {
  for (const auto& form : forms) {
    if (form.captcha && !form.aside)
      return lost_at(
          fmt::format("the page wants a captcha to be solved ({}): {}; switch it off for this test user",
                      called(*form.captcha), describe(*form.form)));
  }
  // Registration is offered beside a sign-in form, never in its place.
  const bool wants_new = std::ranges::any_of(forms, [](const FormReading& form) {
    return form.new_password && form.passwords > 1 && !form.aside && !form.username;
  });
  if (wants_new)
    return lost_at("the page wants a new password to be set; sign in once by hand, then give the new one: " +
                   excerpt(page.text));
  return std::nullopt;
}

}  // namespace

std::optional<Decision> answer_sign_in(const HtmlPage& page, const std::vector<FormReading>& forms,
                                       const PageContext& context) {
  const auto* asks = find_sign_in(forms);
  if (!asks || asks->captcha || (asks->new_password && !asks->username)) {
    if (auto decision = beyond_us(page, forms)) return *std::move(decision);
  }
  if (asks) return sign_in(page, *asks, context);
  if (const auto* form = find_second_factor(forms)) return second_factor(page, *form, context);
  if (const auto* form = find_identifier(forms)) return identify(page, *form, context);
  return std::nullopt;
}

}  // namespace oauthentic::agent

#include "agent/consent_reading.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "agent/words.hpp"
#include "core/message.hpp"
#include "oauth/html_text.hpp"
#include "oauth/url.hpp"

namespace oauthentic::agent {

using oauth::HtmlField;
using oauth::HtmlLink;
using oauth::HtmlPage;

namespace {

/// Something to press, tick or follow.
struct Option {
  const FormReading* form = nullptr;
  const Button* button = nullptr;
  const HtmlField* radio = nullptr;
  const HtmlLink* link = nullptr;
};

struct Choices {
  std::vector<const FormReading*> forms;  ///< those that ask for nothing to be typed
  Option allow, deny, next, unclear, account;
  std::size_t unclear_count = 0;
  bool consent_words = false;
  bool asks_to_stay = false;
  bool asks_for_terms = false;  ///< the provider's own, which grant the client nothing
  bool lists_accounts = false;
  /// A decision is asked for, not a mere "Continue".
  bool decides() const {
    return !asks_to_stay && !asks_for_terms &&
           (allow.form || (deny.form && consent_words) || (deny.link && consent_words) ||
            (deny.form && (next.form || unclear.form)));
  }
};

bool is_empty(const Option& option) {
  return !option.form && !option.link;
}

void take_first(Option& place, Option option) {
  if (is_empty(place)) place = option;
}

Meaning meaning_of_radio(const HtmlField& field) {
  return meaning_of(field.label, field.value);
}

std::string last_segment(std::string_view url) {
  auto path = url.substr(0, url.find_first_of("?#"));
  while (path.ends_with('/'))
    path.remove_suffix(1);
  return std::string(path.substr(path.rfind('/') + 1));
}

bool names_account(std::string_view text, const PageContext& context) {
  const auto name = normalise(context.account.username);
  return name.size() > 1 && normalise(text).contains(name);
}

void collect_form(const FormReading& form, const PageContext& context, Choices& choices) {
  choices.forms.push_back(&form);
  for (const auto& button : form.buttons) {
    const Option option{&form, &button, nullptr, nullptr};
    const bool named = button.field && (names_account(button.field->label, context) ||
                                        names_account(button.field->value, context));
    if (named && button.meaning != Meaning::deny && button.meaning != Meaning::elsewhere) {
      take_first(choices.account, option);
      if (button.meaning == Meaning::unclear) continue;
    }
    switch (button.meaning) {
      case Meaning::allow:
        take_first(choices.allow, option);
        break;
      case Meaning::deny:
        take_first(choices.deny, option);
        break;
      case Meaning::next:
      case Meaning::sign_in:
        take_first(choices.next, option);
        break;
      case Meaning::elsewhere:
        break;
      case Meaning::unclear:
        take_first(choices.unclear, option);
        ++choices.unclear_count;
        break;
    }
  }
  const auto* press = form.first_of({Meaning::allow, Meaning::next, Meaning::sign_in, Meaning::unclear});
  for (const auto& field : form.form->fields) {
    if (field.type != "radio" || field.disabled || !press) continue;
    const Option option{&form, press, &field, nullptr};
    if (names_account(field.label, context) || names_account(field.value, context))
      take_first(choices.account, option);
    if (meaning_of_radio(field) == Meaning::deny) take_first(choices.deny, option);
    if (meaning_of_radio(field) == Meaning::allow) take_first(choices.allow, option);
  }
}

void collect_links(const HtmlPage& page, const PageContext& context, Choices& choices) {
  for (const auto& link : page.links) {
    const bool back = is_redirect_uri(link.href, context.redirect_uris);
    if (!back && !is_at_provider(link.href, context.origins)) continue;
    const Option option{nullptr, nullptr, nullptr, &link};
    const auto technical = link.text.empty() ? last_segment(link.href) + ' ' + link.id : std::string();
    const auto meaning = meaning_of(link.text, technical);
    const bool leads_away = meaning == Meaning::elsewhere || meaning == Meaning::deny;
    if (!leads_away && names_account(link.text, context)) take_first(choices.account, option);
    switch (meaning) {
      case Meaning::deny:
        take_first(choices.deny, option);
        break;
      case Meaning::allow:
        take_first(choices.allow, option);
        break;
      case Meaning::next:
        take_first(choices.next, option);
        break;
      case Meaning::sign_in:  // one of several ways, before any was taken
        if (!context.password_typed) take_first(choices.next, option);
        break;
      default:
        break;
    }
  }
}

Choices collect(const HtmlPage& page, const std::vector<FormReading>& forms, const PageContext& context) {
  Choices choices;
  std::string words = page.title + ' ' + page.text;
  for (const auto& form : forms) {
    if (form.aside || form.password || form.code) continue;
    if (form.blank && !(form.has(Meaning::allow) && form.has(Meaning::deny))) continue;
    collect_form(form, context, choices);
    words += ' ' + last_segment(form.form->action);
    for (const auto& field : form.form->fields) {
      if (field.type == "hidden") words += ' ' + field.value.substr(0, 40);
    }
  }
  collect_links(page, context, choices);
  const auto said = normalise(words);
  choices.consent_words = speaks_of(said, Topic::consent);
  choices.asks_to_stay = speaks_of(said, Topic::stay_signed_in) && !choices.consent_words;
  const auto title = normalise(page.title);
  choices.asks_for_terms = speaks_of(title, Topic::terms) && !speaks_of(title, Topic::consent);
  choices.lists_accounts = speaks_of(said, Topic::choose_account);
  return choices;
}

Decision take(const Option& option, const Choices& choices, const PageContext& context, bool decides) {
  Decision decision;
  decision.answers_consent = decides;
  if (option.link) {
    decision.kind = Decision::Kind::follow;
    decision.url = option.link->href;
    decision.link = option.link;
    decision.why = fmt::format("followed the link \"{}\"", option.link->text);
    return decision;
  }
  decision.kind = Decision::Kind::submit;
  decision.form = option.form->form;
  decision.fill.button = option.button->field;
  answer_boxes(*option.form, context.consent, decides, decision.fill);
  if (option.radio) decision.fill.ticked.insert(option.radio);
  const auto* purpose = decides                  ? "decision"
                        : choices.asks_for_terms ? "terms of use"
                        : choices.asks_to_stay   ? "stay signed in"
                                                 : "page without a question";
  decision.why = fmt::format("{}: {}{}", purpose,
                             option.radio ? fmt::format("\"{}\", ", option.radio->label) : std::string(),
                             describe(*option.button));
  return decision;
}

bool is_scope_box(const HtmlField& field) {
  const auto name = to_lower(field.name.substr(0, 200));
  return field.type == "checkbox" && (name.contains("scope") || name.contains("permission"));
}

/// Where rights are granted by ticking them, the form with none of them ticked grants nothing. Only for a
/// button that says nothing by itself.
bool refuses_unticked(const Option& allow) {
  if (!allow.form || !allow.button || !allow.button->field || !allow.button->field->name.empty()) return false;
  const auto& fields = allow.form->form->fields;
  return std::ranges::any_of(fields, is_scope_box) && std::ranges::none_of(fields, [](const HtmlField& field) {
           return is_scope_box(field) && (field.checked || field.required);
         });
}

std::optional<Decision> refuse(const HtmlPage& page, const Choices& choices, const PageContext& context) {
  if (!is_empty(choices.deny)) return take(choices.deny, choices, context, true);
  if (refuses_unticked(choices.allow)) return take(choices.allow, choices, context, true);
  Decision decision;
  decision.why = fmt::format("the page titled \"{}\" offers no way to refuse: {}", page.title,
                             oauth::fold_space(page.text, 300));
  return decision;
}

}  // namespace

void answer_boxes(const FormReading& form, Consent consent, bool decides, Fill& fill) {
  const auto& fields = form.form->fields;
  const bool no_scope_ticked =
      std::ranges::none_of(fields, [](const HtmlField& f) { return is_scope_box(f) && f.checked; });
  for (const auto& field : fields) {
    if (field.disabled || field.checked) continue;
    const bool scope = decides && consent == Consent::grant && no_scope_ticked && is_scope_box(field);
    if (field.type == "checkbox" && (field.required || scope)) fill.ticked.insert(&field);
    if (field.type != "radio") continue;
    const auto same_group = [&](const HtmlField& f) { return f.type == "radio" && f.name == field.name; };
    const auto wanted = consent == Consent::grant ? Meaning::allow : Meaning::deny;
    const auto says = [&](const HtmlField& f) { return same_group(f) && meaning_of_radio(f) == wanted; };
    const bool answered = std::ranges::any_of(fields, [&](const HtmlField& f) {
      return same_group(f) && (fill.ticked.contains(&f) || (f.checked && meaning_of_radio(f) == wanted));
    });
    if (answered) continue;
    const bool none_says = std::ranges::none_of(fields, says);
    const bool none_checked =
        std::ranges::none_of(fields, [&](const HtmlField& f) { return same_group(f) && f.checked; });
    if (decides && says(field)) fill.ticked.insert(&field);
    if ((!decides || none_says) && none_checked && field.required) fill.ticked.insert(&field);
  }
}

std::optional<Decision> answer_page(const HtmlPage& page, const std::vector<FormReading>& forms,
                                    const PageContext& context) {
  const auto choices = collect(page, forms, context);
  const bool decides = choices.decides();
  if (!is_empty(choices.account) && !decides &&
      (choices.lists_accounts || (is_empty(choices.allow) && is_empty(choices.next)))) {
    auto decision = take(choices.account, choices, context, false);
    decision.why = "list of accounts: " + decision.why;
    return decision;
  }
  const bool asked = decides || (!choices.asks_for_terms && choices.consent_words &&
                                 (choices.next.form || choices.unclear.form));
  if (asked && context.consent == Consent::refuse) return refuse(page, choices, context);
  if (!is_empty(choices.allow)) return take(choices.allow, choices, context, decides);
  // "OK" below a failure leads nowhere. The first words of the text are its headline.
  if (tells_of_error(page.title, oauth::fold_space(page.text, 160)) && !decides) return std::nullopt;
  if (!is_empty(choices.next)) return take(choices.next, choices, context, decides);
  if (choices.unclear_count == 1) return take(choices.unclear, choices, context, decides);
  return std::nullopt;
}

}  // namespace oauthentic::agent

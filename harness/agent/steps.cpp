#include "agent/steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "agent/form_reading.hpp"
#include "agent/words.hpp"
#include "core/suggest.hpp"
#include "oauth/html_text.hpp"

namespace oauthentic::agent {

using oauth::HtmlField;
using oauth::HtmlForm;
using oauth::HtmlPage;

namespace {

/// std::regex works by recursion: a long text would exhaust the stack.
constexpr std::size_t kMostUrl = 2000;

bool is_button(const HtmlField& field) {
  return is_submit_button(field) || field.type == "button" || field.type == "reset";
}

bool is_called(const HtmlField& field, std::string_view selector) {
  if (selector.starts_with('#')) return field.id == selector.substr(1);
  return field.name == selector || field.id == selector;
}

bool has_words(std::string_view text, std::string_view wanted) {
  const auto words = normalise(wanted);
  return words.size() > 1 && normalise(text) == words;
}

bool holds_words(std::string_view text, std::string_view wanted) {
  const auto words = normalise(wanted);
  return words.size() > 1 && normalise(text).contains(words);
}

/// By name or id in any form before by label: a label may well be another field's name.
const HtmlField* find_field(const HtmlForm& form, std::string_view selector) {
  const auto usable = [](const HtmlField& field) { return !is_button(field); };
  for (const bool shown : {true, false}) {
    for (const auto& field : form.fields) {
      if (usable(field) && field.hidden != shown && is_called(field, selector)) return &field;
    }
  }
  for (const auto& field : form.fields) {
    if (usable(field) && !field.hidden && has_words(field.label, selector)) return &field;
  }
  return nullptr;
}

const HtmlField* find_button(const HtmlForm& form, std::string_view wanted) {
  const auto first = [&](auto fits) -> const HtmlField* {
    const auto at = std::ranges::find_if(
        form.fields, [&](const HtmlField& f) { return is_submit_button(f) && !f.hidden && fits(f); });
    return at == form.fields.end() ? nullptr : &*at;
  };
  if (const auto* by_text = first([&](const HtmlField& f) { return has_words(f.label, wanted); }))
    return by_text;
  if (const auto* by_name = first([&](const HtmlField& f) { return is_called(f, wanted); })) return by_name;
  if (const auto* by_value = first([&](const HtmlField& f) { return f.value == wanted; })) return by_value;
  return first([&](const HtmlField& f) { return holds_words(f.label, wanted); });
}

std::string replaced(std::string text, std::string_view placeholder, std::string_view value) {
  for (auto at = text.find(placeholder); at != std::string::npos;
       at = text.find(placeholder, at + value.size()))
    text.replace(at, placeholder.size(), value);
  return text;
}

bool means_yes(std::string_view value) {
  return value == "on" || value == "yes" || value == "true" || value == "1";
}

/// What stands on the page, for whoever has to mend the step.
std::string what_is_there(const HtmlPage& page) {
  std::string forms;
  for (std::size_t i = 0; i < std::min<std::size_t>(page.forms.size(), 5); ++i)
    forms += fmt::format("{}{}", i ? "; " : "", describe(page.forms[i]));
  return fmt::format("the page \"{}\" has {}", page.title, forms.empty() ? "no form" : forms);
}

/// One step on one page.
class Doing {
 public:
  Doing(const PageStep& step, std::size_t number, const HtmlPage& page, const PageContext& context)
      : step_(step), number_(number), page_(page), context_(context) {}

  Decision decide() {
    if (!step_.follow.empty()) return follow();
    const auto* form = find_form();
    if (!form) return decision_;
    decision_.form = form;
    for (const auto& [selector, value] : step_.fill)
      fill(*form, selector, value);
    press(*form);
    if (!decision_.fill.typed.empty()) {
      if (auto unsafe = unsafe_to_type(*form, decision_.types_password, decision_.fill, context_))
        return *std::move(unsafe);
    }
    decision_.kind = Decision::Kind::submit;
    if (context_.until == Until::sign_in && decision_.types_password) {
      decision_.kind = Decision::Kind::stop;
      decision_.why = "a page asks for the password: " + describe(*form);
    } else if (context_.until == Until::consent && decision_.answers_consent) {
      decision_.kind = Decision::Kind::stop;
      decision_.why = "a page asks for consent: " + oauth::fold_space(page_.text, 300);
    }
    return std::move(decision_);
  }

 private:
  Decision follow() {
    const auto fits = [&](const oauth::HtmlLink& link) {
      const bool by_id = step_.follow.starts_with('#') && link.id == step_.follow.substr(1);
      return by_id || has_words(link.text, step_.follow);
    };
    auto link = std::ranges::find_if(page_.links, fits);
    if (link == page_.links.end()) {
      link = std::ranges::find_if(page_.links,
                                  [&](const oauth::HtmlLink& l) { return holds_words(l.text, step_.follow); });
    }
    if (link == page_.links.end()) return lose(fmt::format("no link \"{}\"", step_.follow));
    decision_.kind = Decision::Kind::follow;
    decision_.link = &*link;
    decision_.url = link->href;
    decision_.why = fmt::format("step {}: followed the link \"{}\"", number_, link->text);
    return std::move(decision_);
  }

  /// The form that has all that the step names; null, and a reason in the decision, if there is none.
  const HtmlForm* find_form() {
    std::string missing;
    for (const auto& form : page_.forms) {
      const auto lacks = std::ranges::find_if(
          step_.fill, [&](const auto& entry) { return find_field(form, entry.first) == nullptr; });
      const bool clickable = step_.click.empty() || find_button(form, step_.click);
      if (lacks == step_.fill.end() && clickable) return &form;
      if (missing.empty() || lacks == step_.fill.end()) {
        missing = lacks != step_.fill.end() ? fmt::format("no field \"{}\"", lacks->first)
                                            : fmt::format("no button \"{}\"", step_.click);
      }
    }
    decision_ = lose(missing.empty() ? "no form" : missing);
    return nullptr;
  }

  void fill(const HtmlForm& form, const std::string& selector, const std::string& value) {
    const auto* field = find_field(form, selector);
    decision_.types_username |= value.contains("{{user.username}}");
    decision_.types_password |= value.contains("{{user.password}}");
    decision_.types_code |= value.contains("{{user.totp}}");
    auto text = replaced(value, "{{user.username}}", context_.account.username);
    text = replaced(std::move(text), "{{user.totp}}", context_.one_time_code);
    text = replaced(std::move(text), "{{user.password}}", context_.account.password);
    if (field->type == "checkbox" && means_yes(text)) {
      decision_.fill.ticked.insert(field);
    } else if (field->type == "radio") {
      const auto one = std::ranges::find_if(form.fields, [&](const HtmlField& f) {
        return f.type == "radio" && f.name == field->name && (f.value == text || has_words(f.label, text));
      });
      if (one != form.fields.end()) decision_.fill.ticked.insert(&*one);
    } else if (field->type != "checkbox") {
      decision_.fill.typed[field] = std::move(text);
    }
    if (!filled_.empty()) filled_ += ", ";
    filled_ += selector;
  }

  void press(const HtmlForm& form) {
    const auto reading = read_form(form);
    Button button;
    if (!step_.click.empty()) {
      button.field = find_button(form, step_.click);
      button.meaning = meaning_of(button.field->label, button.field->name + ' ' + button.field->value);
    } else if (const auto* usual =
                   reading.first_of({Meaning::sign_in, Meaning::next, Meaning::allow, Meaning::unclear})) {
      button = *usual;
    }
    decision_.fill.button = button.field;
    const bool decides = button.meaning == Meaning::allow || button.meaning == Meaning::deny;
    decision_.answers_consent = decides && !decision_.types_password;
    decision_.why = fmt::format("step {}: {}{}", number_, filled_.empty() ? "" : "filled in " + filled_ + ", ",
                                describe(button));
  }

  Decision lose(const std::string& missing) const {
    Decision lost;
    lost.why =
        fmt::format("step {} is for this page, but there is {}; {}", number_, missing, what_is_there(page_));
    return lost;
  }

  const PageStep& step_;
  std::size_t number_;
  const HtmlPage& page_;
  const PageContext& context_;
  Decision decision_;
  std::string filled_;
};

/// A step says how consent is granted; where it is to be refused, the agent's own rules have to find the way.
bool would_grant_what_is_refused(const Decision& decision, const PageContext& context) {
  if (context.consent != Consent::refuse || !decision.answers_consent) return false;
  const auto* button = decision.fill.button;
  return button && meaning_of(button->label, button->name + ' ' + button->value) == Meaning::allow;
}

}  // namespace

bool is_for(std::string_view at, std::string_view url) {
  url = url.substr(0, std::min(url.find('#'), kMostUrl));
  if (at.size() > 2 && at.starts_with('/') && at.ends_with('/')) {
    try {
      const std::regex pattern(std::string(at.substr(1, at.size() - 2)));
      return std::regex_search(url.begin(), url.end(), pattern);
    } catch (const std::regex_error&) {
      return false;
    }
  }
  return glob_matches(at, at.contains('?') ? url : url.substr(0, url.find('?')));
}

std::optional<Decision> StepReader::take(std::size_t index, const HtmlPage& page, const PageContext& context) {
  const auto& step = steps_[index];
  if (step.wait.count() > 0 && waited_.insert(index).second) {
    Decision decision;
    decision.kind = Decision::Kind::wait;
    decision.pause = step.wait;
    decision.why = fmt::format("step {}: waited for {} ms", index + 1, step.wait.count());
    return decision;
  }
  const bool only_waits = step.fill.empty() && step.click.empty() && step.follow.empty();
  if (only_waits) {
    done_.insert(index);
    return std::nullopt;
  }
  auto decision = Doing(step, index + 1, page, context).decide();
  if (decision.kind == Decision::Kind::lost && step.optional) return std::nullopt;
  if (would_grant_what_is_refused(decision, context)) return std::nullopt;
  if (decision.kind != Decision::Kind::lost) done_.insert(index);
  return decision;
}

std::optional<Decision> StepReader::read(const HtmlPage& page, const PageContext& context) {
  if (context.status >= 400 && context.status != 401) return std::nullopt;
  std::optional<Decision> lost;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (done_.contains(i) || !is_for(steps_[i].at, context.url)) continue;
    auto decision = take(i, page, context);
    if (!decision) continue;
    if (decision->kind != Decision::Kind::lost) return decision;
    // A later step for the same URL may be the one for this page.
    if (!lost) lost = std::move(decision);
  }
  return lost;
}

}  // namespace oauthentic::agent

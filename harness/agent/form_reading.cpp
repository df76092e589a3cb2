#include "agent/form_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "agent/submission.hpp"
#include "agent/words.hpp"
#include "core/message.hpp"

namespace oauthentic::agent {

using oauth::HtmlField;
using oauth::HtmlForm;

namespace {

Meaning meaning_of_words(const std::string& words) {
  // "Don't allow" speaks of allowing, "Cancel sign-in" of signing in: what turns back is looked for first.
  if (speaks_of(words, Topic::deny)) return Meaning::deny;
  if (speaks_of(words, Topic::elsewhere)) return Meaning::elsewhere;
  if (speaks_of(words, Topic::allow)) return Meaning::allow;
  // "Continue with Google", while "Allow Google Calendar" is about a client.
  if (speaks_of(words, Topic::other_provider)) return Meaning::elsewhere;
  if (speaks_of(words, Topic::sign_in)) return Meaning::sign_in;
  if (speaks_of(words, Topic::next)) return Meaning::next;
  return Meaning::unclear;
}

/// camelCase and snake_case apart: "submitConsent" is "submit consent".
std::string parted(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool upper = name[i] >= 'A' && name[i] <= 'Z';
    if (upper && i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z') out += ' ';
    out += name[i];
  }
  return out;
}

std::string technical_words(const HtmlField& field) {
  return fmt::format("{} {} {}", parted(field.name), parted(field.value), parted(field.id));
}

bool says_user_name(const HtmlField& field) {
  if (field.autocomplete.contains("username") || field.autocomplete.contains("email")) return true;
  if (field.type == "email") return true;
  auto name = to_lower(field.name.substr(0, 100) + ' ' + field.id.substr(0, 100));
  std::erase_if(name, [](char c) { return c == '_' || c == '-'; });
  constexpr std::array<std::string_view, 7> kParts = {"username",   "userid",         "login", "email",
                                                      "identifier", "useridentifier", "juser"};
  if (std::ranges::any_of(kParts, [&](std::string_view part) { return name.contains(part); })) return true;
  return speaks_of(normalise(parted(field.name) + ' ' + field.label), Topic::user_name);
}

/// One-time codes, device codes, captchas: they are the user's, but no name.
bool asks_for_code(const HtmlField& field) {
  const auto name = to_lower(field.name.substr(0, 100));
  return name.contains("code") || name.contains("otp") || name.contains("captcha") || name.contains("token");
}

/// A code of the second factor. A name such as "code" says so only where the words of the form do.
bool asks_for_one_time_code(const HtmlForm& form, const HtmlField& field) {
  const bool line = is_text_field(field) || (field.type == "password" && !field.hidden && !field.disabled);
  if (!line) return false;
  if (field.autocomplete.contains("one-time-code")) return true;
  if (field.autocomplete.contains("password") || field.autocomplete.contains("username")) return false;
  if (speaks_of(normalise(fmt::format("{} {} {}", parted(field.name), parted(field.id), field.label)),
                Topic::one_time_code)) {
    return true;
  }
  const auto name = to_lower(field.name.substr(0, 100));
  // A device's code (RFC 8628 §3.3) is typed by the user as well, but is none of theirs.
  if (name.contains("user_code") || name.contains("usercode") || name.contains("captcha")) return false;
  const bool hints = name.contains("otp") || name.contains("mfa") || name.contains("2fa");
  const bool maybe = name.contains("code") || name.contains("pin") || name.contains("token");
  return hints || (maybe && speaks_of(normalise(form.text), Topic::one_time_code));
}

/// A user name could go there.
bool takes_name(const HtmlField& field) {
  const bool line = field.type == "text" || field.type == "email" || field.type == "tel";
  return line && is_text_field(field) && !asks_for_code(field);
}

/// In document order the password follows its user name; without one the form asks who it is, if a field says
/// so.
const HtmlField* find_user_name(const HtmlForm& form, const HtmlField* password) {
  const HtmlField* last = nullptr;
  const HtmlField* saying = nullptr;
  for (const auto& field : form.fields) {
    if (&field == password) break;
    if (!takes_name(field)) continue;
    last = &field;
    const bool by_autocomplete = field.autocomplete.contains("username");
    if (by_autocomplete || (says_user_name(field) && saying == nullptr)) saying = &field;
    if (by_autocomplete) break;
  }
  if (saying) return saying;
  return password ? last : nullptr;
}

/// Fields of one character each, in a row, as many as a code has digits (RFC 4226 §5.3).
std::vector<const HtmlField*> find_code_cells(const HtmlForm& form) {
  std::vector<const HtmlField*> cells;
  for (const auto& field : form.fields) {
    if (field.hidden || is_submit_button(field)) continue;
    const bool line = is_text_field(field) || (field.type == "password" && !field.disabled);
    if (line && field.max_length == 1) {
      cells.push_back(&field);
    } else if (!cells.empty()) {
      break;
    }
  }
  return cells.size() >= 6 && cells.size() <= 8 ? cells : std::vector<const HtmlField*>();
}

bool is_aside(const HtmlForm& form, const FormReading& reading) {
  if (form.action.contains("logout") || form.action.contains("signout") || form.action.contains("sign-out") ||
      form.action.contains("log-out")) {
    return true;
  }
  bool language = false;
  bool other = false;
  for (const auto& field : form.fields) {
    if (field.type == "search") return true;
    const auto name = to_lower(field.name);
    if (is_text_field(field) && (name == "q" || name == "query" || name == "search" || name == "s"))
      return true;
    if (field.hidden || is_submit_button(field)) continue;
    const bool speaks_language = name.contains("lang") || name.contains("locale");
    (speaks_language ? language : other) = true;
  }
  if (language && !other) return true;
  return !reading.buttons.empty() && std::ranges::all_of(reading.buttons, [](const Button& button) {
    return button.meaning == Meaning::elsewhere;
  });
}

void read_buttons(const HtmlForm& form, FormReading& reading) {
  for (const bool disabled : {false, true}) {
    // A button that a script switches on, after a while or once something is typed, is better than none, and
    // than those that lead back.
    const bool goes_on = std::ranges::any_of(reading.buttons, [](const Button& button) {
      return button.meaning != Meaning::deny && button.meaning != Meaning::elsewhere;
    });
    if (disabled && goes_on) break;
    for (const auto& field : form.fields) {
      if (!is_submit_button(field) || field.hidden || field.disabled != disabled) continue;
      reading.buttons.push_back({&field, meaning_of(field.label, technical_words(field))});
    }
  }
  const bool scripted =
      std::ranges::any_of(form.fields, [](const HtmlField& f) { return f.type == "button" && !f.hidden; });
  // Enter submits a form without a submit button (HTML Living Standard §4.10.22.2).
  if (reading.buttons.empty() && !scripted) reading.buttons.push_back({});
}

}  // namespace

Meaning meaning_of(std::string_view label, std::string_view technical) {
  const auto by_label = meaning_of_words(normalise(label));
  return by_label != Meaning::unclear ? by_label : meaning_of_words(normalise(technical));
}

bool FormReading::has(Meaning meaning) const {
  return std::ranges::any_of(buttons, [&](const Button& button) { return button.meaning == meaning; });
}

const Button* FormReading::first_of(std::initializer_list<Meaning> meanings) const {
  for (const auto meaning : meanings) {
    const auto found = std::ranges::find(buttons, meaning, &Button::meaning);
    if (found != buttons.end()) return &*found;
  }
  return nullptr;
}

FormReading read_form(const HtmlForm& form) {
  FormReading reading;
  reading.form = &form;
  reading.code_cells = find_code_cells(form);
  if (!reading.code_cells.empty()) reading.code = reading.code_cells.front();
  const auto is_cell = [&](const HtmlField& field) {
    return std::ranges::find(reading.code_cells, &field) != reading.code_cells.end();
  };
  for (const auto& field : form.fields) {
    if (is_cell(field)) continue;
    if (is_text_field(field) && to_lower(field.name + field.id).contains("captcha")) reading.captcha = &field;
    if (!reading.code && asks_for_one_time_code(form, field)) {
      reading.code = &field;
      continue;
    }
    if (field.type != "password" || field.hidden || field.disabled) continue;
    if (!reading.password) reading.password = &field;
    ++reading.passwords;
    reading.new_password |= field.autocomplete.contains("new-password");
  }
  reading.new_password |= reading.passwords > 1;
  reading.username = find_user_name(form, reading.password);
  if (reading.username == reading.code || (reading.username && is_cell(*reading.username)))
    reading.username = nullptr;
  for (const auto& field : form.fields) {
    const bool empty = is_text_field(field) && field.value.empty() && &field != reading.username &&
                       &field != reading.code && !is_cell(field);
    reading.blank |= empty && (field.required || !reading.password);
  }
  read_buttons(form, reading);
  reading.aside = is_aside(form, reading);
  return reading;
}

std::string describe(const HtmlForm& form) {
  std::string fields;
  std::size_t shown = 0;
  for (const auto& field : form.fields) {
    if (field.hidden) continue;
    if (++shown > 12) {
      fields += ", ...";
      break;
    }
    if (!fields.empty()) fields += ", ";
    const auto& name = field.name.empty() ? field.label : field.name;
    fields += fmt::format("{} {}", field.type, name.empty() ? "without a name" : name.substr(0, 60));
  }
  return fmt::format("{} {} [{}]", form.method, form.action.substr(0, 200), fields);
}

std::string describe(const Button& button) {
  if (!button.field) return "Enter";
  if (!button.field->label.empty()) return fmt::format("\"{}\"", button.field->label);
  return fmt::format("the button {}", button.field->name.empty() ? "without a name" : button.field->name);
}

}  // namespace oauthentic::agent

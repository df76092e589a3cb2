#pragma once
// What a form is for and what its buttons mean. Pure: no I/O, no state.
#include <string>
#include <string_view>
#include <vector>

#include "oauth/html.hpp"

namespace oauthentic::agent {

/// What pressing a button, or following a link, would say.
enum class Meaning { allow, next, sign_in, deny, elsewhere, unclear };

/// By the words a person reads; where those say nothing, by the names that the page's author gave
/// (`technical`).
Meaning meaning_of(std::string_view label, std::string_view technical);

struct Button {
  const oauth::HtmlField* field = nullptr;  ///< null: the form has no button, Enter submits it
  Meaning meaning = Meaning::unclear;
};

/// What a person sees in a form. The pointers are into the form.
struct FormReading {
  const oauth::HtmlForm* form = nullptr;
  const oauth::HtmlField* username = nullptr;  ///< the field that wants the user's name, if there is one
  const oauth::HtmlField* password = nullptr;  ///< the first one shown
  const oauth::HtmlField* code = nullptr;      ///< the field that wants a one-time code
  /// The fields that each want one character of the code, from `code` on; empty if it goes into one.
  std::vector<const oauth::HtmlField*> code_cells;
  const oauth::HtmlField* captcha = nullptr;  ///< a riddle that must be solved
  std::size_t passwords = 0;
  bool new_password = false;  ///< asks for a password to be set
  bool blank = false;         ///< a text field is empty that none of the above is
  bool aside = false;         ///< search, language, registration, signing out: not on the way
  std::vector<Button> buttons;

  bool has(Meaning meaning) const;
  /// The first button of the first meaning of the list that there is one of; null if there is none.
  const Button* first_of(std::initializer_list<Meaning> meanings) const;
};

FormReading read_form(const oauth::HtmlForm& form);

/// `“Sign in” (login, password)`: for a log line.
std::string describe(const oauth::HtmlForm& form);
std::string describe(const Button& button);

}  // namespace oauthentic::agent

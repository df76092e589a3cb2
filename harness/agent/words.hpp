#pragma once
// What the words on buttons and pages mean, in the languages that providers speak.
#include <string>
#include <string_view>

namespace oauthentic::agent {

enum class Topic {
  allow,      ///< grants: "Allow", "Erlauben", "許可"
  deny,       ///< refuses or turns back: "Deny", "Abbrechen", "取消"
  next,       ///< goes on: "Continue", "Weiter"
  sign_in,    ///< "Sign in", "Anmelden"
  elsewhere,  ///< leaves this sign-in: registration, a forgotten password, help, another account, signing out
  other_provider,  ///< names of identity providers and of means other than a password
  user_name,       ///< labels of the field for the user's name
  one_time_code,   ///< labels of the field for a second factor's code
  consent,         ///< a page that asks for a decision: "would like to access"
  stay_signed_in,  ///< a page that asks whether to remember the sign-in
  choose_account,  ///< a page that lists accounts
  terms,           ///< the title of a page that asks to accept the provider's own terms
  error,           ///< a page that tells of a failure
};

/// Lower case, diacritics taken off (é is e, ł is l), apostrophes dropped, all else that is no letter or digit
/// one space; a space at either end. `text` is UTF-8; letters of other scripts than Latin and Cyrillic stay as
/// they are.
std::string normalise(std::string_view text);

/// `normalised` holds one of the topic's words or phrases. Words are whole words, except in scripts without
/// spaces.
bool speaks_of(std::string_view normalised, Topic topic);

}  // namespace oauthentic::agent

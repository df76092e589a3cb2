#include "session/basic_form.hpp"

#include <fmt/format.h>

#include <functional>
#include <map>

#include "oauth/encoding.hpp"
#include "session/draft.hpp"

namespace oauthentic::session {

namespace {

struct Parts {
  std::string id;      ///< form-encoded
  std::string secret;  ///< form-encoded
  std::string pair() const { return id + ":" + secret; }
  std::string base64() const { return oauth::base64_encode(pair()); }
};

std::string with_scheme(std::string_view text) {
  return "Basic " + oauth::base64_encode(text);
}

using Form = std::function<std::string(const Parts&)>;

const std::map<std::string_view, Form>& forms() {
  static const std::map<std::string_view, Form> all = {
      {"lower_case", [](const Parts& p) { return "basic " + p.base64(); }},
      {"upper_case", [](const Parts& p) { return "BASIC " + p.base64(); }},
      {"several_blanks", [](const Parts& p) { return "Basic   " + p.base64(); }},
      {"garbage_behind", [](const Parts& p) { return "Basic " + p.base64() + "!!!!"; }},
      {"garbage_inside",
       [](const Parts& p) {
         auto text = p.base64();
         return "Basic " + text.insert(text.size() / 2, "!");
       }},
      {"encoded_twice", [](const Parts& p) { return with_scheme(p.base64()); }},
      {"not_encoded", [](const Parts& p) { return "Basic " + p.pair(); }},
      {"no_blank", [](const Parts& p) { return "Basic" + p.base64(); }},
      {"no_scheme", [](const Parts& p) { return p.base64(); }},
      {"other_scheme", [](const Parts& p) { return "Basics " + p.base64(); }},
      {"twice", [](const Parts& p) { return "Basic " + p.base64() + ", Basic " + p.base64(); }},
      {"no_colon", [](const Parts& p) { return with_scheme(p.id + p.secret); }},
      {"encoded_colon", [](const Parts& p) { return with_scheme(p.id + "%3A" + p.secret); }},
      {"swapped", [](const Parts& p) { return with_scheme(p.secret + ":" + p.id); }},
      {"no_secret", [](const Parts& p) { return with_scheme(p.id + ":"); }},
      {"no_identifier", [](const Parts& p) { return with_scheme(":" + p.secret); }},
  };
  return all;
}

}  // namespace

std::string basic_in_form(std::string_view id, std::string_view secret, std::string_view form) {
  const auto found = forms().find(form);
  if (found == forms().end())
    throw HarnessError(fmt::format("there is no form \"{}\" of HTTP Basic credentials", form));
  return found->second({oauth::form_encode(id), oauth::form_encode(secret)});
}

}  // namespace oauthentic::session

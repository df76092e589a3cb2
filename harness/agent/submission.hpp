#pragma once
// Filling in and sending a form as a browser would (HTML Living Standard §4.10.22).
#include <map>
#include <set>
#include <string>

#include "core/message.hpp"
#include "oauth/encoding.hpp"
#include "oauth/html.hpp"

namespace oauthentic::agent {

/// What a person did to a form. The pointers are into its `fields`.
struct Fill {
  std::map<const oauth::HtmlField*, std::string> typed;
  std::set<const oauth::HtmlField*>
      ticked;  ///< check boxes; radio buttons, which untick the rest of their group
  const oauth::HtmlField* button = nullptr;  ///< null: Enter was pressed in a form without a button
};

bool is_submit_button(const oauth::HtmlField& field);
bool is_text_field(
    const oauth::HtmlField& field);  ///< shown, and a person can type into it; passwords are none

/// Where the form goes with that button; its fragment is left out.
std::string submission_url(const oauth::HtmlForm& form, const Fill& fill);
/// "get" or "post".
std::string submission_method(const oauth::HtmlForm& form, const Fill& fill);
/// Names and values in document order (§4.10.22.4).
oauth::Parameters submission_entries(const oauth::HtmlForm& form, const Fill& fill);
/// The request: method, URL, Content-Type and body, no other fields.
Request submission_request(const oauth::HtmlForm& form, const Fill& fill);

}  // namespace oauthentic::agent

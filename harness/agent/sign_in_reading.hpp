#pragma once
// Forms that ask who the user is: user name, password, one-time code.
#include <optional>
#include <vector>

#include "agent/form_reading.hpp"
#include "agent/page_reader.hpp"

namespace oauthentic::agent {

/// What to type where, or why not; nothing if no form asks for it. The decision points into `page`.
std::optional<Decision> answer_sign_in(const oauth::HtmlPage& page, const std::vector<FormReading>& forms,
                                       const PageContext& context);

}  // namespace oauthentic::agent

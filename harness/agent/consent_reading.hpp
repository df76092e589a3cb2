#pragma once
// Pages that ask for no credentials: consent, a list of accounts, "stay signed in?", "continue".
#include <optional>
#include <vector>

#include "agent/form_reading.hpp"
#include "agent/page_reader.hpp"

namespace oauthentic::agent {

/// Nothing if the page asks for no answer.
std::optional<Decision> answer_page(const oauth::HtmlPage& page, const std::vector<FormReading>& forms,
                                    const PageContext& context);

/// Ticks what has to be ticked: boxes that the page requires; where consent is granted by ticking scopes and
/// none is ticked, all of them; of radio buttons the one that says what is wanted. Everything else stays as the
/// page set it.
void answer_boxes(const FormReading& form, Consent consent, bool decides, Fill& fill);

}  // namespace oauthentic::agent

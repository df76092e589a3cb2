// The application's offer to sign in, the first step of the third-party sign-in.
#include <fmt/format.h>

#include <array>

#include "oauth/html.hpp"
#include "verbs/verb.hpp"

namespace oauthentic::verbs {

using session::Disposition;
using session::StepResult;

namespace {

bool offers(const std::string& text) {
  static constexpr std::array kWords = {"sign in", "sign-in", "signin", "log in", "login", "continue with"};
  const auto lower = to_lower(text);
  for (const auto* word : kWords) {
    if (lower.find(word) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

StepResult offer_sign_in(session::Session& session, const Call& call) {
  StepResult result;
  const auto& url = session.target().relying_party;
  if (url.empty()) {
    // The harness is the client: it makes the offer itself, and no request belongs to it.
    result.disposition = Disposition::accepted;
    result.observed = "the harness stands in for the application that offers the sign-in";
    return result;
  }
  session::Draft draft;
  draft.method = "GET";
  draft.url = url;
  draft.headers.set("Accept", "text/html");
  const auto sent = send(session, call, draft);
  if (session::no_answer(sent.answers.front(), result)) return result;
  const auto& response = std::get<Response>(sent.answers.front());
  result.facts = session::facts_of(response);
  const auto page = oauth::parse_html(response.body, url);
  if (!page) return impossible("unclear: " + page.error());
  for (const auto& link : page->links) {
    if (!offers(link.text)) continue;
    result.facts["offer"] = link.text;
    result.facts["link"] = link.href;
  }
  for (const auto& form : page->forms) {
    for (const auto& field : form.fields) {
      if (result.facts.contains("offer") || !offers(field.label)) continue;
      result.facts["offer"] = field.label;
      result.facts["link"] = form.action;
    }
  }
  const bool found = response.status == 200 && result.facts.contains("offer");
  result.facts["accepted"] = found ? 1 : 0;
  result.disposition = found ? Disposition::accepted : Disposition::unclear;
  result.observed =
      found ? fmt::format("the application offers \"{}\"", result.facts.at("offer").get<std::string>())
            : fmt::format("unclear: status {}, no offer to sign in was found", response.status);
  return result;
}

}  // namespace oauthentic::verbs

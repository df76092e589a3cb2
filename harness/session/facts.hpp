#pragma once
// What a response says, as facts that scripts can ask about.
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "http/transport.hpp"
#include "oauth/encoding.hpp"

namespace oauthentic::session {

enum class Disposition {
  accepted,   ///< it took effect
  refused,    ///< it had no effect, and the peer said so
  unclear,    ///< an answer that is neither
  no_answer,  ///< transport error, 5xx or 429
};
std::string_view to_string(Disposition disposition);

struct StepResult {
  Disposition disposition = Disposition::unclear;
  std::string observed;              ///< for a person: "refused: status 400, invalid_grant"
  std::string place;                 ///< of a refusal: "page", "redirect", "json", "challenge" or "response"
  bool delivered = false;            ///< authorize: the user agent was sent to the redirect URI of the request
  bool credentials_refused = false;  ///< authorize: they were typed, and the provider asked for them again
  nlohmann::json facts = nlohmann::json::object();
  bool understood = true;  ///< false: the agent made nothing of what it was shown
};

enum class Body { read, left_out };
/// status, headers, media_type; and of the body: body, text, error..., duplicate_members, disclosed.
nlohmann::json facts_of(const Response& response, Body body = Body::read);

/// What looks like a stack trace, a database statement or a path within the server; only the first 256 KiB are
/// read.
std::vector<std::string> disclosures(std::string_view text);

/// If the answer decides nothing (transport error, 5xx, 429) says so in `result` and returns true. Of a 5xx the
/// facts are kept: that the server failed is a finding as well.
bool no_answer(const http::Answer& answer, StepResult& result);

/// Names to values; a repeated name keeps its first value.
nlohmann::json to_json(const oauth::Parameters& parameters);

}  // namespace oauthentic::session

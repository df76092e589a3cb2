#pragma once
// Why an honest step of the journey failed, from what it showed: nothing is sent for it.
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "run/finding.hpp"
#include "script/target.hpp"
#include "session/facts.hpp"

namespace oauthentic::run {

/// Steps of the journey, as the findings name them.
inline constexpr const char* kRequestStep = "authorization request";
inline constexpr const char* kSignInStep = "sign-in page";
inline constexpr const char* kCredentialsStep = "credentials";
inline constexpr const char* kConsentStep = "consent";
inline constexpr const char* kCodeStep = "code";
inline constexpr const char* kTokenStep = "token";
inline constexpr const char* kApiStep = "API";

/// One finding for each of authorization request, sign-in page, credentials, consent and code; those behind the
/// one that failed are "not tried".
Findings authorize_findings(const session::StepResult& result, const script::Target& target,
                            const script::Client& client);
/// Of a code that was just delivered.
Finding token_finding(const session::StepResult& result, const script::Client& client);
/// Of a token that was just issued. `step` names the API, `scope` is what it asks for, `granted` what the token
/// has.
Finding api_finding(const std::string& step, const session::StepResult& result, const std::string& scope,
                    const std::string& granted);

/// The failure of the step with that verb; nothing if the verb is none of the journey's.
std::optional<Finding> explain_step(const std::string& verb, const session::StepResult& result,
                                    const script::Target& target, const script::Client& client);

/// An answer that decides nothing: a transport error, a 5xx, or a 429, with advice for each.
Finding no_answer_finding(std::string step, const std::string& observed);

}  // namespace oauthentic::run

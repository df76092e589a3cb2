#pragma once
// What oauthentic init asks its user, apart from the terminal that it asks on.
#include <functional>
#include <string>

#include "script/target_text.hpp"

namespace oauthentic::cli {

/// A question and the answer that an empty line stands for; returns the answer.
using Ask = std::function<std::string(const std::string& question, const std::string& usual)>;

/// Asks for what is not known yet. `offers_registration`: the provider registers clients (RFC 7591), so that
/// none has to be there before.
void ask_for(script::TargetAnswers& answers, bool offers_registration, const Ask& ask);

/// How a secret of the command line is to stand in the file: a place holder as it is, anything else by
/// `usual`, so that no secret is written.
std::string as_placeholder(const std::string& given, const std::string& usual);

}  // namespace oauthentic::cli

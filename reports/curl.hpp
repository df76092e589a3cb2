#pragma once
// A request as a command that repeats it.
#include <string>
#include <string_view>
#include <vector>

#include "core/exchange.hpp"

namespace oauthentic::reports {

struct ShellCommand {
  std::string text;                    ///< plain ASCII, safe to paste into bash
  std::vector<std::string> variables;  ///< those that stand for redacted values, such as ACCESS_TOKEN_1
};

/// curl, or printf piped into nc or openssl where the exact octets matter. Redaction's tags (‹access_token#1›)
/// become shell variables.
ShellCommand repeat_command(const Request& request);

/// Quoted for bash: any octet but NUL survives, tags become "${VARIABLE}" and are added to `variables`.
std::string shell_quote(std::string_view text, std::vector<std::string>& variables);

}  // namespace oauthentic::reports

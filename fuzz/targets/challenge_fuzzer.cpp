// Property: challenges that parse can be written in the plain form of RFC 9110 §11.6.1 and are read from there
// as they were, and every parameter is found by its name in any case.
#include "core/message.hpp"
#include "fuzz/target.hpp"
#include "oauth/challenge.hpp"

namespace oauthentic::fuzz {

namespace {

std::string as_quoted_string(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string write(const std::vector<oauth::Challenge>& challenges) {
  std::string out;
  for (const auto& challenge : challenges) {
    if (!out.empty()) out += ", ";
    out += challenge.scheme;
    if (!challenge.token68.empty()) out += " " + challenge.token68;
    const char* separator = " ";
    for (const auto& [name, value] : challenge.parameters) {
      out += separator + name + "=" + as_quoted_string(value);
      separator = ", ";
    }
  }
  return out;
}

void check_finding(const oauth::Challenge& challenge) {
  for (const auto& parameter : challenge.parameters) {
    const auto lower = to_lower(parameter.name);
    const auto* found = challenge.find(lower);
    require(found && (challenge.count(lower) > 1 || *found == parameter.value),
            "a parameter is found by its name, with the value that is its own", parameter.name);
  }
}

}  // namespace

OAUTHENTIC_FUZZ_TARGET(challenge, input) {
  const auto challenges = oauth::parse_challenges(input);
  if (!challenges)
    return require(challenges.error().starts_with("octet "), "an error names its octet", challenges.error());
  for (const auto& challenge : *challenges) {
    require(!challenge.scheme.empty(), "a challenge has a scheme", input);
    require(challenge.token68.empty() || challenge.parameters.empty(), "token68 or parameters", input);
    check_finding(challenge);
  }
  const auto written = write(*challenges);
  if (written.size() > oauth::kMaxChallengeOctets) return;
  const auto again = oauth::parse_challenges(written);
  require(again && again->size() == challenges->size(), "as many challenges are read again", written);
  for (std::size_t i = 0; i < again->size(); ++i) {
    const auto& before = (*challenges)[i];
    const auto& after = (*again)[i];
    require(before.scheme == after.scheme && before.token68 == after.token68 &&
                before.parameters == after.parameters,
            "a challenge is read as it was written", written);
  }
}

}  // namespace oauthentic::fuzz

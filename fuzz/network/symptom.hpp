#pragma once
// What a provider must not show, whatever it is sent: the oracles of the network fuzzer.
#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/network/fingerprint.hpp"
#include "fuzz/network/unearned.hpp"

namespace oauthentic::fuzz {

enum class Oracle {
  server_error,      ///< 5xx
  no_answer,         ///< the connection ended without an answer, or with what is not HTTP
  hang,              ///< no answer within the time limit, or one that took many times what others take
  death,             ///< the provider takes no connections any more
  memory,            ///< its memory grows and does not shrink
  error_shape,       ///< an error that is none of RFC 6749 §5.2
  unearned,          ///< a token, code or resource for a request that was to be refused
  reflection,        ///< markup of the request stands unescaped in a page
  header_injection,  ///< a line break of the request became header fields
  foreign_redirect,  ///< the user agent is sent where the request, not the registration, says
  disclosure,        ///< a stack trace, database statement or path within the server
  echo,              ///< an error repeats a secret of the request
  evaluation,        ///< an expression of the request was computed
  encoding,          ///< the same request, written in another permitted way, is answered differently
};
inline constexpr std::size_t kOracles = 14;
std::string_view to_string(Oracle oracle);  ///< "server_error", ...

enum class Severity { low, medium, high };
std::string_view to_string(Severity severity);

struct OracleInfo {
  Oracle oracle;
  Severity severity;
  unsigned cwe;                  ///< Common Weakness Enumeration
  std::string_view requirement;  ///< that a finding violates
  std::string_view title;        ///< "The server fails on bad input"
  bool detail_tells = true;      ///< the symptom's detail names the mistake, whatever brought it about
};
const OracleInfo& info(Oracle oracle);

struct Symptom {
  Oracle oracle;
  std::size_t step = 0;  ///< of the input
  std::string detail;    ///< what exactly, without secrets; part of its identity: "wrong code_verifier"
  bool operator==(const Symptom&) const = default;
};

/// That of its oracle, or less.
Severity severity_of(const Symptom& symptom);

/// One request and what came of it.
struct Sent {
  Surface surface = Surface::code_token;
  Request request;
  http::Answer answer;
  std::chrono::microseconds duration{0};
  Fingerprint print;
  Entitlement right;
};

/// Canaries that the mutator plants and the oracles look for.
inline constexpr std::string_view kMarkup = "\"'><oa7f3a>";
inline constexpr std::string_view kInjectedField = "X-Oa7f3a";
inline constexpr std::string_view kForeignHost = "attacker.test";
inline constexpr std::string_view kProduct = "9801547";

/// What this answer shows; cheap enough for every answer. `slow`: from which duration on an answer is a hang.
std::vector<Symptom> symptoms_of(const Sent& sent, std::size_t step, std::chrono::microseconds slow);
/// What takes longer to see: for answers of a shape that is new.
std::vector<Symptom> disclosures_of(const Sent& sent, std::size_t step);

}  // namespace oauthentic::fuzz

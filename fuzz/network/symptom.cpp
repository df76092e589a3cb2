#include "fuzz/network/symptom.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "oauth/json_document.hpp"
#include "oauth/url.hpp"
#include "session/facts.hpp"

namespace oauthentic::fuzz {

namespace {

using enum Oracle;

constexpr std::array<OracleInfo, kOracles> kInfo = {{
    {server_error, Severity::medium, 755, "house-no-server-error", "The server fails on bad input", false},
    {no_answer, Severity::medium, 248, "house-every-request-answered", "The connection ends without an answer",
     false},
    {hang, Severity::medium, 1333, "house-every-request-answered", "The answer takes far longer than others",
     false},
    {death, Severity::high, 248, "house-every-request-answered", "The provider stops taking connections",
     false},
    {memory, Severity::medium, 770, "house-memory-bounded", "Memory grows with every such request", false},
    {error_shape, Severity::low, 393, "house-errors-in-shape", "An error is not in the form that clients read"},
    {unearned, Severity::high, 287, "house-malformed-requests-earn-nothing",
     "A request that was to be refused is served"},
    {reflection, Severity::high, 79, "house-input-escaped", "Markup of the request stands in the page"},
    {header_injection, Severity::high, 113, "house-input-escaped",
     "A line break of the request ends a header field"},
    {foreign_redirect, Severity::high, 601, "rfc6749-3.1.2.3-unregistered-uri-refused",
     "The user agent is sent to a host of the request's choice"},
    {disclosure, Severity::medium, 209, "house-no-internals-disclosed",
     "An answer discloses internals of the server"},
    {echo, Severity::medium, 532, "house-secrets-not-echoed", "An error repeats a secret of the request"},
    {evaluation, Severity::high, 917, "house-input-escaped", "An expression of the request is evaluated"},
    {encoding, Severity::low, 436, "house-encodings-equivalent",
     "One request, written in two permitted ways, is answered in two ways", false},
}};

constexpr std::array<std::string_view, kOracles> kNames = {
    "server_error",     "no_answer",        "hang",       "death",
    "memory",           "error_shape",      "unearned",   "reflection",
    "header_injection", "foreign_redirect", "disclosure", "echo",
    "evaluation",       "encoding"};

constexpr std::array<std::string_view, 8> kSecrets = {"code",          "code_verifier", "refresh_token",
                                                      "client_secret", "token",         "client_assertion",
                                                      "access_token",  "password"};
constexpr std::size_t kShortestSecret = 8;
constexpr std::size_t kLargestHead = 4000;

/// RFC 6749 §5.2 binds the endpoints that clients speak to.
bool tells_errors_in_json(Surface surface) {
  return is_token_surface(surface) || surface == Surface::introspection || surface == Surface::revocation ||
         surface == Surface::device_authorization || surface == Surface::pushed_authorization ||
         surface == Surface::registration;
}

/// Whoever asks for a page may get one.
bool takes_json(const Request& request) {
  const auto accept = request.headers.value("Accept");
  return accept.empty() || accept.find("*/*") != accept.npos || accept.find("json") != accept.npos ||
         accept.find("application/*") != accept.npos;
}

/// Nothing that a server refuses before OAuth begins: an odd request target, or a large head (RFC 9112 §3).
bool is_plain_http(const Request& request, const Reading& reading) {
  std::size_t head = request.url.size();
  for (const auto& field : request.headers)
    head += field.name.size() + field.value.size();
  return head < kLargestHead && request.url.find_first_of("[]") == std::string::npos &&
         std::ranges::find(reading.odd, "query") == reading.odd.end();
}

std::string wrong_shape(const Response& response) {
  const auto type = response.media_type();
  if (type != "application/json" && !type.ends_with("+json"))
    return fmt::format("status {} with {}", response.status, type.empty() ? "no media type" : type);
  const auto body = oauth::parse_json(response.body);
  if (!body) return fmt::format("status {} with a body that is no JSON", response.status);
  const auto& error = oauth::member(*body, "error");
  if (!error.is_string() || error.get_ref<const std::string&>().empty())
    return fmt::format("status {} without the member error", response.status);
  if (!oauth::is_nqschar(error.get_ref<const std::string&>()))
    return "error has characters that are not permitted";
  const auto& text = oauth::member(*body, "error_description");
  if (text.is_string() && !oauth::is_nqschar(text.get_ref<const std::string&>()))
    return "error_description has characters that are not permitted";
  return {};
}

bool is_page(const Response& response) {
  const auto type = response.media_type();
  return type.empty() || type == "text/html" || type == "application/xhtml+xml";
}

/// Where a browser goes: backslashes are slashes, and what stands before the last @ is no host.
std::string_view host_of(std::string_view location) {
  const auto slashes = location.find_first_of("/\\");
  if (slashes == location.npos || slashes + 1 >= location.size()) return {};
  if (location[slashes + 1] != '/' && location[slashes + 1] != '\\') return {};
  auto rest = location.substr(slashes + 2);
  rest = rest.substr(0, rest.find_first_of("/\\?#"));
  if (const auto at = rest.rfind('@'); at != rest.npos) rest = rest.substr(at + 1);
  return rest.substr(0, rest.find(':'));
}

bool leads_astray(const Response& response) {
  const auto host = to_lower(host_of(response.headers.value("Location")));
  return host == kForeignHost || host.ends_with("." + std::string(kForeignHost));
}

/// No other parameter says the same: then it may be that one which is repeated.
bool stands_alone(const Reading& reading, const oauth::Parameter& secret) {
  for (const auto* parameters : {&reading.body, &reading.query}) {
    for (const auto& other : *parameters) {
      if (&other != &secret && other.value.find(secret.value) != std::string::npos) return false;
    }
  }
  return true;
}

/// The name of a secret parameter of the request whose value the body repeats.
std::string_view echoed(const Reading& reading, const std::string& body) {
  for (const auto* parameters : {&reading.body, &reading.query}) {
    for (const auto& parameter : *parameters) {
      const auto known = std::ranges::find(kSecrets, parameter.name);
      const bool telling = parameter.value.size() >= kShortestSecret &&
                           parameter.value.find_first_of("0123456789") != std::string::npos;
      if (known != kSecrets.end() && telling && stands_alone(reading, parameter) &&
          body.find(parameter.value) != std::string::npos)
        return *known;
    }
  }
  return {};
}

class Examination {
 public:
  Examination(const Sent& sent, std::size_t step) : sent_(sent), step_(step) {}

  std::vector<Symptom> run(std::chrono::microseconds slow) {
    if (const auto* error = std::get_if<TransportError>(&sent_.answer)) {
      transport(*error);
      return std::move(found_);
    }
    const auto& response = std::get<Response>(sent_.answer);
    if (sent_.duration >= slow) say(hang, "slow");
    // RFC 9110 §15.6: what is not implemented, and what is put off, is no failure.
    if (response.status >= 500 && response.status != 501 && response.status != 505 && response.status != 503)
      say(server_error, fmt::format("status {}", response.status));
    const auto& method = sent_.request.method;
    const bool asks = method != "OPTIONS" && method != "HEAD" && method != "TRACE";
    if (asks && is_success(sent_.surface, response) &&
        (sent_.surface != Surface::authorization || delivers(response)))
      served();
    planted(response);
    if (response.status >= 400 && method != "HEAD") refused(response);
    return std::move(found_);
  }

 private:
  void say(Oracle oracle, std::string detail) { found_.push_back({oracle, step_, std::move(detail)}); }

  void transport(const TransportError& error) {
    using Kind = TransportError::Kind;
    if (error.kind == Kind::timeout) say(hang, "no answer within the time limit");
    if (error.kind == Kind::reset) say(no_answer, "closed");
    if (error.kind == Kind::malformed) say(no_answer, "what came is not HTTP");
    if (error.kind == Kind::connect) say(death, "connection refused");
    if (error.kind == Kind::too_large) say(no_answer, "the answer is over the limit");
  }

  /// The code goes to where the request or the registration says, and is none that the request brought along.
  bool delivers(const Response& response) const {
    const auto location = response.headers.value("Location");
    const auto code = std::string(oauth::value(oauth::query_of(location), "code"));
    const auto where = oauth::without_query(location);
    const auto reading = read_strictly(sent_.request);
    const auto sent_to = [&](const oauth::Parameters& all) {
      const auto uri = oauth::value(all, "redirect_uri");
      return !uri.empty() && oauth::without_query(uri) == where;
    };
    return sent_.request.url.find(code) == std::string::npos &&
           sent_.request.body.find(code) == std::string::npos &&
           (where == oauth::without_query(sent_.right.redirect_uri) || sent_to(reading.query) ||
            sent_to(reading.body));
  }

  void served() {
    const auto why = fuzz::unearned(sent_.surface, sent_.request, sent_.right);
    if (!why.empty()) say(Oracle::unearned, why.front());
  }

  void planted(const Response& response) {
    if (response.headers.has(kInjectedField)) say(header_injection, "a field of the request");
    if (response.status >= 300 && response.status < 400 && leads_astray(response))
      say(foreign_redirect, "Location");
    if (response.body.find("<oa7f3a") != std::string::npos && is_page(response)) say(reflection, "page");
    const auto& location = response.headers.value("Location");
    if ((response.body.find(kProduct) != std::string::npos || location.find(kProduct) != location.npos) &&
        sent_.request.body.find(kProduct) == std::string::npos &&
        sent_.request.url.find(kProduct) == std::string::npos)
      say(evaluation, "the product");
  }

  void refused(const Response& response) {
    const auto reading = read_strictly(sent_.request);
    if ((response.status == 400 || response.status == 401) && tells_errors_in_json(sent_.surface) &&
        sent_.request.method == "POST" && takes_json(sent_.request) && is_plain_http(sent_.request, reading)) {
      if (auto wrong = wrong_shape(response); !wrong.empty()) say(error_shape, std::move(wrong));
    }
    if (const auto name = echoed(reading, response.body); !name.empty()) say(echo, std::string(name));
  }

  const Sent& sent_;
  std::size_t step_;
  std::vector<Symptom> found_;
};

}  // namespace

std::string_view to_string(Oracle oracle) {
  return kNames[static_cast<std::size_t>(oracle)];
}

std::string_view to_string(Severity severity) {
  constexpr std::string_view kWords[] = {"low", "medium", "high"};
  return kWords[static_cast<std::size_t>(severity)];
}

const OracleInfo& info(Oracle oracle) {
  return kInfo[static_cast<std::size_t>(oracle)];
}

Severity severity_of(const Symptom& symptom) {
  if (symptom.oracle != Oracle::unearned) return info(symptom.oracle).severity;
  // How a request came is a lesser matter than whether its sender had a right to what it got.
  for (const std::string_view formal :
       {"repeated", "credentials in several places", "method", "media type", "wrong grant_type"}) {
    if (symptom.detail.starts_with(formal)) return Severity::medium;
  }
  return symptom.detail.ends_with("in the query") ? Severity::medium : Severity::high;
}

std::vector<Symptom> symptoms_of(const Sent& sent, std::size_t step, std::chrono::microseconds slow) {
  return Examination(sent, step).run(slow);
}

std::vector<Symptom> disclosures_of(const Sent& sent, std::size_t step) {
  const auto* response = std::get_if<Response>(&sent.answer);
  std::vector<Symptom> found;
  if (!response) return found;
  for (const auto& what : session::disclosures(response->body))
    found.push_back({disclosure, step, what});
  return found;
}

}  // namespace oauthentic::fuzz

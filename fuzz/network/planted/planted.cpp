#include "fuzz/network/planted/planted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "oauth/client_authentication.hpp"
#include "oauth/encoding.hpp"
#include "oauth/json_document.hpp"
#include "oauth/url.hpp"

namespace oauthentic::fuzz {

namespace {

using mock::Fault;

Response answer(int status, std::string type, std::string body) {
  Response response;
  response.status = status;
  response.reason = status == 500 ? "Internal Server Error" : "Bad Request";
  response.headers = {{"Content-Type", std::move(type)}, {"Cache-Control", "no-store"}};
  response.body = std::move(body);
  return response;
}

Response refusal(std::string_view error, std::string_view description) {
  return answer(400, "application/json", oauth::dump({{"error", error}, {"error_description", description}}));
}

Response failure() {
  return answer(500, "text/plain", "the server failed\n");
}

bool has_bad_escape(std::string_view text) {
  for (auto at = text.find('%'); at != text.npos; at = text.find('%', at + 1)) {
    const auto hex = text.substr(at + 1, 2);
    if (hex.size() < 2 || !std::ranges::all_of(hex, [](unsigned char c) { return std::isxdigit(c); }))
      return true;
  }
  return false;
}

/// The value of the parameter charset of a Content-Type; empty if there is none.
std::string charset_of(std::string_view type) {
  const auto lower = to_lower(type);
  const auto at = lower.find("charset=");
  return at == lower.npos ? std::string() : lower.substr(at + 8);
}

bool is_utf8_name(std::string_view charset) {
  return charset.empty() || charset == "utf-8" || charset == "\"utf-8\"";
}

/// "${A*B}" computed; empty if there is no such expression.
std::string product_in(std::string_view text) {
  const auto begin = text.find("${");
  const auto star = begin == text.npos ? begin : text.find('*', begin);
  const auto end = star == text.npos ? star : text.find('}', star);
  if (end == text.npos) return {};
  long long a = 0, b = 0;
  std::from_chars(text.data() + begin + 2, text.data() + star, a);
  std::from_chars(text.data() + star + 1, text.data() + end, b);
  return std::to_string(a * b);
}

/// A request to the token endpoint, read once.
class TokenRequest {
 public:
  TokenRequest(const Request& request, const std::map<std::string, std::string>& secrets)
      : request_(request),
        secrets_(secrets),
        form_(oauth::form_decode_leniently(request.body)),
        type_(request.headers.value("Content-Type")) {}

  /// What a mistake answers, or nothing if the honest server is to.
  std::optional<Response> answer_of_mistake() const {
    if (has_bad_escape(request_.body)) return failure();
    if (oauth::value(form_, "code").find('\0') != std::string_view::npos) return failure();
    if (!is_utf8_name(charset_of(type_))) return failure();
    if (type_.starts_with("application/json")) return answer(400, "text/html", "<h1>Unexpected token</h1>");
    if (request_.method == "POST" && request_.body.empty()) return failure();
    if (auto found = names()) return found;
    if (auto found = credentials()) return found;
    if (auto found = values()) return found;
    return combinations();
  }

  /// The request as the mistakes of reading make it.
  Request misread() const {
    auto out = request_;
    auto form = form_;
    bool changed = operator_for_secret(form);
    // The first of several counts.
    std::set<std::string> seen;
    changed = std::erase_if(form,
                            [&](const auto& one) {
                              return (one.name == "grant_type" || one.name == "code") &&
                                     !seen.insert(one.name).second;
                            }) > 0 ||
              changed;
    if (changed) out.body = oauth::form_encode(form);
    const auto field = std::string(request_.headers.value("Authorization"));
    if (field.starts_with("Basic ")) {
      // What follows the Base64 is skipped.
      const auto end =
          field.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=", 6);
      if (end != std::string::npos) out.headers.set("Authorization", field.substr(0, end));
    }
    return out;
  }

 private:
  std::optional<Response> names() const {
    for (const auto& parameter : form_) {
      if (std::ranges::count(parameter.name, '[') > 30) {
        std::this_thread::sleep_for(std::chrono::seconds(2));
        return refusal("invalid_request", "nested too deep");
      }
      if (parameter.name.ends_with("[]"))
        return answer(400, "text/plain", "TypeError: not a string\n  at parse (/srv/app/token.js:41:7)\n");
    }
    return std::nullopt;
  }

  std::optional<Response> credentials() const {
    const auto field = request_.headers.value("Authorization");
    if (!field.starts_with("Basic ")) return std::nullopt;
    const auto text = oauth::base64_decode(field.substr(6));
    if (text && text->find(':') == std::string::npos) return failure();
    const auto basic = oauth::parse_basic(field);
    if (basic && basic->user.find('\'') != std::string::npos)
      return refusal("invalid_request", "SQLSTATE[42601]: syntax error at or near the identifier");
    return std::nullopt;
  }

  std::optional<Response> values() const {
    const auto code = oauth::value(form_, "code");
    if (code.starts_with("oa7f3a-")) return refusal("invalid_grant", fmt::format("no such code: {}", code));
    const auto product = product_in(oauth::value(form_, "scope"));
    if (!product.empty()) return refusal("invalid_scope", fmt::format("unknown scope {}", product));
    return std::nullopt;
  }

  /// Mistakes that several conditions make up: each is told of in its own words, as validation goes on.
  std::optional<Response> combinations() const {
    const auto grant = oauth::value(form_, "grant_type");
    const bool tab = oauth::value(form_, "scope").find('\t') != std::string_view::npos;
    if (grant == "refresh_token" && tab) {
      return charset_of(type_).empty() ? refusal("invalid_scope", "a tab in scope") : failure();
    }
    if (grant != "client_credentials") return std::nullopt;
    const bool twice = oauth::count(form_, "scope") > 1;
    const bool fragment = oauth::value(form_, "resource").find('#') != std::string_view::npos;
    const auto accept = request_.headers.value("Accept");
    const bool page = accept.find("html") != std::string_view::npos;
    if (twice && fragment && page) return failure();
    if (twice && fragment) return refusal("invalid_request", "scope twice, and a fragment");
    if (fragment) return refusal("invalid_target", "a fragment in resource");
    return std::nullopt;
  }

  /// client_secret[$ne]=x: whatever is not x.
  bool operator_for_secret(oauth::Parameters& form) const {
    const auto at = std::ranges::find(form, "client_secret[$ne]", &oauth::Parameter::name);
    const auto secret = secrets_.find(std::string(oauth::value(form, "client_id")));
    if (at == form.end() || secret == secrets_.end()) return false;
    *at = {"client_secret", secret->second};
    return true;
  }

  const Request& request_;
  const std::map<std::string, std::string>& secrets_;
  oauth::Parameters form_;
  std::string type_;
};

Response at_authorization(const Request& request, const http::Handler& honest) {
  const auto query = oauth::query_of(request.url);
  if (const auto shown = oauth::value(query, "ui_locales"); shown.find('<') != std::string_view::npos)
    return answer(400, "text/html", fmt::format("<p>No such language: {}</p>", shown));
  auto response = honest(request);
  const auto state = oauth::value(query, "state");
  if (const auto line = state.find('\n'); line != std::string_view::npos && response.headers.has("Location")) {
    const auto field = state.substr(line + 1, state.find_first_of("\r\n", line + 1) - line - 1);
    if (const auto colon = field.find(':'); colon != std::string_view::npos && colon > 0)
      response.headers.add(std::string(trim(field.substr(0, colon))),
                           std::string(trim(field.substr(colon + 1))));
  }
  return response;
}

/// Long hints are kept, in memory that is never freed.
void remember_hint(std::string_view hint) {
  static std::mutex mutex;
  static std::vector<std::string> kept;
  constexpr std::size_t kMost = 600;
  const std::lock_guard lock(mutex);
  if (hint.size() > 500 && kept.size() < kMost) kept.emplace_back(512 * 1024, 'x');
}

/// A blank behind the token, and what follows it, does not count.
Response at_introspection(Request request, const http::Handler& honest) {
  auto form = oauth::form_decode_leniently(request.body);
  remember_hint(oauth::value(form, "token_type_hint"));
  for (auto& parameter : form) {
    if (parameter.name == "token") parameter.value = parameter.value.substr(0, parameter.value.find(' '));
  }
  if (form != oauth::form_decode_leniently(request.body)) request.body = oauth::form_encode(form);
  return honest(request);
}

bool at_token(const Finding& finding) {
  return is_token_surface(finding.surface);
}

bool caused_by(const Finding& finding, std::string_view text) {
  return std::ranges::any_of(finding.causes,
                             [&](const std::string& cause) { return cause.find(text) != cause.npos; });
}

/// A failure of the token endpoint with all of these among its causes.
std::function<bool(const Finding&)> fails_by(std::vector<std::string> causes) {
  return [causes = std::move(causes)](const Finding& finding) {
    return finding.symptom.oracle == Oracle::server_error && at_token(finding) &&
           std::ranges::all_of(causes, [&](const auto& cause) { return caused_by(finding, cause); });
  };
}

std::function<bool(const Finding&)> shows(Oracle oracle, std::string detail = "") {
  return [oracle, detail = std::move(detail)](const Finding& finding) {
    return finding.symptom.oracle == oracle && finding.symptom.detail.find(detail) != std::string::npos;
  };
}

std::function<bool(const Finding&)> earns(std::string detail, Surface surface = Surface::code_token) {
  return [detail = std::move(detail), surface](const Finding& finding) {
    return finding.symptom.oracle == Oracle::unearned && finding.symptom.detail == detail &&
           (finding.surface == surface || (at_token(finding) && is_token_surface(surface)));
  };
}

}  // namespace

const std::vector<Plant>& plants() {
  static const std::vector<Plant> all = {
      {"bad_escape", "a percent sign without two digits in a token request", 1, fails_by({"percent"})},
      {"nul_in_code", "a NUL octet in code", 1, fails_by({"code", "nul"})},
      {"charset", "a charset that is not utf-8", 1, fails_by({"content type"})},
      {"json_page", "a JSON body", 1, shows(Oracle::error_shape, "text/html")},
      {"empty_post", "a token request without a body", 1, fails_by({"no "})},
      {"brackets", "a parameter's name that ends in []", 1, shows(Oracle::disclosure, "source file")},
      {"deep_brackets", "a parameter's name with more than thirty brackets", 1, shows(Oracle::hang)},
      {"basic_without_colon", "HTTP Basic without a colon", 1, fails_by({"header Authorization"})},
      {"quoted_user", "a quotation mark in the user of HTTP Basic", 1, shows(Oracle::disclosure, "SQLSTATE")},
      {"behind_basic", "anything behind the Base64 of HTTP Basic", 1, earns("malformed authorization")},
      {"repeated", "grant_type or code twice", 1, earns("repeated grant_type")},
      {"operator", "client_secret[$ne] in place of client_secret", 2, earns("no client_secret")},
      {"code_echo", "an unknown code of a certain form", 1, shows(Oracle::echo)},
      {"expression", "an expression in scope", 1, shows(Oracle::evaluation)},
      {"markup", "markup in ui_locales", 1, shows(Oracle::reflection)},
      {"header_line", "a line break in state, with a field behind it", 1, shows(Oracle::header_injection)},
      {"introspection_blank", "a blank behind a token", 1, earns("wrong token", Surface::introspection)},
      {"memory", "a long token_type_hint at introspection", 1, shows(Oracle::memory)},
      {"refresh_tab", "refresh_token, a tab in scope, a charset", 3, fails_by({"tab", "content type"})},
      {"four", "client_credentials, scope twice, a fragment in resource, Accept: text/html", 4,
       fails_by({"repeated scope", "resource", "header Accept"})},
      {"no_verifier", "code_verifier left out", 1, earns("no code_verifier")},
      {"get", "a token request by GET", 2, earns("method GET")},
      {"secret_cut", "client_secret without its last character", 1, earns("wrong client_secret")},
      {"code_again", "a code twice", 2, earns("code that is used up")},
      {"revoked", "a refresh token that was revoked", 2, earns("refresh_token that is used up")},
  };
  return all;
}

mock::FaultSet planted_faults() {
  mock::FaultSet faults;
  for (const auto fault : {Fault::verifier_not_required, Fault::token_get_accepted, Fault::secret_cut_accepted,
                           Fault::code_reusable, Fault::code_replay_spares_access_token,
                           Fault::refresh_token_revocation_ineffective})
    faults.add(fault);
  return faults;
}

http::Handler planted(http::Handler honest, std::map<std::string, std::string> secrets) {
  return [honest = std::move(honest), secrets = std::move(secrets)](const Request& request) {
    const auto path = oauth::without_query(request.url);
    if (path.ends_with("/authorize")) return at_authorization(request, honest);
    if (path.ends_with("/introspect")) return at_introspection(request, honest);
    if (!path.ends_with("/token")) return honest(request);
    const TokenRequest token(request, secrets);
    if (auto response = token.answer_of_mistake()) return std::move(*response);
    return honest(token.misread());
  };
}

}  // namespace oauthentic::fuzz

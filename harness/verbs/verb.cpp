#include "verbs/verb.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <set>
#include <utility>

#include "oauth/json_document.hpp"

namespace oauthentic::verbs {

using nlohmann::json;
using session::HarnessError;
using session::StepResult;

namespace {

/// Parameters whose values are secrets wherever they turn up again.
constexpr std::array kSecretParameters = {"code",
                                          "code_verifier",
                                          "access_token",
                                          "refresh_token",
                                          "client_secret",
                                          "client_assertion",
                                          "password",
                                          "token",
                                          "device_code",
                                          "id_token_hint",
                                          "registration_access_token"};

}  // namespace

std::string Call::text(std::string_view argument) const {
  const auto at = arguments.find(argument);
  if (at == arguments.end() || at->is_null()) return {};
  return at->is_string() ? at->get<std::string>() : oauth::dump(*at);
}

Perform find(std::string_view verb) {
  static constexpr std::pair<std::string_view, Perform> kAll[] = {
      {"authorize", authorize},
      {"redeem", redeem},
      {"refresh", refresh},
      {"request_token", request_token},
      {"call_api", call_api},
      {"userinfo", userinfo},
      {"introspect", introspect},
      {"revoke", revoke},
      {"fetch_metadata", fetch_metadata},
      {"fetch_jwks", fetch_jwks},
      {"offer_sign_in", offer_sign_in},
      {"register", register_client},
      {"read_registration", read_registration},
      {"unregister", unregister},
      {"wait", wait},
  };
  for (const auto& [name, perform] : kAll) {
    if (name == verb) return perform;
  }
  return nullptr;
}

Sent send(session::Session& session, const Call& call, const session::Draft& draft) {
  const auto composed = session::compose(session, draft, call.deviation);
  for (const auto& parameter : composed.parameters) {
    for (const auto* name : kSecretParameters) {
      if (parameter.name == name) session.secret(name, parameter.value);
    }
  }
  Sent sent;
  sent.parameters = session::to_json(composed.parameters);
  if (composed.copies > 1) {
    sent.answers =
        session.send_together(call.step->name, std::vector<Request>(composed.copies, composed.request));
  } else {
    sent.answers.push_back(session.send(call.step->name, composed.request));
  }
  return sent;
}

void note_request(session::Session& session, const Call& call, const session::Draft& draft, const Sent& sent,
                  json& facts) {
  constexpr std::size_t kShortest = 8;  // what is shorter stands in a text by chance
  facts["request"] = sent.parameters;
  const auto answer = oauth::string_member(facts, "text");
  std::set<std::string> echoed;
  const auto look_for = [&](const char* name, const std::string& value) {
    if (value.size() >= kShortest && answer.find(value) != std::string::npos) echoed.insert(name);
  };
  // A refresh that is served may return the token that bought it (RFC 6749 §6).
  const auto issued = facts.value("status", 0) == 200
                          ? oauth::string_member(oauth::member(facts, "body"), "refresh_token")
                          : std::string();
  for (const auto* name : kSecretParameters) {
    const auto value = oauth::string_member(sent.parameters, name);
    if (issued.empty() || value != issued) look_for(name, value);
  }
  const auto* client = draft.client;
  if (call.deviation.contains("client"))
    client = session.world().client(oauth::string_member(call.deviation, "client"));
  if (client) {
    look_for("client_secret", client->client_secret);
    const auto& proof = oauth::member(call.deviation, "authentication");
    look_for("client_secret", oauth::string_member(proof, "client_secret"));
    const auto method = oauth::string_member(proof, "method");
    facts["client_authentication"] = method.empty() ? std::string(to_string(client->authentication)) : method;
  }
  facts["echoed"] = echoed;
}

const script::Client& client_of(session::Session& session, const Call& call) {
  if (!call.has("client")) return *session.grant(call.step->instance).client;
  const auto* client = session.world().client(call.text("client"));
  if (!client) throw HarnessError(fmt::format("the target file names no client \"{}\"", call.text("client")));
  return *client;
}

StepResult impossible(std::string why) {
  StepResult result;
  result.observed = std::move(why);
  return result;
}

void refuse_by_json(StepResult& result) {
  const auto error = oauth::string_member(result.facts, "error");
  result.disposition = session::Disposition::refused;
  result.place = error.empty() ? "response" : "json";
  result.observed = fmt::format("refused: status {}, {}", result.facts.value("status", 0),
                                error.empty() ? "no error code" : error);
}

StepResult wait(session::Session& session, const Call& call) {
  const auto text = call.text("for");
  long seconds = -1;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const std::string_view rest(parsed.ptr, static_cast<std::size_t>(text.data() + text.size() - parsed.ptr));
  if (parsed.ec != std::errc() || seconds < 0 || (!rest.empty() && rest != "s")) {
    throw HarnessError(fmt::format("wait: \"{}\" is no number of seconds", text));
  }
  if (const auto& most = oauth::member(call.arguments, "at_most"); most.is_number() && most < seconds) {
    return impossible(fmt::format("{} s are longer than is waited for", seconds));
  }
  session.wait(std::chrono::seconds(seconds));
  StepResult result;
  result.disposition = session::Disposition::accepted;
  result.observed = fmt::format("{} s passed", seconds);
  return result;
}

}  // namespace oauthentic::verbs

// What a finding is repeated with, in the forms that a developer can paste.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "fuzz/network/finding.hpp"
#include "http/wire.hpp"
#include "oauth/json_document.hpp"
#include "reports/curl.hpp"

namespace oauthentic::fuzz {

using nlohmann::json;

namespace {

std::string heading(const Finding& finding, std::string_view mark) {
  std::string out;
  const auto line = [&](const std::string& text) { out += std::string(mark) + " " + text + "\n"; };
  line(fmt::format("{} ({})", info(finding.symptom.oracle).title, finding.id));
  line(fmt::format("{}: {}; seen {} of {} times, {}", to_string(finding.surface), finding.symptom.detail,
                   finding.seen, finding.tried, finding.observed));
  if (!finding.causes.empty()) line(fmt::format("caused by: {}", fmt::join(finding.causes, "; ")));
  return out;
}

/// The verb of the script language that sends this request; empty if there is none.
std::string_view verb_of(Surface surface) {
  switch (surface) {
    case Surface::code_token:
      return "redeem";
    case Surface::refresh_token:
      return "refresh";
    case Surface::client_token:
      return "request_token";
    case Surface::authorization:
      return "authorize";
    default:
      return {};
  }
}

std::string_view flow_of(Surface surface) {
  if (surface == Surface::refresh_token) return "refresh";
  if (surface == Surface::client_token) return "client_credentials";
  return "authorization_code";
}

/// A placeholder of ours as one of the script language.
std::string script_text(std::string text) {
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"{{code}}", "{{authorize.code}}"},
      {"{{code_verifier}}", "{{authorize.request.code_verifier}}"},
      {"{{scope}}", "{{client.scope}}"},
      {"{{redirect_origin}}", "http://127.0.0.1"},
      {"{{redirect_path}}", "/callback"},
      {"{{state}}", "{{random.word}}"},
      {"{{code_challenge}}", "{{random.word}}"},
      {"{{redirect_uri}}", "{{client.redirect_uri}}"},
      {"{{client_id}}", "{{client.client_id}}"},
      {"{{client_secret}}", "{{client.client_secret}}"},
      {"{{access_token}}", "{{redeem.access_token}}"},
      {"{{refresh_token}}", "{{redeem.refresh_token}}"}};
  for (const auto& [ours, theirs] : kNames) {
    for (auto at = text.find(ours); at != text.npos; at = text.find(ours, at + theirs.size()))
      text.replace(at, ours.size(), theirs);
  }
  return text;
}

/// What the honest request of the flow says as well.
bool is_usual(const Part& part) {
  constexpr std::pair<std::string_view, std::string_view> kUsual[] = {
      {"grant_type", "authorization_code"}, {"grant_type", "refresh_token"},
      {"grant_type", "client_credentials"}, {"response_type", "code"},
      {"code_challenge_method", "S256"},    {"token", "{{access_token}}"},
      {"token_type_hint", "access_token"}};
  return !part.raw && (part.value == "{{" + part.name + "}}" ||
                       std::ranges::find(kUsual, std::pair<std::string_view, std::string_view>(
                                                     part.name, part.value)) != std::end(kUsual));
}

/// The names of the labels "no NAME".
json removed(const std::vector<std::string>& causes) {
  json out = json::array();
  for (const auto& cause : causes) {
    if (cause.starts_with("no ") && !cause.starts_with("no header ")) out.push_back(cause.substr(3));
  }
  return out;
}

/// The step as a deviation. `lost` is told what the script language has no words for.
json deviation_of(const Step& step, std::vector<std::string>& lost) {
  json out = json::object();
  std::vector<std::string> seen;
  for (const auto& part : step.parts) {
    const bool again = std::ranges::find(seen, part.name) != seen.end();
    if (!again) seen.push_back(part.name);
    if (is_usual(part) && !again) continue;
    const auto value = script_text(part.value);
    for (const std::string_view filter : {"|cut}}", "|half}}", "|upper}}", "|twice}}"}) {
      if (value.find(filter) != value.npos) lost.emplace_back("an altered secret");
    }
    if (part.raw) {
      out["append"] = out.value("append", "") + "&" + part.name + "=" + value;
    } else {
      out[again ? "repeat" : "set"][part.name] = value;
    }
  }
  if (step.method != "POST" && step.method != "GET") out["method"] = step.method;
  if (step.coding == Coding::json) out["encoding"] = "json";
  if (step.coding == Coding::multipart) out["encoding"] = "multipart";
  if (step.framing != Framing::length) out["framing"] = to_string(step.framing);
  if (!step.content_type.empty()) out["content_type"] = step.content_type;
  if (!step.tail.empty()) out["append"] = out.value("append", "") + step.tail;
  for (const auto& header : step.headers) {
    if (iequals(header.name, "Authorization")) lost.emplace_back("the field Authorization");
    out["headers"][header.name] = script_text(header.value);
  }
  if (step.basic && (step.user != "{{client_id}}" || step.password != "{{client_secret}}")) {
    out["authentication"] = {{"method", "client_secret_basic"},
                             {"client_id", script_text(step.user)},
                             {"client_secret", script_text(step.password)}};
  }
  if (step.basic && (step.scheme != "Basic " || !step.behind.empty())) lost.push_back("the form of HTTP Basic");
  if (step.escapes != Escapes::usual) lost.push_back("the way of escaping");
  if (step.client != step.grant) lost.push_back("the grant of another client");
  return out;
}

std::string expectation_of(Oracle oracle) {
  switch (oracle) {
    case Oracle::unearned:
      return "refused";
    case Oracle::disclosure:
      return "{ is: answered, disclosed: [] }";
    case Oracle::echo:
      return "{ is: answered, echoed: [] }";
    default:
      return "{ is: answered, status: { at_most: 499 } }";
  }
}

/// What the answer must not hold.
std::string_view forbidden(const Symptom& symptom) {
  switch (symptom.oracle) {
    case Oracle::unearned:
      return "\\\"access_token\\\"";
    case Oracle::reflection:
      return "<oa7f3a";
    case Oracle::header_injection:
      return kInjectedField;
    case Oracle::foreign_redirect:
      return kForeignHost;
    case Oracle::evaluation:
      return kProduct;
    case Oracle::error_shape:
      return "text/html";
    default:
      return "HTTP/1.1 5";
  }
}

std::string escaped(std::string_view octets) {
  std::string out;
  for (const unsigned char c : octets) {
    if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n\"\n    \"";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c >= 0x20 && c < 0x7F && c != '?') {
      out += static_cast<char>(c);
    } else {
      out += fmt::format("\\{:03o}", c);
    }
  }
  return out;
}

}  // namespace

std::string as_curl(const Finding& finding) {
  std::string out = "#!/usr/bin/env bash\n" + heading(finding, "#");
  std::vector<std::string> variables;
  std::string commands;
  for (const auto& exchange : finding.exchanges) {
    const auto command = reports::repeat_command(exchange.request);
    for (const auto& name : command.variables) {
      if (std::ranges::find(variables, name) == variables.end()) variables.push_back(name);
    }
    commands += "\n" + command.text + "\n";
  }
  for (const auto& name : variables)
    out += fmt::format(": \"${{{0}:?set {0} to a fresh value}}\"\n", name);
  return out + commands;
}

std::string as_octets(const Finding& finding) {
  std::string out;
  for (const auto& exchange : finding.exchanges)
    out += http::serialise(exchange.request);
  return out;
}

std::string as_scenario(const Finding& finding) {
  std::string out = heading(finding, "#");
  std::vector<std::string> lost;
  std::string flow(flow_of(finding.surface));
  const auto& last = finding.input.steps.back();
  const auto verb = verb_of(last.surface);
  const auto oracle = finding.symptom.oracle;
  if (verb.empty()) lost.emplace_back("this endpoint");
  if (oracle != Oracle::server_error && oracle != Oracle::unearned && oracle != Oracle::disclosure &&
      oracle != Oracle::echo)
    lost.emplace_back("this kind of finding");
  if (finding.input.steps.size() > 1) lost.emplace_back("the steps before the last");
  if (std::ranges::find(finding.causes, "basic left out") != finding.causes.end())
    lost.emplace_back("credentials that are left out");
  auto deviation = deviation_of(last, lost);
  if (auto names = removed(finding.causes); !names.empty()) deviation["remove"] = std::move(names);
  if (!lost.empty()) {
    // Half a scenario would accuse a server that is right, or acquit one that is not.
    return out +
           fmt::format("# Not to be said in the script language: {}. Use: oauthentic replay finding.json\n",
                       fmt::join(lost, ", "));
  }
  out += fmt::format(
      "topic: fuzz\ntitle: Found by fuzzing\nscenarios:\n- id: {}\n  title: {}\n  proves: {}\n  flow: {}\n",
      finding.id, info(finding.symptom.oracle).title, info(finding.symptom.oracle).requirement, flow);
  out += fmt::format("  client: {}\n", last.client);
  out += fmt::format("  deviate: {{ {}: {} }}\n", verb, oauth::dump(deviation));
  return out + fmt::format("  expect: {{ {}: {} }}\n", verb, expectation_of(finding.symptom.oracle));
}

std::string as_test(const Finding& finding) {
  std::string name = "Fuzz";
  for (const char c : finding.id)
    name += std::isalnum(static_cast<unsigned char>(c)) ? std::string(1, c) : std::string();
  std::string out = heading(finding, "//");
  out +=
      "// Values in guillemets are secrets that were taken out: put fresh ones in their place.\n"
      "#include <gtest/gtest.h>\n\n#include <string>\n\n"
      "std::string answer(const std::string& request);  // yours: request octets to response octets\n\n";
  out += fmt::format("TEST(Regression, {}) {{\n", name);
  for (std::size_t i = 0; i < finding.exchanges.size(); ++i) {
    out += fmt::format(
        "  const std::string request_{0}(\n    \"{1}\");\n  const auto response_{0} = answer(request_{0});\n",
        i + 1, escaped(http::serialise(finding.exchanges[i].request)));
  }
  out += fmt::format("  // It was: {}\n", finding.observed);
  out += fmt::format("  EXPECT_EQ(response_{}.find(\"{}\"), std::string::npos);\n}}\n",
                     finding.exchanges.size(), forbidden(finding.symptom));
  return out;
}

}  // namespace oauthentic::fuzz

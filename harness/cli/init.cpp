// oauthentic init
#include "cli/init.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/open_world.hpp"
#include "cli/outputs.hpp"
#include "cli/preset_choice.hpp"
#include "cli/streams.hpp"
#include "core/message.hpp"
#include "http/beast_client.hpp"
#include "session/provider_search.hpp"

namespace oauthentic::cli {

namespace {

constexpr const char* kClientSecret = "${CLIENT_SECRET}";

script::TargetAnswers answers_of(const InitOptions& options) {
  script::TargetAnswers answers;
  answers.client_id = options.client_id;
  answers.client_secret =
      options.client_secret.empty() ? "" : as_placeholder(options.client_secret, kClientSecret);
  answers.public_client = options.public_client;
  answers.redirect_uri = options.redirect_uri;
  answers.username = options.username;
  for (const auto scope : split(options.scope, ' ')) {
    if (!scope.empty()) answers.scopes.emplace_back(scope);
  }
  answers.api = options.api;
  answers.ca_file = options.ca_file;
  return answers;
}

std::string ask_on_terminal(const std::string& question, const std::string& usual) {
  say("{}{}: ", question, usual.empty() ? "" : fmt::format(" [{}]", usual));
  std::string line;
  if (!std::getline(std::cin, line)) return usual;
  const auto answer = std::string(trim(line));
  return answer.empty() ? usual : answer;
}

int tell_nothing_found(const std::string& url, const session::ProviderSearch& search) {
  say("{}: no metadata of an authorization server were found\n", url);
  for (const auto& attempt : search.attempts)
    say("  {}: {}\n", attempt.url, attempt.came);
  say("What to do: give the issuer of the provider, or an API that names its authorization server (RFC 9728).\n"
      "A provider without metadata needs a target file with its endpoints under metadata: "
      "(profiles/schema).\n");
  return kUnreachable;
}

void tell_written(const std::string& out, const std::string& text, const InitOptions& options) {
  const auto names = script::placeholders_of(text);
  std::string all;
  for (const auto& name : names)
    all += (all.empty() ? "" : ", ") + name;
  if (!options.client_secret.empty() &&
      as_placeholder(options.client_secret, kClientSecret) != options.client_secret)
    say("The secret of --client-secret is not written into the file: export CLIENT_SECRET.\n");
  say("wrote {}\n", out);
  if (!names.empty()) say("It has place holders, which are read from the environment: {}\n", all);
  say("Then: oauthentic doctor --target {}\n", out);
}

}  // namespace

std::string as_placeholder(const std::string& given, const std::string& usual) {
  const bool placeholder = given.starts_with("${") && given.find('}') == given.size() - 1;
  return placeholder ? given : usual;
}

void ask_for(script::TargetAnswers& answers, const Ask& ask) {
  if (answers.client_id.empty()) answers.client_id = ask("client_id of the client", "${CLIENT_ID}");
  if (answers.client_secret.empty() && !answers.public_client) {
    const auto name =
        ask("environment variable that holds its secret; - for a client without one", "CLIENT_SECRET");
    answers.public_client = name == "-";
    if (name != "-") answers.client_secret = as_placeholder(name, "${" + name + "}");
  }
  if (answers.redirect_uri.empty())
    answers.redirect_uri = ask("redirect URI that is registered for it", "http://127.0.0.1:8765/callback");
  if (answers.username.empty()) answers.username = ask("name of a test user", "${TEST_USERNAME}");
  if (answers.password.empty()) {
    const auto name = ask("environment variable that holds the password", "TEST_PASSWORD");
    answers.password = as_placeholder(name, "${" + name + "}");
  }
  if (answers.api.empty()) answers.api = ask("URL of an API that takes the tokens; empty for none", "");
}

namespace {

bool on_terminal() {
  return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

/// The preset that was asked for by name, with its parameters; the exit status if it cannot be had.
int choose_preset(const InitOptions& options, const std::vector<script::Preset>& presets,
                  script::ChosenPreset& chosen) {
  std::string error;
  if (options.provider.empty() || options.provider == "none") {
    if (options.set.empty()) return kDone;
    say("--set belongs to a preset: --provider NAME\n");
    return kWrongInput;
  }
  chosen.preset = find_preset(presets, options.provider, error);
  const auto values = chosen.preset ? parameters_of(*chosen.preset, options.set, error) : std::nullopt;
  if (!values) {
    say("{}\n", error);
    return kWrongInput;
  }
  chosen.values = *values;
  return kDone;
}

/// Where to look for the metadata: what was given, or the issuer of the preset.
std::optional<std::string> url_to_ask(const InitOptions& options, script::ChosenPreset& chosen) {
  if (!options.url.empty()) return options.url.contains("://") ? options.url : "https://" + options.url;
  if (!chosen.preset) {
    say("give the URL of an issuer or an API, or --provider NAME\n");
    return std::nullopt;
  }
  if (on_terminal()) ask_for_parameters(chosen, ask_on_terminal);
  std::string error;
  const auto issuer = issuer_of(chosen, error);
  if (!issuer) say("{}\n", error);
  return issuer;
}

/// Recognises the provider where none was chosen, takes what follows from its issuer, and lets a preset that
/// brings the metadata stand in for a provider that publishes none.
void settle_preset(const InitOptions& options, const std::string& url,
                   const std::vector<script::Preset>& presets, session::ProviderSearch& search,
                   script::ChosenPreset& chosen) {
  const auto issuer = search.issuer.empty() ? url : search.issuer;
  if (options.provider.empty()) {
    chosen.preset = script::recognise(presets, issuer, search.metadata, chosen.values);
    // Without metadata only a preset that brings them is worth a guess.
    if (chosen.preset && search.issuer.empty() && !chosen.preset->brings_metadata()) chosen.preset = nullptr;
    if (chosen.preset)
      say("{} is recognised by its issuer; --provider none does without the preset.\n", chosen.preset->title);
  } else if (chosen.preset && !script::is_of(*chosen.preset, issuer, search.metadata, chosen.values)) {
    say("NB: {} does not look like {} ({}).\n", issuer, chosen.preset->title, chosen.preset->issuer);
  }
  if (!search.issuer.empty() || !chosen.preset || !chosen.preset->brings_metadata()) return;
  search.issuer = issuer;
  if (const auto metadata = chosen.value("metadata")) search.metadata = *metadata;
}

}  // namespace

int init(const InitOptions& options) {
  const bool to_output = options.out == "-";
  if (!to_output && !options.force && std::filesystem::exists(options.out)) {
    say("{} exists; --force writes over it\n", options.out);
    return kWrongInput;
  }
  const auto presets = load_presets_or_tell(options.profiles_dir);
  if (!presets) return kWrongInput;
  script::ChosenPreset chosen;
  if (const auto status = choose_preset(options, *presets, chosen); status != kDone) return status;
  const auto url = url_to_ask(options, chosen);
  if (!url) return kWrongInput;
  std::unique_ptr<http::Transport> transport;
  try {
    transport = http::make_client({{options.ca_file, false}, 2, environment_proxies()});
  } catch (const std::runtime_error& error) {
    say("{}\n", error.what());
    return kWrongInput;
  }
  auto search = session::find_provider(*transport, *url);
  settle_preset(options, *url, *presets, search, chosen);
  if (search.issuer.empty()) return tell_nothing_found(*url, search);
  if (search.issuer.contains("${")) {
    say("{}: the metadata name the issuer \"{}\", which is no URL\n", search.found_at, search.issuer);
    return kUnreachable;
  }
  auto answers = answers_of(options);
  if (answers.api.empty()) answers.api = search.api;
  answers = script::completed(std::move(answers), chosen);
  if (on_terminal()) ask_for(answers, ask_on_terminal);
  const auto text =
      script::target_text({search.issuer, search.metadata, search.resource, search.found_at, &chosen}, answers);
  if (to_output) {
    print_results(text);
    return kDone;
  }
  std::string error;
  if (!write_file(options.out, text, error)) {
    say("{}\n", error);
    return kWrongInput;
  }
  tell_written(options.out, text, options);
  return kDone;
}

}  // namespace oauthentic::cli

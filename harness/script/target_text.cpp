#include "script/target_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/message.hpp"
#include "oauth/encoding.hpp"
#include "oauth/json_document.hpp"
#include "oauth/metadata.hpp"
#include "script/preset_text.hpp"

namespace oauthentic::script {

using nlohmann::json;

namespace {

constexpr std::size_t kMostNamed = 20;

/// A double-quoted YAML scalar, which a JSON string of ASCII characters is as well.
std::string quoted(const std::string& text) {
  return json(text).dump(-1, ' ', true, json::error_handler_t::replace);
}

bool contains(const std::optional<std::vector<std::string>>& list, std::string_view value) {
  return list && std::ranges::find(*list, value) != list->end();
}

/// A scope that can stand in a file: a scope-token (RFC 6749 §3.3) without a place holder.
bool is_usable_scope(const std::string& scope) {
  return oauth::is_scope(scope) && !scope.contains(' ') && !scope.contains("${");
}

std::string list_of(const std::vector<std::string>& values) {
  std::string all;
  for (std::size_t i = 0; i < values.size() && i < kMostNamed; ++i) {
    const auto text = quoted(values[i]);
    all += (i == 0 ? "" : ", ") + text.substr(1, text.size() - 2);
  }
  if (values.size() > kMostNamed) all += fmt::format(" and {} more", values.size() - kMostNamed);
  return all;
}

class Writer {
 public:
  Writer(const TargetSource& source, const TargetAnswers& answers)
      : source_(source),
        metadata_(source.metadata),
        preset_(source.preset ? *source.preset : ChosenPreset()),
        answers_(completed(answers, preset_)) {
    methods_ = oauth::metadata_list(metadata_, "token_endpoint_auth_methods_supported");
    scopes_ = chosen_scopes();
  }

  std::string run() {
    head();
    supported();
    clients();
    redirect_uris();
    out_ += fmt::format("\n# Asked for in every authorization request.\n{}scopes: [{}]\n",
                        preset_reason(preset_, "scopes"), quoted_list(scopes_));
    users();
    api();
    limits();
    out_ += preset_settings(preset_, {"agent", "api", "authentication", "limits", "redirect_uri", "scopes"});
    if (!answers_.ca_file.empty()) out_ += fmt::format("tls: {{ ca_file: {} }}\n", quoted(answers_.ca_file));
    return std::move(out_);
  }

 private:
  static std::string quoted_list(const std::vector<std::string>& values) {
    std::string all;
    for (const auto& value : values)
      all += (all.empty() ? "" : ", ") + quoted(value);
    return all;
  }

  bool supports(std::string_view method) const { return contains(methods_, method); }

  /// openid where there is such a thing, profile, and what the API asks for.
  std::vector<std::string> chosen_scopes() const {
    if (!answers_.scopes.empty()) return answers_.scopes;
    const auto supported = oauth::metadata_list(metadata_, "scopes_supported");
    std::vector<std::string> chosen;
    for (const auto* scope : {"openid", "profile"}) {
      if (contains(supported, scope)) chosen.emplace_back(scope);
    }
    if (const auto scope = api_scope(); !scope.empty() && std::ranges::find(chosen, scope) == chosen.end())
      chosen.push_back(scope);
    return chosen;
  }

  std::string api_scope() const {
    const auto scopes = oauth::metadata_list(source_.resource, "scopes_supported");
    if (!scopes || scopes->empty() || !is_usable_scope(scopes->front())) return {};
    return scopes->front();
  }

  void head() {
    out_ += fmt::format(
        "# A target file of Oauthentic, from {}.\n"
        "# ${{NAME}} is read from the environment, ${{file:PATH}} from a file: no secret has to stand here.\n"
        "# Complete it, then: oauthentic doctor --target FILE\n\nissuer: {}\n",
        source_.found_at.empty() ? "a preset alone: no metadata were asked for"
                                 : "the metadata at " + quoted(source_.found_at),
        quoted(source_.issuer));
    for (const auto& name : oauth::metadata_url_members()) {
      const auto url = oauth::string_member(metadata_, name);
      const bool endpoint = name.ends_with("_endpoint") || name == "jwks_uri";
      if (endpoint && !url.empty()) out_ += fmt::format("#   {}: {}\n", name, quoted(url));
    }
    out_ += "# What is missing there, or wrong, stands below: metadata: { token_endpoint: \"https://...\" }\n";
    if (preset_.preset) out_ += "\n" + preset_notes(preset_);
  }

  void supported() {
    out_ += "\n# The provider says that it supports:\n";
    const std::pair<const char*, const char*> kLists[] = {
        {"client authentication", "token_endpoint_auth_methods_supported"},
        {"grants", "grant_types_supported"},
        {"scopes", "scopes_supported"},
        {"PKCE", "code_challenge_methods_supported"}};
    for (const auto& [title, member] : kLists) {
      const auto list = oauth::metadata_list(metadata_, member);
      const bool usual = list && !metadata_.contains(member);
      out_ += fmt::format("#   {}: {}{}\n", title, list && !list->empty() ? list_of(*list) : "it does not say",
                          usual ? " (by default, RFC 8414 §2)" : "");
    }
  }

  std::string id() const { return quoted(answers_.client_id.empty() ? "${CLIENT_ID}" : answers_.client_id); }

  /// The primary client, by the simplest method that the provider has.
  std::string primary() const {
    if (answers_.public_client || (methods_ && *methods_ == std::vector<std::string>{"none"}))
      return fmt::format("  public: {{ client_id: {} }}\n", id());
    const auto secret = quoted(answers_.client_secret.empty() ? "${CLIENT_SECRET}" : answers_.client_secret);
    const auto preferred = preset_.text("authentication");
    for (const auto* method : {"client_secret_basic", "client_secret_post", "client_secret_jwt"}) {
      if (preferred.empty() ? methods_ && !supports(method) : preferred != method) continue;
      return fmt::format("  confidential: {{ client_id: {}, client_secret: {}, authentication: {} }}\n", id(),
                         secret, method);
    }
    if (supports("private_key_jwt"))
      return fmt::format(
          "  confidential:\n    client_id: {}\n    authentication: private_key_jwt\n"
          "    private_key: \"${{file:client.pem}}\"\n",
          id());
    return fmt::format("  confidential: {{ client_id: {}, client_secret: {} }}\n", id(), secret);
  }

  void clients() {
    const auto first = primary();
    out_ += "\n" + preset_reason(preset_, "authentication") + "clients:\n" + first;
    out_ +=
        "  # One is enough to begin with; a full run wants these as well, and says of what hangs on one that "
        "is\n"
        "  # not here that it is not applicable:\n";
    const auto comment = [this](const std::string& entry, const std::string& what) {
      out_ += fmt::format("  # {}   # {}\n", entry, what);
    };
    const auto secret = [](const char* name, const char* extra = "") {
      return fmt::format("{{ client_id: \"...\", client_secret: \"${{{}}}\"{} }}", name, extra);
    };
    if (first.starts_with("  public:")) {
      comment("confidential: " + secret("CLIENT_SECRET"), "a client that can keep a secret: a server");
    } else {
      comment("public: { client_id: \"...\" }",
              fmt::format("a client without a secret: a native or browser application{}",
                          methods_ && !supports("none") ? "; the provider names no method \"none\"" : ""));
    }
    const auto unless = [this](std::string_view method) {
      return supports(method) ? "" : "; the provider does not name the method";
    };
    comment("other: " + secret("OTHER_SECRET"), "a second one: a code or token of one is no good to another");
    comment("post: " + secret("POST_SECRET", ", authentication: client_secret_post"),
            fmt::format("sends its secret in the body{}", unless("client_secret_post")));
    comment("jwt: { client_id: \"...\", authentication: private_key_jwt, private_key: \"${file:jwt.pem}\" }",
            fmt::format("proves itself by a signature{}", unless("private_key_jwt")));
    comment("single: " + secret("SINGLE_SECRET"), "has one redirect URI registered, and no more");
    comment("limited: " + secret("LIMITED_SECRET"),
            "may use neither the code nor the client credentials grant");
    comment("resource_server: " + secret("RESOURCE_SERVER_SECRET"), "an API's: may introspect tokens");
  }

  void redirect_uris() {
    const std::string uri =
        answers_.redirect_uri.empty() ? "http://127.0.0.1:8765/callback" : answers_.redirect_uri;
    out_ += fmt::format(
        "\n# Registered for every client above. Nothing has to listen there: it is read, never followed.\n"
        "{}redirect_uri: {}\n"
        "# redirect_uris: [ \"https://client.example/callback\" ]   # further registered ones; one is best "
        "https\n",
        preset_reason(preset_, "redirect_uri"), quoted(uri));
  }

  void users() {
    out_ += fmt::format(
        "\n# A user of the test, without a second factor; agent: manual lets somebody sign in with a browser.\n"
        "{}user: {{ username: {}, password: {}{} }}\n"
        "# other_user: {{ username: \"...\", password: \"${{OTHER_PASSWORD}}\" }}   # for checks that tell "
        "users "
        "apart\n",
        preset_reason(preset_, "agent"),
        quoted(answers_.username.empty() ? "${TEST_USERNAME}" : answers_.username),
        quoted(answers_.password.empty() ? "${TEST_PASSWORD}" : answers_.password),
        preset_.text("agent").empty() ? "" : ", agent: " + preset_.text("agent"));
  }

  void api() {
    out_ +=
        "\n# An API that takes the provider's tokens by GET, and the scope that it asks for; a second one with "
        "another\n# scope is for the checks of scope.\n";
    if (const auto value = preset_.value("api"); value && answers_.api.empty()) {
      out_ += preset_reason(preset_, "api") + "api: " + one_line(*value) + "\n";
      return;
    }
    if (answers_.api.empty()) {
      out_ += "# api: [ { url: \"https://api.example/me\", scope: profile } ]\n";
      return;
    }
    const auto scope = api_scope();
    out_ += fmt::format("api: [ {{ url: {}{} }} ]\n", quoted(answers_.api),
                        scope.empty() ? "" : ", scope: " + quoted(scope));
  }

  void limits() {
    const auto its = preset_.value("limits");
    if (!its) {
      out_ +=
          "\nlimits: { timeout: 10s }   # for one exchange; also rate: 20/s, and jobs: 4 (scenarios at "
          "once)\n";
      return;
    }
    out_ += "\n" + preset_reason(preset_, "limits") + "limits: " + one_line(*its) + "\n";
  }

  const TargetSource& source_;
  const json& metadata_;
  const ChosenPreset preset_;
  const TargetAnswers answers_;
  std::optional<std::vector<std::string>> methods_;
  std::vector<std::string> scopes_;
  std::string out_;
};

}  // namespace

std::string target_text(const TargetSource& source, const TargetAnswers& answers) {
  return Writer(source, answers).run();
}

std::vector<std::string> placeholders_of(const std::string& text) {
  std::vector<std::string> names;
  for (const auto line : split(text, '\n')) {
    if (trim(line).starts_with('#')) continue;
    for (auto at = line.find("${"); at != std::string_view::npos; at = line.find("${", at + 2)) {
      const auto end = line.find('}', at);
      if (end == std::string_view::npos) break;
      std::string name(line.substr(at + 2, end - at - 2));
      if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    }
  }
  return names;
}

}  // namespace oauthentic::script

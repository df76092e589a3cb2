#include "script/target.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "core/message.hpp"
#include "core/number.hpp"
#include "core/suggest.hpp"
#include "oauth/url.hpp"
#include "script/document.hpp"
#include "script/file.hpp"
#include "script/placeholder.hpp"
#include "script/schema.hpp"
#include "script/user_reader.hpp"
#include "script/vocabulary.hpp"

namespace oauthentic::script {

using nlohmann::json;

namespace {

class TargetReader {
 public:
  TargetReader(const Document& document, Diagnostics& diagnostics)
      : document_(document), diagnostics_(diagnostics) {}

  std::optional<Target> read() {
    root_ = expand(document_.value(), "");
    if (!diagnostics_.empty()) return std::nullopt;
    Target target;
    target.name = root_.value("name", document_.file());
    target.issuer = url("/issuer");
    target.metadata = root_.value("metadata", json::object());
    target.redirect_uri = uri("/redirect_uri");
    for (std::size_t i = 0; i < root_.value("redirect_uris", json::array()).size(); ++i) {
      target.redirect_uris.push_back(uri(pointer_to("/redirect_uris", i)));
    }
    target.scopes = root_.value("scopes", std::vector<std::string>());
    for (const auto& [name, value] : root_.at("clients").items()) {
      if (name != "register") target.clients[name] = read_client(name, value, target);
    }
    read_registration(target);
    for (const auto* key : {"user", "other_user"}) {
      if (root_.contains(key))
        target.users[key] = read_user(document_, pointer_to("", key), root_.at(key), target, diagnostics_);
    }
    read_api(target);
    if (root_.contains("relying_party")) target.relying_party = url("/relying_party");
    for (const auto& origin : root_.value("origins", std::vector<std::string>()))
      target.origins.insert(origin);
    target.capabilities = root_.value("capabilities", std::map<std::string, bool>());
    for (const auto& [name, unused] : target.capabilities) {
      // `NAME_client: false` says that the provider has no client of that kind.
      if (contains(capabilities(), name) || name.ends_with("_client")) continue;
      tell(pointer_to("/capabilities", name),
           fmt::format("unknown capability \"{}\"{}", name, did_you_mean(name, names(capabilities()))));
    }
    target.token_parameters = root_.value("token_parameters", std::map<std::string, std::string>());
    target.authorization_parameters =
        root_.value("authorization_parameters", std::map<std::string, std::string>());
    read_limits(target);
    read_callback(target);
    target.clock_header = root_.value("clock_header", std::string());
    if (!diagnostics_.empty()) return std::nullopt;
    return target;
  }

 private:
  void tell(const std::string& pointer, std::string message) {
    diagnostics_.add(document_.place(pointer), std::move(message));
  }

  /// `${NAME}` and `${file:PATH}` in every text.
  json expand(const json& value, const std::string& pointer) {
    if (value.is_string()) return expand_text(value.get<std::string>(), pointer);
    json out = value;
    if (value.is_object()) {
      for (auto& [name, part] : out.items())
        part = expand(part, pointer_to(pointer, name));
    } else if (value.is_array()) {
      for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = expand(out[i], pointer_to(pointer, i));
    }
    return out;
  }

  std::string expand_text(const std::string& text, const std::string& pointer) {
    std::string out;
    for (std::size_t at = 0;;) {
      const auto open = text.find("${", at);
      out += text.substr(at, open == std::string::npos ? open : open - at);
      if (open == std::string::npos) return out;
      const auto close = text.find('}', open);
      if (close == std::string::npos) {
        tell(pointer, "\"${\" without \"}\"");
        return out;
      }
      out += secret(text.substr(open + 2, close - open - 2), pointer);
      at = close + 1;
    }
  }

  std::string secret(const std::string& name, const std::string& pointer) {
    constexpr std::string_view kFile = "file:";
    if (name.starts_with(kFile)) {
      std::string error;
      const auto text = read_file(name.substr(kFile.size()), error);
      if (!text) tell(pointer, error);
      return text ? std::string(trim(*text)) : std::string();
    }
    const char* value = std::getenv(name.c_str());
    if (!value) tell(pointer, fmt::format("the environment variable {} is not set", name));
    return value ? value : "";
  }

  /// A redirect URI may have any scheme (RFC 8252 §7.1).
  std::string uri(const std::string& pointer) {
    const auto text = root_.at(json::json_pointer(pointer)).get<std::string>();
    if (!oauth::parse_url(text)) tell(pointer, fmt::format("\"{}\" is no absolute URL", text));
    return text;
  }

  std::string url(const std::string& pointer) {
    const auto text = root_.at(json::json_pointer(pointer)).get<std::string>();
    const auto parsed = oauth::parse_url(text);
    if (!parsed || (parsed->scheme != "https" && parsed->scheme != "http")) {
      tell(pointer, fmt::format("\"{}\" is no http or https URL", text));
    }
    return text;
  }

  Client read_client(const std::string& name, const json& node, Target& target) {
    const auto pointer = pointer_to("/clients", name);
    Client client;
    client.name = name;
    client.client_id = node.at("client_id").get<std::string>();
    client.client_secret = node.value("client_secret", std::string());
    const auto usual = client.client_secret.empty() ? "none" : "client_secret_basic";
    client.authentication =
        *oauth::authentication_method_from(node.value("authentication", std::string(usual)));
    client.redirect_uri =
        node.contains("redirect_uri") ? uri(pointer_to(pointer, "redirect_uri")) : target.redirect_uri;
    client.scopes = node.value("scopes", target.scopes);
    if (!client.client_secret.empty()) target.secrets.emplace_back("client_secret", client.client_secret);
    client.audience = node.value("audience", std::string());
    if (const auto pem = node.find("private_key"); pem != node.end()) {
      if (auto key = oauth::Key::from_pem(pem->get<std::string>())) {
        client.private_key = std::move(*key);
        if (node.contains("key_id")) client.private_key->set_kid(node.at("key_id").get<std::string>());
      } else {
        tell(pointer_to(pointer, "private_key"), key.error());
      }
      target.secrets.emplace_back("private_key", pem->get<std::string>());
    }
    using enum oauth::AuthenticationMethod;
    if (client.authentication == private_key_jwt && !client.private_key) {
      tell(pointer, "authentication: private_key_jwt needs a private_key");
    } else if (client.authentication != none && client.authentication != private_key_jwt &&
               client.client_secret.empty()) {
      tell(pointer, fmt::format("authentication: {} needs a client_secret", to_string(client.authentication)));
    }
    return client;
  }

  /// The roles that are registered, each with the authentication that it is there for.
  void read_registration(Target& target) {
    using enum oauth::AuthenticationMethod;
    static const std::map<std::string, oauth::AuthenticationMethod> kRoles = {
        {"confidential", client_secret_basic}, {"public", none},         {"other", client_secret_basic},
        {"post", client_secret_post},          {"jwt", private_key_jwt}, {"single", client_secret_basic}};
    const auto options = root_.at("clients").value("register", json(false));
    if (options == false) return;
    target.registration.wanted = true;
    std::vector<std::string> roles;
    for (const auto& [name, unused] : kRoles)
      roles.push_back(name);
    if (options.is_object()) {
      target.registration.initial_access_token = options.value("initial_access_token", std::string());
      target.registration.metadata = options.value("metadata", json::object());
      roles = options.value("roles", roles);
      if (!target.registration.initial_access_token.empty())
        target.secrets.emplace_back("initial_access_token", target.registration.initial_access_token);
    }
    for (const auto& role : roles) {
      if (target.clients.contains(role)) continue;  // written out by hand
      auto& client = target.clients[role];
      client.name = role;
      client.authentication = kRoles.at(role);
      client.redirect_uri = target.redirect_uri;
      client.scopes = target.scopes;
    }
  }

  void read_api(Target& target) {
    const auto api = root_.value("api", json::array());
    for (std::size_t i = 0; i < api.size(); ++i) {
      target.api.push_back({url(pointer_to(pointer_to("/api", i), "url")), api[i].value("scope", std::string()),
                            api[i].value("method", std::string("GET"))});
    }
  }

  /// "10s", "500ms", "20m"; also plain seconds.
  std::chrono::milliseconds duration(const std::string& text, const std::string& pointer) {
    const auto read = read_leading_number(text);
    const auto unit = read ? read->rest : "";
    const double number = read ? read->number : 0;
    const double factor = unit == "ms" ? 1 : unit == "s" || unit.empty() ? 1000 : unit == "m" ? 60'000 : 0;
    if (!read || factor == 0 || number < 0 || number > 1e6) {
      tell(pointer, fmt::format("\"{}\" is no duration; write 500ms, 10s or 5m", text));
      return std::chrono::milliseconds(0);
    }
    return std::chrono::milliseconds(static_cast<std::int64_t>(number * factor));
  }

  void read_limits(Target& target) {
    using std::chrono::duration_cast, std::chrono::seconds;
    const auto limits = root_.value("limits", json::object());
    target.jobs = limits.value("jobs", target.jobs);
    if (limits.contains("timeout"))
      target.timeout = duration(limits.at("timeout").get<std::string>(), "/limits/timeout");
    if (limits.contains("rate")) {
      const auto text = limits.at("rate").get<std::string>();
      const auto read = read_leading_number(text);
      if (read) target.requests_per_second = read->number;
      if (!read || (read->rest != "/s" && !read->rest.empty()) || read->number <= 0 || read->number > 1e6) {
        tell("/limits/rate", fmt::format("\"{}\" is no rate; write 20/s", text));
      }
    }
    if (root_.contains("code_lifetime")) {
      target.code_lifetime =
          duration_cast<seconds>(duration(root_.at("code_lifetime").get<std::string>(), "/code_lifetime"));
    }
    if (root_.contains("refresh_grace")) {
      target.refresh_grace =
          duration_cast<seconds>(duration(root_.at("refresh_grace").get<std::string>(), "/refresh_grace"));
    }
    const auto tls = root_.value("tls", json::object());
    target.ca_file = tls.value("ca_file", std::string());
    target.insecure = tls.value("insecure", false);
    target.certificate_file = tls.value("certificate", std::string());
    target.key_file = tls.value("private_key", std::string());
    if (target.certificate_file.empty() && !target.key_file.empty())
      tell("/tls/private_key", "a private_key without the certificate that belongs to it");
    target.gzip = limits.value("gzip", false);
    read_proxy(target);
  }

  void read_callback(Target& target) {
    const auto callback = root_.value("callback", json::object());
    const auto text_of = [&](const char* member) {
      std::string error;
      const auto text = read_file(callback.at(member).get<std::string>(), error);
      if (!text) tell(pointer_to("/callback", member), error);
      return text.value_or("");
    };
    if (callback.empty()) return;
    target.callback_certificate = text_of("certificate");
    target.callback_key = text_of("private_key");
    target.secrets.emplace_back("private_key", target.callback_key);
  }

  /// A URL, or a URL and what is reached without it. Its password is a secret.
  void read_proxy(Target& target) {
    const auto proxy = root_.value("proxy", json());
    if (proxy.is_string()) target.proxy = proxy.get<std::string>();
    if (proxy.is_object()) {
      target.proxy = proxy.at("url").get<std::string>();
      target.no_proxy = proxy.value("no_proxy", std::string());
    }
    const auto url = oauth::parse_url(target.proxy.contains("://") ? target.proxy : "http://" + target.proxy);
    if (!url) return;
    const auto colon = url->userinfo.find(':');
    if (colon != std::string::npos)
      target.secrets.emplace_back("proxy_password", url->userinfo.substr(colon + 1));
  }

  const Document& document_;
  Diagnostics& diagnostics_;
  json root_;
};

}  // namespace

std::optional<Target> parse_target(std::string_view text, const std::string& file, Diagnostics& diagnostics) {
  const auto document = Document::parse(text, file, diagnostics);
  if (!document || !check_schema(*document, "target", diagnostics)) return std::nullopt;
  return TargetReader(*document, diagnostics).read();
}

std::optional<Target> load_target(const std::string& path, Diagnostics& diagnostics) {
  std::string error;
  const auto text = read_file(path, error);
  if (!text) {
    diagnostics.add({path}, error);
    return std::nullopt;
  }
  return parse_target(*text, path, diagnostics);
}

}  // namespace oauthentic::script

#include "oauth/metadata.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/message.hpp"
#include "oauth/json_document.hpp"
#include "oauth/url.hpp"

namespace oauthentic::oauth {

using nlohmann::json;

namespace {

using Values = std::vector<std::string>;

bool has(const Values& values, std::string_view value) {
  return std::ranges::find(values, value) != values.end();
}

/// RFC 8414 §2, "if omitted".
std::optional<Values> default_list(std::string_view member) {
  if (member == "grant_types_supported") return Values{"authorization_code", "implicit"};
  if (member == "response_modes_supported") return Values{"query", "fragment"};
  if (member == "token_endpoint_auth_methods_supported" ||
      member == "revocation_endpoint_auth_methods_supported") {
    return Values{"client_secret_basic"};
  }
  return std::nullopt;
}

/// Collects the problems of one document, which is an object.
class Checker {
 public:
  explicit Checker(const json& metadata)
      : metadata_(metadata),
        grant_types_(metadata_list(metadata, "grant_types_supported").value_or(Values())),
        response_types_(metadata_list(metadata, "response_types_supported").value_or(Values())) {}

  Values problems() {
    required_members();
    issuer();
    types();
    client_authentication("token_endpoint");
    client_authentication("revocation_endpoint");
    client_authentication("introspection_endpoint");
    grants_and_responses();
    extensions();
    return std::move(problems_);
  }

 private:
  template <typename... Arguments>
  void say(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    problems_.push_back(fmt::format(format, std::forward<Arguments>(arguments)...));
  }

  bool there(std::string_view member) const { return metadata_.contains(member); }
  bool is_true(std::string_view member) const {
    return there(member) && metadata_.at(std::string(member)) == true;
  }

  void require(std::string_view member, std::string_view why) {
    if (!there(member)) say("{} is missing: {}.", member, why);
  }

  void required_members() {
    require("issuer", "every server has it (RFC 8414 §2)");
    require("response_types_supported", "every server has it (RFC 8414 §2)");
    if (has(grant_types_, "authorization_code") || has(grant_types_, "implicit")) {
      require("authorization_endpoint", "a grant type that is supported uses it (RFC 8414 §2)");
    }
    if (grant_types_ != Values{"implicit"}) {
      require("token_endpoint", "a grant type that is supported uses it (RFC 8414 §2)");
    }
    if (there("subject_types_supported") || there("id_token_signing_alg_values_supported")) {
      constexpr std::string_view kWhy = "every OpenID provider has it (OpenID Connect Discovery 1.0 §3)";
      for (const auto* member :
           {"jwks_uri", "subject_types_supported", "id_token_signing_alg_values_supported"}) {
        require(member, kWhy);
      }
    }
  }

  /// INTERPRETATION: RFC 8414 §2 wants https of every issuer. On a loopback host plain http is let pass here:
  /// what is sent never leaves the machine, and transport security has requirements of its own.
  static bool is_secure(const Url& url) {
    return url.scheme == "https" || (url.scheme == "http" && is_loopback_host(url.host));
  }

  void issuer() {
    if (!there("issuer")) return;
    const auto url = parse_url(string_member(metadata_, "issuer"));
    if (!url || url->host.empty()) return say("issuer is not an absolute URL (RFC 8414 §2).");
    if (!is_secure(*url)) say("issuer does not use the https scheme (RFC 8414 §2).");
    if (url->query) say("issuer has a query (RFC 8414 §2).");
    if (url->fragment) say("issuer has a fragment (RFC 8414 §2).");
  }

  void types() {
    for (const auto& member : metadata_list_members())
      list_type(member);
    for (const auto& member : metadata_url_members())
      url_type(member);
    for (const auto& member : metadata_boolean_members()) {
      if (there(member) && !metadata_.at(member).is_boolean()) say("{} is not a boolean.", member);
    }
    if (there("signed_metadata") && !metadata_.at("signed_metadata").is_string()) {
      say("signed_metadata is not a string (RFC 8414 §2.1).");
    }
    if (there("mtls_endpoint_aliases") && !metadata_.at("mtls_endpoint_aliases").is_object()) {
      say("mtls_endpoint_aliases is not an object (RFC 8705 §5).");
    }
  }

  void list_type(const std::string& member) {
    if (!there(member)) return;
    const auto& list = metadata_.at(member);
    if (!list.is_array()) return say("{} is not an array.", member);
    if (list.empty()) say("{} is an empty array, which is to be left out (RFC 8414 §3.2).", member);
    if (!std::ranges::all_of(list, [](const json& value) { return value.is_string(); })) {
      say("{} has a value that is not a string.", member);
    }
  }

  void url_type(const std::string& member) {
    if (!there(member) || member == "issuer") return;
    const auto url = parse_url(string_member(metadata_, member));
    if (!url || url->host.empty()) return say("{} is not an absolute URL.", member);
    const bool is_endpoint = member.ends_with("_endpoint");
    if (is_endpoint && url->fragment) say("{} has a fragment (RFC 6749 §3.1, §3.2).", member);
    if ((is_endpoint || member == "jwks_uri") && !is_secure(*url))
      say("{} does not use the https scheme.", member);
  }

  /// RFC 8414 §2 says the same of three endpoints.
  void client_authentication(const std::string& endpoint) {
    const auto methods_member = endpoint + "_auth_methods_supported";
    const auto algorithms_member = endpoint + "_auth_signing_alg_values_supported";
    const auto methods = metadata_list(metadata_, methods_member).value_or(Values());
    for (const auto* method : {"private_key_jwt", "client_secret_jwt"}) {
      if (!has(methods, method) || there(algorithms_member)) continue;
      say("{} is missing: {} names {} (RFC 8414 §2).", algorithms_member, methods_member, method);
      break;
    }
    if (has(metadata_list(metadata_, algorithms_member).value_or(Values()), "none")) {
      say("{} has `none`, which is forbidden (RFC 8414 §2).", algorithms_member);
    }
  }

  /// Some response type has one of these words (OAuth 2.0 Multiple Response Types §3: they are separated by
  /// spaces).
  bool responds_with(std::initializer_list<std::string_view> words) const {
    return std::ranges::any_of(response_types_, [&](const std::string& type) {
      const auto parts = split(type, ' ');
      return std::ranges::any_of(words,
                                 [&](auto word) { return std::ranges::find(parts, word) != parts.end(); });
    });
  }

  /// RFC 7591 §2.1 has the correspondence. What is only a default contradicts nothing.
  void grants_and_responses() {
    if (!there("grant_types_supported") || !there("response_types_supported")) return;
    correspond("authorization_code", "code", responds_with({"code"}));
    correspond("implicit", "token or id_token", responds_with({"token", "id_token"}));
  }

  void correspond(std::string_view grant_type, std::string_view response_type, bool responds) {
    const bool grants = has(grant_types_, grant_type);
    if (responds && !grants) {
      say("grant_types_supported has no {}, but response_types_supported has a type with {} (RFC 7591 §2.1).",
          grant_type, response_type);
    }
    if (grants && !responds) {
      say("response_types_supported has no type with {}, but grant_types_supported has {} (RFC 7591 §2.1).",
          response_type, grant_type);
    }
  }

  void extensions() {
    constexpr std::string_view kDeviceCode = "urn:ietf:params:oauth:grant-type:device_code";
    if (has(grant_types_, kDeviceCode)) {
      require("device_authorization_endpoint", "the device grant is supported (RFC 8628 §4)");
    } else if (there("device_authorization_endpoint") && there("grant_types_supported")) {
      say("grant_types_supported has no {}, but there is a device_authorization_endpoint (RFC 8628 §4).",
          kDeviceCode);
    }
    if (is_true("require_pushed_authorization_requests")) {
      require("pushed_authorization_request_endpoint", "pushed requests are required (RFC 9126 §5)");
    }
    if (has(metadata_list(metadata_, "dpop_signing_alg_values_supported").value_or(Values()), "none")) {
      say("dpop_signing_alg_values_supported has `none`, which no proof may use (RFC 9449 §4.2).");
    }
    if (is_true("require_signed_request_object") &&
        metadata_list(metadata_, "request_object_signing_alg_values_supported") == Values{"none"}) {
      say("request_object_signing_alg_values_supported has only `none`, but signed request objects are "
          "required "
          "(RFC 9101 §10.5).");
    }
  }

  const json& metadata_;
  Values grant_types_;
  Values response_types_;
  Values problems_;
};

}  // namespace

const std::vector<std::string>& metadata_list_members() {
  static const Values members = {
      "scopes_supported",
      "response_types_supported",
      "response_modes_supported",
      "grant_types_supported",
      "token_endpoint_auth_methods_supported",
      "token_endpoint_auth_signing_alg_values_supported",
      "ui_locales_supported",
      "revocation_endpoint_auth_methods_supported",
      "revocation_endpoint_auth_signing_alg_values_supported",
      "introspection_endpoint_auth_methods_supported",
      "introspection_endpoint_auth_signing_alg_values_supported",
      "code_challenge_methods_supported",
      "acr_values_supported",
      "subject_types_supported",
      "id_token_signing_alg_values_supported",
      "id_token_encryption_alg_values_supported",
      "id_token_encryption_enc_values_supported",
      "userinfo_signing_alg_values_supported",
      "userinfo_encryption_alg_values_supported",
      "userinfo_encryption_enc_values_supported",
      "request_object_signing_alg_values_supported",
      "request_object_encryption_alg_values_supported",
      "request_object_encryption_enc_values_supported",
      "display_values_supported",
      "claim_types_supported",
      "claims_supported",
      "claims_locales_supported",
      "authorization_signing_alg_values_supported",
      "authorization_encryption_alg_values_supported",
      "authorization_encryption_enc_values_supported",
      "introspection_signing_alg_values_supported",
      "introspection_encryption_alg_values_supported",
      "introspection_encryption_enc_values_supported",
      "dpop_signing_alg_values_supported",
      "authorization_details_types_supported",
  };
  return members;
}

const std::vector<std::string>& metadata_url_members() {
  static const Values members = {
      "issuer",
      "authorization_endpoint",
      "token_endpoint",
      "jwks_uri",
      "registration_endpoint",
      "service_documentation",
      "op_policy_uri",
      "op_tos_uri",
      "revocation_endpoint",
      "introspection_endpoint",
      "userinfo_endpoint",
      "device_authorization_endpoint",
      "pushed_authorization_request_endpoint",
  };
  return members;
}

const std::vector<std::string>& metadata_boolean_members() {
  static const Values members = {
      "claims_parameter_supported",
      "request_parameter_supported",
      "request_uri_parameter_supported",
      "require_request_uri_registration",
      "require_signed_request_object",
      "require_pushed_authorization_requests",
      "authorization_response_iss_parameter_supported",
      "tls_client_certificate_bound_access_tokens",
      "client_id_metadata_document_supported",
  };
  return members;
}

std::optional<Values> metadata_list(const json& metadata, std::string_view member) {
  if (!metadata.is_object()) return std::nullopt;
  const auto at = metadata.find(member);
  if (at == metadata.end()) return default_list(member);
  if (!at->is_array()) return std::nullopt;
  Values values;
  for (const auto& value : *at) {
    if (value.is_string()) values.push_back(value.get<std::string>());
  }
  return values;
}

bool metadata_lists(const nlohmann::json& metadata, std::string_view member, std::string_view value) {
  const auto values = metadata_list(metadata, member);
  return values && std::ranges::find(*values, value) != values->end();
}

std::vector<std::string> metadata_problems(const json& metadata) {
  if (!metadata.is_object()) return {"The document is not a JSON object (RFC 8414 §3.2)."};
  return Checker(metadata).problems();
}

}  // namespace oauthentic::oauth

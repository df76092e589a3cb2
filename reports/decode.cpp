#include "reports/decode.hpp"

#include <nlohmann/json.hpp>

#include "oauth/json_document.hpp"
#include "reports/loose_url.hpp"

namespace oauthentic::reports {

namespace {

constexpr std::size_t kMaxDecoded = 64 * 1024;
constexpr std::size_t kMaxJwts = 8;
constexpr oauth::JsonLimits kLimits{.octets = kMaxDecoded, .depth = 32};

std::string laid_out(const nlohmann::json& value) {
  return value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// One part of a JWT as JSON, laid out; empty if it is none.
std::string jwt_part(std::string_view part) {
  const auto octets = oauth::base64url_decode(part);
  if (!octets) return {};
  const auto json = oauth::parse_json(*octets, nullptr, kLimits);
  return json && json->is_object() ? laid_out(*json) : std::string();
}

/// Adds the JWT that the text is (RFC 7519 §3). Its signature is redacted, so that only the first two parts are
/// looked at.
void add_jwt(std::vector<DecodedJwt>& jwts, std::string_view where, std::string_view text) {
  if (!text.starts_with("ey") || text.size() > kMaxDecoded || jwts.size() >= kMaxJwts) return;
  const auto first = text.find('.');
  if (first == std::string_view::npos) return;
  const auto second = text.find('.', first + 1);
  if (second == std::string_view::npos) return;
  auto header = jwt_part(text.substr(0, first));
  if (header.empty()) return;
  jwts.push_back({std::string(where), std::move(header), jwt_part(text.substr(first + 1, second - first - 1))});
}

void add_parameters(Decoded& decoded, oauth::Parameters parameters) {
  for (auto& parameter : parameters) {
    add_jwt(decoded.jwts, parameter.name, parameter.value);
    decoded.parameters.push_back(std::move(parameter));
  }
}

void add_fields(Decoded& decoded, const Headers& headers) {
  for (const auto& field : headers) {
    std::string_view value = field.value;
    if (iequals(field.name, "Authorization"))
      value = trim(value.substr(std::min(value.find(' '), value.size())));
    add_jwt(decoded.jwts, field.name, value);
  }
}

void add_body(Decoded& decoded, const Headers& headers, std::string_view body) {
  if (body.empty() || body.size() > kMaxDecoded) return;
  const auto type = headers.value("Content-Type");
  if (to_lower(type).find("x-www-form-urlencoded") != std::string::npos) {
    return add_parameters(decoded, oauth::form_decode_leniently(body));
  }
  const auto json = oauth::parse_json(body, nullptr, kLimits);
  if (!json || !json->is_structured()) return add_jwt(decoded.jwts, "body", trim(body));
  decoded.json = laid_out(*json);
  if (!json->is_object()) return;
  for (const auto& [name, value] : json->items()) {
    if (value.is_string()) add_jwt(decoded.jwts, name, value.get_ref<const std::string&>());
  }
}

}  // namespace

Decoded decode(const Request& request) {
  Decoded decoded;
  if (request.url.size() <= kMaxDecoded) add_parameters(decoded, parameters_of(request.url));
  add_fields(decoded, request.headers);
  add_body(decoded, request.headers, request.body);
  return decoded;
}

Decoded decode(const Response& response) {
  Decoded decoded;
  const auto location = response.headers.value("Location");
  if (location.size() <= kMaxDecoded) add_parameters(decoded, parameters_of(location));
  add_fields(decoded, response.headers);
  add_body(decoded, response.headers, response.body);
  return decoded;
}

}  // namespace oauthentic::reports

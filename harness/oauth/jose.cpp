#include "oauth/jose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/message.hpp"
#include "oauth/encoding.hpp"
#include "oauth/jose_key.hpp"
#include "oauth/json_document.hpp"

namespace oauthentic::oauth {

using nlohmann::json;

namespace {

json json_or_null(std::string_view text) {
  auto parsed = parse_json(text);
  return parsed ? std::move(*parsed) : json();
}

/// Nothing, or what is wrong with the text of a protected header.
std::string header_problem(std::string_view text) {
  std::vector<std::string> duplicates;
  const auto header = parse_json(text, &duplicates);
  if (!header) return header.error();
  if (!header->is_object()) return "not a JSON object";
  // RFC 7515 §5.2: a reader may refuse repeated members or take the last; two readers would see two headers.
  if (!duplicates.empty()) return fmt::format("`{}` is repeated", duplicates.front());
  return {};
}

}  // namespace

std::string sign_jws(const json& header, std::string_view payload, const Key& key) {
  const auto input = base64url_encode(dump(header)) + "." + base64url_encode(payload);
  auto algorithm = string_member(header, "alg");
  const auto kind = kind_for(algorithm);
  if (!kind) return input + ".";
  if (!key.can_sign()) throw std::logic_error("a public key cannot sign");
  if (*kind != key.material().kind) algorithm = key.default_algorithm();
  return input + "." + base64url_encode(raw_signature(key.material(), algorithm, input));
}

std::string sign_jwt(const json& header, const json& claims, const Key& key) {
  return sign_jws(header, dump(claims), key);
}

json Jws::header() const {
  return json_or_null(header_text);
}

json Jws::claims() const {
  auto parsed = json_or_null(payload);
  return parsed.is_object() ? std::move(parsed) : json();
}

std::expected<Jws, std::string> parse_jws(std::string_view compact) {
  if (compact.size() > kMaxJwsOctets)
    return std::unexpected(fmt::format("longer than {} octets", kMaxJwsOctets));
  const auto dots = std::ranges::count(compact, '.');
  if (dots == 4) return std::unexpected("five parts: encrypted (RFC 7516), not signed");
  if (dots != 2) return std::unexpected(fmt::format("not three parts but {}", dots + 1));
  const auto parts = split(compact, '.');
  auto header = base64url_decode(parts[0]);
  if (!header) return std::unexpected("header: not base64url");
  if (const auto problem = header_problem(*header); !problem.empty())
    return std::unexpected("header: " + problem);
  auto payload = base64url_decode(parts[1]);
  if (!payload) return std::unexpected("payload: not base64url");
  auto signature = base64url_decode(parts[2]);
  if (!signature) return std::unexpected("signature: not base64url");
  return Jws{std::move(*header), std::move(*payload), std::move(*signature),
             std::string(compact.substr(0, parts[0].size() + 1 + parts[1].size()))};
}

bool verify_jws(const Jws& jws, const Key& key, const std::vector<std::string>& algorithms) {
  const auto header = jws.header();
  const auto algorithm = string_member(header, "alg");
  if (std::ranges::find(algorithms, algorithm) == algorithms.end() || header.contains("crit")) return false;
  return verify_raw_signature(key.material(), algorithm, jws.signing_input, jws.signature);
}

}  // namespace oauthentic::oauth

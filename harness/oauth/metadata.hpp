#pragma once
// Authorization server metadata (RFC 8414 §2, OpenID Connect Discovery 1.0 §3) as read from a peer.
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic::oauth {

/// Members of type "array of strings" that a metadata document may have, those that are URLs and those that are
/// booleans: RFC 8414 §2, OpenID Connect Discovery 1.0 §3, and what RFC 8628, 9101, 9126, 9207, 9396, 9449,
/// 9701 and 8705 added.
const std::vector<std::string>& metadata_list_members();
const std::vector<std::string>& metadata_url_members();
const std::vector<std::string>& metadata_boolean_members();

/// The values of a list member, or its default where RFC 8414 §2 has one (grant_types_supported,
/// response_modes_supported, token_endpoint_auth_methods_supported,
/// revocation_endpoint_auth_methods_supported), or nothing. Values that are no strings are left out; a member
/// that is no array counts as nothing.
std::optional<std::vector<std::string>> metadata_list(const nlohmann::json& metadata, std::string_view member);

/// That value is among them.
bool metadata_lists(const nlohmann::json& metadata, std::string_view member, std::string_view value);

/// What is wrong with the document itself: missing members, wrong types, empty lists, contradictions. One
/// sentence each, which begins with the member's name.
std::vector<std::string> metadata_problems(const nlohmann::json& metadata);

}  // namespace oauthentic::oauth

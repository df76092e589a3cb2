#include "mock_servers/stance.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

namespace oauthentic::mock {

namespace {

constexpr Stance kStances[] = {
    {
        .name = "rfc6749",
        .public_clients_need_pkce = false,
        .all_clients_need_pkce = false,
        .plain_challenges = true,
        .refuses_stray_verifier = false,
        .rotates_for_public_clients = false,
        .redirect_uri_at_token_endpoint = true,
        .sign_in_before_error_redirect = false,
        .loopback_port_is_free = false,
        .pragma = true,
        .token_in_body = true,
        .token_in_query = true,
        .only_valid_replay_revokes = false,
        .assertion_audience_is_issuer = false,
        .registration_replaces = true,
        .ignores_unknown_scopes = false,
    },
    {
        .name = "bcp",
        .public_clients_need_pkce = true,
        .all_clients_need_pkce = false,
        .plain_challenges = false,
        .refuses_stray_verifier = true,
        .rotates_for_public_clients = true,
        .redirect_uri_at_token_endpoint = true,
        .sign_in_before_error_redirect = true,
        .loopback_port_is_free = true,
        .pragma = true,
        .token_in_body = true,
        .token_in_query = false,
        .only_valid_replay_revokes = false,
        .assertion_audience_is_issuer = false,
        .registration_replaces = false,
        .ignores_unknown_scopes = false,
    },
    {
        .name = "oauth21",
        .public_clients_need_pkce = true,
        .all_clients_need_pkce = true,
        .plain_challenges = false,
        .refuses_stray_verifier = true,
        .rotates_for_public_clients = true,
        .redirect_uri_at_token_endpoint = false,
        .sign_in_before_error_redirect = true,
        .loopback_port_is_free = true,
        .pragma = false,
        .token_in_body = true,
        .token_in_query = false,
        .only_valid_replay_revokes = true,
        .assertion_audience_is_issuer = true,
        .registration_replaces = false,
        .ignores_unknown_scopes = false,
    },
    {
        .name = "oidc",
        .public_clients_need_pkce = false,
        .all_clients_need_pkce = false,
        .plain_challenges = true,
        .refuses_stray_verifier = false,
        .rotates_for_public_clients = false,
        .redirect_uri_at_token_endpoint = true,
        .sign_in_before_error_redirect = false,
        .loopback_port_is_free = false,
        .pragma = true,
        .token_in_body = true,
        .token_in_query = true,
        .only_valid_replay_revokes = false,
        .assertion_audience_is_issuer = false,
        .registration_replaces = true,
        .ignores_unknown_scopes = true,
    },
};

}  // namespace

const Stance& stance_named(std::string_view name) {
  for (const auto& stance : kStances) {
    if (stance.name == name) return stance;
  }
  throw std::invalid_argument(fmt::format("the mock servers have no stance \"{}\"; there are: {}", name,
                                          fmt::join(stance_names(), ", ")));
}

const std::vector<std::string>& stance_names() {
  static const auto names = [] {
    std::vector<std::string> all;
    for (const auto& stance : kStances)
      all.emplace_back(stance.name);
    return all;
  }();
  return names;
}

}  // namespace oauthentic::mock

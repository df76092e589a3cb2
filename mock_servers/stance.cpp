#include "mock_servers/stance.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

namespace oauthentic::mock {

namespace {

constexpr Stance kRfc6749 = {
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
};

// Each of the others tells what it does differently.

constexpr Stance bcp() {
  auto stance = kRfc6749;
  stance.name = "bcp";
  stance.public_clients_need_pkce = true;
  stance.plain_challenges = false;
  stance.refuses_stray_verifier = true;
  stance.rotates_for_public_clients = true;
  stance.sign_in_before_error_redirect = true;
  stance.loopback_port_is_free = true;
  stance.token_in_query = false;
  stance.registration_replaces = false;
  return stance;
}

constexpr Stance oauth21() {
  auto stance = bcp();
  stance.name = "oauth21";
  stance.all_clients_need_pkce = true;
  stance.redirect_uri_at_token_endpoint = false;
  stance.pragma = false;
  stance.only_valid_replay_revokes = true;
  stance.assertion_audience_is_issuer = true;
  return stance;
}

constexpr Stance oidc() {
  auto stance = kRfc6749;
  stance.name = "oidc";
  stance.ignores_unknown_scopes = true;
  return stance;
}

constexpr Stance kStances[] = {kRfc6749, bcp(), oauth21(), oidc()};

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

#include "cli/registered_clients.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/streams.hpp"

namespace oauthentic::cli {

namespace {

constexpr const char* kStep = "registration";

run::Finding finding_of(const session::Registrations& registrations, const std::vector<std::string>& refused,
                        std::size_t left_behind, bool has_token) {
  std::vector<std::string> roles;
  bool managed = true;
  for (const auto& client : registrations.all()) {
    roles.push_back(client.role);
    managed = managed && !client.client_uri.empty();
  }
  auto seen = fmt::format("registered {} client{}: {}", roles.size(), roles.size() == 1 ? "" : "s",
                          fmt::join(roles, ", "));
  if (left_behind > 0) seen += fmt::format("; removed {} that an earlier run had left", left_behind);
  if (!refused.empty()) seen += fmt::format("; refused: {}", fmt::join(refused, "; "));
  if (roles.empty()) {
    return run::failed(
        kStep, run::Culprit::configuration,
        refused.empty() ? "no client could be registered" : fmt::format("{}", fmt::join(refused, "; ")),
        has_token ? "Is the initial access token right and not used up? The provider's policies for "
                    "registration may also want other metadata: clients: { register: { metadata: ... } }."
                  : "Does the provider want an initial access token? clients: { register: { "
                    "initial_access_token: \"${TOKEN}\" } } in the target file; or write the clients "
                    "out that you have registered by hand.");
  }
  if (!managed)
    return run::warning(
        kStep, run::Culprit::provider, seen,
        "The provider offers no way to remove them afterwards (RFC 7592): remove them in its console.");
  if (!refused.empty())
    return run::warning(kStep, run::Culprit::provider, seen,
                        "Checks that need those clients are left undecided.");
  return run::well(kStep, seen);
}

}  // namespace

RegisteredClients register_clients(session::World& world, script::Target& target) {
  RegisteredClients out;
  if (!target.registration.wanted) return out;
  const bool needed =
      std::ranges::any_of(target.clients, [](const auto& entry) { return entry.second.client_id.empty(); });
  if (!needed) return out;
  if (world.discovery.endpoint("registration_endpoint").empty()) {
    out.finding =
        run::failed(kStep, run::Culprit::configuration, "the provider publishes no registration_endpoint",
                    "Register the clients in the provider's console and write them out under clients:, or "
                    "name the endpoint: metadata: { registration_endpoint: ... }.");
    return out;
  }
  out.registrations = std::make_unique<session::Registrations>(world, target, session::state_folder());
  const auto left_behind = out.registrations->remove_left_behind();
  const auto refused = out.registrations->register_all();
  out.finding =
      finding_of(*out.registrations, refused, left_behind, !target.registration.initial_access_token.empty());
  return out;
}

void remove_clients(RegisteredClients& clients) {
  if (!clients.registrations) return;
  for (const auto& left : clients.registrations->remove_all())
    say("a client that was registered for this run is still there: {}\n", left);
  clients.registrations.reset();
}

}  // namespace oauthentic::cli

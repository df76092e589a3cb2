#pragma once
// clients: { register: true }: what run and doctor do and say about clients that are registered for the time
// being.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "run/finding.hpp"
#include "session/registration.hpp"

namespace oauthentic::cli {

/// Registers what the target file asks for, once the metadata is read. Without an endpoint, or where not one
/// client was registered, the finding has failed; where the target file asks for nothing, there is none and
/// nothing is sent.
struct RegisteredClients {
  std::unique_ptr<session::Registrations> registrations;
  std::optional<run::Finding> finding;
};
RegisteredClients register_clients(session::World& world, script::Target& target);

/// Removes them and says on standard error which could not be removed.
void remove_clients(RegisteredClients& clients);

}  // namespace oauthentic::cli

// usage: oauthentic_planted_server TARGET_FILE
// Serves the mock provider with planted mistakes on loopback ports, writes a target file for it and runs until
// it is stopped by a signal. With --findings FOLDER it says instead which of the mistakes are among the
// findings.
#include <fmt/format.h>

#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <string>

#include "fuzz/network/campaign.hpp"
#include "fuzz/network/planted/planted.hpp"
#include "http/listener.hpp"
#include "mock_servers/provider.hpp"
#include "script/target.hpp"

namespace oauthentic::fuzz {
namespace {

int tell_found(const std::string& folder) {
  std::vector<std::string> problems;
  const auto findings = read_findings(folder, problems);
  std::size_t found = 0;
  for (const auto& plant : plants()) {
    std::size_t after = 0;
    for (const auto& finding : findings) {
      if (plant.is_found(finding) && (after == 0 || finding.after_requests < after))
        after = std::max<std::size_t>(finding.after_requests, 1);
    }
    found += after > 0;
    fmt::print("{:<20} {:>8}  {}\n", plant.name, after ? std::to_string(after) : "-", plant.trigger);
  }
  fmt::print("{} of {} found\n", found, plants().size());
  return found == plants().size() ? 0 : 1;
}

int serve(const std::string& target_file) {
  http::Handler handlers[3];
  std::unique_ptr<http::Listener> listeners[3];
  http::ListenerOptions listening;
  listening.threads = 16;  // some sleep
  for (int i = 0; i < 3; ++i)
    listeners[i] = std::make_unique<http::Listener>(
        [&handlers, i](const Request& request) {
          return handlers[i] ? handlers[i](request) : Response{503, "", {}, "", ""};
        },
        listening);
  mock::ProviderOptions options;
  options.issuer = listeners[0]->origin();
  options.api = listeners[1]->origin();
  options.relying_party = listeners[2]->origin();
  options.faults = planted_faults();
  const mock::Provider provider(options);
  script::Diagnostics diagnostics;
  const auto target = script::parse_target(provider.target_yaml(), target_file, diagnostics);
  if (!target) return 2;
  std::map<std::string, std::string> secrets;
  for (const auto& [name, client] : target->clients)
    secrets[client.client_id] = client.client_secret;
  for (int i = 0; i < 3; ++i)
    handlers[i] = provider.handlers().at(listeners[i]->origin());
  handlers[0] = planted(handlers[0], secrets);
  std::ofstream(target_file) << provider.target_yaml();
  fmt::print("{}\n", options.issuer);
  std::fflush(stdout);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  int received = 0;
  sigwait(&signals, &received);
  return 0;
}

}  // namespace
}  // namespace oauthentic::fuzz

int main(int argc, char** argv) {
  // The threads of the listeners inherit this; the signal is waited for.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  if (argc == 3 && std::string(argv[1]) == "--findings") return oauthentic::fuzz::tell_found(argv[2]);
  if (argc == 2) return oauthentic::fuzz::serve(argv[1]);
  std::fputs("usage: oauthentic_planted_server TARGET_FILE | --findings FOLDER\n", stderr);
  return 2;
}

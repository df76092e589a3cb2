#include "cli/agents.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "cli/streams.hpp"
#include "http/listener.hpp"
#include "oauth/url.hpp"

namespace oauthentic::cli {

namespace {

std::shared_ptr<agent::Agent> agent_for(const script::User& user, const session::World& world) {
  constexpr std::chrono::minutes kPatienceWithPeople{5};
  constexpr std::chrono::minutes kPatienceWithPrograms{1};
  if (user.agent == "manual") {
    return agent::make_manual_agent([](const std::string& text) { say("{}\n", text); }, kPatienceWithPeople);
  }
  if (user.agent == "command") return agent::make_command_agent(user.command, kPatienceWithPrograms);
  if (user.agent == "webdriver") {
    agent::BrowserOptions options;
    options.transport = world.transport;
    options.driver_url = user.webdriver;
    options.insecure = world.target->insecure;
    return agent::make_webdriver_agent(std::move(options));
  }
  throw std::logic_error("an agent that the target's schema does not know: " + user.agent);
}

}  // namespace

void choose_agents(session::World& world) {
  world.agent = agent::make_form_agent();
  for (const auto& [name, user] : world.target->users) {
    if (user.agent != "forms" && user.agent != "steps") world.agents[name] = agent_for(user, world);
  }
}

void choose_callback_ports(script::Target& target) {
  std::map<std::string, std::string> chosen;
  const auto choose = [&](std::string& uri) {
    auto url = oauth::parse_url(uri);
    if (!url || !url->port_written || url->port != 0 || !oauth::is_loopback_host(url->host)) return;
    auto& concrete = chosen[uri];
    if (concrete.empty()) {
      http::ListenerOptions options;
      options.address = url->ipv6 ? "::1" : "127.0.0.1";
      url->port = http::Listener([](const Request&) { return Response(); }, options).port();
      concrete = url->to_string();
    }
    uri = concrete;
  };
  choose(target.redirect_uri);
  std::ranges::for_each(target.redirect_uris, choose);
  for (auto& [unused, client] : target.clients)
    choose(client.redirect_uri);
}

bool needs_one_job(const script::Target& target) {
  return std::ranges::any_of(target.users, [](const auto& entry) {
    const auto& agent = entry.second.agent;
    return agent != "forms" && agent != "steps";
  });
}

}  // namespace oauthentic::cli

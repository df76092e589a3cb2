#include "cli/agents.hpp"

#include <algorithm>
#include <stdexcept>

#include "cli/streams.hpp"

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

bool needs_one_job(const script::Target& target) {
  return std::ranges::any_of(target.users, [](const auto& entry) {
    const auto& agent = entry.second.agent;
    return agent != "forms" && agent != "steps";
  });
}

}  // namespace oauthentic::cli

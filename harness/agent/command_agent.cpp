// A program of the user's own takes the URL through sign-in and prints where the user agent was sent.
#include <fmt/format.h>

#include <stdexcept>

#include "agent/agent.hpp"
#include "agent/child_process.hpp"
#include "agent/delivery.hpp"
#include "agent/journey_end.hpp"
#include "agent/opened_by_url.hpp"
#include "oauth/html_text.hpp"
#include "oauth/url.hpp"

namespace oauthentic::agent {

namespace {

std::string last_line(std::string_view text) {
  std::string_view last;
  for (const auto line : split(text, '\n')) {
    if (!trim(line).empty()) last = trim(line);
  }
  return std::string(last);
}

std::string without(std::string text, const std::string& secret) {
  if (secret.empty()) return text;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3))
    text.replace(at, secret.size(), "***");
  return text;
}

class CommandAgent : public Agent {
 public:
  CommandAgent(std::vector<std::string> command, std::chrono::seconds patience)
      : command_(std::move(command)), patience_(patience) {}

  Arrival travel(const Journey& journey, UserAgent&) override {
    Arrival arrival;
    arrival.pages_seen = false;
    if (auto reason = not_by_url(journey)) {
      arrival.reason = *std::move(reason);
    } else if (journey.until != Until::end) {
      arrival.reason = "a command goes all the way: it cannot stop at a page";
    } else {
      run(journey, arrival);
    }
    return arrival;
  }

 private:
  void run(const Journey& journey, Arrival& arrival) const {
    auto command = command_;
    command.push_back(journey.first.url);
    try {
      ChildProcess child(command, environment_of(journey));
      arrival.log.push_back(fmt::format("{} was started", command_.front()));
      if (auto failure = failure_of(child)) {
        arrival.reason = without(*std::move(failure), journey.account.password);
        return;
      }
      take(last_line(child.out()), journey, arrival);
    } catch (const std::runtime_error& error) {
      arrival.reason = error.what();
    }
  }

  static std::map<std::string, std::string> environment_of(const Journey& journey) {
    return {{"OAUTHENTIC_USERNAME", journey.account.username},
            {"OAUTHENTIC_PASSWORD", journey.account.password},
            {"OAUTHENTIC_REDIRECT_URI", journey.redirect_uri()},
            {"OAUTHENTIC_CONSENT", journey.consent == Consent::grant ? "grant" : "refuse"}};
  }

  /// Waits for the end.
  std::optional<std::string> failure_of(ChildProcess& child) const {
    const auto until = std::chrono::steady_clock::now() + patience_;
    auto event = child.wait(until);
    while (event == ChildProcess::Event::output)
      event = child.wait(until);
    const auto& program = command_.front();
    if (event == ChildProcess::Event::too_late)
      return fmt::format("{} did not end within {} seconds and was killed", program, patience_.count());
    if (event == ChildProcess::Event::too_much)
      return fmt::format("{} printed more than {} octets and was killed", program, ChildProcess::kMostOutput);
    if (child.succeeded()) return std::nullopt;
    return fmt::format("{} ended with {}: {}", program, child.how_it_ended(),
                       oauth::fold_space(child.err().empty() ? child.out() : child.err(), 300));
  }

  void take(std::string url, const Journey& journey, Arrival& arrival) const {
    const auto& program = command_.front();
    if (url.empty()) {
      arrival.reason =
          fmt::format("{} printed nothing; the URL that the user was sent to is expected", program);
      return;
    }
    if (!oauth::parse_url(url) || !leads_away(url, journey)) {
      arrival.reason = fmt::format("{} printed \"{}\", which is no URL that leads away from the provider",
                                   program, without(url.substr(0, 300), journey.account.password));
      return;
    }
    deliver(arrival, read_delivery(std::move(url), journey.redirect_uri()));
    arrival.log.push_back("a command signed in; what it was shown is not known");
  }

  std::vector<std::string> command_;
  std::chrono::seconds patience_;
};

}  // namespace

std::unique_ptr<Agent> make_command_agent(std::vector<std::string> command, std::chrono::seconds patience) {
  return std::make_unique<CommandAgent>(std::move(command), patience);
}

}  // namespace oauthentic::agent

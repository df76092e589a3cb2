#pragma once
// A library of a few scenarios, and a target that answers as a test says: no sockets, no clock.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "run/runner.hpp"
#include "script/library.hpp"
#include "session/facts.hpp"
#include "session/world.hpp"

namespace oauthentic::run {

/// A folder that is gone when the test is.
class Folder {
 public:
  Folder() {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("oauthentic_run_test_" + std::to_string(::getpid()) + "_" + std::to_string(++count));
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

/// Requirements must-1 and must-2 (MUST), should-1 (SHOULD), may-1 (MAY), same-1 (SHOULD, the same as must-1)
/// and unasked-1, which no profile asks for, and `more` (MUST); profile all. Flows token (request_token) and
/// code (authorize, redeem).
inline script::Library library_of(const std::string& scenarios, const char* more = nullptr) {
  const Folder folder;
  const auto row = [](const char* id, const char* level, const char* more = "") {
    return std::string("- { id: ") + id + ", section: \"1\", role: AS, level: " + level + ", summary: S" +
           more + " }\n";
  };
  folder.write("r.yaml", "spec: s\nname: S\ntitle: T\nurl: \"\"\nrequirements:\n" + row("must-1", "MUST") +
                             row("must-2", "MUST") + row("should-1", "SHOULD") + row("may-1", "MAY") +
                             row("same-1", "SHOULD", ", same_as: [must-1]") + row("unasked-1", "MUST") +
                             (more ? row(more, "MUST") : std::string()));
  folder.write(
      "p.yaml",
      "profile: all\ntitle: T\nstance: s\nspecifications: { s: \"1\" }\nlevels: { unasked-1: \"off\" }\n");
  folder.write("token.yaml", "flow: token\ntitle: T\nsteps:\n- request_token: {}\n");
  folder.write("code.yaml", "flow: code\ntitle: T\nsteps:\n- authorize: {}\n- redeem: {}\n");
  folder.write("s.yaml", "topic: t\nscenarios:\n" + scenarios);
  script::Diagnostics diagnostics;
  auto library = script::load_library({.profiles_dir = folder.path(), .scripts_dir = {}}, diagnostics);
  if (!library) throw std::logic_error(diagnostics.to_string());
  return std::move(*library);
}

/// Lines of a scenario: a table of that many rows, "n=0" and so on.
inline std::string table_of(int rows) {
  std::string list;
  for (int i = 0; i < rows; ++i)
    list += (i == 0 ? "" : ", ") + std::to_string(i);
  return "  each: { n: [" + list + "] }\n";
}

/// What a step showed.
inline session::StepResult step_of(session::Disposition disposition, std::string place, bool delivered,
                                   nlohmann::json facts) {
  return {disposition,     std::string(to_string(disposition)) + " as seen", std::move(place), delivered, false,
          std::move(facts)};
}

/// A question of step "redeem".
inline script::Question asked(std::string word, std::vector<script::FactCondition> conditions = {},
                              std::string provided = "") {
  script::Question question;
  question.steps = {"redeem"};
  question.expectation = {std::move(word), std::move(provided), std::move(conditions)};
  return question;
}

class StubTransport : public http::Transport {
 public:
  std::function<http::Answer(const Request&)> answer;

  http::Answer send(const Request& request, const http::SendLimits&) override { return answer(request); }
  std::vector<http::Answer> send_together(std::span<const Request> requests, const http::SendLimits&) override {
    std::vector<http::Answer> answers;
    for (const auto& request : requests)
      answers.push_back(answer(request));
    return answers;
  }
};

inline http::Answer json_answer(int status, std::string body) {
  Response response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = std::move(body);
  return response;
}
inline http::Answer issued() {
  return json_answer(200, R"({"access_token":"token","token_type":"Bearer"})");
}
inline http::Answer refused(const std::string& error) {
  return json_answer(400, R"({"error":")" + error + "\"}");
}

/// A user agent that never gets anywhere.
class LostAgent : public agent::Agent {
 public:
  agent::Arrival travel(const agent::Journey&, agent::UserAgent&) override {
    agent::Arrival arrival;
    arrival.reason = "nobody is at home";
    return arrival;
  }
};

/// The user agent was sent to the redirect URI of the clients, with one parameter.
inline agent::Arrival sent_back(const std::string& name, const std::string& value) {
  agent::Arrival arrival;
  arrival.end = agent::Arrival::End::delivered;
  arrival.url = "https://client.test/cb?" + name + "=" + value;
  arrival.parameters = arrival.answer = {{name, value}};
  arrival.status = arrival.last.status = 302;
  return arrival;
}

/// A user agent that arrives where a test says; unless told otherwise, with a code.
class GuidedAgent : public agent::Agent {
 public:
  std::function<agent::Arrival(const agent::Journey&)> arrive = [](const agent::Journey&) {
    return sent_back("code", "a-code");
  };
  agent::Arrival travel(const agent::Journey& journey, agent::UserAgent&) override { return arrive(journey); }
};

/// Clients `confidential` (a secret) and `public`, users `user`; the token endpoint answers as `transport`
/// says.
struct TestWorld {
  TestWorld() {
    target.issuer = "https://as.test";
    target.redirect_uri = "https://client.test/cb";
    target.users["user"] = {"alice", "wonderland", "forms"};
    add_client("confidential", "secret", oauth::AuthenticationMethod::client_secret_basic);
    add_client("public", "", oauth::AuthenticationMethod::none);
    world.target = &target;
    world.transport = &transport;
    world.agent = std::make_shared<LostAgent>();
    world.seed = "test";
    world.discovery.metadata = {{"token_endpoint", "https://as.test/token"},
                                {"authorization_endpoint", "https://as.test/authorize"}};
    transport.answer = [](const Request&) { return issued(); };
  }

  void add_client(const std::string& name, const std::string& secret, oauth::AuthenticationMethod method) {
    auto& client = target.clients[name];
    client.name = name;
    client.client_id = name + "-id";
    client.client_secret = secret;
    client.authentication = method;
    client.redirect_uri = target.redirect_uri;
  }

  Selection all_of(const script::Library& library) const {
    Selection selection;
    for (const auto& profile : library.profiles)
      selection.profiles.push_back(&profile);
    return selection;
  }

  script::Target target;
  StubTransport transport;
  session::World world;
};

/// One scenario with the primary client. The token endpoint answers as `answers_` says, in that order, and then
/// issues tokens.
class ScenarioTest : public testing::Test {
 protected:
  ScenarioTest() {
    world_.world.agent = agent_;
    world_.transport.answer = [this](const Request& request) {
      bodies_.push_back(request.body);
      return bodies_.size() <= answers_.size() ? answers_[bodies_.size() - 1] : issued();
    };
  }

  JobResult run(const std::string& scenario, bool control = false) {
    library_ = library_of(scenario);
    return run_row(0, control);
  }
  JobResult run_row(std::size_t row, bool control = false) {
    const auto& only = library_.scenarios.front();
    return run_job(world_.world, library_,
                   {&only, &only.rows.at(row), &world_.world.primary_client(), control});
  }
  /// The result of the only outcome.
  static Result result_of(const JobResult& job) {
    return job.outcomes.size() == 1 ? job.outcomes.front().result : Result::harness_error;
  }

  TestWorld world_;
  std::shared_ptr<GuidedAgent> agent_ = std::make_shared<GuidedAgent>();
  std::vector<http::Answer> answers_;
  std::vector<std::string> bodies_;
  script::Library library_;
};

/// The token endpoint refuses what deviates (x=...) but for the control row; `fail` says otherwise.
class RunnerTest : public testing::Test {
 protected:
  RunnerTest() {
    world_.world.agent = agent_;
    world_.transport.answer = [this](const Request& request) -> http::Answer {
      const std::lock_guard lock(mutex_);
      asked_.push_back(request.body);
      if (fail && fail(request.body)) return json_answer(503, "");
      const bool deviates = request.body.find("x=") != std::string::npos;
      return deviates && request.body.find("x=control") == std::string::npos ? refused("invalid_request")
                                                                             : issued();
    };
    sink_.outcome = [this](const Outcome& outcome) {
      const std::lock_guard lock(mutex_);
      outcomes_.push_back(outcome);
    };
    sink_.scenario = [this](const ScenarioRun& run) {
      const std::lock_guard lock(mutex_);
      scenarios_.push_back(run);
    };
    sink_.downgrade = [this](const Job& job, const std::string& reason) {
      const std::lock_guard lock(mutex_);
      downgraded_.push_back(job.id() + ": " + reason);
    };
    options_.jobs = 1;
  }

  RunResult run(const std::string& scenarios) {
    library_ = library_of(scenarios);
    plan_ = make_plan(library_, world_.world, world_.all_of(library_));
    return run_plan(world_.world, library_, plan_, options_, sink_, progress_);
  }

  std::vector<Result> results() const {
    std::vector<Result> all;
    for (const auto& outcome : outcomes_)
      all.push_back(outcome.result);
    return all;
  }
  std::vector<std::string> observed() const {
    std::vector<std::string> all;
    for (const auto& outcome : outcomes_)
      all.push_back(outcome.observed);
    return all;
  }
  std::vector<std::string> told() const {
    std::vector<std::string> ids;
    for (const auto& run : scenarios_)
      ids.push_back(run.id + (run.row.empty() ? "" : "[" + run.row + "]"));
    return ids;
  }
  /// Requests that hold this text.
  std::ptrdiff_t asked(const std::string& part) const {
    const std::lock_guard lock(mutex_);
    return std::ranges::count_if(asked_,
                                 [&](const auto& body) { return body.find(part) != std::string::npos; });
  }
  static bool honest(const std::string& body) { return body.find("x=") == std::string::npos; }

  std::function<bool(const std::string&)> fail;
  TestWorld world_;
  std::shared_ptr<GuidedAgent> agent_ = std::make_shared<GuidedAgent>();
  script::Library library_;
  Plan plan_;
  RunnerOptions options_;
  Sink sink_;
  Progress progress_;
  mutable std::recursive_mutex mutex_;  ///< `fail` may look at what was asked
  std::vector<std::string> asked_;
  std::vector<Outcome> outcomes_;
  std::vector<ScenarioRun> scenarios_;
  std::vector<std::string> downgraded_;
};

}  // namespace oauthentic::run

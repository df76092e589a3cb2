#pragma once
// A library of a few scenarios, and a target that answers as a test says: no sockets, no clock.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include "run/runner.hpp"
#include "script/library.hpp"
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

/// Requirements must-1 and must-2 (MUST), should-1 (SHOULD), may-1 (MAY), same-1 (SHOULD, the same as must-1) and
/// unasked-1, which no profile asks for; profile all. Flows token (request_token) and code (authorize, redeem).
inline script::Library library_of(const std::string& scenarios) {
  const Folder folder;
  const auto row = [](const char* id, const char* level, const char* more = "") {
    return std::string("- { id: ") + id + ", section: \"1\", role: AS, level: " + level + ", summary: S" + more + " }\n";
  };
  folder.write("r.yaml", "spec: s\nname: S\ntitle: T\nurl: \"\"\nrequirements:\n" + row("must-1", "MUST") +
                             row("must-2", "MUST") + row("should-1", "SHOULD") + row("may-1", "MAY") +
                             row("same-1", "SHOULD", ", same_as: [must-1]") + row("unasked-1", "MUST"));
  folder.write("p.yaml",
               "profile: all\ntitle: T\nstance: s\nspecifications: { s: \"1\" }\nlevels: { unasked-1: \"off\" }\n");
  folder.write("token.yaml", "flow: token\ntitle: T\nsteps:\n- request_token: {}\n");
  folder.write("code.yaml", "flow: code\ntitle: T\nsteps:\n- authorize: {}\n- redeem: {}\n");
  folder.write("s.yaml", "topic: t\nscenarios:\n" + scenarios);
  script::Diagnostics diagnostics;
  auto library = script::load_library({.profiles_dir = folder.path(), .scripts_dir = {}}, diagnostics);
  if (!library) throw std::logic_error(diagnostics.to_string());
  return std::move(*library);
}

class StubTransport : public http::Transport {
 public:
  std::function<http::Answer(const Request&)> answer;

  http::Answer send(const Request& request, const http::SendLimits&) override { return answer(request); }
  std::vector<http::Answer> send_together(std::span<const Request> requests, const http::SendLimits&) override {
    std::vector<http::Answer> answers;
    for (const auto& request : requests) answers.push_back(answer(request));
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
inline http::Answer issued() { return json_answer(200, R"({"access_token":"token","token_type":"Bearer"})"); }
inline http::Answer refused(const std::string& error) { return json_answer(400, R"({"error":")" + error + "\"}"); }

/// A user agent that never gets anywhere.
class LostAgent : public agent::Agent {
 public:
  agent::Arrival travel(const agent::Journey&, agent::UserAgent&) override {
    agent::Arrival arrival;
    arrival.reason = "nobody is at home";
    return arrival;
  }
};

/// Clients `confidential` (a secret) and `public`, users `user`; the token endpoint answers as `transport` says.
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
    for (const auto& profile : library.profiles) selection.profiles.push_back(&profile);
    return selection;
  }

  script::Target target;
  StubTransport transport;
  session::World world;
};

}  // namespace oauthentic::run

// Targets that die or fall silent in the middle of a run: it ends, keeps what was seen, and blames nobody's
// checks.
#include <gmock/gmock.h>

#include <csignal>
#include <thread>

#include "tests/program/program.hpp"
#include "tests/program/served_provider.hpp"

namespace oauthentic::program {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::size_t kBeforeTheEnd = 60'000;  // octets of the journal: in the middle of a run

/// A run against a mock in a process of its own, which gets `signal` when a part of the run is over.
Ended run_and_signal_the_target(const Folder& folder, int signal) {
  Running mock(folder, {"mock", "--target-out", "mock.yaml"});
  EXPECT_TRUE(mock.says("mock.yaml"));
  folder.write("t.yaml", folder.read("mock.yaml") + "limits: { timeout: 3s, rate: 400/s }\n");
  Running running(folder, {"run", "--target", "t.yaml", "--out", "out", "--quiet", "--json"});
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(40);
  while (std::chrono::steady_clock::now() < patience) {
    std::error_code none_yet;
    const auto size = std::filesystem::file_size(folder.path() / "out/journal.ndjson", none_yet);
    if (!none_yet && size > kBeforeTheEnd) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  mock.send(signal);
  auto ended = running.wait();
  mock.send(SIGKILL);
  return ended;
}

void expect_stopped(const Folder& folder, const Ended& ended) {
  EXPECT_EQ(ended.status, 3) << ended.err;
  EXPECT_THAT(ended.err, AllOf(HasSubstr("the run was stopped, and what was seen until then is kept"),
                               HasSubstr("What to do: look into the provider's log")));
  EXPECT_TRUE(folder.read("out/report.html").contains("the run was stopped"));
  EXPECT_GT(folder.read("out/journal.ndjson").size(), kBeforeTheEnd);
  // What was not seen is not held against the provider.
  EXPECT_FALSE(folder.read("out/run.json").contains("\"result\": \"violated\""));
}

TEST(TargetDeath, ATargetThatIsKilled) {
  const Folder folder;
  expect_stopped(folder, run_and_signal_the_target(folder, SIGKILL));
}

TEST(TargetDeath, ATargetThatFallsSilent) {
  const Folder folder;
  const auto ended = run_and_signal_the_target(folder, SIGSTOP);
  expect_stopped(folder, ended);
  EXPECT_LT(ended.duration, std::chrono::seconds(50));
}

/// What a killed run registered is removed by the next one.
TEST(TargetDeath, ClientsOfAKilledRunAreRemovedByTheNext) {
  const Folder folder;
  const Environment environment = {{"XDG_STATE_HOME", folder.path().string() + "/state"},
                                   {"TEST_PASSWORD", "not looked at"}};
  std::atomic<int> pid = 0, registered = 0, removed = 0;
  Hooks hooks;
  hooks.seen = [&](const Request& request, const Response& response) {
    if (request.method == "POST" && request.url.ends_with("/register") && response.status == 201) ++registered;
    if (request.method == "DELETE" && response.status == 204) ++removed;
    if (request.url.contains("/authorize") && pid > 0) ::kill(pid, SIGKILL);
  };
  const ServedProvider provider(std::move(hooks));
  ASSERT_EQ(
      run(folder, {"init", provider.issuer(), "--register", "--username", "alice", "--out", "t.yaml"}).status,
      0);
  {
    Running running(folder, {"run", "--target", "t.yaml", "--out", "out"}, environment);
    pid = running.pid();
    EXPECT_EQ(running.wait().signal, SIGKILL);
    pid = 0;
  }
  EXPECT_EQ(removed, 0);
  const int left = registered;
  EXPECT_GT(left, 0);
  const auto ended = run(folder, {"doctor", "--target", "t.yaml"}, environment);
  EXPECT_THAT(ended.out, HasSubstr("removed " + std::to_string(left) + " that an earlier run had left"));
  EXPECT_EQ(removed, registered);
  EXPECT_TRUE(folder.files("state/oauthentic").empty());
}

}  // namespace
}  // namespace oauthentic::program

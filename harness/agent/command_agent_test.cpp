#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "agent/agent.hpp"

namespace oauthentic::agent {
namespace {

using testing::HasSubstr;
using testing::Not;
using End = Arrival::End;

class CommandAgent : public testing::Test {
 protected:
  CommandAgent() {
    journey_.first.url = "https://as.test/authorize?client_id=demo";
    journey_.account = {"alice", "the-password-1"};
    journey_.redirect_uris = {"https://app.test/cb"};
    journey_.origins = {"https://as.test"};
  }

  /// `script` is run by sh; the URL is "$1".
  Arrival travel(const std::string& script, std::chrono::seconds patience = std::chrono::seconds(20)) {
    const auto agent = make_command_agent({"sh", "-c", script, "sign-in"}, patience);
    UserAgent unused;
    auto arrival = agent->travel(journey_, unused);
    EXPECT_FALSE(arrival.pages_seen);
    EXPECT_THAT(arrival.reason, Not(HasSubstr("the-password-1")));
    EXPECT_FALSE(arrival.reason.empty());
    return arrival;
  }

  Journey journey_;
};

TEST_F(CommandAgent, DeliversWhatIsPrintedLast) {
  const auto arrival = travel("echo looking; echo \"https://app.test/cb?code=c-1&state=s\"; echo");
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_EQ(arrival.url, "https://app.test/cb?code=c-1&state=s");
  EXPECT_EQ(oauth::value(arrival.parameters, "code"), "c-1");
  EXPECT_EQ(arrival.response_mode, "query");
  EXPECT_EQ(travel("echo 'https://app.test/cb#code=c-2'").response_mode, "fragment");
}

TEST_F(CommandAgent, IsToldWhatItNeeds) {
  const auto arrival = travel(
      "echo \"https://app.test/cb?code=x&u=$OAUTHENTIC_USERNAME&c=$OAUTHENTIC_CONSENT&n=$#&url=$1&r="
      "$OAUTHENTIC_REDIRECT_URI\"; test \"$OAUTHENTIC_PASSWORD\" = the-password-1");
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_EQ(oauth::value(arrival.parameters, "u"), "alice");
  EXPECT_EQ(oauth::value(arrival.parameters, "c"), "grant");
  EXPECT_EQ(oauth::value(arrival.parameters, "n"), "1");
  EXPECT_EQ(oauth::value(arrival.parameters, "url"), "https://as.test/authorize?client_id=demo");
  EXPECT_EQ(oauth::value(arrival.parameters, "r"), "https://app.test/cb");
  journey_.consent = Consent::refuse;
  EXPECT_EQ(oauth::value(travel("echo \"https://app.test/cb?c=$OAUTHENTIC_CONSENT\"").parameters, "c"),
            "refuse");
}

TEST_F(CommandAgent, SaysWhyItIsLost) {
  EXPECT_THAT(travel("echo broken >&2; exit 3").reason, HasSubstr("exit status 3: broken"));
  EXPECT_THAT(travel("echo \"no: $OAUTHENTIC_PASSWORD\"; exit 1").reason, HasSubstr("no: ***"));
  EXPECT_THAT(travel("kill -9 $$").reason, HasSubstr("signal 9"));
  EXPECT_THAT(travel("true").reason, HasSubstr("printed nothing"));
  EXPECT_THAT(travel("echo signed in").reason, HasSubstr("\"signed in\", which is no URL"));
  EXPECT_THAT(travel("echo https://as.test/login").reason, HasSubstr("away from the provider"));
  EXPECT_THAT(travel("yes https://app.test/cb").reason, HasSubstr("printed more than 262144 octets"));
}

TEST_F(CommandAgent, ThatIsNotThere) {
  UserAgent unused;
  const auto arrival =
      make_command_agent({"/nonexistent/program"}, std::chrono::seconds(5))->travel(journey_, unused);
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_THAT(arrival.reason, HasSubstr("cannot start /nonexistent/program: No such file"));
}

/// The process is gone, or dead and only waits to be reaped by whoever is its parent now.
bool is_gone(int pid) {
  if (::kill(pid, 0) != 0) return true;
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(stat, text);
  return text.find(") Z ") != std::string::npos || text.find(") X ") != std::string::npos;
}

TEST_F(CommandAgent, IsKilledWithItsChildrenWhenItsTimeIsOver) {
  const auto file =
      std::filesystem::temp_directory_path() / ("oauthentic_command_test_" + std::to_string(::getpid()));
  const auto started = std::chrono::steady_clock::now();
  const auto arrival = travel("sleep 600 & echo $! > '" + file.string() + "'; trap '' TERM; wait; sleep 600",
                              std::chrono::seconds(1));
  EXPECT_THAT(arrival.reason, HasSubstr("did not end within 1 seconds and was killed"));
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(60));
  int child = 0;
  std::ifstream(file) >> child;
  std::filesystem::remove(file);
  ASSERT_GT(child, 0);
  for (int i = 0; i < 500 && !is_gone(child); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(is_gone(child));
}

TEST_F(CommandAgent, OpensUrlsOnly) {
  journey_.until = Until::consent;
  EXPECT_THAT(travel("true").reason, HasSubstr("cannot stop at a page"));
  journey_.until = Until::end;
  journey_.first.headers.add("X-A", "b");
  EXPECT_THAT(travel("true").reason, HasSubstr("header field X-A"));
  journey_.first.headers.clear();
  journey_.first.method = "POST";
  EXPECT_THAT(travel("true").reason, HasSubstr("its method is POST"));
  journey_.first.method = "GET";
  journey_.from = ShownPage{};
  EXPECT_THAT(travel("true").reason, HasSubstr("another user agent was shown"));
}

}  // namespace
}  // namespace oauthentic::agent

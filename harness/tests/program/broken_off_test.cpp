// Runs that do not come to their end: nothing that was recorded is lost, and the reason is told.
#include <gmock/gmock.h>

#include <csignal>
#include <thread>

#include "tests/program/program.hpp"
#include "tests/program/served_provider.hpp"

namespace oauthentic::program {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Eq;
using testing::Ge;
using testing::HasSubstr;
using testing::Not;

long lines_with(const std::string& text, std::string_view part) {
  long count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

constexpr int kRequests = 200;       // of several hundred in a whole run
constexpr int kMostUnrecorded = 60;  // those of the scenario that was under way

/// A run, one scenario at a time, that gets `signal` while its request number kRequests is being answered.
Ended run_and_signal(const Folder& folder, int signal) {
  std::atomic<int> pid = 0, seen = 0;
  Hooks hooks;
  hooks.seen = [&](const Request&, const Response&) {
    if (++seen == kRequests && pid > 0) ::kill(pid, signal);
  };
  const ServedProvider provider(std::move(hooks));
  folder.write("t.yaml", provider.target_yaml());
  Running running(folder, {"run", "--target", "t.yaml", "--out", "out", "--jobs", "1"});
  pid = running.pid();
  return running.wait();
}

void expect_report(const Folder& folder) {
  const auto ended = run(folder, {"report", "out", "--format", "html", "--format", "junit"});
  EXPECT_THAT(ended.status, AnyOf(Eq(0), Eq(1), Eq(4))) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("cut short"));
  EXPECT_THAT(folder.read("out/report.html"), HasSubstr("</html>"));
  EXPECT_THAT(folder.read("out/junit.xml"), HasSubstr("</testsuites>"));
}

TEST(BrokenOff, AnInterruptKeepsWhatWasRecorded) {
  const Folder folder;
  const auto ended = run_and_signal(folder, SIGINT);
  EXPECT_EQ(ended.signal, 0);
  EXPECT_EQ(ended.status, 130) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("interrupted; what was recorded until now is kept"));
  EXPECT_THAT(ended.out, HasSubstr("cut short"));
  const auto journal = folder.read("out/journal.ndjson");
  EXPECT_THAT(lines_with(journal, "\"event\":\"exchange\""), Ge(kRequests - kMostUnrecorded));
  EXPECT_TRUE(journal.ends_with("}\n"));
  EXPECT_TRUE(folder.has("out/report.html"));
  expect_report(folder);
}

TEST(BrokenOff, ATerminationIsAnInterruptToo) {
  const Folder folder;
  const auto ended = run_and_signal(folder, SIGTERM);
  EXPECT_EQ(ended.status, 130) << ended.err;
  expect_report(folder);
}

TEST(BrokenOff, AKilledRunCanBeReported) {
  const Folder folder;
  const auto ended = run_and_signal(folder, SIGKILL);
  EXPECT_EQ(ended.signal, SIGKILL);
  EXPECT_FALSE(folder.has("out/report.html"));
  const auto journal = folder.read("out/journal.ndjson");
  EXPECT_THAT(lines_with(journal, "\"event\":\"exchange\""), Ge(kRequests - kMostUnrecorded));
  expect_report(folder);
  // Killed in the middle of a line.
  folder.write("out/journal.ndjson", std::string_view(journal).substr(0, journal.size() - 20));
  expect_report(folder);
}

TEST(BrokenOff, ARunThatIsKilledWhileItReadsTheMetadata) {
  const Folder folder;
  std::atomic<int> pid = 0;
  Hooks hooks;
  hooks.seen = [&](const Request&, const Response&) {
    while (pid == 0)
      std::this_thread::yield();
    ::kill(pid, SIGKILL);
  };
  const ServedProvider provider(std::move(hooks));
  folder.write("t.yaml", provider.target_yaml());
  Running running(folder, {"run", "--target", "t.yaml", "--out", "out"});
  pid = running.pid();
  EXPECT_EQ(running.wait().signal, SIGKILL);
  const auto ended = run(folder, {"report", "out"});
  EXPECT_EQ(ended.status, 4) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr(provider.issuer()));
}

TEST(BrokenOff, AFullDiskIsToldAndEndsTheRun) {
  const Folder folder;
  const ServedProvider provider;
  folder.write("t.yaml", provider.target_yaml());
  std::filesystem::create_directory(folder.path() / "out");
  std::filesystem::create_symlink("/dev/full", folder.path() / "out/journal.ndjson");
  const auto ended = run(folder, {"run", "--target", "t.yaml", "--out", "out"});
  EXPECT_EQ(ended.signal, 0);
  EXPECT_EQ(ended.status, 5) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("cannot write out/journal.ndjson: No space left on device"));
  EXPECT_LT(provider.requests(), kRequests) << "it went on without recording";
  EXPECT_LT(ended.peak_kib, 256 * 1024);
}

TEST(BrokenOff, AReportThatCannotBeWrittenDoesNotStopTheOthers) {
  const Folder folder;
  const ServedProvider provider;
  folder.write("t.yaml", provider.target_yaml());
  std::filesystem::create_directory(folder.path() / "out");
  std::filesystem::create_symlink("/dev/full", folder.path() / "out/report.html");
  const auto ended = run(folder, {"run", "--target", "t.yaml", "--out", "out", "--only", "pkce"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, HasSubstr("cannot write out/report.html: No space left on device"));
  EXPECT_TRUE(folder.has("out/junit.xml"));
  EXPECT_TRUE(folder.has("out/report.sarif"));
}

TEST(BrokenOff, AFileInPlaceOfTheFolder) {
  const Folder folder;
  const ServedProvider provider;
  folder.write("t.yaml", provider.target_yaml());
  folder.write("out", "mine");
  for (const auto* out : {"out", "out/below"}) {
    const auto ended = run(folder, {"run", "--target", "t.yaml", "--out", out});
    EXPECT_EQ(ended.status, 2);
    EXPECT_THAT(ended.err,
                AllOf(HasSubstr(std::string("cannot make the folder ") + out), HasSubstr("Not a directory")));
  }
  EXPECT_EQ(folder.read("out"), "mine");
  EXPECT_EQ(provider.requests(), 0) << "nothing is sent that cannot be recorded";
}

/// The program behind a shell, for streams that a pipe of this test cannot be.
Ended run_in_shell(const Folder& folder, const std::string& rest) {
  folder.write("sh", std::string("exec \"" OAUTHENTIC_PROGRAM "\" ") + rest + "\n");
  return Running(folder, {"sh"}, {}, "/bin/sh").wait();
}

TEST(BrokenOff, MessagesThatCannotBeWrittenDoNotEndTheRun) {
  const Folder folder;
  for (const auto* streams : {"2>/dev/full", ">&- 2>&-", "<&- >&- 2>&-"}) {
    const auto ended = run_in_shell(folder, std::string("demo --only pkce --out out ") + streams);
    EXPECT_EQ(ended.signal, 0) << streams;
    EXPECT_EQ(ended.status, 0) << streams;
    EXPECT_TRUE(folder.read("out/journal.ndjson").starts_with("{")) << streams;
    EXPECT_THAT(folder.read("out/journal.ndjson"), Not(HasSubstr("Report:"))) << streams;
  }
}

TEST(BrokenOff, ResultsThatCannotBeWrittenAreAFault) {
  const Folder folder;
  auto ended = run_in_shell(folder, "demo --only pkce --out out --quiet >/dev/full");
  EXPECT_EQ(ended.status, 5);
  EXPECT_THAT(ended.err, HasSubstr("cannot write to standard output: No space left on device"));
  EXPECT_TRUE(folder.has("out/report.html"));
}

}  // namespace
}  // namespace oauthentic::program

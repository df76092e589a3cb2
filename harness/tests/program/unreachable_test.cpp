// An issuer from which nothing can be read: status 3, the reason, what to do, and a report all the same.
#include <gmock/gmock.h>

#include "http/test_peers.hpp"
#include "tests/program/program.hpp"
#include "tests/program/served_provider.hpp"

namespace oauthentic::program {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Lt;

const std::vector<std::string> kReports = {"journal.ndjson", "junit.xml", "report.html",
                                           "report.sarif",   "run.json",  "summary.md"};

std::string target(const std::string& issuer) {
  return "issuer: \"" + issuer + "\"\n" + R"(redirect_uri: "http://127.0.0.1:8765/callback"
clients:
  public: { client_id: "app" }
user: { username: "alice", password: "a secret of mine" }
limits: { timeout: 500ms }
)";
}

/// Runs, and checks what holds for every issuer that cannot be used.
Ended run_against(const std::string& issuer) {
  const Folder folder;
  folder.write("t.yaml", target(issuer));
  auto ended = run(folder, {"run", "--target", "t.yaml", "--out", "out"});
  EXPECT_EQ(ended.status, 3) << ended.err;
  EXPECT_THAT(ended.err, AllOf(HasSubstr(issuer + ": no metadata could be read"), HasSubstr("check `issuer:`"),
                               HasSubstr("t.yaml")));
  EXPECT_THAT(folder.files("out"), IsSupersetOf(kReports));
  EXPECT_THAT(ended.out, HasSubstr("Nothing was looked at"));
  const auto again = run(folder, {"report", "out"});
  EXPECT_EQ(again.status, 4) << again.err;
  return ended;
}

TEST(Unreachable, ANameThatDoesNotResolve) {
  EXPECT_THAT(run_against("http://as.oauthentic.invalid").err,
              HasSubstr("cannot resolve \"as.oauthentic.invalid\""));
}

TEST(Unreachable, APortThatRefuses) {
  const http::testing::ClosedPort port;
  EXPECT_THAT(run_against(port.origin()).err, HasSubstr("Connection refused"));
}

TEST(Unreachable, AServerThatStalls) {
  const http::testing::RawServer server([](auto& peer, int) { peer.wait(); });
  const auto ended = run_against(server.origin());
  EXPECT_THAT(ended.err, HasSubstr("timed out waiting for the answer"));
  EXPECT_THAT(ended.duration, Lt(std::chrono::seconds(10)));  // one timeout, not one for each document
}

TEST(Unreachable, AServerThatAnswersHtml) {
  const http::Listener server(
      [](const Request&) { return Response{200, "OK", {{"Content-Type", "text/html"}}, "<h1>Hello</h1>", ""}; },
      {});
  EXPECT_THAT(run_against(server.origin()).err, HasSubstr("an HTML page (status 200)"));
}

TEST(Unreachable, AServerThatAnswersWithoutEnd) {
  constexpr std::size_t kWhole = 300U << 20;
  std::atomic<std::size_t> most = 0;
  const http::testing::RawServer server([&](auto& peer, int) {
    peer.read_head();
    peer.send(
        fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", kWhole));
    const std::string piece(1U << 20, '[');
    std::size_t sent = 0;
    while (sent < kWhole && peer.sends(piece))
      sent += piece.size();
    if (sent > most) most = sent;
  });
  const auto ended = run_against(server.origin());
  EXPECT_THAT(ended.err, HasSubstr("the body of the answer is over"));
  EXPECT_THAT(most.load(), Lt(64U << 20)) << "it went on reading";
  EXPECT_THAT(ended.peak_kib, Lt(256 * 1024));
}

TEST(Unreachable, AServerThatRedirectsForEver) {
  std::atomic<int> asked = 0;
  const http::Listener server(
      [&](const Request& request) {
        ++asked;
        return Response{302, "Found", {{"Location", request.url}}, "", ""};
      },
      {});
  EXPECT_THAT(run_against(server.origin()).err, HasSubstr("answers with a redirect (status 302)"));
  EXPECT_THAT(asked.load(), Lt(10));
}

TEST(Unreachable, ACertificateThatNobodyTrusts) {
  http::ListenerOptions options;
  options.tls = true;
  const http::Listener server([](const Request&) { return Response{200, "OK", {}, "{}", ""}; }, options);
  EXPECT_THAT(run_against(server.origin()).err, HasSubstr("self-signed and not trusted"));
}

TEST(Unreachable, ADryRunSaysSoToo) {
  const http::testing::ClosedPort port;
  const Folder folder;
  folder.write("t.yaml", target(port.origin()));
  const auto ended = run(folder, {"run", "--target", "t.yaml", "--dry-run"});
  EXPECT_EQ(ended.status, 3) << ended.out;
  EXPECT_THAT(ended.err, HasSubstr("Connection refused"));
}

TEST(Unreachable, AnAuthorizationEndpointThatRedirectsForEver) {
  Hooks hooks;
  hooks.instead = [](const Request& request) -> std::optional<Response> {
    if (!request.url.contains("/authorize")) return std::nullopt;
    return Response{302, "Found", {{"Location", "/authorize?again=1"}}, "", ""};
  };
  const ServedProvider provider(std::move(hooks));
  const Folder folder;
  folder.write("t.yaml", provider.target_yaml());
  const auto ended = run(folder, {"run", "--target", "t.yaml", "--out", "out"});
  EXPECT_EQ(ended.status, 3) << ended.err;
  EXPECT_THAT(ended.err, AllOf(HasSubstr("no honest flow could be completed"), HasSubstr("redirect")));
  EXPECT_THAT(folder.files("out"), IsSupersetOf(kReports));
}

}  // namespace
}  // namespace oauthentic::program

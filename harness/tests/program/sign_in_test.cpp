// Providers that are reached but not signed in to, or not by the clients that the target file names.
#include <gmock/gmock.h>

#include "tests/program/program.hpp"
#include "tests/program/served_provider.hpp"

namespace oauthentic::program {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Eq;
using testing::HasSubstr;
using testing::Not;

Ended run_with(const Folder& folder, const std::string& target) {
  folder.write("t.yaml", target);
  return run(folder, {"run", "--target", "t.yaml", "--out", "out", "--quiet"});
}

TEST(SignIn, AWrongPassword) {
  const ServedProvider provider;
  const Folder folder;
  const auto ended =
      run_with(folder, with_value(provider.target_yaml(), "password", "\"no password of hers\""));
  EXPECT_EQ(ended.status, 3) << ended.err;
  EXPECT_THAT(ended.err, AllOf(HasSubstr("no honest flow could be completed"), HasSubstr("sign-in page again"),
                               HasSubstr("What to do: check the clients, redirect_uri and user in t.yaml"),
                               HasSubstr("out/report.html"), Not(HasSubstr("no password of hers"))));
  EXPECT_THAT(folder.read("out/report.html"), Not(HasSubstr("no password of hers")));
  // The page at which the agent was at a loss is there to be looked at.
  EXPECT_THAT(ended.err, HasSubstr("(the page is in pages/001-"));
  const auto pages = folder.files("out/pages");
  ASSERT_FALSE(pages.empty());
  EXPECT_THAT(pages.front(), testing::EndsWith("authorize.html"));
  EXPECT_THAT(folder.read("out/pages/" + pages.front()),
              AllOf(HasSubstr("<form"), Not(HasSubstr("no password of hers"))));
}

TEST(SignIn, ARedirectUriThatIsNotRegistered) {
  const ServedProvider provider;
  const Folder folder;
  const auto ended =
      run_with(folder, with_value(provider.target_yaml(), "redirect_uri", "\"http://127.0.0.1:8765/another\""));
  EXPECT_EQ(ended.status, 3) << ended.err;
  EXPECT_THAT(ended.err, AllOf(HasSubstr("an error page, status 400"), HasSubstr("redirect_uri")));
}

TEST(SignIn, WrongSecretsOfTheClientsAreToldNotOnlyCounted) {
  const ServedProvider provider;
  const Folder folder;
  const auto ended =
      run_with(folder, with_value(provider.target_yaml(), "client_secret", "\"no secret of theirs\""));
  EXPECT_THAT(ended.status, AnyOf(Eq(1), Eq(3), Eq(4))) << ended.err;
  EXPECT_THAT(ended.err,
              AllOf(HasSubstr("with client confidential"), HasSubstr("invalid_client"), HasSubstr("t.yaml")));
  EXPECT_THAT(folder.read("out/run.json"), HasSubstr("with client confidential"));
}

TEST(SignIn, TheCallbackPortIsTaken) {
  const ServedProvider provider;
  const http::Listener taken([](const Request&) { return Response{200, "OK", {}, "", ""}; }, {});
  const Folder folder;
  auto target = with_value(provider.target_yaml(), "agent", "manual");
  target = with_value(target, "redirect_uri", "\"" + taken.origin() + "/callback\"");
  const auto ended = run_with(folder, target);
  EXPECT_EQ(ended.status, 3) << ended.err;
  EXPECT_THAT(ended.err, AllOf(HasSubstr("cannot listen on 127.0.0.1:" + std::to_string(taken.port())),
                               HasSubstr("Address already in use")));
}

TEST(SignIn, NothingThatIsAskedForIsThere) {
  const ServedProvider provider;
  const Folder folder;
  folder.write("t.yaml", provider.target_yaml());
  const auto ended = run(folder, {"run", "--target", "t.yaml", "--out", "out", "--only", "no-such-*"});
  EXPECT_EQ(ended.status, 4) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("no scenario, topic or requirement is called so"));
}

}  // namespace
}  // namespace oauthentic::program

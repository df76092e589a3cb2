// oauthentic init: the file that it writes is one that doctor and run take.
#include <gmock/gmock.h>

#include <csignal>

#include "http/test_peers.hpp"
#include "tests/program/program.hpp"
#include "tests/program/served_provider.hpp"

namespace oauthentic::program {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// The first value of `key: "..."` after `from`.
std::string value_in(const std::string& yaml, const std::string& from, const std::string& key) {
  const auto start = yaml.find(key + ": \"", yaml.find(from)) + key.size() + 3;
  return yaml.substr(start, yaml.find('"', start) - start);
}

TEST(Init, WhatItWritesLeadsToACode) {
  const ServedProvider provider;
  const auto own = provider.target_yaml();
  const auto redirect_uri = value_in(own, "\nredirect_uri", "redirect_uri");
  const Folder folder;
  auto ended = run(folder, {"init", provider.issuer(), "--out", "t.yaml", "--redirect-uri", redirect_uri,
                            "--api", value_in(own, "api:", "url")});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.err, AllOf(HasSubstr("wrote t.yaml"),
                               HasSubstr("CLIENT_ID, CLIENT_SECRET, TEST_USERNAME, TEST_PASSWORD"),
                               HasSubstr("oauthentic doctor --target t.yaml")));
  EXPECT_EQ(ended.out, "");
  const Environment environment = {{"CLIENT_ID", value_in(own, "  confidential:", "client_id")},
                                   {"CLIENT_SECRET", value_in(own, "  confidential:", "client_secret")},
                                   {"TEST_USERNAME", value_in(own, "\nuser:", "username")},
                                   {"TEST_PASSWORD", value_in(own, "\nuser:", "password")}};
  ended = run(folder, {"doctor", "--target", "t.yaml"}, environment);
  EXPECT_EQ(ended.status, 0) << ended.out << ended.err << folder.read("t.yaml");
  EXPECT_THAT(ended.out, HasSubstr("ok         API"));
  ended = run(folder, {"run", "--target", "t.yaml", "--only", "pkce", "--quiet"}, environment);
  EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
  ended = run(folder, {"doctor", "--target", "t.yaml"});
  EXPECT_EQ(ended.status, 2) << "the variables are not set";
  EXPECT_THAT(ended.err, HasSubstr("CLIENT_SECRET"));
}

TEST(Init, AFileIsNotWrittenOver) {
  const ServedProvider provider;
  const Folder folder;
  folder.write("target.yaml", "mine");
  auto ended = run(folder, {"init", provider.issuer()});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, HasSubstr("target.yaml exists; --force"));
  EXPECT_EQ(folder.read("target.yaml"), "mine");
  EXPECT_EQ(provider.requests(), 0);
  ended = run(folder, {"init", provider.issuer(), "--force"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(folder.read("target.yaml"), HasSubstr("issuer: \"" + provider.issuer() + "\""));
}

TEST(Init, NoSecretIsWritten) {
  const ServedProvider provider;
  const Folder folder;
  auto ended = run(folder, {"init", provider.issuer(), "--out", "-", "--client-id", "app", "--client-secret",
                            "hush-hush", "--username", "alice"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("client_id: \"app\", client_secret: \"${CLIENT_SECRET}\""),
                               HasSubstr("username: \"alice\""), Not(HasSubstr("hush-hush"))));
  ended = run(folder, {"init", provider.issuer(), "--out", "t.yaml", "--client-secret", "hush-hush"});
  EXPECT_THAT(ended.err, AllOf(HasSubstr("export CLIENT_SECRET"), Not(HasSubstr("hush-hush"))));
  EXPECT_THAT(folder.read("t.yaml"), Not(HasSubstr("hush-hush")));
}

TEST(Init, WhatWasTriedIsTold) {
  const Folder folder;
  const http::Listener server(
      [](const Request&) { return Response{200, "OK", {{"Content-Type", "text/html"}}, "<h1>Hello</h1>", ""}; },
      {});
  auto ended = run(folder, {"init", server.origin()});
  EXPECT_EQ(ended.status, 3);
  EXPECT_THAT(ended.err, AllOf(HasSubstr(server.origin() +
                                         "/.well-known/oauth-authorization-server: status 200, but no JSON"),
                               HasSubstr("/.well-known/openid-configuration"), HasSubstr("What to do")));
  const http::testing::ClosedPort port;
  ended = run(folder, {"init", port.origin()});
  EXPECT_EQ(ended.status, 3);
  EXPECT_THAT(ended.err, HasSubstr("Connection refused"));
  EXPECT_FALSE(folder.has("target.yaml"));
}

TEST(Init, AnIssuerThatWouldReadTheEnvironment) {
  const http::Listener server(
      [](const Request& request) {
        return Response{200,
                        "OK",
                        {{"Content-Type", "application/json"}},
                        R"({"issuer":"https://as.example/${HOME}","token_endpoint":")" + request.url + "\"}",
                        ""};
      },
      {});
  const Folder folder;
  const auto ended = run(folder, {"init", server.origin()});
  EXPECT_EQ(ended.status, 3) << ended.err;
  EXPECT_FALSE(folder.has("target.yaml"));
}

TEST(Init, WithAnAuthorityOfItsOwn) {
  const Folder folder;
  Running mock(folder, {"--foreground", "60", OAUTHENTIC_PROGRAM, "mock", "--tls", "--target-out", "t.yaml"},
               {}, "/usr/bin/timeout");
  ASSERT_TRUE(mock.says("Ctrl-C ends it."));
  const auto issuer = value_in(folder.read("t.yaml"), "issuer", "issuer");
  auto ended = run(folder, {"init", issuer});
  EXPECT_EQ(ended.status, 3);
  EXPECT_THAT(ended.err, HasSubstr("self-signed"));
  ended = run(folder, {"init", issuer, "--ca-file", "t.yaml.pem"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_THAT(folder.read("target.yaml"), HasSubstr("tls: { ca_file: \"t.yaml.pem\" }"));
  mock.send(SIGINT);
  mock.wait();
}

}  // namespace
}  // namespace oauthentic::program

// oauthentic analyze, on lists and against the mock provider.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>

#include "core/message.hpp"
#include "oauth/encoding.hpp"
#include "oauth/json_document.hpp"
#include "tests/program/program.hpp"
#include "tests/program/served_provider.hpp"

namespace oauthentic::program {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string random_list(std::size_t count, std::size_t digits) {
  std::mt19937_64 random(7);
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t d = 0; d < digits; ++d)
      out += "0123456789abcdef"[random() >> 60];
    out += '\n';
  }
  return out;
}

std::string counting_list(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i)
    out += fmt::format("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b82{:08x}\n", 77000 + i);
  return out;
}

Ended analyze(const std::string& list, std::vector<std::string> more = {}) {
  const Folder folder;
  folder.write("list", list);
  more.insert(more.begin(), {"analyze", "--file", "list"});
  return run(folder, more);
}

std::size_t longest_line(const std::string& text) {
  std::size_t most = 0;
  for (const auto line : split(text, '\n')) {
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
    most = std::max(most, line.size() - static_cast<std::size_t>(std::ranges::count_if(line, continues)));
  }
  return most;
}

TEST(Analyze, ExitStatusSaysWhatAListIs) {
  EXPECT_EQ(analyze(random_list(100, 32)).status, 0);
  EXPECT_EQ(analyze(random_list(100, 16)).status, 1) << "too short";
  EXPECT_EQ(analyze(counting_list(100)).status, 1);
  EXPECT_EQ(analyze(counting_list(100), {"--of", "client_id"}).status, 0) << "no secret";
  EXPECT_EQ(analyze(random_list(19, 32)).status, 4);
  EXPECT_EQ(analyze("").status, 4);
  EXPECT_EQ(analyze("a\n" + std::string(9000, 'x')).status, 2);
}

TEST(Analyze, SaysWhyAndWhatToDo) {
  const auto weak = analyze(counting_list(100), {"--of", "code"});
  EXPECT_THAT(weak.out,
              AllOf(HasSubstr("code: weak"), HasSubstr("a counter"), HasSubstr("what to do"),
                    HasSubstr("Weak or too short (RFC 6749 §10.10): code."), Not(HasSubstr("9f86d0"))));
  const auto well = analyze(random_list(200, 32));
  EXPECT_THAT(well.out,
              AllOf(HasSubstr("no weakness found in 200 values (upper bound 128 bits by alphabet and"),
                    HasSubstr("lower bound"), HasSubstr("the former can be there")));
  for (const auto& text : {weak.out, well.out})
    EXPECT_LE(longest_line(text), 80U) << text;
}

TEST(Analyze, CommandLinesThatAreWrong) {
  const Folder folder;
  folder.write("list", random_list(30, 32));
  for (const auto& wrong :
       std::vector<std::vector<std::string>>{{"analyze"},
                                             {"analyze", "--file", "list", "--target", "t.yaml"},
                                             {"analyze", "--file", "no such file"},
                                             {"analyze", "--file", "."},
                                             {"analyze", "--file", "list", "--of", "code,access_token"},
                                             {"analyze", "--file", "list", "--of", "password"},
                                             {"analyze", "--file", "list", "--html", "no/such/folder/x.html"},
                                             {"analyze", "--target", "no such file"}}) {
    EXPECT_EQ(run(folder, wrong).status, 2) << testing::PrintToString(wrong);
  }
}

/// Keeps what the provider issues.
struct Loot {
  std::mutex mutex;
  std::vector<std::string> values;
  Hooks hooks() {
    Hooks out;
    out.seen = [this](const Request&, const Response& response) {
      const auto body = oauth::parse_json(response.body);
      const std::lock_guard lock(mutex);
      for (const auto* name : {"access_token", "refresh_token", "client_secret"}) {
        const auto value = body && body->is_object() ? oauth::string_member(*body, name) : std::string();
        if (!value.empty()) values.push_back(value);
      }
    };
    return out;
  }
};

TEST(Analyze, CollectsFromATarget) {
  Loot loot;
  const ServedProvider provider(loot.hooks());
  const Folder folder;
  folder.write("t.yaml", provider.target_yaml());
  const auto ended =
      run(folder, {"analyze", "--target", "t.yaml", "--count", "25", "--json", "--html", "page.html"});
  EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
  const auto all = json::parse(ended.out, nullptr, false);
  ASSERT_TRUE(all.is_object()) << ended.out;
  std::map<std::string, std::string> verdicts;
  for (const auto& kind : all.at("kinds")) {
    verdicts[kind.at("kind")] = kind.at("verdict");
    EXPECT_GE(kind.at("values").get<int>(), 25);
  }
  for (const auto* kind : {"code", "access_token", "refresh_token"})
    EXPECT_EQ(verdicts[kind], "no weakness found") << ended.out;
  const auto page = folder.read("page.html");
  EXPECT_THAT(page, AllOf(HasSubstr("default-src 'none'; style-src 'sha256-"), HasSubstr("<svg class=\"plot\""),
                          HasSubstr("aria-label=\"Share of ones"), Not(HasSubstr("<script")),
                          Not(HasSubstr(" style=")), Not(HasSubstr("src=\""))));
  const std::lock_guard lock(loot.mutex);
  ASSERT_GE(loot.values.size(), 50U);
  for (const auto& value : loot.values) {
    EXPECT_FALSE(page.contains(value) || ended.out.contains(value) || ended.err.contains(value));
  }
}

TEST(Analyze, FindsTokensThatCount) {
  std::atomic<int> issued = 4710;
  Hooks hooks;
  hooks.instead = [&](const Request& request) -> std::optional<Response> {
    if (!request.url.ends_with("/token")) return std::nullopt;
    const json body = {{"access_token", fmt::format("5f4dcc3b5aa765d61d8327deb882cf99-{}", ++issued)},
                       {"token_type", "Bearer"}};
    return Response{200, "OK", {{"Content-Type", "application/json"}}, body.dump(), ""};
  };
  const ServedProvider provider(std::move(hooks));
  const Folder folder;
  folder.write("t.yaml", provider.target_yaml());
  const auto ended =
      run(folder, {"analyze", "--target", "t.yaml", "--of", "access_token,refresh_token", "--count", "30"});
  EXPECT_EQ(ended.status, 1) << ended.out << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("access_token: weak, as 30 values show"), HasSubstr("a counter"),
                               HasSubstr("refresh_token: the provider issued none")));
}

TEST(Analyze, RegistersClientsAndRemovesThem) {
  Loot loot;
  std::atomic<int> registered = 0, removed = 0;
  auto hooks = loot.hooks();
  hooks.seen = [&, seen = hooks.seen](const Request& request, const Response& response) {
    seen(request, response);
    if (!request.url.contains("/register")) return;
    registered += request.method == "POST" && response.status == 201;
    removed += request.method == "DELETE" && response.status == 204;
  };
  const ServedProvider provider(std::move(hooks));
  const Folder folder;
  const Environment environment = {{"XDG_STATE_HOME", folder.path().string()}};
  const std::vector<std::string> arguments = {
      "analyze", "--target", "t.yaml", "--of", "client_id,client_secret", "--count", "20"};
  folder.write("t.yaml", provider.target_yaml());
  const auto ended = run(folder, arguments, environment);
  EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("client_id: "), HasSubstr("client_secret: no weakness found in 20")));
  EXPECT_GE(registered, 20);
  EXPECT_EQ(registered, removed);
  const std::lock_guard lock(loot.mutex);
  EXPECT_FALSE(loot.values.empty());
  for (const auto& value : loot.values)
    EXPECT_FALSE(ended.out.contains(value) || ended.err.contains(value));
}

TEST(Analyze, RegistersNothingWhereTheTargetFileDoesNotSaySo) {
  const ServedProvider provider;
  const Folder folder;
  auto yaml = provider.target_yaml();
  const auto at = yaml.find("  register: true");
  ASSERT_NE(at, std::string::npos);
  yaml.erase(at, yaml.find('\n', at) + 1 - at);
  folder.write("t.yaml", yaml);
  const auto ended = run(folder, {"analyze", "--target", "t.yaml", "--of", "client_secret"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, HasSubstr("register: true"));
  EXPECT_EQ(provider.requests(), 0);
}

TEST(Analyze, ATargetThatIsNotThere) {
  const Folder folder;
  folder.write(
      "t.yaml",
      "issuer: http://127.0.0.1:9/\nredirect_uri: http://127.0.0.1:8765/callback\n"
      "clients:\n  public: { client_id: app }\nuser: { username: alice, password: secret-of-alice }\n");
  const auto ended = run(folder, {"analyze", "--target", "t.yaml"});
  EXPECT_EQ(ended.status, 3) << ended.err;
  EXPECT_THAT(ended.err, AllOf(HasSubstr("oauthentic doctor"), Not(HasSubstr("secret-of-alice"))));
}

}  // namespace
}  // namespace oauthentic::program

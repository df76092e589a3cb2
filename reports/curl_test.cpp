#include "reports/curl.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "reports/sample_test_support.hpp"

namespace oauthentic::reports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// What bash makes of the script: the quoting is proven by the shell it is for.
std::string bash(const std::string& script) {
  const auto path = fmt::format("{}oauthentic_curl_test_{}.sh", testing::TempDir(), getpid());
  std::ofstream(path, std::ios::binary) << script;
  std::string out;
  auto* pipe = popen(("bash " + path).c_str(), "r");
  char buffer[4096];
  for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    out.append(buffer, n);
  pclose(pipe);
  std::filesystem::remove(path);
  return out;
}

/// A program in curl's place that says each of its arguments on a line of its own.
constexpr const char* kFakeCurl = "curl() { for a in \"$@\"; do printf '[%s]\\n' \"$a\"; done; }\n";

TEST(ShellQuote, SurvivesBash) {
  std::string octets;
  for (int c = 1; c < 256; ++c)
    octets += static_cast<char>(c);
  for (const std::string& text :
       {std::string("plain"), std::string("it's; $(rm) `x` \\ \"\" !"), std::string("a\nb"), octets,
        std::string(kHostile), std::string("-n"), std::string("~root")}) {
    std::vector<std::string> variables;
    const auto quoted = shell_quote(text, variables);
    EXPECT_EQ(bash("printf '%s' " + quoted), text) << quoted;
    EXPECT_TRUE(variables.empty());
  }
}

TEST(ShellQuote, PutsVariablesInPlaceOfTags) {
  std::vector<std::string> variables;
  const auto quoted = shell_quote("a ‹access_token#1› b ‹code#2›‹code#2›", variables);
  EXPECT_EQ(quoted, "'a '\"${ACCESS_TOKEN_1}\"' b '\"${CODE_2}\"\"${CODE_2}\"");
  EXPECT_THAT(variables, ElementsAre("ACCESS_TOKEN_1", "CODE_2"));
  EXPECT_EQ(bash("ACCESS_TOKEN_1='x y' CODE_2=z; printf '%s' " + quoted), "a x y b zz");
}

TEST(ShellQuote, TakesNothingElseForATag) {
  for (const std::string& text :
       {std::string("‹›"), std::string("‹a$(x)#1›"), std::string("‹unclosed"), std::string("‹1a›")}) {
    std::vector<std::string> variables;
    EXPECT_EQ(bash("printf '%s' " + shell_quote(text, variables)), text);
    EXPECT_TRUE(variables.empty()) << text;
  }
}

TEST(RepeatCommand, SaysWhatWasSent) {
  const Request request{"POST",
                        "http://127.0.0.1:9000/token?a=[1]",
                        {{"Host", "h"}, {"Content-Type", "x/y"}, {"X", ""}},
                        "code=‹code#1›&a=it's",
                        std::nullopt};
  const auto command = repeat_command(request);
  EXPECT_THAT(command.variables, ElementsAre("CODE_1"));
  EXPECT_EQ(
      bash(kFakeCurl + ("CODE_1=sesame\n" + command.text)),
      "[-i]\n[-g]\n[--path-as-is]\n[http://127.0.0.1:9000/token?a=[1]]\n[-H]\n[Content-Type: x/y]\n[-H]\n[X;]\n"
      "[--data-raw]\n[code=sesame&a=it's]\n");
}

TEST(RepeatCommand, NamesTheMethodWhereCurlWouldChooseAnother) {
  EXPECT_THAT(repeat_command({"GET", "http://h/", {}, "", {}}).text, Not(HasSubstr("-X")));
  EXPECT_THAT(repeat_command({"GET", "http://h/", {}, "x", {}}).text, HasSubstr("-X GET"));
  EXPECT_THAT(repeat_command({"POST", "http://h/", {}, "", {}}).text, HasSubstr("-X POST"));
  EXPECT_THAT(repeat_command({"HEAD", "http://h/", {}, "", {}}).text, HasSubstr("-I"));
  EXPECT_THAT(repeat_command({"PUT", "-o/etc/x", {}, "", {}}).text, HasSubstr("--url -o/etc/x"));
}

TEST(RepeatCommand, LeavesTheFramingToCurl) {
  Request request{"POST", "http://h/", {}, "x", {}};
  request.framing = Framing::chunked;
  EXPECT_THAT(repeat_command(request).text, HasSubstr(" -H 'Transfer-Encoding: chunked'"));
  request.framing = Framing::http_1_0;
  EXPECT_THAT(repeat_command(request).text, HasSubstr(" --http1.0"));
}

TEST(RepeatCommand, SaysThatThereIsNoContentType) {
  EXPECT_THAT(repeat_command({"POST", "http://h/", {}, "x", {}}).text, HasSubstr("-H 'Content-Type:'"));
}

TEST(RepeatCommand, PipesABodyWithNul) {
  const auto command =
      repeat_command({"POST", "http://h/", {{"Content-Type", "a/b"}}, std::string("a%s\0b", 5), {}});
  EXPECT_EQ(bash("curl() { cat; }\n" + command.text), std::string("a%s\0b", 5));
}

TEST(RepeatCommand, SendsExactOctetsPastCurl) {
  Request request{"GET", "http://127.0.0.1:81/", {}, "", "GET / HTTP/1.1\r\nX: ‹code#1›%\r\n\r\n"};
  const auto plain = repeat_command(request);
  EXPECT_THAT(plain.text, HasSubstr("nc 127.0.0.1 81"));
  EXPECT_EQ(bash("nc() { cat; }\nCODE_1=%s\n" + plain.text), "GET / HTTP/1.1\r\nX: %s%\r\n\r\n");
  request.url = "https://h.test/?x=‹state#1›";
  EXPECT_THAT(repeat_command(request).text,
              HasSubstr("openssl s_client -quiet -connect h.test:443 -servername h.test"));
}

TEST(RepeatCommand, LeavesBasicCredentialsToCurl) {
  Request request;
  request.method = "POST";
  request.url = "https://as.test/token";
  request.headers = {{"Authorization", "Basic me%3A:‹client_secret#1›"}};
  request.body = "a=b";
  const auto command = repeat_command(request);
  EXPECT_THAT(command.text, HasSubstr("-u me%3A:\"${CLIENT_SECRET_1}\""));
  EXPECT_THAT(command.text, Not(HasSubstr("Authorization")));
}

}  // namespace
}  // namespace oauthentic::reports

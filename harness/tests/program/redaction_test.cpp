// No secret of a run stands in anything that the run writes, whatever its encoding.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "oauth/encoding.hpp"
#include "oauth/url.hpp"
#include "tests/program/leaks.hpp"
#include "tests/program/program.hpp"
#include "tests/program/served_provider.hpp"

namespace oauthentic::program {
namespace {

using nlohmann::json;
using testing::Ge;
using testing::IsEmpty;

/// Everything secret that the target file holds or that passes between program and provider.
class Secrets {
 public:
  Hooks hooks() {
    Hooks hooks;
    hooks.seen = [this](const Request& request, const Response& response) { see(request, response); };
    return hooks;
  }

  void read_target(const std::string& yaml) {
    for (const auto line : split(yaml, '\n')) {
      const auto text = trim(line);
      for (const std::string key : {"client_secret", "password"}) {
        if (!text.starts_with(key + ": ")) continue;
        const auto value = json::parse(text.substr(key.size() + 2)).get<std::string>();
        leaks_.add(key, value);
        leaks_.add("end of a " + key, value.substr(value.rfind(' ') + 1));
      }
      const bool key_material = line.starts_with("      ") && !text.starts_with("-----");
      if (key_material) leaks_.add("private key", std::string(text));
    }
  }

  const Leaks& leaks() const { return leaks_; }

 private:
  void see(const Request& request, const Response& response) {
    const std::lock_guard lock(mutex_);
    const auto asked = oauth::query_of(request.url);
    if (oauth::value(asked, "code_challenge_method") == "S256") {
      challenges_.insert(std::string(oauth::value(asked, "code_challenge")));
    }
    // Lenient: what deviates on purpose is read as far as it goes.
    const auto sent = oauth::form_decode_leniently(request.body);
    for (const auto* name : {"code_verifier", "client_secret", "password"}) {
      const auto* value = oauth::find(sent, name);
      if (value && is_of_this_run(*value)) leaks_.add(name, *value);
    }
    if (const auto* assertion = oauth::find(sent, "client_assertion"))
      add_signature("client_assertion", *assertion);
    for (const auto cookie : response.headers.all("Set-Cookie")) {
      leaks_.add("cookie",
                 std::string(cookie.substr(cookie.find('=') + 1, cookie.find(';') - cookie.find('=') - 1)));
    }
    const auto delivered = oauth::query_of(std::string(response.headers.value("Location")));
    leaks_.add("code", std::string(oauth::value(delivered, "code")));
    const auto body = json::parse(response.body, nullptr, false);
    if (!body.is_object()) return;
    for (const auto* name :
         {"access_token", "refresh_token", "device_code", "registration_access_token", "client_secret"}) {
      if (body.contains(name) && body.at(name).is_string()) leaks_.add(name, body.at(name).get<std::string>());
    }
    if (body.contains("id_token")) add_signature("id_token", body.at("id_token").get<std::string>());
  }

  /// Scripts send texts of their own, too, which everybody may read: words, and one letter many times.
  /// The hash of a verifier is none, though one script sends it in place of the verifier.
  bool is_of_this_run(const std::string& value) const {
    if (challenges_.contains(value)) return false;
    std::string letters = value;
    std::ranges::sort(letters);
    const auto distinct = std::unique(letters.begin(), letters.end()) - letters.begin();
    return value.size() >= 22 && distinct > 10;
  }

  /// Of a JWT only the signature is taken away.
  void add_signature(const std::string& what, const std::string& jwt) {
    if (const auto dot = jwt.rfind('.'); dot != std::string::npos)
      leaks_.add("signature of a " + what, jwt.substr(dot + 1));
  }

  std::mutex mutex_;
  std::set<std::string> challenges_;
  Leaks leaks_;
};

void expect_no_leak(const Secrets& secrets, const Folder& folder, const std::string& out, const Ended& ended) {
  EXPECT_THAT(secrets.leaks().in(ended.out), IsEmpty()) << "on standard output";
  EXPECT_THAT(secrets.leaks().in(ended.err), IsEmpty()) << "on standard error";
  const auto files = folder.files(out);
  EXPECT_THAT(files.size(), Ge(6U));
  for (const auto& file : files) {
    const auto text = folder.read(out + "/" + file);
    EXPECT_THAT(secrets.leaks().in(text), IsEmpty()) << "in " << file;
  }
}

class Redaction : public testing::TestWithParam<const char*> {};

TEST_P(Redaction, NothingThatIsWrittenHoldsASecret) {
  Secrets secrets;
  const ServedProvider provider(secrets.hooks(), GetParam());
  secrets.read_target(provider.target_yaml());
  const Folder folder;
  folder.write("t.yaml", provider.target_yaml());
  ASSERT_FALSE(secrets.leaks().in(folder.read("t.yaml")).empty()) << "the test does not find what is there";
  auto ended = run(folder, {"run", "--target", "t.yaml", "--out", "out", "--profile", "oauth-2.0", "--profile",
                            "oauth-2.0-bcp", "--profile", "oauth-2.1", "--profile", "oidc-basic"});
  for (const auto* kind : {"access_token", "refresh_token", "code", "code_verifier", "cookie", "client_secret",
                           "end of a password", "private key", "signature of a client_assertion"}) {
    EXPECT_TRUE(secrets.leaks().kinds().contains(kind)) << "no " << kind << " passed: the test sees nothing";
  }
  expect_no_leak(secrets, folder, "out", ended);
  EXPECT_THAT(secrets.leaks().in(run(folder, {"run", "--target", "t.yaml", "--out", "out2", "--json"}).out),
              IsEmpty());
  ended = run(folder,
              {"report", "out", "--format", "json", "--format", "html", "--format", "markdown", "--out", "-"});
  EXPECT_THAT(secrets.leaks().in(ended.out), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Stances, Redaction, testing::Values("rfc6749", "bcp", "oauth21", "oidc"),
                         [](const auto& info) { return std::string(info.param); });

TEST(Redaction, AFailedSignInHoldsNoSecretEither) {
  Secrets secrets;
  const ServedProvider provider(secrets.hooks());
  const auto target = with_value(provider.target_yaml(), "password", "\"mistyped väst-q8Zr51KpWe\"");
  secrets.read_target(target);
  const Folder folder;
  folder.write("t.yaml", target);
  const auto ended = run(folder, {"run", "--target", "t.yaml", "--out", "out"});
  EXPECT_EQ(ended.status, 3);
  expect_no_leak(secrets, folder, "out", ended);
}

TEST(Redaction, AnInsolentProviderThatShowsSecretsIsRedactedToo) {
  Secrets secrets;
  Hooks hooks = secrets.hooks();
  // Every answer of the introspection endpoint repeats the request: raw, in Base64 and in hexadecimal.
  hooks.instead = [&](const Request& request) -> std::optional<Response> {
    if (!request.url.ends_with("/introspect")) return std::nullopt;
    std::string hex;
    for (const char c : request.body)
      hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
    const auto& body = request.body;
    return Response{
        400,
        "Bad Request",
        {{"Content-Type", "text/html"}, {"X-Debug", std::string(request.headers.value("Authorization"))}},
        "<pre>" + body + "</pre><i>" + oauth::base64_encode("x" + body) + "</i><b>" + hex + "</b>",
        ""};
  };
  const ServedProvider provider(std::move(hooks));
  secrets.read_target(provider.target_yaml());
  const Folder folder;
  folder.write("t.yaml", provider.target_yaml());
  const auto ended = run(folder, {"run", "--target", "t.yaml", "--out", "out"});
  expect_no_leak(secrets, folder, "out", ended);
}

TEST(Leaks, FindsASecretInEveryEncoding) {
  Leaks leaks;
  leaks.add("word", "pässwörd +/ ?x");
  for (const auto* text :
       {"a pässwörd +/ ?x b", "q=p%C3%A4ssw%C3%B6rd+%2B%2F+%3Fx", "q=p%c3%a4ssw%c3%b6rd%20%2b%2f%20%3fx",
        "70c3a4737377c3b67264202b2f203f78", "70C3A4737377C3B67264202B2F203F78"}) {
    EXPECT_EQ(leaks.in(text).size(), 1U) << text;
  }
  for (const auto* before : {"", "a", "ab", "abc"}) {
    EXPECT_EQ(leaks.in(oauth::base64_encode(std::string(before) + "pässwörd +/ ?x" + "tail")).size(), 1U)
        << before;
    EXPECT_EQ(leaks.in(oauth::base64url_encode(std::string(before) + "pässwörd +/ ?x")).size(), 1U) << before;
  }
  EXPECT_THAT(leaks.in("passwörd +/ ?x"), IsEmpty());
}

}  // namespace
}  // namespace oauthentic::program

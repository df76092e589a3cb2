// No fault breaks more than it says, and no request brings a server down.
#include <algorithm>
#include <array>

#include "mock_servers/flow_test_support.hpp"

namespace oauthentic::mock {
namespace {

using namespace testing;

bool breaks_everything(const FaultInfo& fault) {
  return std::ranges::find(fault.masks, "*") != fault.masks.end();
}

class EachFault : public ::testing::TestWithParam<FaultInfo> {};

INSTANTIATE_TEST_SUITE_P(Faults, EachFault, ::testing::ValuesIn(faults().begin(), faults().end()),
                         [](const auto& row) {
                           auto name = row.param.name;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST_P(EachFault, LeavesTheHonestFlowAlone) {
  for (const auto* role : {"confidential", "public"}) {
    World world(GetParam().stance, GetParam().fault);
    const auto arrived = world.travel(world.authorization_request(role));
    const std::string code(oauth::value(World::delivered(arrived), "code"));
    const auto answer = world.ask("/token", World::redemption(code), role);
    const auto tokens = nlohmann::json::parse(answer.body, nullptr, false);
    if (breaks_everything(GetParam())) continue;  // it is enough that nothing threw
    ASSERT_TRUE(tokens.is_object()) << answer.body;
    ASSERT_TRUE(tokens.contains("access_token")) << arrived.status << arrived.body << answer.body;
    EXPECT_EQ(world.api("/profile", tokens["access_token"].get<std::string>()).status, 200);
  }
}

/// Requests made of the parameters' names and of what parsers stumble over; the same ones each time.
class Scribbler {
 public:
  Request request() {
    constexpr std::array kPaths = {"/authorize", "/token",    "/introspect", "/revoke", "/sign-in", "/consent",
                                   "/continue",  "/userinfo", "/jwks",       "/",       "/%2e%2e",  "//"};
    Request request;
    request.method = pick(std::array{"GET", "POST", "POST", "HEAD", "PUT", ""});
    request.url =
        std::string(pick(std::array{"https://as.test", "https://api.test", ""})) + pick(kPaths) + "?" + form();
    request.body = form();
    if (random_.below(4)) request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    if (random_.below(2))
      request.headers.add("Authorization",
                          std::string(pick(std::array{"Basic ", "Bearer ", "basic", ""})) + piece());
    if (random_.below(2)) request.headers.add("Cookie", "session=" + piece());
    request.headers.add(std::string(kClockHeader), piece());
    return request;
  }
  std::string client_id;

 private:
  template <class Choices>
  const char* pick(const Choices& choices) {
    return choices[random_.below(choices.size())];
  }
  std::string piece() {
    static const std::array<std::string, 12> kPieces = {"",
                                                        "%",
                                                        "%zz",
                                                        "%00",
                                                        "a=b",
                                                        "\xFF\xFE",
                                                        "é",
                                                        "e30.e30.e30",
                                                        std::string(3, '\0'),
                                                        std::string(5000, 'a'),
                                                        "-1",
                                                        "http://127.0.0.1:8765/callback"};
    const auto choice = random_.below(kPieces.size() + 1);
    return choice == kPieces.size() ? client_id : kPieces[choice];
  }
  std::string form() {
    constexpr std::array kNames = {"client_id",
                                   "redirect_uri",
                                   "response_type",
                                   "scope",
                                   "state",
                                   "code",
                                   "grant_type",
                                   "client_secret",
                                   "refresh_token",
                                   "token",
                                   "prompt",
                                   "nonce",
                                   "csrf",
                                   "transaction",
                                   "username",
                                   "code_challenge",
                                   "resource",
                                   "client_assertion",
                                   "client_assertion_type",
                                   "decision",
                                   "password",
                                   "code_verifier"};
    constexpr std::array kValues = {"code",
                                    "authorization_code",
                                    "refresh_token",
                                    "client_credentials",
                                    "openid",
                                    "none",
                                    "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"};
    std::string out;
    for (auto left = random_.below(8); left > 0; --left) {
      out += std::string(pick(kNames)) + (random_.below(8) ? "=" : "[]=") +
             (random_.below(2) ? std::string(pick(kValues)) : piece()) + "&";
    }
    return out;
  }
  SeededRandom random_{"scribbles"};
};

TEST(Robustness, WildRequestsAreAnsweredAndGainNothing) {
  World world;
  Scribbler scribbler;
  scribbler.client_id = world.client("public").id;
  for (int i = 0; i < 20'000; ++i) {
    const auto request = scribbler.request();
    const auto answer = world.send(request);
    ASSERT_GE(answer.status, 200) << request.url << "\n" << request.body;
    ASSERT_LT(answer.status, 500) << request.url << "\n" << request.body;
    ASSERT_FALSE(answer.body.contains("\"access_token\"")) << request.url << "\n" << request.body;
    ASSERT_FALSE(oauth::find(World::delivered(answer), "code"));
  }
}

}  // namespace
}  // namespace oauthentic::mock

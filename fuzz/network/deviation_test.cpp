// Causes are named alike whatever the octets, and inputs get as small as they can.
#include "fuzz/network/deviation.hpp"

#include <gmock/gmock.h>

namespace oauthentic::fuzz {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Deviation : public testing::Test {
 protected:
  Deviation() {
    auto& client = target_.clients["confidential"];
    client.name = "confidential";
    client.client_id = "id";
    client.client_secret = "secret";
    client.authentication = oauth::AuthenticationMethod::client_secret_basic;
    discovery_.metadata = {{"token_endpoint", "https://as.test/token"},
                           {"introspection_endpoint", "https://as.test/introspect"}};
    honest_ = std::make_unique<Honest>(target_, discovery_, std::set<Surface>());
  }
  Input code() const { return {{honest_->step(Surface::code_token, "confidential")}}; }

  script::Target target_;
  session::Discovery discovery_;
  std::unique_ptr<Honest> honest_;
};

TEST_F(Deviation, AnHonestRequestHasNone) {
  EXPECT_THAT(deviations(code(), *honest_), IsEmpty());
}

TEST_F(Deviation, EachPlaceAndKindHasAName) {
  auto input = code();
  auto& step = input.steps[0];
  step.parts[1].value += std::string("\0'", 2);
  step.parts[2].value.clear();
  step.parts.pop_back();
  step.parts.push_back({"scope", "a\tb"});
  step.parts.push_back({"scope", "c"});
  step.parts.push_back({"code[]", "x"});
  step.password = "{{client_secret|cut}}";
  step.content_type = "text/plain";
  EXPECT_THAT(deviations(input, *honest_),
              ElementsAre("added scope", "added scope: tab", "basic password: altered", "code: nul",
                          "code: quote", "content type", "name brackets", "no code_verifier",
                          "redirect_uri: empty", "repeated scope"));
}

TEST_F(Deviation, TheParameterCanBeLeftOut) {
  EXPECT_THAT(
      generalised(std::vector<std::string>{"code: nul", "scope: nul", "no code", "no state", "added a: tab",
                                           "tail: percent", "basic user: nul", "repeated code"}),
      ElementsAre("added parameter: tab", "basic user: nul", "no parameter", "parameter: nul",
                  "repeated parameter", "tail: percent"));
}

TEST_F(Deviation, MinimisingLeavesWhatMatters) {
  auto input = code();
  input.steps.push_back(honest_->step(Surface::introspection, "confidential"));
  auto& step = input.steps[0];
  step.parts[1].value = "prefix" + std::string(1, '\0') + "suffix";
  step.parts.push_back({"scope", "more"});
  step.method = "PUT";
  step.headers.push_back({"Accept", "text/html"});
  step.password = "wrong";
  std::size_t tries = 0;
  const auto small = minimise(
      input, *honest_,
      [&](const Input& candidate) {
        ++tries;
        return candidate.steps[0].parts.size() > 1 &&
               candidate.steps[0].parts[1].value.find('\0') != std::string::npos;
      },
      500);
  auto expected = code();
  expected.steps[0].parts[1].value = std::string(1, '\0');
  EXPECT_EQ(small, expected);
  EXPECT_LT(tries, 100u);
}

TEST_F(Deviation, TheBudgetIsKept) {
  auto input = code();
  input.steps[0].tail = std::string(1000, 'x');
  std::size_t tries = 0;
  minimise(input, *honest_, [&](const Input&) { return ++tries, false; }, 7);
  EXPECT_EQ(tries, 7u);
}

}  // namespace
}  // namespace oauthentic::fuzz

// Which preset is meant, and what it is told on the command line and on a terminal.
#include "cli/preset_choice.hpp"

#include <gmock/gmock.h>

#include "script/diagnostic.hpp"

namespace oauthentic::cli {
namespace {

using testing::HasSubstr;

class PresetChoice : public testing::Test {
 protected:
  script::Diagnostics diagnostics_;
  std::vector<script::Preset> presets_ = script::load_presets("", diagnostics_).value();
  std::string error_;
  const script::Preset& preset(const std::string& name) { return *find_preset(presets_, name, error_); }
};

TEST_F(PresetChoice, ANameThatIsMistypedIsTold) {
  EXPECT_EQ(find_preset(presets_, "keycloack", error_), nullptr);
  EXPECT_THAT(error_, HasSubstr("did you mean \"keycloak\"?"));
}

TEST_F(PresetChoice, ParametersAreNameAndValue) {
  const auto values = parameters_of(preset("keycloak"), {"base=https://id.test/auth/", "realm=a=b"}, error_);
  ASSERT_TRUE(values);
  EXPECT_EQ(values->at("base"), "https://id.test/auth");
  EXPECT_EQ(values->at("realm"), "a=b");
  for (const auto* wrong : {"realm", "realm=", "=x"})
    EXPECT_FALSE(parameters_of(preset("keycloak"), {wrong}, error_)) << wrong;
  EXPECT_FALSE(parameters_of(preset("keycloak"), {"relm=x"}, error_));
  EXPECT_THAT(error_, HasSubstr("did you mean \"realm\"?"));
  EXPECT_FALSE(parameters_of(preset("github"), {"realm=x"}, error_));
  EXPECT_THAT(error_, HasSubstr("no parameters"));
}

TEST_F(PresetChoice, TheIssuerFollowsFromThem) {
  script::ChosenPreset chosen{&preset("keycloak"), {{"base", "https://id.test"}}};
  EXPECT_FALSE(issuer_of(chosen, error_));
  EXPECT_THAT(error_, HasSubstr("--set realm=VALUE"));
  EXPECT_THAT(error_, testing::Not(HasSubstr("--set base")));
  chosen.values["realm"] = "r";
  EXPECT_EQ(issuer_of(chosen, error_), "https://id.test/realms/r");
}

TEST_F(PresetChoice, OnlyWhatHasNoValueIsAskedFor) {
  script::ChosenPreset chosen{&preset("auth0"), {{"domain", "my-test.eu"}}};
  int asked = 0;
  ask_for_parameters(chosen, [&](const std::string& question, const std::string&) {
    ++asked;
    EXPECT_THAT(question, HasSubstr("API"));
    return std::string();
  });
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(issuer_of(chosen, error_), chosen.preset->example) << "the audience is optional";
}

}  // namespace
}  // namespace oauthentic::cli

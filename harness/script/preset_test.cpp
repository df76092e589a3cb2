// The presets of the program, and mistakes in presets.
#include "script/preset.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

#include "script/library.hpp"
#include "script/preset_text.hpp"
#include "script/target.hpp"
#include "script/target_text.hpp"

namespace oauthentic::script {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<Preset> presets() {
  Diagnostics diagnostics;
  auto all = load_presets("", diagnostics);
  EXPECT_EQ(diagnostics.to_string(), "");
  return all.value_or(std::vector<Preset>());
}

/// The preset with the values that its example has, and the examples of the other parameters.
ChosenPreset by_example(const Preset& preset) {
  ChosenPreset chosen{&preset, {}};
  EXPECT_TRUE(match_pattern(preset.issuer, preset.example, chosen.values)) << preset.name;
  for (const auto& parameter : preset.parameters)
    chosen.values.try_emplace(parameter.name, parameter.example);
  return chosen;
}

/// What a provider of that preset publishes, as far as it is recognised by it.
json metadata_of(const ChosenPreset& chosen) {
  return filled_in(json(chosen.preset->recognised_by), chosen.values).value_or(json::object());
}

TEST(Presets, AreThere) {
  std::vector<std::string> names;
  for (const auto& preset : presets())
    names.push_back(preset.name);
  EXPECT_THAT(names, testing::UnorderedElementsAre("auth0", "entra", "github", "glewlwyd", "google", "hydra",
                                                   "keycloak", "method-crm", "oidc-provider"));
}

TEST(Presets, EachFitsItsExampleAndNoOther) {
  const auto all = presets();
  for (const auto& preset : all) {
    const auto chosen = by_example(preset);
    const auto metadata = metadata_of(chosen);
    for (const auto& other : all) {
      PresetValues values;
      EXPECT_EQ(is_of(other, preset.example, metadata, values), &other == &preset)
          << preset.example << " and " << other.name;
    }
    PresetValues values;
    const auto* found = recognise(all, preset.example, metadata, values);
    ASSERT_NE(found, nullptr) << preset.name;
    EXPECT_EQ(found->name, preset.name);
    for (const auto& [name, value] : values)
      EXPECT_EQ(value, chosen.values.at(name)) << preset.name << " " << name;
  }
}

TEST(Presets, NothingElseIsRecognised) {
  const auto all = presets();
  const json dex = {{"authorization_endpoint", "https://dex.test/dex/auth"},
                    {"token_endpoint", "https://dex.test/dex/token"},
                    {"userinfo_endpoint", "https://dex.test/dex/userinfo"}};
  PresetValues values;
  EXPECT_EQ(recognise(all, "https://dex.test/dex", dex, values), nullptr);
  EXPECT_EQ(recognise(all, "https://as.test", json::object(), values), nullptr);
  EXPECT_EQ(recognise(all, "https://github.com.test", json::object(), values), nullptr);
  EXPECT_EQ(recognise(all, "https://evil.test/x.auth0.com/", json::object(), values), nullptr);
  EXPECT_THAT(values, IsEmpty());
}

TEST(Presets, ATargetFileByEachCanBeRead) {
  for (const auto* name : {"CLIENT_ID", "CLIENT_SECRET", "TEST_USERNAME", "TEST_PASSWORD"})
    ::setenv(name, "x", 1);
  for (const auto& preset : presets()) {
    const auto chosen = by_example(preset);
    const auto metadata = metadata_of(chosen);
    const auto resource = json::object();
    const auto text = target_text({preset.example, metadata, resource, preset.example, &chosen}, {});
    Diagnostics diagnostics;
    const auto target = parse_target(text, preset.name + ".yaml", diagnostics);
    ASSERT_TRUE(target) << diagnostics.to_string() << text;
    EXPECT_EQ(target->issuer, preset.example);
    for (const auto& step : preset.console)
      EXPECT_THAT(text, HasSubstr(step.action.substr(0, step.action.find(' ')))) << preset.name;
    if (const auto scopes = chosen.value("scopes")) {
      EXPECT_EQ(json(target->scopes), *scopes) << preset.name;
    }
    if (const auto apis = chosen.value("api")) {
      EXPECT_EQ(target->api.at(0).url, apis->at(0).at("url").get<std::string>()) << preset.name;
    }
    if (!chosen.text("agent").empty()) {
      EXPECT_EQ(target->users.at("user").agent, chosen.text("agent"));
    }
    if (chosen.text("authentication") == "client_secret_post") {
      EXPECT_EQ(target->clients.at("confidential").authentication,
                oauth::AuthenticationMethod::client_secret_post);
    }
    if (const auto its = chosen.value("metadata")) {
      EXPECT_EQ(target->metadata, *its);
    }
  }
}

TEST(Presets, ADefaultWhoseParameterIsOpenIsAComment) {
  const auto all = presets();
  const auto auth0 = std::ranges::find(all, std::string("auth0"), &Preset::name);
  ChosenPreset chosen{&*auth0, {{"domain", "t.eu"}}};
  const auto text = preset_settings(chosen, {});
  EXPECT_THAT(text, HasSubstr("\n# authorization_parameters: "));
  chosen.values["audience"] = "https://api.test";
  EXPECT_THAT(preset_settings(chosen, {}),
              HasSubstr("\nauthorization_parameters: {\"audience\":\"https://api.test\"}"));
}

TEST(Presets, RequirementsThatTheyNameAreThere) {
  Diagnostics diagnostics;
  const auto library = load_library({}, diagnostics);
  ASSERT_TRUE(library);
  for (const auto& preset : presets()) {
    for (const auto& quirk : preset.quirks) {
      for (const auto& id : quirk.requirements)
        EXPECT_NE(library->requirement(id), nullptr) << preset.name << ": " << id;
    }
  }
}

TEST(Patterns, MatchWholeTexts) {
  const auto matched = [](std::string_view pattern, const std::string& text) {
    PresetValues values;
    return match_pattern(pattern, text, values) ? json(values).dump() : std::string("no");
  };
  EXPECT_EQ(matched("{base}/realms/{realm}", "https://a.test/auth/realms/x"),
            R"({"base":"https://a.test/auth","realm":"x"})");
  EXPECT_EQ(matched("{base}/realms/{realm}", "https://a.test/realms/x/y"), "no");
  EXPECT_EQ(matched("{base}/realms/{realm}", "https://a.test/realms/x?y"), "no");
  EXPECT_EQ(matched("{base}/realms/{realm}", "ftp://a.test/realms/x"), "no");
  EXPECT_EQ(matched("https://{t}.as.test/", "https://.as.test/"), "no");
  EXPECT_EQ(matched("https://as.test", "https://as.test"), "{}");
  EXPECT_EQ(matched("https://as.test", "https://as.test.evil.test"), "no");
  EXPECT_EQ(matched("{base}", "https://a.test/" + std::string(5'000, 'x')), "no") << "it is bounded";
}

TEST(Presets, AProviderCannotWriteIntoTheFile) {
  const auto all = presets();
  const auto hydra = std::ranges::find(all, std::string("hydra"), &Preset::name);
  const ChosenPreset chosen{&*hydra, {{"base", "https://a.test/\nuser: {}\n"}}};
  const auto text = one_line(chosen.value("api").value());
  EXPECT_THAT(text, Not(HasSubstr("\n")));
  EXPECT_THAT(as_comment("a\nb: c\r\nd"), testing::StrEq("# a b: c d\n"));
}

// ---- Mistakes ----

const std::string kGood =
    "provider: p\ntitle: P\ndocumentation: https://p.test\nissuer: \"{base}/x\"\nexample: https://a.test/x\n"
    "parameters: { base: { ask: URL, example: \"https://a.test\" } }\n"
    "console:\n- { do: Click., documented: \"https://p.test/doc\" }\n";

std::string mistakes_in(const std::string& text) {
  Diagnostics diagnostics;
  const auto preset = parse_preset(text, "p.yaml", diagnostics);
  EXPECT_NE(preset.has_value(), !diagnostics.empty());
  return diagnostics.to_string();
}

TEST(Presets, AMistakeIsToldWithItsPlace) {
  EXPECT_EQ(mistakes_in(kGood), "");
  EXPECT_THAT(mistakes_in(kGood + "quirks:\n- { what: W., because: b }\n"),
              HasSubstr("p.yaml:10:3: says not, or twice, where it is from"));
  EXPECT_THAT(
      mistakes_in(kGood + "quirks:\n- { what: W., because: b, seen: \"1\", documented: \"https://x.test\" }\n"),
      HasSubstr("says not, or twice"));
  EXPECT_THAT(
      mistakes_in(kGood + "defaults:\n- { set: scopes, value: [\"{realm}\"], because: b, choice: true }\n"),
      HasSubstr("{realm} is no parameter"));
  EXPECT_THAT(mistakes_in(kGood + "defaults:\n- { set: scopes, value: [a], because: b, choice: true }\n"
                                  "- { set: scopes, value: [b], because: b, choice: true }\n"),
              HasSubstr("p.yaml:11:5: \"scopes\" is set already"));
  EXPECT_THAT(mistakes_in(kGood + "quirk: []\n"), HasSubstr("p.yaml:9:1: unknown key \"quirk\"; did you mean"));
  EXPECT_THAT(mistakes_in(kGood + "defaults:\n- { set: scope, value: [a], because: b, choice: true }\n"),
              HasSubstr("p.yaml:10:5"));
  auto other = kGood;
  other.replace(other.find("https://a.test/x"), 16, "https://a.test/y");
  EXPECT_THAT(mistakes_in(other), HasSubstr("does not fit the pattern {base}/x"));
}

TEST(Presets, AFolderThatIsNotThereIsTold) {
  Diagnostics diagnostics;
  EXPECT_FALSE(load_presets("/nowhere", diagnostics));
  EXPECT_THAT(diagnostics.to_string(), HasSubstr("/nowhere"));
}

}  // namespace
}  // namespace oauthentic::script

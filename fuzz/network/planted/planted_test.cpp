// Each planted mistake by its simplest trigger: it is noticed, found again, and reduced to its cause.
#include <gmock/gmock.h>

#include <functional>

#include "fuzz/network/mutator.hpp"
#include "fuzz/network/planted/mock_world_test_support.hpp"

namespace oauthentic::fuzz {
namespace {

using testing::Contains;
using testing::IsEmpty;

MockWorld& planted_world() {
  static MockWorld world(planted_faults(), true);
  return world;
}

void put(Step& step, std::string name, std::string value, Place where = Place::body) {
  step.parts.push_back({std::move(name), std::move(value), where});
}

Part& part(Step& step, std::string_view name) {
  return *std::ranges::find(step.parts, name, &Part::name);
}

struct Trigger {
  const char* plant;
  std::vector<Surface> surfaces;
  const char* client;
  std::function<void(Step& last)> change;
};

const std::vector<Trigger>& triggers() {
  using enum Surface;
  static const std::vector<Trigger> all = {
      {"bad_escape", {client_token}, "confidential", [](Step& s) { s.tail = "&a=%zz"; }},
      {"nul_in_code",
       {code_token},
       "confidential",
       [](Step& s) { part(s, "code").value += std::string(1, '\0'); }},
      {"charset",
       {client_token},
       "confidential",
       [](Step& s) { s.content_type = "application/x-www-form-urlencoded; charset='utf-8'"; }},
      {"json_page", {code_token}, "public", [](Step& s) { s.coding = Coding::json; }},
      {"empty_post", {client_token}, "confidential", [](Step& s) { s.parts.clear(); }},
      {"brackets", {client_token}, "confidential", [](Step& s) { put(s, "scope[]", "a"); }},
      {"basic_without_colon",
       {client_token},
       "confidential",
       [](Step& s) {
         s.basic = false;
         s.headers.push_back({"Authorization", "Basic YWJj"});
       }},
      {"quoted_user", {client_token}, "confidential", [](Step& s) { s.user = "a'b"; }},
      {"behind_basic", {client_token}, "confidential", [](Step& s) { s.behind = "!!"; }},
      {"repeated", {client_token}, "confidential", [](Step& s) { put(s, "grant_type", "client_credentials"); }},
      {"operator",
       {client_token},
       "post",
       [](Step& s) { part(s, "client_secret").name = "client_secret[$ne]"; }},
      {"code_echo",
       {code_token},
       "confidential",
       [](Step& s) { part(s, "code").value = "oa7f3a-unknown-0123456789"; }},
      {"expression", {client_token}, "confidential", [](Step& s) { put(s, "scope", "${7331*1337}"); }},
      {"markup",
       {authorization},
       "confidential",
       [](Step& s) { put(s, "ui_locales", std::string(kMarkup), Place::query); }},
      {"header_line",
       {authorization},
       "confidential",
       [](Step& s) {
         part(s, "state").value = "a\r\nX-Oa7f3a: 1\r\nb";
         part(s, "response_type").value = "none";
       }},
      {"introspection_blank", {introspection}, "confidential", [](Step& s) { part(s, "token").value += " x"; }},
      {"refresh_tab",
       {refresh_token},
       "confidential",
       [](Step& s) {
         put(s, "scope", "a\tb");
         s.content_type = "application/x-www-form-urlencoded; charset=utf-8";
       }},
      {"four",
       {client_token},
       "confidential",
       [](Step& s) {
         put(s, "scope", "a");
         put(s, "scope", "b");
         put(s, "resource", "https://api.test/#x");
         s.headers.push_back({"Accept", "text/html"});
       }},
      {"no_verifier",
       {code_token},
       "public",
       [](Step& s) { std::erase_if(s.parts, [](const Part& one) { return one.name == "code_verifier"; }); }},
      {"get",
       {client_token},
       "confidential",
       [](Step& s) {
         s.method = "GET";
         for (auto& one : s.parts)
           one.where = Place::query;
       }},
      {"secret_cut", {client_token}, "confidential", [](Step& s) { s.password = "{{client_secret|cut}}"; }},
      {"code_again", {code_token, code_token}, "confidential", [](Step&) {}},
      {"revoked", {revocation, refresh_token}, "confidential", [](Step&) {}},
  };
  return all;
}

Input input_of(MockWorld& world, const Trigger& trigger) {
  Input input;
  for (const auto surface : trigger.surfaces)
    input.steps.push_back(world.honest->step(surface, trigger.client));
  if (trigger.surfaces.front() == Surface::revocation)
    part(input.steps.front(), "token").value = "{{refresh_token}}";
  trigger.change(input.steps.back());
  return input;
}

class Planted : public testing::TestWithParam<std::size_t> {
 protected:
  const Trigger& trigger() const { return triggers()[GetParam()]; }
  const Plant& plant() const { return *std::ranges::find(plants(), trigger().plant, &Plant::name); }
};

TEST_P(Planted, IsNoticedAndReducedToItsCause) {
  auto& world = planted_world();
  auto input = input_of(world, trigger());
  // What has nothing to do with it goes away again.
  auto& last = input.steps.back();
  if (!last.parts.empty()) put(last, "unrelated", "value", last.method == "GET" ? Place::query : Place::body);
  auto execution = world.executor->run(input, Executor::State::fresh);
  ASSERT_TRUE(execution.possible);
  auto symptoms = execution.symptoms;
  for (std::size_t i = 0; i < execution.sent.size(); ++i) {
    const auto more = disclosures_of(execution.sent[i], i);
    symptoms.insert(symptoms.end(), more.begin(), more.end());
  }
  std::vector<std::string> seen;
  for (const auto& symptom : symptoms) {
    const auto finding = world.investigator->investigate(input, symptom);
    if (!finding) continue;
    EXPECT_TRUE(finding->reproducible());
    EXPECT_EQ(to_json(finding->input).dump().find("unrelated"), std::string::npos) << finding->id;
    EXPECT_LE(finding->causes.size(), plant().conditions + 4) << finding->id;
    if (plant().is_found(*finding)) return;
    seen.push_back(finding->id + " " + testing::PrintToString(finding->causes));
  }
  ADD_FAILURE() << "not found: " << testing::PrintToString(seen) << " of " << symptoms.size() << " symptoms";
}

TEST_P(Planted, IsNoneOfTheCleanMock) {
  static MockWorld clean;
  const auto execution = clean.executor->run(input_of(clean, trigger()), Executor::State::fresh);
  ASSERT_TRUE(execution.possible);
  for (const auto& symptom : execution.symptoms)
    ADD_FAILURE() << to_string(symptom.oracle) << ": " << symptom.detail;
  for (std::size_t i = 0; i < execution.sent.size(); ++i)
    EXPECT_THAT(disclosures_of(execution.sent[i], i), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, Planted, testing::Range<std::size_t>(0, triggers().size()),
                         [](const auto& info) { return std::string(triggers()[info.param].plant); });

TEST(PlantedServer, EveryMistakeHasATrigger) {
  for (const auto& plant : plants()) {
    if (plant.name == "deep_brackets" || plant.name == "memory") continue;  // takes its time
    EXPECT_NE(
        std::ranges::find(triggers(), plant.name, [](const Trigger& one) { return std::string(one.plant); }),
        triggers().end())
        << plant.name;
  }
}

/// The search itself, without libFuzzer: the mutator alone finds what needs one condition.
TEST(PlantedServer, TheMutatorReachesTheShallowMistakes) {
  auto& world = planted_world();
  const Mutator mutator(*world.honest);
  Dice dice(7);
  std::set<Oracle> seen;
  for (int i = 0; i < 4000; ++i) {
    Input input;
    mutator.mutate(input, dice);
    const auto deep = std::ranges::any_of(input.steps, [](const Step& step) {
      return std::ranges::any_of(step.parts,
                                 [](const Part& one) { return std::ranges::count(one.name, '[') > 20; });
    });
    if (deep) continue;
    for (const auto& symptom : world.executor->run(input).symptoms)
      seen.insert(symptom.oracle);
  }
  for (const auto oracle : {Oracle::server_error, Oracle::unearned, Oracle::error_shape})
    EXPECT_THAT(seen, Contains(oracle));
}

TEST(CleanMock, HasNoSymptomWhateverTheMutatorSends) {
  MockWorld world;
  const Mutator mutator(*world.honest);
  Dice dice(11);
  for (int i = 0; i < 4000; ++i) {
    Input input;
    mutator.mutate(input, dice);
    const auto execution = world.executor->run(input);
    for (const auto& symptom : execution.symptoms) {
      ADD_FAILURE() << to_string(symptom.oracle) << ": " << symptom.detail << "\n"
                    << testing::PrintToString(deviations(input, *world.honest));
      return;
    }
  }
}

}  // namespace
}  // namespace oauthentic::fuzz

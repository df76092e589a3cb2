// What goes over the wire, and what a strict server makes of it.
#include "fuzz/network/render.hpp"

#include <gmock/gmock.h>

namespace oauthentic::fuzz {
namespace {

std::string lookup(std::string_view name) {
  return name == "code" ? "C0de" : name == "client_id" ? "id" : name == "client_secret" ? "s+1" : "";
}

Step form_step() {
  Step step;
  step.parts = {{"grant_type", "authorization_code"}, {"code", "{{code}}"}};
  return step;
}

Request rendered(const Step& step) {
  return render(step, "https://as.test/token", lookup);
}

TEST(Expand, PlaceholdersAndTheirFilters) {
  EXPECT_EQ(expand("a{{code}}b{{client_id}}", lookup), "aC0debid");
  EXPECT_EQ(expand("{{code|cut}} {{code|half}} {{code|upper}} {{code|twice}} {{code|none}}", lookup),
            "C0d C0 c0DE C0deC0de C0de");
  EXPECT_EQ(expand("{{nobody}}|{{7331*1337}}|{{|{{code", lookup), "|{{7331*1337}}|{{|{{code");
  EXPECT_TRUE(mentions("x{{code|cut}}", "code"));
  EXPECT_FALSE(mentions("x{{code_verifier}}", "code"));
}

TEST(Render, AFormAsClientsWriteIt) {
  const auto request = rendered(form_step());
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://as.test/token");
  EXPECT_EQ(request.body, "grant_type=authorization_code&code=C0de");
  EXPECT_EQ(request.headers.value("Content-Type"), "application/x-www-form-urlencoded");
}

TEST(Render, CodingsEscapesAndPlaces) {
  auto step = form_step();
  step.coding = Coding::json;
  step.parts.push_back(step.parts.back());
  EXPECT_EQ(rendered(step).body, R"({"grant_type":"authorization_code","code":"C0de","code":"C0de"})");
  step.parts.pop_back();
  step.coding = Coding::multipart;
  EXPECT_THAT(rendered(step).body, testing::HasSubstr("name=\"code\"\r\n\r\nC0de\r\n--"));
  step.coding = Coding::form;
  step.escapes = Escapes::every;
  step.parts[1].where = Place::query;
  step.parts[1].value = "a ";
  EXPECT_EQ(rendered(step).url, "https://as.test/token?%63%6F%64%65=%61%20");
  step.parts[1].raw = true;
  step.parts[1].value = "%z \x01";
  EXPECT_EQ(rendered(step).url, "https://as.test/token?code=%z%20%01");
  step.tail = "&&{{code}}";
  EXPECT_TRUE(rendered(step).body.ends_with("&&C0de"));
}

TEST(Render, BasicAndHeadersCannotEndTheirField) {
  auto step = form_step();
  step.basic = true;
  step.behind = "!\r\n!";
  step.headers = {{"Accept", "a\r\nB: c"}, {"no token", "x"}, {"X", ""}};
  const auto request = rendered(step);
  EXPECT_EQ(request.headers.value("Authorization"), "Basic " + oauth::base64_encode("id:s%2B1") + "!!");
  EXPECT_EQ(request.headers.value("Accept"), "aB: c");
  EXPECT_FALSE(request.headers.has("no token"));
}

TEST(Render, AMethodThatIsNoTokenIsNotSent) {
  auto step = form_step();
  step.method = "GE T";
  EXPECT_EQ(rendered(step).method, "POST");
}

TEST(Reading, IsStrictWhereTheSpecificationIs) {
  auto request = rendered(form_step());
  request.headers.set("Authorization", "basic aWQ6cw==");
  auto reading = read_strictly(request);
  EXPECT_EQ(oauth::value(reading.body, "code"), "C0de");
  ASSERT_TRUE(reading.basic);
  EXPECT_EQ(reading.basic->password, "s");
  EXPECT_TRUE(reading.odd.empty());

  request.headers.set("Authorization", "Basic aWQ6cw==!!");
  request.body += "&a=%zz";
  reading = read_strictly(request);
  EXPECT_FALSE(reading.basic);
  EXPECT_THAT(reading.odd, testing::UnorderedElementsAre("body", "authorization"));
  EXPECT_EQ(oauth::value(reading.body, "a"), "%zz");

  request.headers.set("Content-Type", "text/plain");
  EXPECT_TRUE(read_strictly(request).body.empty());
}

}  // namespace
}  // namespace oauthentic::fuzz

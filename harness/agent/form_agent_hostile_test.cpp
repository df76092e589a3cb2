// A provider that means ill, or is out of its mind: each journey ends soon and says what was seen.
#include "agent/form_agent_test_support.hpp"

namespace oauthentic::agent {
namespace {

using testing::HasSubstr;
using End = Arrival::End;

TEST_F(FormAgent, GivesUpOnPagesWithoutMeasure) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i)
    deep += "<div>";
  std::string many = "<form method=post action=/login><input name=user><input type=password name=p>";
  for (int i = 0; i < 10'000; ++i)
    many += "<input type=hidden name=f" + std::to_string(i) + ">";
  serve("GET /authorize", html(deep));
  EXPECT_EQ(travel().end, End::lost);
  serve("GET /authorize", html(std::string(50'000'000, 'x')));
  const auto large = travel();
  EXPECT_EQ(large.end, End::lost);
  EXPECT_LT(large.reason.size(), 1000U);
  serve("GET /authorize", html(many));
  serve("POST /login", html("<title>Error</title>no", 400));
  EXPECT_EQ(travel().end, End::error_page);
  EXPECT_THAT(sent_.back().body, HasSubstr("&f9999="));
}

TEST_F(FormAgent, CutsWhatALongLocationSays) {
  serve("GET /authorize", redirect("http://[" + std::string(1'000'000, 'x')));
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_LT(arrival.reason.size(), 1000U);
}

TEST_F(FormAgent, EndsRefreshesInACircle) {
  serve("GET /authorize", html("<meta http-equiv=refresh content='0; /two'>"));
  serve("GET /two", html("<meta http-equiv=refresh content='0; /authorize'>"));
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_THAT(arrival.reason, HasSubstr("circle"));
}

TEST_F(FormAgent, EndsInterstitialsWithoutEnd) {
  int page = 0;
  serve("GET /authorize", [&](const Request&) -> http::Answer {
    ++page;
    return html("<title>Step " + std::to_string(page) +
                "</title><form action=/authorize><input type=hidden name=n value=" + std::to_string(page) +
                "><button>Continue</button></form>");
  });
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_THAT(arrival.reason, HasSubstr("no end after 20 pages"));
}

TEST_F(FormAgent, SurvivesAFloodOfCookies) {
  serve("GET /authorize", [](const Request&) -> http::Answer {
    auto response = html("<title>Error</title>no", 400);
    for (int i = 0; i < 5'000; ++i)
      response.headers.add("Set-Cookie", "c" + std::to_string(i) + "=" + std::string(100, 'x'));
    response.headers.add("Set-Cookie", "huge=" + std::string(100'000, 'x'));
    return response;
  });
  EXPECT_EQ(travel().end, End::error_page);
  EXPECT_EQ(jar_.cookies().size(), oauth::CookieJar::kMaxCookies);
}

TEST_F(FormAgent, ReadsOctetsThatAreNoText) {
  auto page = html(
      "<title>\xFF\xFE\x80</title><p>\xC3\x28 wants access<form method=post action=/consent><button name=d "
      "value=yes>Allow");
  page.headers = Headers{{"Content-Type", "text/html; charset=shift_jis"}};
  serve("GET /authorize", page);
  serve("POST /consent", redirect("https://app.test/cb?code=c"));
  EXPECT_EQ(travel().end, End::delivered);
}

TEST_F(FormAgent, TellsWhichFieldsHeldSecrets) {
  serve_provider();
  const auto arrival = travel();
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_THAT(typed_, testing::ElementsAre("password pass the-password-1"));
}

TEST_F(FormAgent, TypesACodeIntoFieldsOfOneCharacter) {
  journey_.account.totp = *oauth::parse_totp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  std::string cells;
  for (int i = 0; i < 6; ++i)
    cells += "<input maxlength=1 name=odd" + std::to_string(i) + ">";
  serve("GET /authorize",
        html("<p>Verification code<form method=post action=/code>" + cells + "<button>OK</button></form>"));
  serve("POST /code", redirect("https://app.test/cb?code=c"));
  EXPECT_EQ(travel().end, End::delivered);
  const auto code = journey_.account.totp->code_at(Time(std::chrono::seconds(1'700'000'000)));
  ASSERT_EQ(typed_.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i)
    EXPECT_THAT(sent_.back().body, HasSubstr("odd" + std::to_string(i) + "=" + code[i]));
  EXPECT_THAT(typed_, testing::Each(HasSubstr("one_time_code odd")));
}

}  // namespace
}  // namespace oauthentic::agent

#include "reports/html.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "oauth/encoding.hpp"
#include "oauth/html.hpp"
#include "oauth/pkce.hpp"
#include "reports/sample_test_support.hpp"
#include "reports/template.hpp"
#include "reports/text.hpp"

namespace oauthentic::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

std::string between(std::string_view text, std::string_view from, std::string_view to) {
  const auto start = text.find(from) + from.size();
  return std::string(text.substr(start, text.find(to, start) - start));
}

TEST(Html, LetsOnlyItsOwnStyleAndScriptAct) {
  const auto page = write_html(sample()->input());
  const auto hash = [](const std::string& text) {
    return "'sha256-" + oauth::base64_encode(oauth::sha256(text)) + "'";
  };
  EXPECT_THAT(page, HasSubstr("default-src 'none'; style-src " + hash(between(page, "<style>", "</style>")) +
                              "; script-src " + hash(between(page, "<script>", "</script>"))));
  EXPECT_THAT(page, Not(testing::ContainsRegex(" style=\"| on[a-z]+=\"")));
}

TEST(Html, NeedsNothingFromOutside) {
  for (const auto& s : {sample(), hostile_sample()}) {
    const auto page =
        oauth::parse_html(write_html(s->input()), "file:///report.html", {.octets = 64 << 20, .depth = 512});
    ASSERT_TRUE(page) << page.error();
    EXPECT_TRUE(page->subresources.empty());
    EXPECT_TRUE(page->forms.empty());
    EXPECT_GT(page->links.size(), 10u);
    for (const auto& link : page->links) {
      EXPECT_TRUE(link.href.starts_with("file:///report.html#") ||
                  link.href.starts_with("https://www.rfc-editor.org/"))
          << link.href;
    }
  }
}

TEST(Html, KeepsHostileTextInert) {
  const auto s = hostile_sample();
  const auto page = write_html(s->input());
  EXPECT_EQ(occurrences(page, "<script"), 1u);
  EXPECT_EQ(occurrences(page, "</script"), 1u);
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("<!-- ")));
  EXPECT_THAT(page, Not(HasSubstr("href=\"javascript:")));
  EXPECT_EQ(visible(page), page) << "control and bidi characters are shown, not sent";
  EXPECT_THAT(page, HasSubstr("{{x}}")) << "values are no templates";
}

TEST(Html, HasAnAnchorForEveryRequirementAndNoAnchorTwice) {
  const auto s = sample();
  const auto page = write_html(s->input());
  for (const auto& requirement : s->requirements) {
    EXPECT_EQ(occurrences(page, "<details class=\"requirement"), s->requirements.size());
    EXPECT_EQ(occurrences(page, " id=\"" + requirement.id + "\""), 1u) << requirement.id;
  }
  std::set<std::string> seen;
  const std::regex id(" id=\"([^\"]*)\"");
  for (auto at = std::sregex_iterator(page.begin(), page.end(), id); at != std::sregex_iterator(); ++at) {
    EXPECT_TRUE(seen.insert((*at)[1]).second) << (*at)[1];
  }
  const std::regex link("href=\"#([^\"]*)\"");
  for (auto at = std::sregex_iterator(page.begin(), page.end(), link); at != std::sregex_iterator(); ++at) {
    EXPECT_TRUE(seen.contains((*at)[1])) << "nothing is at #" << (*at)[1];
  }
}

TEST(Html, ShowsTheSignInFirst) {
  const auto page = write_html(sample()->input());
  const auto sign_in = page.find("id=\"sign-in\"");
  ASSERT_NE(sign_in, std::string::npos);
  EXPECT_LT(sign_in, page.find("id=\"mend-first\""));
  const auto s = sample();
  s->run.scenarios.erase(s->run.scenarios.begin());
  EXPECT_THAT(write_html(s->input()), Not(HasSubstr("id=\"sign-in\"")));
}

TEST(Html, SaysHowMuchOfABodyIsShown) {
  const auto s = sample();
  auto& exchange = s->exchanges["pkce/verifier-mismatch#3"];
  std::get<Response>(exchange.answer).body = std::string(40'000, 'x');
  const auto page = write_html(s->input());
  EXPECT_THAT(page, HasSubstr("The first 16 kB of 39 kB."));
  EXPECT_THAT(page, Not(HasSubstr(std::string(17'000, 'x'))));
}

TEST(Html, TellsTransportErrorsAndExactOctets) {
  const auto s = sample();
  auto& exchange = s->exchanges["pkce/verifier-mismatch#3"];
  exchange.answer = TransportError{TransportError::Kind::too_large, "over 1 MB"};
  exchange.request.octets = std::string("GET /\0", 6);
  const auto page = write_html(s->input());
  EXPECT_THAT(page, HasSubstr("<b>too large</b> over 1 MB"));
  EXPECT_THAT(page, HasSubstr("GET /␀"));
}

TEST(Html, ListsRequirementsOfAnUnknownSpecification) {
  const auto s = sample();
  s->specifications.erase(s->specifications.begin() + 1);
  EXPECT_THAT(write_html(s->input()), HasSubstr("id=\"spec-rfc7636\""));
}

TEST(Html, SurvivesAnEmptyRun) {
  Sample empty;
  empty.judge();
  EXPECT_THAT(write_html(empty.input()), HasSubstr("Nothing was judged"));
}

TEST(TemplateTest, EscapesValuesAndSkipsWhatIsEmpty) {
  EXPECT_THROW(Template("no-such-file"), std::logic_error);
  EXPECT_THROW(asset("no-such-file"), std::logic_error);
  const auto page = Template("closing.mustache")
                        .render({{"script", "1<2"}, {"command", "<b>"}, {"seed", ""}, {"version", 7}});
  EXPECT_THAT(page, HasSubstr("<script>1<2</script>"));
  EXPECT_THAT(page, HasSubstr("<pre>&lt;b&gt;</pre>"));
  EXPECT_THAT(page, Not(HasSubstr("<dt>Seed</dt>")));
  EXPECT_THAT(page, HasSubstr("Oauthentic 7."));
}

}  // namespace
}  // namespace oauthentic::reports

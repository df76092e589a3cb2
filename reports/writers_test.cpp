// What every writer has to hold whatever it is given: JSON that parses, XML that is well-formed, peers' text
// that stays text.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "oauth/encoding.hpp"
#include "reports/json.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/sample_test_support.hpp"
#include "reports/sarif.hpp"
#include "reports/summary.hpp"
#include "reports/text.hpp"

namespace oauthentic::reports {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

/// Enough of XML 1.0 for what the writer emits: elements nest, attributes are quoted, references are known, and
/// every character is one of §2.2. Empty, or what is wrong.
std::string xml_problem(std::string_view xml) {
  if (!oauth::is_utf8(xml)) return "not UTF-8";
  std::vector<std::string> open;
  for (std::size_t at = 0; at < xml.size(); ++at) {
    const char c = xml[at];
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') return "control character";
    if (c == '&') {
      const auto name = xml.substr(at, xml.substr(at, 8).find(';') + 1);
      if (name != "&amp;" && name != "&lt;" && name != "&gt;" && name != "&quot;" && name != "&#39;")
        return "reference";
    }
    if (xml.substr(at).starts_with("]]>")) return "]]>";
    if (c != '<') continue;
    const auto end = xml.find('>', at);
    if (end == std::string_view::npos) return "unclosed tag";
    const auto tag = xml.substr(at + 1, end - at - 1);
    if (std::ranges::count(tag, '"') % 2 != 0 || tag.find('<') != std::string_view::npos)
      return "quotes in " + std::string(tag);
    const auto name = std::string(tag.substr(0, tag.find_first_of(" /", 1)));
    if (tag.starts_with('?') || tag.ends_with('/')) continue;
    if (!tag.starts_with('/')) {
      open.push_back(name);
    } else if (open.empty() || "/" + open.back() != std::string(tag)) {
      return "nesting at " + std::string(tag);
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : "unclosed " + open.back();
}

TEST(XmlProblem, FindsProblems) {
  EXPECT_EQ(xml_problem("<?xml version=\"1.0\"?><a b=\"c\"><d/>&lt;</a>"), "");
  for (const auto* bad :
       {"<a>", "<a></b>", "<a b=\"></a>", "<a>\x01</a>", "<a>&x;</a>", "<a>]]></a>", "<a>\xff</a>", "<a"}) {
    EXPECT_NE(xml_problem(bad), "") << bad;
  }
}

TEST(Junit, IsWellFormedWhateverThePeerSent) {
  for (const auto& s : {sample(), clean_sample(), hostile_sample()})
    EXPECT_EQ(xml_problem(write_junit(s->input())), "");
}

TEST(Junit, CountsWhatItHolds) {
  const auto s = sample();
  const auto xml = write_junit(s->input());
  const auto occurrences = [&](std::string_view text) {
    std::size_t count = 0;
    for (auto at = xml.find(text); at != std::string::npos; at = xml.find(text, at + 1))
      ++count;
    return count;
  };
  EXPECT_THAT(
      xml, HasSubstr("<testsuites name=\"oauthentic\" tests=\"17\" failures=\"4\" errors=\"2\" skipped=\"4\""));
  EXPECT_EQ(occurrences("<testcase "), 17u);
  EXPECT_EQ(occurrences("<failure "), 4u);
  EXPECT_EQ(occurrences("<error "), 2u);
  EXPECT_EQ(occurrences("<skipped "), 4u);
}

TEST(Junit, NotKnowingIsRed) {
  const auto s = clean_sample();
  EXPECT_THAT(write_junit(s->input()), HasSubstr("failures=\"0\" errors=\"0\""));
  s->run.finished.reset();
  EXPECT_THAT(write_junit(s->input()), HasSubstr("the run was cut short"));
  const auto unobserved = clean_sample();
  std::erase_if(unobserved->run.outcomes,
                [](const Outcome& o) { return o.requirement == "rfc6749-5.1-no-store"; });
  unobserved->judge();
  EXPECT_THAT(write_junit(unobserved->input()),
              HasSubstr("1 MUST requirement stayed undecided or was not observed"));
}

TEST(Json_, TellsEverythingAndParses) {
  const auto s = sample();
  const auto json = Json::parse(write_json(s->input()));
  EXPECT_EQ(json["format"], "oauthentic-run");
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["finished"], "2026-07-14T09:30:04Z");
  EXPECT_EQ(json["profiles"].size(), 3u);
  EXPECT_EQ(json["profiles"][0]["counts"]["fail"], 1);
  EXPECT_EQ(json["requirements"].size(), s->requirements.size());
  EXPECT_EQ(json["outcomes"].size(), s->run.outcomes.size());
  EXPECT_EQ(json["scenarios"].size(), s->run.scenarios.size());
  EXPECT_EQ(json["requirements"][8]["result"], nullptr);
}

TEST(Json_, SurvivesHostileText) {
  const auto s = hostile_sample();
  const auto json = Json::parse(write_json(s->input()));
  EXPECT_TRUE(json["finished"].is_null());
  EXPECT_EQ(json["problems"].size(), 1u);
}

TEST(Sarif, NamesRuleLevelPlaceAndFingerprint) {
  const auto s = sample();
  const auto run = Json::parse(write_sarif(s->input()))["runs"][0];
  ASSERT_EQ(run["results"].size(), 4u);
  const auto& result = run["results"][1];
  EXPECT_EQ(result["ruleId"], "rfc7636-4.6-verifier-mismatch");
  EXPECT_EQ(run["tool"]["driver"]["rules"][result["ruleIndex"].get<std::size_t>()]["id"], result["ruleId"]);
  EXPECT_EQ(result["level"], "error");
  const auto& place = result["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "profiles/scenarios/pkce.yaml");
  EXPECT_EQ(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
  EXPECT_EQ(place["region"]["startLine"], 12);
  EXPECT_EQ(run["results"][3]["level"], "warning");
}

TEST(Sarif, FingerprintsDependOnWhatWasTestedOnly) {
  const auto s = sample();
  const auto fingerprint = [&] {
    return Json::parse(
        write_sarif(s->input()))["runs"][0]["results"][1]["partialFingerprints"]["oauthenticOutcome/v1"];
  };
  const auto before = fingerprint();
  s->run.outcomes[0].observed = "something else";
  s->run.outcomes[0].place = "moved.yaml:99";
  EXPECT_EQ(fingerprint(), before);
  s->run.outcomes[0].variant = "public";
  EXPECT_NE(fingerprint(), before);
}

TEST(Sarif, SurvivesHostileText) {
  const auto s = hostile_sample();
  s->run.outcomes[0].place = "/tmp/a b/c.yaml:3";
  const auto results = Json::parse(write_sarif(s->input()))["runs"][0]["results"];
  EXPECT_EQ(results[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "file:///tmp/a%20b/c.yaml");
}

TEST(Markdown, StaysUnderTheLimitAndInert) {
  const auto s = hostile_sample();
  for (std::size_t i = 0; i < 3000; ++i)
    s->run.problems.push_back(std::string(2000, '`') + kHostile);
  const auto text = write_markdown(s->input());
  EXPECT_LT(text.size(), kMaxMarkdown);
  EXPECT_THAT(text, HasSubstr("more in the full report"));
  EXPECT_TRUE(oauth::is_utf8(text));
  EXPECT_EQ(visible(text), text);
}

TEST(Markdown, CodeSpansCannotBeLeft) {
  const auto s = sample();
  s->run.target.issuer = "x``` <b> ` |";
  EXPECT_THAT(write_markdown(s->input()), HasSubstr("against ````x``` <b> ` \\|````\n"));
  s->run.target.issuer = "`";
  EXPECT_THAT(write_markdown(s->input()), HasSubstr("against `` ` ``\n"));
}

TEST(Summary, FitsATerminal) {
  for (const auto& s : {sample(), clean_sample(), hostile_sample()}) {
    const auto text = terminal_summary(s->input(), false, "out/report.html");
    for (const auto line : split(text, '\n'))
      EXPECT_LE(columns(line), 80u) << line;
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  }
}

TEST(Summary, ColoursOnlyWhenAsked) {
  const auto s = hostile_sample();
  const auto text = terminal_summary(s->input(), true, "");
  EXPECT_THAT(text, HasSubstr("\x1b[31m✕"));
  EXPECT_THAT(text, HasSubstr("␛[31m"));
  EXPECT_THAT(text, Not(HasSubstr("Report:")));
}

}  // namespace
}  // namespace oauthentic::reports

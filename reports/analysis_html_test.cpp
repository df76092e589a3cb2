#include "reports/analysis_html.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/analysis.hpp"

namespace oauthentic::reports {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

AnalysisPage sample() {
  analysis::Values counted, random;
  std::uint64_t state = 88172645463325252ULL;
  const auto next = [&state] {  // xorshift64
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
  };
  for (int i = 0; i < 60; ++i) {
    counted.push_back(fmt::format("<b>{}", 7000 + i));
    random.push_back(fmt::format("{:016x}{:016x}", next(), next()));
  }
  return {"<script>alert(1)</script>",
          "0.1",
          {},
          {analysis::analyze("code", counted), analysis::analyze("access_token", random)},
          {"refresh_token: the provider issued <none>"}};
}

TEST(AnalysisHtml, NothingInItActs) {
  const auto page = write_analysis_html(sample());
  EXPECT_THAT(page,
              AllOf(HasSubstr("&lt;script&gt;alert(1)"), Not(HasSubstr("<script")), Not(HasSubstr("<b>7")),
                    HasSubstr("issued &lt;none&gt;"), Not(HasSubstr(" style=")), Not(HasSubstr("url(")),
                    HasSubstr("Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-")));
}

TEST(AnalysisHtml, PlotsAreToldInWords) {
  const auto page = write_analysis_html(sample());
  const auto plot = page.find("<svg class=\"plot\"");
  ASSERT_NE(plot, std::string::npos);
  EXPECT_THAT(page, AllOf(HasSubstr("role=\"img\" aria-label=\"Share of ones, bit by bit: "),
                          HasSubstr("128 bits of the decoded octets, 0 of them always the same"),
                          HasSubstr("a counter"), HasSubstr("what to do")));
  // One stroke a bit.
  const auto path = page.find("class=\"share\" d=\"", page.rfind("<svg"));
  const auto strokes = page.substr(path, page.find("\"/>", path) - path);
  EXPECT_EQ(std::ranges::count(strokes, 'M'), 128);
}

}  // namespace
}  // namespace oauthentic::reports

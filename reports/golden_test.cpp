// Every writer against the text that it is known to write. OAUTHENTIC_UPDATE_GOLDEN=1 writes the files anew:
// look at the difference before keeping it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "reports/html.hpp"
#include "reports/json.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/sample_test_support.hpp"
#include "reports/sarif.hpp"
#include "reports/summary.hpp"

namespace oauthentic::reports {
namespace {

struct Golden {
  const char* file;
  std::string (*write)(const ReportInput&);
};

std::string summary(const ReportInput& input) {
  return terminal_summary(input, false, "out/report.html");
}

class GoldenFile : public testing::TestWithParam<Golden> {};

TEST_P(GoldenFile, IsWhatTheWriterWrites) {
  const auto path = std::string(OAUTHENTIC_SOURCE_DIR "/reports/golden/") + GetParam().file;
  const auto written = GetParam().write(sample()->input());
  if (const auto* update = std::getenv("OAUTHENTIC_UPDATE_GOLDEN"); update && std::string_view(update) == "1") {
    std::ofstream(path, std::ios::binary) << written;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path;
  std::stringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(written, golden.str()) << "OAUTHENTIC_UPDATE_GOLDEN=1 writes " << path << " anew";
}

INSTANTIATE_TEST_SUITE_P(Writers, GoldenFile,
                         testing::Values(Golden{"report.html", write_html}, Golden{"report.json", write_json},
                                         Golden{"junit.xml", write_junit}, Golden{"report.sarif", write_sarif},
                                         Golden{"report.md", write_markdown}, Golden{"summary.txt", summary}),
                         [](const auto& named) {
                           std::string name = named.param.file;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace oauthentic::reports

// The documentation says what the program does.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "script/vocabulary.hpp"

namespace oauthentic::cli {
namespace {

TEST(Documentation, ReferenceIsTheVocabulary) {
  std::ifstream file(OAUTHENTIC_SOURCE_DIR "/profiles/README.md");
  std::stringstream text;
  text << file.rdbuf();
  const auto readme = text.str();
  const std::string mark = "a test holds the two together.\n\n";
  const auto at = readme.find(mark);
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(readme.substr(at + mark.size()), script::reference_markdown()) << "run scripts/generate-reference";
}

}  // namespace
}  // namespace oauthentic::cli

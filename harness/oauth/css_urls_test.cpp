#include "oauth/css_urls.hpp"

#include <gmock/gmock.h>

namespace oauthentic::oauth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(CssUrls, AreThoseThatABrowserLoads) {
  EXPECT_THAT(css_urls("@import url(https://fonts.test/css?family=A:400,900);body{color:red}"),
              ElementsAre("https://fonts.test/css?family=A:400,900"));
  EXPECT_THAT(css_urls("@IMPORT 'a.css' screen; b { background: URL( \"b.png\" ) no-repeat, url('c d.png') }"),
              ElementsAre("b.png", "c d.png", "a.css"));
  EXPECT_THAT(css_urls("/* url(no.png) */ a { b: url(yes.png /* no */ ) }"), ElementsAre("yes.png"));
}

TEST(CssUrls, AreNoneWhereThereAreNone) {
  for (const auto* css :
       {"", "a { color: red }", "@import", "@import ;", "url(", "url()", "url(\"x", "/* url(a)"})
    EXPECT_THAT(css_urls(css), IsEmpty()) << css;
}

TEST(CssUrls, AreNotWithoutEnd) {
  std::string css;
  for (int i = 0; i < 1'000; ++i)
    css += "url(a)";
  EXPECT_EQ(css_urls(css).size(), 100U);
}

}  // namespace
}  // namespace oauthentic::oauth

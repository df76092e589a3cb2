#include "http/request_url.hpp"

#include <gtest/gtest.h>

namespace oauthentic::http {
namespace {

TEST(RequestUrl, KeepsAQueryThatIsNone) {
  const auto url = parse_request_url("https://as.test/authorize?a=%zz&b=%");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->target(), "/authorize?a=%zz&b=%");
  EXPECT_EQ(parse_request_url("https://as.test/a?b=%zz#c")->target(), "/a?b=%zz");
  EXPECT_EQ(parse_request_url("https://as.test?b=%zz")->target(), "/?b=%zz");
}

TEST(RequestUrl, TakesUrlsAsTheyAre) {
  EXPECT_EQ(parse_request_url("https://as.test/a?b=c")->target(), "/a?b=c");
  EXPECT_FALSE(parse_request_url("no URL"));
  EXPECT_FALSE(parse_request_url("no URL?a=%zz"));
}

/// What would end the request line could be taken for header fields.
TEST(RequestUrl, LetsNothingOutOfTheRequestLine) {
  for (const auto* text :
       {"https://as.test/a?b=%zz c", "https://as.test/a?b=%\r\nX: y", "https://as.test/%zz?b=c"})
    EXPECT_FALSE(parse_request_url(text)) << text;
  EXPECT_FALSE(parse_request_url("https://as.test/a?b=%" + std::string(oauth::kMaxUrlOctets, 'k')));
}

}  // namespace
}  // namespace oauthentic::http

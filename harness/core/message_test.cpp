#include "core/message.hpp"

#include <gmock/gmock.h>

namespace oauthentic {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Headers, AreFoundWithoutCaseInTheOrderOfTheWire) {
  Headers headers = {{"Set-Cookie", "a=1"}, {"Content-Type", "text/html"}, {"set-cookie", "b=2"}};
  ASSERT_NE(headers.find("SET-COOKIE"), nullptr);
  EXPECT_EQ(*headers.find("SET-COOKIE"), "a=1");
  EXPECT_THAT(headers.all("Set-cookie"), ElementsAre("a=1", "b=2"));
  EXPECT_EQ(headers.find("Cookie"), nullptr);
  EXPECT_EQ(headers.value("Cookie"), "");
  EXPECT_THAT(headers.all("Cookie"), IsEmpty());
}

TEST(Headers, SetLeavesOneFieldInTheFirstOnesPlace) {
  Headers headers = {{"A", "1"}, {"b", "2"}, {"C", "3"}, {"B", "4"}, {"b", "5"}};
  headers.set("B", "6");
  EXPECT_EQ(headers, (Headers{{"A", "1"}, {"b", "6"}, {"C", "3"}}));
  headers.set("D", "7");
  EXPECT_EQ(headers, (Headers{{"A", "1"}, {"b", "6"}, {"C", "3"}, {"D", "7"}}));
}

TEST(Headers, RemoveTellsHowMany) {
  Headers headers = {{"A", "1"}, {"b", "2"}, {"B", "3"}};
  EXPECT_EQ(headers.remove("B"), 2u);
  EXPECT_EQ(headers.remove("B"), 0u);
  EXPECT_EQ(headers, (Headers{{"A", "1"}}));
  headers.clear();
  EXPECT_TRUE(headers.empty());
}

TEST(Response, MediaTypeIsWithoutParametersInLowerCase) {
  const auto media_type = [](std::string value) {
    Response response;
    response.headers.add("content-type", std::move(value));
    return response.media_type();
  };
  EXPECT_EQ(media_type("Application/JSON; charset=utf-8"), "application/json");
  EXPECT_EQ(media_type("  text/html\t;x"), "text/html");
  EXPECT_EQ(media_type("text/html"), "text/html");
  EXPECT_EQ(media_type(";"), "");
  EXPECT_EQ(media_type(""), "");
  EXPECT_EQ(Response().media_type(), "");
}

TEST(Text, OnlyAsciiLettersHaveCase) {
  EXPECT_TRUE(iequals("WWW-Authenticate", "www-AUTHENTICATE"));
  EXPECT_TRUE(iequals("", ""));
  EXPECT_FALSE(iequals("a", "ab"));
  EXPECT_FALSE(iequals("@[`{", "`{@["));  // 0x20 apart, but no letters
  EXPECT_FALSE(iequals("\xC9", "\xE9"));  // É and é of Latin-1
  EXPECT_EQ(to_lower("AZaz@[\xC9"), "azaz@[\xC9");
}

TEST(Text, TrimTakesSpaceAtTheEndsOnly) {
  EXPECT_EQ(trim(" \t\r\na b\n "), "a b");
  EXPECT_EQ(trim("a"), "a");
  EXPECT_EQ(trim(" \t"), "");
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim("\v\f"), "\v\f");
}

TEST(Text, SplitKeepsEmptyParts) {
  EXPECT_THAT(split("a,b", ','), ElementsAre("a", "b"));
  EXPECT_THAT(split(",a,,", ','), ElementsAre("", "a", "", ""));
  EXPECT_THAT(split("", ','), ElementsAre(""));
  EXPECT_THAT(split("a;b", ','), ElementsAre("a;b"));
}

}  // namespace
}  // namespace oauthentic

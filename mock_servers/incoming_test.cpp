#include "mock_servers/incoming.hpp"

#include <gtest/gtest.h>

#include <array>

#include "mock_servers/bounded_map.hpp"

namespace oauthentic::mock {
namespace {

TEST(Incoming, TakesTheTargetApart) {
  struct Row {
    const char* url;
    const char* path;
    const char* query;
  };
  for (const auto& [url, path, query] :
       {Row{"https://as.test/a/b?c=d?e", "/a/b", "c=d?e"}, Row{"https://as.test", "/", ""},
        Row{"https://as.test?x=1", "/", "x=1"}, Row{"https://as.test/?x#f", "/", "x"},
        Row{"/only/path?q", "/only/path", "q"}, Row{"", "/", ""}, Row{"://", "/", ""}}) {
    const Request request{.method = "GET", .url = url, .headers = {}, .body = {}, .octets = {}};
    const Incoming in(request, Time{});
    EXPECT_EQ(in.path, path) << url;
    EXPECT_EQ(in.query, query) << url;
  }
}

TEST(Incoming, FindsCookiesByTheirWholeName) {
  Request request;
  request.headers.add("Cookie", "xsession=1; session=a=b;other=2");
  const Incoming in(request, Time{});
  EXPECT_EQ(in.cookie("session"), "a=b");
  EXPECT_EQ(in.cookie("other"), "2");
  EXPECT_EQ(in.cookie("sess"), std::nullopt);
  EXPECT_EQ(Incoming(Request{}, Time{}).cookie("session"), std::nullopt);
}

TEST(Form, TellsWhatIsWrong) {
  const Form good("a=1&b=&c=x+y");
  EXPECT_FALSE(good.has("b"));
  EXPECT_EQ(good.value("c"), "x y");
  EXPECT_FALSE(good.malformed());
  EXPECT_FALSE(good.repeats());
  EXPECT_TRUE(Form("b=", {.empty_counts = true}).has("b"));

  const Form twice("a=1&b=2&a=1&a=3&resource=x&resource=y");
  EXPECT_TRUE(twice.repeats());
  EXPECT_TRUE(twice.repeats("a"));
  EXPECT_FALSE(twice.repeats("b"));
  EXPECT_FALSE(twice.repeats("resource"));
  EXPECT_TRUE(Form("a=&a=").repeats("a"));

  const Form bad("a=%zz&b=2");
  EXPECT_TRUE(bad.malformed());
  EXPECT_EQ(bad.value("b"), "2");

  constexpr std::array<std::string_view, 1> kNames = {"a"};
  EXPECT_TRUE(Form("a=%00").unclean(kNames));
  EXPECT_TRUE(Form("a=%0A").unclean(kNames));
  EXPECT_TRUE(Form("a=%C0%AF").unclean(kNames));
  EXPECT_FALSE(Form("a=%C3%A9&b=%00").unclean(kNames));
}

TEST(Form, ManyRepetitionsTakeNoLongerThanTheyMust) {
  std::string text;
  for (int i = 0; i < 900; ++i)
    text += "a" + std::to_string(i % 300) + "=1&";
  const Form form(text);
  EXPECT_TRUE(form.repeats("a299"));
  EXPECT_FALSE(form.malformed());
}

TEST(BoundedMap, DropsTheOldest) {
  BoundedMap<int> map(2, std::chrono::hours(1));
  for (int i = 0; i < 5; ++i)
    map.put("name" + std::to_string(i), std::make_shared<int>(i));
  EXPECT_EQ(map.size(), 2U);
  EXPECT_EQ(map.get("name2"), nullptr);
  EXPECT_EQ(*map.get("name4"), 4);
  map.erase("name4");
  EXPECT_EQ(map.get("name4"), nullptr);
}

TEST(BoundedMap, HalfANameIsEnoughForAFault) {
  BoundedMap<int> map(9, std::chrono::hours(1));
  const std::string name =
      "0123456789abcdef"
      "ghijklmnopqrstuv";
  map.put(name, std::make_shared<int>(1));
  EXPECT_TRUE(map.get_by_half(name + "x"));
  EXPECT_TRUE(map.get_by_half("X" + name.substr(1)));
  EXPECT_FALSE(map.get_by_half("entirely different, and long enough"));
  EXPECT_FALSE(map.get_by_half("short"));
}

}  // namespace
}  // namespace oauthentic::mock

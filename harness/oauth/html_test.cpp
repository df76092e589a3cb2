#include "oauth/html.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "oauth/html_nesting.hpp"
#include "oauth/html_text.hpp"
#include "oauth/html_tree.hpp"

namespace oauthentic::oauth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kUrl = "https://as.test/login/page?x=1";

HtmlPage read(std::string_view text) {
  auto page = parse_html(text, kUrl);
  EXPECT_TRUE(page.has_value()) << page.error();
  return page ? *std::move(page) : HtmlPage{};
}

std::vector<std::string> names_of(const HtmlForm& form) {
  std::vector<std::string> names;
  for (const auto& field : form.fields)
    names.push_back(field.name);
  return names;
}

TEST(Html, ReadsAForm) {
  const auto page = read(R"(<!doctype html><html lang="EN"><head><title> Sign
     in </title></head><body><h1>Welcome</h1>
    <form action="../check" method="POST" id="f" name="login">
      <label for=u>User&nbsp;name</label><input id=u name=user autocomplete="Username" required>
      <label>Password <input type=PASSWORD name=pass></label>
      <input type=checkbox name=stay> <input type=checkbox name=terms value=yes checked disabled>
      <input type=hidden name=csrf value="a&amp;b">
      <textarea name=note>
first</textarea>
      <select name=lang><option value=en>English<option selected>Deutsch</select>
      <button name=do value=go>Sign <b>in</b></button><input type=submit value="Cancel">
    </form></body></html>)");
  EXPECT_EQ(page.title, "Sign in");
  EXPECT_EQ(page.language, "en");
  ASSERT_EQ(page.forms.size(), 1U);
  const auto& form = page.forms[0];
  EXPECT_EQ(form.action, "https://as.test/check");
  EXPECT_EQ(form.method, "post");
  EXPECT_EQ(form.enctype, "application/x-www-form-urlencoded");
  EXPECT_EQ(form.id, "f");
  EXPECT_EQ(form.name, "login");
  ASSERT_THAT(names_of(form), ElementsAre("user", "pass", "stay", "terms", "csrf", "note", "lang", "do", ""));
  EXPECT_EQ(form.fields[0].type, "text");
  EXPECT_EQ(form.fields[0].label, "User name");
  EXPECT_EQ(form.fields[0].autocomplete, "username");
  EXPECT_TRUE(form.fields[0].required);
  EXPECT_EQ(form.fields[1].type, "password");
  EXPECT_EQ(form.fields[1].label, "Password");
  EXPECT_EQ(form.fields[2].value, "on");
  EXPECT_FALSE(form.fields[2].checked);
  EXPECT_TRUE(form.fields[3].checked);
  EXPECT_TRUE(form.fields[3].disabled);
  EXPECT_EQ(form.fields[4].value, "a&b");
  EXPECT_TRUE(form.fields[4].hidden);
  EXPECT_EQ(form.fields[5].value, "first");
  ASSERT_EQ(form.fields[6].options.size(), 2U);
  EXPECT_EQ(form.fields[6].options[0].value, "en");
  EXPECT_EQ(form.fields[6].options[1].value, "Deutsch");
  EXPECT_TRUE(form.fields[6].options[1].selected);
  EXPECT_EQ(form.fields[7].type, "submit");
  EXPECT_EQ(form.fields[7].label, "Sign in");
  EXPECT_EQ(form.fields[8].label, "Cancel");
  EXPECT_THAT(page.text, HasSubstr("Welcome User name Password"));
  EXPECT_THAT(page.text, testing::Not(HasSubstr("Deutsch")));
}

TEST(Html, FindsTheOwnerOfEveryControl) {
  const auto page = read(R"(
    <button form=b name=outside formaction=/deny formmethod=GET>No</button>
    <form id=a action=/a><input name=in_a><input form=b name=in_b></form>
    <form id=b action=/b></form>
    <table><form id=c><tr><td><input name=in_c></td></tr></form></table>
    <div><form id=d></div><input name=in_d></form><input name=orphan><input form=nowhere name=lost>)");
  ASSERT_EQ(page.forms.size(), 4U);
  EXPECT_THAT(names_of(page.forms[0]), ElementsAre("in_a"));
  ASSERT_THAT(names_of(page.forms[1]), ElementsAre("outside", "in_b"));
  EXPECT_EQ(page.forms[1].fields[0].form_action, "https://as.test/deny");
  EXPECT_EQ(page.forms[1].fields[0].form_method, "get");
  EXPECT_THAT(names_of(page.forms[2]), ElementsAre("in_c"));
  EXPECT_THAT(names_of(page.forms[3]), ElementsAre("in_d"));
  EXPECT_EQ(page.forms[2].action, kUrl);
  EXPECT_EQ(page.forms[2].method, "get");
}

TEST(Html, ResolvesAgainstTheBase) {
  const auto page =
      read(R"(<link rel=icon href=i.png><base href="https://cdn.test/x/"><base href="https://no.test/">
    <a href=" ../a b?q[]=1 ">A</a><form action=go></form><script src="//s.test/s.js"></script><img src="i.png">)");
  ASSERT_EQ(page.links.size(), 1U);
  EXPECT_EQ(page.links[0].href, "https://cdn.test/a%20b?q%5B%5D=1");
  EXPECT_EQ(page.forms.at(0).action, "https://cdn.test/x/go");
  EXPECT_THAT(page.subresources,
              ElementsAre("https://cdn.test/x/i.png", "https://s.test/s.js", "https://cdn.test/x/i.png"));
  EXPECT_TRUE(page.has_script);
}

TEST(Html, KnowsWhatABrowserLoads) {
  const auto page = read(
      "<style>@import url(https://fonts.test/f.css);</style><p style='background:url(b.png)'>"
      "<object data=o.swf></object><video poster=p.png src=v.mp4></video><img "
      "src='data:image/png;base64,AA=='>");
  EXPECT_THAT(page.subresources, ElementsAre("https://fonts.test/f.css", "https://as.test/login/b.png",
                                             "https://as.test/login/o.swf", "https://as.test/login/v.mp4",
                                             "https://as.test/login/p.png", "data:image/png;base64,AA=="));
}

TEST(Html, KeepsAUrlThatCannotBeResolved) {
  const auto page = read("<form action='http://[bad'></form><a href='javascript:void(0)'>x</a>");
  EXPECT_EQ(page.forms.at(0).action, "http://[bad");
  EXPECT_THAT(page.links.at(0).href, testing::StartsWith("javascript:"));
}

TEST(Html, HidesWhatIsHidden) {
  const auto page = read(R"(<p>seen<p hidden>one</p><div style="color:red; DISPLAY : none">two</div>
    <script>three</script><style>four</style><template>five<form></form></template><noscript>six</noscript>
    <form><input name=a style="display:none"><input name=b hidden><input name=c></form>)");
  EXPECT_EQ(page.text, "seen six");
  ASSERT_EQ(page.forms.size(), 1U);
  EXPECT_TRUE(page.forms[0].fields[0].hidden);
  EXPECT_TRUE(page.forms[0].fields[1].hidden);
  EXPECT_FALSE(page.forms[0].fields[2].hidden);
}

TEST(Html, LabelsButtonsAndLinksByWhatIsThere) {
  const auto page = read(R"(<a id=k href=/x><img alt=X></a><a href=/y title="Go away"></a>
    <form><button aria-label="Allow access"><svg><title>icon</title></svg></button><input type=image alt=Sign name=i>
    <input name=q placeholder="Your e-mail"></form>)");
  EXPECT_EQ(page.links.at(0).id, "k");
  EXPECT_EQ(page.links.at(1).text, "Go away");
  const auto& fields = page.forms.at(0).fields;
  EXPECT_EQ(fields.at(0).label, "Allow access");
  EXPECT_EQ(fields.at(1).label, "Sign");
  EXPECT_EQ(fields.at(2).label, "Your e-mail");
}

TEST(Html, ReadsMetaRefresh) {
  EXPECT_EQ(read("<meta http-equiv=Refresh content=\"0; URL='/next?a=1'\">").refresh,
            "https://as.test/next?a=1");
  EXPECT_EQ(refresh_target("0;https://a.test/"), "https://a.test/");
  EXPECT_EQ(refresh_target(" 5.5 , url = x "), "x");
  EXPECT_EQ(refresh_target("0;url=\"a\"b"), "a");
  EXPECT_EQ(refresh_target("0"), "");
  EXPECT_EQ(refresh_target("600; url=/timeout"), "");
  EXPECT_EQ(refresh_target("99999999999999999999; url=/timeout"), "");
  EXPECT_EQ(refresh_target("soon; url=/x"), "");
  EXPECT_EQ(refresh_target(""), "");
}

TEST(Html, KnowsAFormThatSubmitsItself) {
  constexpr std::string_view kForm = "<form action=/cb method=post><input type=hidden name=code value=1>";
  const auto submits = [&](const std::string& rest) { return read(std::string(kForm) + rest).auto_submits; };
  EXPECT_TRUE(submits("</form><script>document.forms[0].submit()</script>"));
  EXPECT_TRUE(submits("<noscript><button>Go on</button></noscript></form><script>f.submit();</script>"));
  EXPECT_FALSE(submits("</form><script>console.log('submit')</script>"));
  EXPECT_FALSE(submits("<input name=user></form><script>f.submit()</script>"));
  EXPECT_FALSE(submits("<button>Allow</button></form><script>f.submit()</script>"));
  EXPECT_TRUE(read("<body onload='document.forms[0].submit()'><form><input type=hidden "
                   "name=a><button>Go</button></form>")
                  .auto_submits);
  EXPECT_FALSE(read("<form></form><script>x.submit()</script>").auto_submits);
}

TEST(Html, CutsLongText) {
  const auto page = read("<form><p>" + std::string(30'000, 'x') + "\xC3\xA9</form>");
  EXPECT_EQ(page.text.size(), 10'000U);
  EXPECT_EQ(page.forms.at(0).text.size(), 2'000U);
  EXPECT_EQ(fold_space("\xC3\xA9\xC3\xA9", 3), "\xC3\xA9");
}

TEST(Html, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(replace_invalid_utf8("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(replace_invalid_utf8("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(replace_invalid_utf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(replace_invalid_utf8("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(replace_invalid_utf8("\xF0\x9F\x94\x91 \xE2\x82\xAC"), "\xF0\x9F\x94\x91 \xE2\x82\xAC");
  EXPECT_EQ(read("<title>caf\xE9</title>").title, "caf\xEF\xBF\xBD");
  EXPECT_EQ(read(std::string_view("<title>a\0b</title>", 18)).forms.size(), 0U);
}

TEST(Html, RefusesWhatCostsTooMuch) {
  std::string deep;
  for (int i = 0; i < 50'000; ++i)
    deep += "<div>";
  const auto page = parse_html(deep, kUrl);
  ASSERT_FALSE(page.has_value());
  EXPECT_THAT(page.error(), HasSubstr("512 deep"));
  const auto large = parse_html(std::string(11, 'x'), kUrl, {.octets = 10, .depth = 5});
  ASSERT_FALSE(large.has_value());
  EXPECT_THAT(large.error(), HasSubstr("11 octets"));
}

/// Tags that look closed to a quick look, but repeat each open formatting element in every paragraph.
TEST(Html, BoundsTheParserItself) {
  std::string text;
  for (int i = 0; i < 4000; ++i)
    text += "<p><b id=" + std::to_string(i) + "></p>";
  const auto tree = HtmlTree::parse(text, {.octets = 8 * 1024 * 1024, .time = std::chrono::seconds(60)});
  ASSERT_FALSE(tree.has_value());
  EXPECT_THAT(tree.error(), HasSubstr("too much memory"));
  const auto slow = HtmlTree::parse(text, {.octets = 1024 * 1024 * 1024, .time = std::chrono::milliseconds(0)});
  ASSERT_FALSE(slow.has_value());
  EXPECT_THAT(slow.error(), HasSubstr("too long"));
}

TEST(HtmlNesting, CountsWhatStaysOpen) {
  EXPECT_EQ(html_nesting("<div><div></div><span></div></span><i>", 10), 2U);
  EXPECT_EQ(html_nesting("<ul><li>a<li>b<p>c<p>d</ul><br><img><input>", 10), 1U);
  EXPECT_EQ(html_nesting("<svg><path/><path/><g><path/></g></svg><div/><div/>", 10), 2U);
  EXPECT_EQ(html_nesting("<!-- <a><b> --><script>'<a><b><c>'</script><a title='<b><c>'>", 10), 1U);
  EXPECT_EQ(html_nesting("<!--><a><b>", 10), 2U);
  EXPECT_EQ(html_nesting("<a <b <c", 10), 1U);
  EXPECT_EQ(html_nesting("<textarea><a><b>", 10), 0U);
  EXPECT_EQ(html_nesting("<", 10), 0U);
  EXPECT_EQ(html_nesting("</", 10), 0U);
  EXPECT_EQ(html_nesting("<![CDATA[<a><b>]]>", 10), 1U);
}

TEST(HtmlNesting, StopsWhenItIsEnough) {
  std::string text;
  for (int i = 0; i < 100; ++i)
    text += "<div>";
  EXPECT_EQ(html_nesting(text, 10), 11U);
}

TEST(Html, SurvivesEveryCutOfAPage) {
  constexpr std::string_view kPage =
      "<!doctype html><title>x</title><form action=/a><label>User<input name=a value='<&amp;'></label><select "
      "name=s>"
      "<option selected>1</select><svg><![CDATA[x]]></svg><button>Go</button></form><!-- end "
      "--><script>a.submit()";
  for (std::size_t cut = 0; cut <= kPage.size(); ++cut) {
    EXPECT_TRUE(parse_html(kPage.substr(0, cut), kUrl).has_value()) << cut;
    EXPECT_TRUE(parse_html(kPage.substr(cut), kUrl).has_value()) << cut;
  }
}

TEST(Html, Escapes) {
  EXPECT_EQ(html_escape("<a href=\"x\">'&'</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
}

}  // namespace
}  // namespace oauthentic::oauth

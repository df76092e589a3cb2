#include "agent/submission.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oauthentic::agent {
namespace {

using testing::HasSubstr;

oauth::HtmlForm form(std::string_view html) {
  auto page = oauth::parse_html(html, "https://as.test/page?old=1#x");
  return page.value().forms.at(0);
}

const oauth::HtmlField* field(const oauth::HtmlForm& form, std::string_view id) {
  for (const auto& field : form.fields) {
    if (field.id == id) return &field;
  }
  return nullptr;
}

std::string sent(const oauth::HtmlForm& form, const Fill& fill = {}) {
  return oauth::form_encode(submission_entries(form, fill));
}

TEST(Submission, SendsSuccessfulControlsInOrder) {
  const auto f = form(R"(<form><input name=a value=1><input value=nameless><input name=b value=2 disabled>
    <input type=checkbox name=c><input type=checkbox name=d checked><input type=radio name=r value=1 checked>
    <input type=radio name=r value=2 id=r2><select name=s><option>x<option selected>y</select><select name=t><option>z</select>
    <select name=u></select><input type=hidden name=_charset_><input type=file name=f><input type=reset name=z value=z>
    <input type=button name=z value=z><button name=z>z</button><textarea name=area>two
lines</textarea></form>)");
  EXPECT_EQ(sent(f), "a=1&d=on&r=1&s=y&t=z&_charset_=UTF-8&f=&area=two%0D%0Alines");
  Fill fill;
  fill.ticked.insert(field(f, "r2"));
  EXPECT_THAT(sent(f, fill), HasSubstr("&r=2&"));
}

TEST(Submission, SendsTheButtonThatWasPressed) {
  const auto f = form(
      R"(<form method=post action=/a><button id=one name=b value=1 formaction=/one formmethod=get>1</button>
    <button id=two name=b value=2 disabled>2</button><input type=image id=three name=i><input type=image id=four></form>)");
  Fill fill;
  fill.button = field(f, "one");
  EXPECT_EQ(sent(f, fill), "b=1");
  EXPECT_EQ(submission_url(f, fill), "https://as.test/one");
  EXPECT_EQ(submission_method(f, fill), "get");
  EXPECT_EQ(submission_request(f, fill).url, "https://as.test/one?b=1");
  fill.button = field(f, "two");
  EXPECT_EQ(sent(f, fill), "b=2");
  EXPECT_EQ(submission_method(f, fill), "post");
  fill.button = field(f, "three");
  EXPECT_EQ(sent(f, fill), "i.x=0&i.y=0");
  fill.button = field(f, "four");
  EXPECT_EQ(sent(f, fill), "x=0&y=0");
}

TEST(Submission, PutsAGetIntoTheQuery) {
  const auto request = submission_request(form("<form><input name=q value='a b'></form>"), {});
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.url, "https://as.test/page?q=a+b");
  EXPECT_EQ(request.body, "");
}

TEST(Submission, KeepsTheQueryOfAPost) {
  const auto request = submission_request(form("<form method=post><input name=q value='a b'></form>"), {});
  EXPECT_EQ(request.url, "https://as.test/page?old=1");
  EXPECT_EQ(request.body, "q=a+b");
}

TEST(Submission, WritesTheOtherEncodings) {
  const auto multipart = submission_request(
      form("<form method=post enctype=multipart/form-data><input name='a\"b' value='x&#10;y'></form>"), {});
  EXPECT_THAT(multipart.headers.value("Content-Type"), testing::StartsWith("multipart/form-data; boundary="));
  EXPECT_THAT(multipart.body, HasSubstr("name=\"a%22b\"\r\n\r\n"));
  EXPECT_THAT(multipart.body, testing::EndsWith("--\r\n"));
  const auto plain =
      submission_request(form("<form method=post enctype=text/plain><input name=a value=b></form>"), {});
  EXPECT_EQ(plain.body, "a=b\r\n");
}

}  // namespace
}  // namespace oauthentic::agent

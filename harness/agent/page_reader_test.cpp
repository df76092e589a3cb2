#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "agent/page_reader_test_support.hpp"

namespace oauthentic::agent {
namespace {

using testing::HasSubstr;
using testing::Not;
using Kind = Decision::Kind;

constexpr const char* kPages = OAUTHENTIC_SOURCE_DIR "/harness/agent/pages/";

std::string file(const std::string& name) {
  std::ifstream in(kPages + name);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

struct Row {
  const char* page;
  Consent consent;
  Kind kind;
  const char* url;   ///< where it goes; empty if nowhere
  const char* body;  ///< what is sent
  bool decides;
};

constexpr auto kGrant = Consent::grant;
constexpr auto kRefuse = Consent::refuse;
constexpr const char* kHere = "https://as.test/oauth/authorize?x=1";

const Row kRows[] = {
    {"dev_sign_in.html", kGrant, Kind::submit, "https://as.test/interaction/a1b2c3",
     "prompt=login&login=alice%40as.test&password=the-password-1", false},
    {"dev_sign_in.html", kRefuse, Kind::submit, "https://as.test/interaction/a1b2c3",
     "prompt=login&login=alice%40as.test&password=the-password-1", false},
    {"dev_consent.html", kGrant, Kind::submit, "https://as.test/interaction/a1b2c3", "prompt=consent", true},
    {"dev_consent.html", kRefuse, Kind::follow, "https://as.test/interaction/a1b2c3/abort", "", true},
    {"framework_sign_in.html", kGrant, Kind::submit, "https://as.test/login",
     "username=alice%40as.test&password=the-password-1&_csrf=x-csrf-1", false},
    {"framework_consent.html", kGrant, Kind::submit, "https://as.test/oauth2/authorize",
     "client_id=messaging-client&state=s-1&scope=message.read&scope=message.write", true},
    {"framework_consent.html", kRefuse, Kind::submit, "https://as.test/oauth2/authorize",
     "client_id=messaging-client&state=s-1", true},
    {"realm_sign_in.html", kGrant, Kind::submit,
     "https://as.test/realms/demo/login-actions/authenticate?session_code=abc&execution=e1&tab_id=t1",
     "username=alice%40as.test&password=the-password-1&credentialId=&login=Sign+In", false},
    {"realm_grant.html", kGrant, Kind::submit,
     "https://as.test/realms/demo/login-actions/consent?client_id=demo-app&tab_id=t1", "code=c-1&accept=Yes",
     true},
    {"realm_grant.html", kRefuse, Kind::submit,
     "https://as.test/realms/demo/login-actions/consent?client_id=demo-app&tab_id=t1", "code=c-1&cancel=No",
     true},
    {"realm_error.html", kGrant, Kind::error_page, "", "", false},
    {"server_sign_in.html", kGrant, Kind::submit, kHere,
     "Input.ReturnUrl=%2Fconnect%2Fauthorize%2Fcallback%3Fclient_id%3Dweb&Input.Username=alice%40as.test"
     "&Input.Password=the-password-1&Input.Button=login&__RequestVerificationToken=rvt-1&Input.RememberLogin="
     "false",
     false},
    {"server_consent.html", kGrant, Kind::submit, "https://as.test/Consent?returnUrl=%2Fconnect",
     "Input.ReturnUrl=%2Fconnect&Input.ScopesConsented=openid&Input.ScopesConsented=api1&Input.Description="
     "&Input.Button=yes",
     true},
    {"server_consent.html", kRefuse, Kind::submit, "https://as.test/Consent?returnUrl=%2Fconnect",
     "Input.ReturnUrl=%2Fconnect&Input.ScopesConsented=openid&Input.ScopesConsented=api1&Input.Description="
     "&Input.Button=no",
     true},
    {"hosted_identifier.html", kGrant, Kind::submit, kHere,
     "state=hKFo2SB&username=alice%40as.test&bogus=&action=default", false},
    {"hosted_password.html", kGrant, Kind::submit, kHere,
     "state=hKFo2SB&username=alice&password=the-password-1&action=default", false},
    {"stay_signed_in.html", kGrant, Kind::submit, "https://as.test/kmsi", "ctx=x&flowToken=f&yes=Yes", false},
    {"stay_signed_in.html", kRefuse, Kind::submit, "https://as.test/kmsi", "ctx=x&flowToken=f&yes=Yes", false},
    {"challenge_sign_in.html", kRefuse, Kind::submit, "https://as.test/login",
     "_csrf=c-1&challenge=ch-1&email=alice%40as.test&password=the-password-1&submit=Log+in", false},
    {"challenge_consent.html", kGrant, Kind::submit, "https://as.test/consent",
     "challenge=ch-2&_csrf=c-1&grant_scope=openid&grant_scope=offline&submit=Allow+access", true},
    {"challenge_consent.html", kRefuse, Kind::submit, "https://as.test/consent",
     "challenge=ch-2&_csrf=c-1&submit=Deny+access", true},
    {"toolkit_authorize.html", kGrant, Kind::submit, kHere,
     "csrfmiddlewaretoken=t-1&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&scope=read+write&allow=False&allow="
     "Authorize",
     true},
    {"toolkit_authorize.html", kRefuse, Kind::submit, kHere,
     "csrfmiddlewaretoken=t-1&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&scope=read+write&allow=False", true},
    {"two_forms_authorize.html", kGrant, Kind::submit, "https://as.test/oauth/authorize",
     "authenticity_token=a-1&client_id=demo&commit=Authorize", true},
    {"two_forms_authorize.html", kRefuse, Kind::submit, "https://as.test/oauth/authorize",
     "_method=delete&authenticity_token=a-2&client_id=demo&commit=Deny", true},
    {"one_page.html", kGrant, Kind::submit, "https://as.test/authorize?client_id=demo&sig=s%2B1",
     "user=alice%40as.test&pw=the-password-1&terms=on&decision=allow", true},
    {"one_page.html", kRefuse, Kind::submit, "https://as.test/authorize?client_id=demo&sig=s%2B1",
     "user=alice%40as.test&pw=the-password-1&terms=on&decision=deny", true},
    {"form_post.html", kGrant, Kind::submit, "https://app.test/cb", "code=c-1&state=s+%26+1", false},
    {"form_post_by_hand.html", kGrant, Kind::submit, "https://app.test/cb", "error=access_denied", false},
    {"account_buttons.html", kGrant, Kind::submit, "https://as.test/select", "account=u-1", false},
    {"account_links.html", kGrant, Kind::follow, "https://as.test/select?u=1", "", false},
    {"radio_consent.html", kGrant, Kind::submit, "https://as.test/decide", "csrf=c-1&decision=once", true},
    {"radio_consent.html", kRefuse, Kind::submit, "https://as.test/decide", "csrf=c-1&decision=no", true},
    {"error_with_200.html", kGrant, Kind::error_page, "", "", false},
    {"error_in_german.html", kGrant, Kind::error_page, "", "", false},
    {"script_application.html", kGrant, Kind::lost, "", "", false},
    {"refresh.html", kGrant, Kind::follow, "https://as.test/authorize/resume?id=7", "", false},
    {"table_sign_in.html", kGrant, Kind::submit, "https://as.test/oauth/j_security_check",
     "j_username=alice%40as.test&j_password=the-password-1&go.x=0&go.y=0", false},
    {"sign_in_and_register.html", kGrant, Kind::submit, "https://as.test/session",
     "email=alice%40as.test&tenant=main&pass=the-password-1", false},
    {"one_time_code.html", kGrant, Kind::submit, kHere, "otp=123456", false},
    {"foreign_sign_in.html", kGrant, Kind::lost, "", "", false},
    {"scripted_sign_in.html", kGrant, Kind::lost, "", "", false},
    {"link_back.html", kGrant, Kind::follow, "https://app.test/cb?code=c-1&state=s-1", "", false},
    {"connector_list.html", kGrant, Kind::follow, "https://as.test/auth/local?req=r1", "", false},
    {"approval.html", kGrant, Kind::submit, kHere, "req=r1&approval=approve", true},
    {"approval.html", kRefuse, Kind::submit, kHere, "req=r1&approval=rejected", true},
    {"device_confirm.html", kGrant, Kind::submit, "https://as.test/device", "xsrf=x&user_code=WDJB-MJHT", true},
    {"device_confirm.html", kRefuse, Kind::submit, "https://as.test/device",
     "xsrf=x&user_code=WDJB-MJHT&abort=yes", true},
    {"no_refusal.html", kGrant, Kind::submit, "https://as.test/ok", "csrf=c", true},
    {"no_refusal.html", kRefuse, Kind::lost, "", "", false},
    {"german_sign_in.html", kGrant, Kind::submit, "https://as.test/realms/x/login?session_code=s",
     "username=alice%40as.test&password=the-password-1&login=Anmelden", false},
    {"suite_account_picker.html", kGrant, Kind::submit, "https://as.test/common/pick",
     "ctx=c1&user=alice%40as.test", false},
    {"workforce_sign_in.html", kGrant, Kind::submit, "https://as.test/login/login.htm",
     "fromURI=%2Foauth2%2Fv1%2Fauthorize%2Fredirect%3Fokta_key%3Dk&username=alice%40as.test&password=the-"
     "password-1",
     false},
    {"flow_kit_sign_in.html", kGrant, Kind::submit, "https://as.test/self-service/login?flow=f1",
     "csrf_token=t1&identifier=alice%40as.test&password=the-password-1&method=password", false},
    {"federation_forms.html", kGrant, Kind::submit,
     "https://as.test/adfs/oauth2/authorize/?client_id=a&client-request-id=r",
     "UserName=alice%40as.test&Password=the-password-1&AuthMethod=FormsAuthentication", false},
    {"ping_sign_in.html", kGrant, Kind::submit, "https://as.test/as/x1/resume/as/authorization.ping",
     "pf.adapterId=HTML&pf.username=alice%40as.test&pf.pass=the-password-1&pf.ok=&pf.cancel=&go=1", false},
    {"crm_approval.html", kGrant, Kind::submit,
     "https://as.test/setup/secur/RemoteAccessAuthorizationPage.apexp", "save_new_url=%2Fx&save=+Allow+", true},
    {"crm_approval.html", kRefuse, Kind::submit,
     "https://as.test/setup/secur/RemoteAccessAuthorizationPage.apexp", "save_new_url=%2Fx&cancel=+Deny+",
     true},
    {"forge_authorize.html", kGrant, Kind::submit, "https://as.test/login/oauth/authorize",
     "authenticity_token=g1&client_id=c&authorize=1", true},
    {"forge_authorize.html", kRefuse, Kind::submit, "https://as.test/login/oauth/authorize",
     "authenticity_token=g1&client_id=c&authorize=0", true},
    {"default_sign_in.html", kGrant, Kind::submit, "https://as.test/login",
     "username=alice%40as.test&password=the-password-1&_csrf=s1", false},
    {"shell_application.html", kGrant, Kind::lost, "", "", false},
    {"portal_application.html", kGrant, Kind::lost, "", "", false},
    {"split_code.html", kGrant, Kind::submit, "https://as.test/mfa", "flow=f&d1=1&d2=2&d3=3&d4=4&d5=5&d6=6",
     false},
    {"password_expired.html", kGrant, Kind::lost, "", "", false},
    {"terms_of_use.html", kGrant, Kind::submit, "https://as.test/terms", "v=3&accept=1", false},
    {"terms_of_use.html", kRefuse, Kind::submit, "https://as.test/terms", "v=3&accept=1", false},
    {"captcha_sign_in.html", kGrant, Kind::lost, "", "", false},
    {"french_sign_in.html", kGrant, Kind::submit, "https://as.test/connexion",
     "courriel=alice%40as.test&mdp=the-password-1", false},
    {"japanese_consent.html", kGrant, Kind::submit, "https://as.test/consent", "d=1", true},
    {"japanese_consent.html", kRefuse, Kind::submit, "https://as.test/consent", "d=0", true},
    {"chinese_sign_in.html", kGrant, Kind::submit, "https://as.test/login",
     "zh=alice%40as.test&mm=the-password-1", false},
    {"turkish_consent.html", kGrant, Kind::submit, "https://as.test/onay", "k=e", true},
    {"turkish_consent.html", kRefuse, Kind::submit, "https://as.test/onay", "k=h", true},
    {"dutch_stay.html", kRefuse, Kind::submit, "https://as.test/kmsi", "b=1", false},
};

class Pages : public testing::TestWithParam<Row> {};

TEST_P(Pages, DecidesAsAPersonWould) {
  const auto& row = GetParam();
  const Seen seen(file(row.page), context(row.consent));
  EXPECT_EQ(seen.decision.kind, row.kind) << seen.decision.why;
  EXPECT_EQ(seen.url, row.url) << seen.decision.why;
  EXPECT_EQ(seen.body, row.body) << seen.decision.why;
  EXPECT_EQ(seen.decision.answers_consent, row.decides) << seen.decision.why;
  EXPECT_THAT(seen.decision.why, Not(HasSubstr("the-password-1")));
  EXPECT_FALSE(seen.decision.why.empty());
}

std::string name_of(const testing::TestParamInfo<Row>& row) {
  std::string name = row.param.page;
  name = name.substr(0, name.find('.'));
  return name + (row.param.consent == kGrant ? "_grant" : "_refuse");
}

INSTANTIATE_TEST_SUITE_P(Files, Pages, testing::ValuesIn(kRows), name_of);

TEST(PageReader, UsesEveryPageOfTheFolder) {
  std::set<std::string> used;
  for (const auto& row : kRows)
    used.insert(row.page);
  std::set<std::string> there;
  for (const auto& entry : std::filesystem::directory_iterator(kPages))
    there.insert(entry.path().filename());
  EXPECT_EQ(used, there);
}

TEST(PageReader, StopsAtTheSignInPage) {
  auto with = context();
  with.until = Until::sign_in;
  EXPECT_EQ(Seen(file("dev_sign_in.html"), with).decision.kind, Kind::stop);
  EXPECT_EQ(Seen(file("hosted_identifier.html"), with).decision.kind, Kind::submit);
  EXPECT_EQ(Seen(file("hosted_password.html"), with).decision.kind, Kind::stop);
}

TEST(PageReader, StopsAtTheConsentPage) {
  auto with = context();
  with.until = Until::consent;
  EXPECT_EQ(Seen(file("dev_sign_in.html"), with).decision.kind, Kind::submit);
  EXPECT_EQ(Seen(file("dev_consent.html"), with).decision.kind, Kind::stop);
}

TEST(PageReader, KnowsCredentialsThatWereNotTaken) {
  auto with = context();
  with.password_typed = true;
  const Seen again(file("framework_sign_in.html"), with);
  EXPECT_EQ(again.decision.kind, Kind::lost);
  EXPECT_TRUE(again.decision.asks_again);
  EXPECT_THAT(again.decision.why,
              HasSubstr("the provider showed its sign-in page again after the credentials were sent"));
  with.status = 401;
  EXPECT_TRUE(Seen(file("framework_sign_in.html"), with).decision.asks_again);
  with = context();
  with.username_typed = true;
  EXPECT_TRUE(Seen(file("hosted_identifier.html"), with).decision.asks_again);
}

TEST(PageReader, TakesAFailureForAFailure) {
  auto with = context();
  with.status = 400;
  EXPECT_EQ(Seen(file("framework_sign_in.html"), with).decision.kind, Kind::error_page);
  EXPECT_EQ(Seen(file("dev_consent.html"), with).decision.kind, Kind::error_page);
  EXPECT_EQ(Seen("", with).decision.kind, Kind::error_page);
  with.status = 401;
  EXPECT_EQ(Seen(file("framework_sign_in.html"), with).decision.kind, Kind::submit);
  EXPECT_EQ(Seen("<p>Unauthorized", with).decision.kind, Kind::error_page);
}

TEST(PageReader, SaysWhyItIsLost) {
  const auto why = [](const std::string& name, const PageContext& with = context()) {
    return Seen(file(name), with).decision.why;
  };
  EXPECT_THAT(why("foreign_sign_in.html"), HasSubstr("https://collector.invalid/login"));
  EXPECT_THAT(why("scripted_sign_in.html"), HasSubstr("password into the URL"));
  EXPECT_THAT(why("script_application.html"), HasSubstr("use the real browser"));
  EXPECT_THAT(why("shell_application.html"), HasSubstr("use the real browser"));
  EXPECT_THAT(why("portal_application.html"), HasSubstr("use the real browser"));
  EXPECT_THAT(why("password_expired.html"), HasSubstr("wants a new password to be set"));
  EXPECT_THAT(why("captcha_sign_in.html"), HasSubstr("captcha"));
  auto without_code = context();
  without_code.one_time_code.clear();
  EXPECT_THAT(why("one_time_code.html", without_code), HasSubstr("no `totp:` secret"));
  auto typed = context();
  typed.codes_typed = 2;
  EXPECT_THAT(why("one_time_code.html", typed), HasSubstr("refused the second factor"));
  EXPECT_THAT(why("no_refusal.html", context(kRefuse)), HasSubstr("offers no way to refuse"));
}

TEST(PageReader, GoesOnAsTheAccountThatIsSignedIn) {
  const Seen seen(
      "<form method=post><button name=a value=other>Not alice@as.test? Sign out</button>"
      "<button name=a value=go>Continue as alice@as.test</button></form>",
      context());
  EXPECT_EQ(seen.body, "a=go") << seen.decision.why;
}

TEST(PageReader, LeavesTwoUnclearButtonsAlone) {
  const Seen seen("<form method=post><button name=a>Foo</button><button name=b>Bar</button></form>", context());
  EXPECT_EQ(seen.decision.kind, Kind::lost);
}

TEST(PageReader, NeverLeavesTheWay) {
  for (const char* label :
       {"Register", "Forgot password?", "Sign in with Google", "Log out", "Use another account",
        "Mit Facebook anmelden", "Créer un compte", "新規登録", "忘记密码"}) {
    const Seen seen(std::string("<form method=post><button name=a value=x>") + label +
                        "</button></form><a href=/x>" + label + "</a>",
                    context());
    EXPECT_EQ(seen.decision.kind, Kind::lost) << label << ": " << seen.decision.why;
  }
  EXPECT_EQ(
      Seen("<form method=post><button name=a value=x>Allow Google Calendar</button></form>", context()).body,
      "a=x");
}

TEST(PageReader, FindsTheUserNameByWhateverItIsCalled) {
  for (const char* field : {"name=login", "name=userName", "name=email type=email", "name=identifier",
                            "name=user", "name=j_username", "name=x autocomplete=username", "name=x id=user-id",
                            "name=x placeholder='Benutzername'", "name=x placeholder='ユーザー名'"}) {
    const auto html = std::string("<form method=post><input name=tenant value=t><input ") + field +
                      "><input name=after_user><input type=password name=p><button>OK</button></form>";
    const Seen seen(html, context());
    ASSERT_EQ(seen.decision.kind, Kind::submit) << field << seen.decision.why;
    EXPECT_THAT(seen.body, HasSubstr("tenant=t&")) << field;
    EXPECT_THAT(seen.body, testing::ContainsRegex("tenant=t&[a-zA-Z_]+=alice")) << field;
  }
  const Seen last("<form method=post><input name=x1 value=1><input name=x2><input type=password name=p></form>",
                  context());
  EXPECT_EQ(last.body, "x1=1&x2=alice%40as.test&p=the-password-1");
}

TEST(PageReader, ComparesRedirectUris) {
  const std::vector<std::string> uris = {"https://app.test/cb", "http://127.0.0.1:8765/",
                                         "com.example.app:/cb"};
  for (const char* yes : {"https://app.test/cb", "https://app.test/cb?a=b#c", "https://APP.test:443/cb?x",
                          "http://127.0.0.1:8765", "com.example.app:/cb?code=1"}) {
    EXPECT_TRUE(is_redirect_uri(yes, uris)) << yes;
  }
  for (const char* no :
       {"https://app.test/cb2", "https://app.test/", "http://app.test/cb", "http://127.0.0.1:8766/",
        "https://app.test.evil.example/cb", "com.example.app:/cc", ""}) {
    EXPECT_FALSE(is_redirect_uri(no, uris)) << no;
  }
}

}  // namespace
}  // namespace oauthentic::agent

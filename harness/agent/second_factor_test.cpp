#include "agent/form_agent_test_support.hpp"
#include "agent/page_reader_test_support.hpp"

namespace oauthentic::agent {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using End = Arrival::End;
using Kind = Decision::Kind;

/// RFC 6238 Appendix B's key; the provider below asks for a code of six digits after the password.
const std::string kSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

class SecondFactor : public FormAgent {
 protected:
  SecondFactor() {
    journey_.account.totp = *oauth::parse_totp(kSecret);
    serve("GET /authorize", html(kSignIn));
    serve("POST /login", redirect("/code", 303));
    serve("GET /code", html(kAsk));
    serve("POST /code", [this](const Request& request) -> http::Answer {
      codes_.push_back(request.body);
      if (request.body == "otp=" + right_) return redirect("https://app.test/cb?code=c-1");
      return html("<p>Wrong code" + kAsk, wrong_status_);
    });
  }

  static std::string code(int steps_later) {
    return oauth::parse_totp(kSecret)->code_at(Time(std::chrono::seconds(1'700'000'000 + 30 * steps_later)));
  }

  const std::string kAsk =
      "<title>Two-step verification</title><form method=post action=/code><input name=otp "
      "autocomplete=one-time-code><button>Continue</button></form>";
  std::string right_ = code(0);
  int wrong_status_ = 200;
  std::vector<std::string> codes_;
};

TEST_F(SecondFactor, IsTyped) {
  const auto arrival = travel();
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_THAT(codes_, ElementsAre("otp=" + code(0)));
  EXPECT_TRUE(arrival.signed_in);
  for (const auto& line : arrival.log)
    EXPECT_THAT(line, Not(HasSubstr(code(0))));
}

TEST_F(SecondFactor, IsTriedOnceMoreWithTheNextCode) {
  right_ = code(1);
  const auto arrival = travel();
  ASSERT_EQ(arrival.end, End::delivered) << arrival.reason;
  EXPECT_THAT(codes_, ElementsAre("otp=" + code(0), "otp=" + code(1)));
}

TEST_F(SecondFactor, IsToldWhenItIsRefused) {
  for (const int status : {200, 401, 422}) {
    codes_.clear();
    jar_.clear();
    right_ = "none";
    wrong_status_ = status;
    const auto arrival = travel();
    EXPECT_EQ(arrival.end, End::lost);
    EXPECT_TRUE(arrival.one_time_code_refused) << arrival.reason;
    EXPECT_THAT(arrival.reason, AllOf(HasSubstr("refused the second factor"), HasSubstr("Wrong code")));
    EXPECT_FALSE(arrival.credentials_refused);
    EXPECT_FALSE(arrival.signed_in);
    EXPECT_THAT(codes_, ElementsAre("otp=" + code(0), "otp=" + code(1)));
  }
}

TEST_F(SecondFactor, WithoutASecretIsLost) {
  journey_.account.totp.reset();
  const auto arrival = travel();
  EXPECT_EQ(arrival.end, End::lost);
  EXPECT_THAT(arrival.reason, HasSubstr("`totp:`"));
  EXPECT_TRUE(codes_.empty());
}

TEST(OneTimeCode, FindsTheOneTimeCodeByWhateverItIsCalled) {
  for (const char* field :
       {"name=otp", "name=x autocomplete=one-time-code", "name=totpCode", "name=mfa", "name=x id=two-factor",
        "name=x placeholder='Verification code'", "name=x placeholder='Einmalcode'",
        "name=x placeholder='Код подтверждения'", "name=x placeholder='確認コードを入力'",
        "type=password name=passcode", "type=tel name=code aria-label='6-digit code'"}) {
    const auto html = std::string("<form method=post><input ") + field + "><button>OK</button></form>";
    const Seen seen(html, context());
    ASSERT_EQ(seen.decision.kind, Kind::submit) << field << ": " << seen.decision.why;
    EXPECT_TRUE(seen.decision.types_code) << field;
    EXPECT_THAT(seen.body, testing::EndsWith("=123456")) << field;
    EXPECT_THAT(seen.decision.why, Not(HasSubstr("123456")));
  }
  const Seen by_text("<form method=post><p>Two-step verification<input name=code><button>OK</button></form>",
                     context());
  EXPECT_EQ(by_text.body, "code=123456") << by_text.decision.why;
}

TEST(OneTimeCode, TypesNoOneTimeCodeElsewhere) {
  for (const char* field :
       {"name=user_code", "name=code", "name=captcha", "name=coupon placeholder='Gift code'"}) {
    const auto html = std::string("<form method=post><input ") + field + "><button>OK</button></form>";
    EXPECT_FALSE(Seen(html, context()).decision.types_code) << field;
  }
  const Seen foreign(
      "<form method=post action=https://collector.invalid/><input name=otp><button>OK</button></form>",
      context());
  EXPECT_EQ(foreign.decision.kind, Kind::lost);
}

TEST(OneTimeCode, TypesPasswordAndCodeOfOnePage) {
  const auto html =
      "<form method=post><input name=user><input type=password name=pass><input name=otp>"
      "<button>Sign in</button></form>";
  EXPECT_EQ(Seen(html, context()).body, "user=alice%40as.test&pass=the-password-1&otp=123456");
  auto with = context();
  with.one_time_code.clear();
  EXPECT_EQ(Seen(html, with).body, "user=alice%40as.test&pass=the-password-1&otp=");
}

}  // namespace
}  // namespace oauthentic::agent

#include "oauth/redaction.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "oauth/encoding.hpp"

namespace oauthentic::oauth {
namespace {

using testing::HasSubstr;

constexpr std::string_view kCanary = "c4n@ry/S3cret+value&\"x\" \\~=";

class Redaction : public testing::Test {
 protected:
  std::shared_ptr<TagRegistry> tags_ = std::make_shared<TagRegistry>();
  Redactor redactor_{tags_};

  Exchange answered(std::string type, std::string body, const Headers& more = {}) const {
    Exchange exchange;
    exchange.request.url = "https://as.test/";
    Response response;
    response.status = 200;
    for (const auto& field : more)
      response.headers.add(field.name, field.value);
    response.headers.add("Content-Type", std::move(type));
    response.body = std::move(body);
    exchange.answer = std::move(response);
    return redactor_.redact(std::move(exchange));
  }
  std::string body(std::string type, std::string text) const {
    return answered(std::move(type), std::move(text)).response()->body;
  }
  std::string json(std::string text) const { return body("application/json", std::move(text)); }
  std::string header(const std::string& name, std::string value) const {
    return std::string(
        answered("text/plain", "", Headers{{name, std::move(value)}}).response()->headers.value(name));
  }
  std::string request_header(const std::string& name, std::string value) const {
    Exchange exchange;
    exchange.request.url = "https://as.test/";
    exchange.request.headers.add(name, std::move(value));
    return std::string(redactor_.redact(std::move(exchange)).request.headers.value(name));
  }
  std::string url(std::string text) const {
    Exchange exchange;
    exchange.request.url = std::move(text);
    return redactor_.redact(std::move(exchange)).request.url;
  }
  Exchange sent(std::string type, std::string text) const {
    Exchange exchange;
    exchange.request.url = "https://as.test/token";
    exchange.request.method = "POST";
    exchange.request.headers.add("Content-Type", std::move(type));
    exchange.request.body = std::move(text);
    return redactor_.redact(std::move(exchange));
  }
};

std::string jwt(std::string_view payload, std::string_view signature = "c2lnbmF0dXJlLW9mLWEtdG9rZW4") {
  return base64url_encode(R"({"alg":"RS256","kid":"1"})") + '.' + base64url_encode(payload) + '.' +
         std::string(signature);
}

/// Payload of the first JWT in the text, decoded.
std::string payload_of(const std::string& text) {
  const auto first = text.find('.');
  return base64url_decode(text.substr(first + 1, text.find('.', first + 1) - first - 1))
      .value_or("not base64url");
}

TEST_F(Redaction, TagsAreStable) {
  EXPECT_EQ(tags_->tag("code", "abc"), "‹code#1›");
  EXPECT_EQ(tags_->tag("code", "def"), "‹code#2›");
  EXPECT_EQ(tags_->tag("access_token", "abc"), "‹code#1›");
  EXPECT_EQ(tags_->tag("access_token", "ghi"), "‹access_token#1›");
}

TEST_F(Redaction, FindsAKnownSecretInEveryEncoding) {
  redactor_.add("client_secret", kCanary);
  const std::string tag = "‹client_secret#1›";
  const auto gone = [&](const std::string& text) { return redactor_.redact("a " + text + " z"); };
  EXPECT_EQ(gone(std::string(kCanary)), "a " + tag + " z");
  EXPECT_EQ(gone(percent_encode(kCanary)), "a " + tag + " z");
  EXPECT_EQ(gone(form_encode(kCanary)), "a " + tag + " z");
  EXPECT_EQ(gone(percent_encode(percent_encode(kCanary))), "a " + tag + " z");
  EXPECT_EQ(gone("c4n%40ry%2fS3cret%2bvalue&\"x\"%20\\~="), "a " + tag + " z");
  EXPECT_EQ(gone(R"(c4n@ry\/S3cret\u002bvalue\u0026\"x\" \\~=)"), "a " + tag + " z");
  EXPECT_EQ(gone("c4n@ry&#x2F;S3cret&#43;value&amp;&quot;x&quot; \\~="), "a " + tag + " z");
  EXPECT_EQ(gone("c4n%40ry%2FS3cret%2Bvalue%26amp%3B%22x%22%20%5C~%3D"), "a " + tag + " z");
}

TEST_F(Redaction, FindsBase64AtEveryAlignmentAndHex) {
  redactor_.add("client_secret", kCanary);
  for (const char* before : {"", "1", "12", "client:"}) {
    const auto octets = before + std::string(kCanary) + "tail";
    for (const auto& text : {base64_encode(octets), base64url_encode(octets)}) {
      const auto redacted = redactor_.redact("x=" + text + ";");
      EXPECT_THAT(redacted, HasSubstr("‹client_secret#1›")) << text;
      EXPECT_LT(redacted.size(), text.size()) << text;
    }
  }
  const auto basic = base64_encode("id:" + form_encode(kCanary));
  EXPECT_THAT(redactor_.redact("echo " + basic), HasSubstr("‹client_secret#1›"));
  std::string hex;
  for (const char c : kCanary)
    hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  EXPECT_EQ(redactor_.redact(hex), "‹client_secret#1›");
}

TEST_F(Redaction, LooksForLongSecretsOnly) {
  redactor_.add("password", "short");
  redactor_.add("password", "password");
  EXPECT_EQ(redactor_.redact("a short password"), "a short password");
  EXPECT_EQ(sent("application/x-www-form-urlencoded", "username=alice&password=short&grant_type=password")
                .request.body,
            "username=alice&password=‹password#1›&grant_type=password");
}

TEST_F(Redaction, TakesTheLongestOfOverlappingSecrets) {
  redactor_.add("code", "abcdefgh");
  redactor_.add("access_token", "abcdefghijkl");
  redactor_.add("refresh_token", "ijklmnopqrst");
  EXPECT_EQ(redactor_.redact("abcdefghijkl"), "‹access_token#1›");
  EXPECT_EQ(redactor_.redact("abcdefgh!"), "‹code#1›!");
  EXPECT_EQ(redactor_.redact("abcdefghijklmnopqrst"), "‹access_token#1›‹refresh_token#1›");
}

TEST_F(Redaction, RedactsFormsByName) {
  EXPECT_EQ(sent("application/x-www-form-urlencoded",
                 "grant_type=authorization_code&code=x%20y&state=visible&CODE=x+y&code[]=z&code=&client_id=me&"
                 "csrf=kept&nonce=seen")
                .request.body,
            "grant_type=authorization_code&code=‹code#1›&state=visible&CODE=‹code#1›&code[]=‹code#2›&code=&"
            "client_id=me&csrf=‹interaction#1›&nonce=seen");
  EXPECT_EQ(sent("text/plain", "code=abc&code_verifier=def").request.body,
            "code=‹code#3›&code_verifier=‹code_verifier#1›");
}

TEST_F(Redaction, KeepsWhatADeviationHungOnToASecret) {
  redactor_.add("code", "known-code-1");
  EXPECT_EQ(sent("application/x-www-form-urlencoded", "code=known-code-1%00x").request.body,
            "code=‹code#1›%00x");
  EXPECT_EQ(sent("application/x-www-form-urlencoded", "code=known-code-1unknown-rest").request.body,
            "code=‹code#2›");
}

TEST_F(Redaction, RedactsUrlsByName) {
  EXPECT_EQ(url("https://me:pw@as.test/cb?code=abc&state=s&iss=https%3A%2F%2Fas.test"),
            "https://me:‹password#1›@as.test/cb?code=‹code#1›&state=s&iss=https%3A%2F%2Fas.test");
  EXPECT_EQ(header("Location", "/cb?x=1#access_token=abc&token_type=bearer"),
            "/cb?x=1#access_token=‹code#1›&token_type=bearer");
  EXPECT_EQ(header("Location", "app:cb?a#b?code=c"), "app:cb?a#b?code=c");
  EXPECT_EQ(url("?"), "?");
}

TEST_F(Redaction, RedactsJsonByNameAtAnyDepth) {
  EXPECT_EQ(
      json(
          R"({"access_token" : "abc", "expires_in":60, "x":[{"refresh_token":"d\/ef"},{"access_token":["abc","g"]}]})"),
      R"({"access_token" : "‹access_token#1›", "expires_in":60, "x":[{"refresh_token":"‹refresh_token#1›"},)"
      R"({"access_token":["‹access_token#1›","‹access_token#2›"]}]})");
  EXPECT_EQ(json(R"({"error":{"code":400,"x":1},"code":"invalid_request","password":12345})"),
            R"({"error":{"code":400,"x":1},"code":"invalid_request","password":"‹password#1›"})");
  EXPECT_EQ(json(R"({"code":"SplxlOBeZQQYbYS6WxSbIA"})"), R"({"code":"‹code#1›"})");
  EXPECT_EQ(json(R"({"a":"access_token","b":"c"})"), R"({"a":"access_token","b":"c"})");
}

TEST_F(Redaction, LeavesBrokenJsonInOnePiece) {
  EXPECT_EQ(json(R"({"access_token":"abc)"), R"({"access_token":"‹access_token#1›)");
  EXPECT_EQ(json(R"({"access_token":"abc\)"), R"({"access_token":"‹access_token#2›)");
  EXPECT_EQ(json("]}]{{[\"\\"), "]}]{{[\"\\");
  EXPECT_EQ(json(R"({"token":)"), R"({"token":)");
  EXPECT_EQ(json(R"({"token":"a","token":"b"})"), R"({"token":"‹token#1›","token":"‹token#2›"})");
}

TEST_F(Redaction, MasksPersonalClaims) {
  EXPECT_EQ(
      json(R"({"sub":"1","email":"a@b.test","address":{"country":"X","code":[7,"y"]},"email_verified":true})"),
      R"({"sub":"1","email":"‹email#1›","address":{"country":"‹address#1›","code":["‹address#2›","‹address#3›"]},)"
      R"("email_verified":true})");
}

TEST_F(Redaction, KeepsAJwtButForSignatureAndPerson) {
  const auto plain = jwt(R"({"sub":"1","scope":"a"})");
  EXPECT_EQ(redactor_.redact("see " + plain + " here"),
            "see " + plain.substr(0, plain.rfind('.') + 1) + "‹signature› here");
  const auto personal =
      json(R"({"id_token":")" + jwt(R"({"sub":"1","email":"a@b.test","code":"xyz-9"})") + R"("})");
  EXPECT_EQ(payload_of(personal), R"({"sub":"1","email":"‹email#1›","code":"‹code#1›"})");
  EXPECT_THAT(personal, HasSubstr(".‹signature›\"}"));
  redactor_.add("access_token", plain);
  EXPECT_EQ(request_header("Authorization", "Bearer " + plain),
            "Bearer " + plain.substr(0, plain.rfind('.') + 1) + "‹signature›");
  EXPECT_THAT(redactor_.redact(base64_encode("x" + plain)), HasSubstr("‹access_token#1›"));
  EXPECT_THAT(redactor_.redact("only the c2lnbmF0dXJlLW9mLWEtdG9rZW4"), HasSubstr("only the ‹signature›"));
}

TEST_F(Redaction, HandlesTokensOfOtherShapes) {
  const auto header = base64url_encode(R"({"alg":"dir","enc":"A128GCM"})");
  EXPECT_EQ(redactor_.redact(header + "..aXY.Y2lwaGVy.dGFn"), "‹jwe#1›");
  const auto unsigned_token = jwt("{}", "");
  EXPECT_EQ(redactor_.redact(unsigned_token), unsigned_token);
  EXPECT_EQ(redactor_.redact("eyJ.eyJ.x"), "eyJ.eyJ.x");
  redactor_.add("code", "inner-secret-code");
  EXPECT_EQ(payload_of(redactor_.redact(jwt(R"({"x":"inner-secret-code"})"))), R"({"x":"‹code#1›"})");
  const auto nested = jwt("{\"a\":\"" + jwt("{\"b\":\"" + jwt("{\"c\":1}") + "\"}") + "\"}");
  EXPECT_THAT(payload_of(payload_of(redactor_.redact(nested))), HasSubstr("‹jwt#1›"));
}

TEST_F(Redaction, RedactsCredentialHeaders) {
  redactor_.add("client_secret", kCanary);
  EXPECT_EQ(request_header("Authorization", "Basic " + base64_encode("me:" + form_encode(kCanary))),
            "Basic me:‹client_secret#1›");
  EXPECT_EQ(request_header("authorization", "basic  " + base64_encode("me:" + std::string(kCanary))),
            "basic  me:‹client_secret#1›");
  EXPECT_EQ(request_header("Authorization", "Basic " + base64_encode("me:pw")), "Basic me:‹client_secret#2›");
  EXPECT_EQ(request_header("Authorization", "Basic !!!"), "Basic ‹credentials#1›");
  EXPECT_EQ(request_header("Authorization", "Bearer abc"), "Bearer ‹access_token#1›");
  EXPECT_EQ(request_header("Authorization", "DPoP abc"), "DPoP ‹access_token#1›");
  EXPECT_EQ(request_header("Authorization", "Bearer"), "Bearer");
  EXPECT_EQ(request_header("Authorization", "abc"), "‹access_token#1›");
  EXPECT_EQ(request_header("Proxy-Authorization", "Digest a=b"), "Digest ‹credentials#2›");
  EXPECT_EQ(request_header("X-Access-Token", "abc"), "‹access_token#1›");
  EXPECT_THAT(request_header("DPoP", jwt(R"({"htm":"GET"})")), testing::EndsWith(".‹signature›"));
  EXPECT_EQ(request_header("DPoP", "junk"), "‹dpop_proof#1›");
  EXPECT_EQ(request_header("Accept", "a/b;code=c"), "a/b;code=c");
}

TEST_F(Redaction, RedactsCookies) {
  EXPECT_EQ(request_header("Cookie", "a=1; sid=xyz;b=; junk"), "a=‹cookie#1›; sid=‹cookie#2›;b=; ‹cookie#3›");
  EXPECT_EQ(header("Set-Cookie", "sid=xyz; Path=/; HttpOnly; Max-Age=60"),
            "sid=‹cookie#2›; Path=/; HttpOnly; Max-Age=60");
}

TEST_F(Redaction, CarriesWhatANameToldToTheRestOfTheExchange) {
  const auto redacted =
      answered("text/html", R"(<a href="/cb?x=1&amp;code=fresh-code-1">go</a><p>fresh-code-1</p>
    <input value="fresh&#45;token&#x2d;2" type=hidden name=access_token><input name=theme value=kept-value>)",
               Headers{{"Location", "/cb?code=fresh-code-1"}});
  EXPECT_EQ(redacted.response()->headers.value("Location"), "/cb?code=‹code#1›");
  EXPECT_EQ(redacted.response()->body, R"(<a href="/cb?x=1&amp;code=‹code#1›">go</a><p>‹code#1›</p>
    <input value="‹access_token#1›" type=hidden name=access_token><input name=theme value=kept-value>)");
  EXPECT_EQ(json(R"({"to":"https:\/\/app\/cb?a=b\u0026code=other-code-3"})"),
            R"({"to":"https:\/\/app\/cb?a=b\u0026code=‹code#2›"})");
}

TEST_F(Redaction, RedactsOctets) {
  redactor_.add("code", "known-code-1");
  Exchange exchange;
  exchange.request.url = "https://as.test/token";
  exchange.request.octets =
      "POST /token?code=abc HTTP/1.1\r\nHost: as.test\r\nAuthorization: Basic " + base64_encode("me:secret") +
      "\r\nCookie: a=b\r\n c=d\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n"
      "client_secret=s&x=known%2dcode-1";
  Response response;
  response.head_octets =
      "HTTP/1.1 302 Found\r\nSet-Cookie: sid=abcdef\r\nLocation: /cb?code=abc\r\nbroken\r\n\r\n";
  exchange.answer = response;
  const auto redacted = redactor_.redact(std::move(exchange));
  EXPECT_EQ(
      *redacted.request.octets,
      "POST /token?code=‹code#2› HTTP/1.1\r\nHost: as.test\r\nAuthorization: Basic me:‹client_secret#1›\r\n"
      "Cookie: a=‹cookie#1›\r\n c=‹cookie#2›\r\nContent-Type: application/x-www-form-urlencoded\r\n"
      "Content-Length: 9\r\n\r\nclient_secret=‹client_secret#2›&x=‹code#1›");
  EXPECT_EQ(
      redacted.response()->head_octets,
      "HTTP/1.1 302 Found\r\nSet-Cookie: sid=‹cookie#3›\r\nLocation: /cb?code=‹code#2›\r\nbroken\r\n\r\n");
}

TEST_F(Redaction, FindsASecretThatLiesAcrossChunks) {
  redactor_.add("code", "known-code-1");
  Exchange exchange;
  exchange.request.octets =
      "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n9\r\nx=known-c\r\n5\r\node-1\r\n0\r\n\r\n";
  EXPECT_THAT(*redactor_.redact(exchange).request.octets,
              testing::EndsWith("\r\n\r\ne\r\nx=‹code#1›\r\n0\r\n\r\n"));
  for (const char* kept : {"3\r\na=b\r\n0\r\n\r\n", "zz", "ffffffffffffffff\r\n", "5", ""}) {
    exchange.request.octets = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(kept);
    EXPECT_EQ(redactor_.redact(exchange).request.octets, exchange.request.octets);
  }
}

TEST_F(Redaction, RedactsTransportErrors) {
  redactor_.add("code", "known-code-1");
  Exchange exchange;
  exchange.answer = TransportError{TransportError::Kind::malformed, "got \"known-code-1\" instead"};
  EXPECT_EQ(redactor_.redact(std::move(exchange)).error()->message, "got \"‹code#1›\" instead");
}

TEST_F(Redaction, SharesWhatAnotherRedactorKnows) {
  auto target = std::make_shared<Redactor>(tags_);
  target->add("client_secret", "s3cret-of-the-target1");
  Redactor session(tags_, target);
  session.add("client_secret", "s3cret-of-the-target1");
  session.add("code", "code-of-this-session");
  EXPECT_EQ(session.redact("s3cret-of-the-target1, " + base64_encode("s3cret-of-the-target1")),
            "‹client_secret#1›, ‹client_secret#1›");
  Exchange exchange;
  exchange.request.url = "https://as.test/?code=code-of-this-session";
  exchange.request.body = "s3cret-of-the-target1 and code-of-this-session";
  exchange = session.redact(std::move(exchange));
  EXPECT_EQ(exchange.request.url, "https://as.test/?code=‹code#1›");
  EXPECT_EQ(exchange.request.body, "‹client_secret#1› and ‹code#1›");
  EXPECT_EQ(target->redact("code-of-this-session"), "code-of-this-session") << "sessions do not share theirs";
}

TEST_F(Redaction, DoesNothingTwice) {
  redactor_.add("code", "known-code-1");
  const auto once =
      answered("text/html", "<a href='?code=known-code-1&password=x'>" + jwt("{\"email\":\"e\"}"),
               Headers{{"Set-Cookie", "a=b"}, {"Location", "?token=t&code=known-code-1%00#code=x"}});
  const auto twice = redactor_.redact(once);
  EXPECT_EQ(once.response()->body, twice.response()->body);
  EXPECT_EQ(once.response()->headers, twice.response()->headers);
  const auto basic = request_header("Authorization", "Basic " + base64_encode("me:some-secret"));
  EXPECT_EQ(request_header("Authorization", basic), basic);
}

TEST_F(Redaction, HidesWhatWasTypedHoweverShort) {
  redactor_.add_typed("one_time_code", "odd name", "123456");
  Exchange exchange =
      answered("text/html", "<input name='odd name' value=123456><input name=other value=123456>");
  exchange.request.body = "odd+name=123456&other=123456&odd+name=1";
  exchange.request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  const auto redacted = redactor_.redact(exchange);
  EXPECT_THAT(redacted.request.body, testing::StartsWith("odd+name=‹one_time_code#1›&other=123456&odd+name=1"));
  EXPECT_THAT(redacted.response()->body, HasSubstr("name='odd name' value=‹one_time_code#1›"));
}

}  // namespace
}  // namespace oauthentic::oauth

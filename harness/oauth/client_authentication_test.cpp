#include "oauth/client_authentication.hpp"

#include <gtest/gtest.h>

#include <random>

#include "oauth/encoding.hpp"

namespace oauthentic::oauth {
namespace {

TEST(AuthenticationMethod, NamesRoundTrip) {
  using enum AuthenticationMethod;
  for (const auto method :
       {none, client_secret_basic, client_secret_post, client_secret_jwt, private_key_jwt}) {
    EXPECT_EQ(authentication_method_from(to_string(method)), method);
  }
  EXPECT_EQ(to_string(client_secret_basic), "client_secret_basic");
  for (const auto* text : {"", "Client_Secret_Basic", "tls_client_auth", "unknown"}) {
    EXPECT_FALSE(authentication_method_from(text)) << text;
  }
}

TEST(Basic, ExampleOfRfc6749Section2_3_1) {
  EXPECT_EQ(basic_authorization("s6BhdRkqt3", "gX1fBat3bV"), "Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW");
  EXPECT_EQ(basic_authorization("s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw"),
            "Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3");
}

TEST(Basic, ExampleOfRfc7617Section2) {
  const auto credentials = parse_basic("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  ASSERT_TRUE(credentials);
  EXPECT_EQ(credentials->user, "Aladdin");
  EXPECT_EQ(credentials->password, "open sesame");
}

TEST(Basic, EncodesTheIdAndTheSecretAsForms) {
  EXPECT_EQ(basic_authorization("a:b", "c d%"), "Basic " + base64_encode("a%3Ab:c+d%25"));
}

TEST(Basic, RoundTripsAnyIdAndSecret) {
  std::mt19937 random(7617);
  for (int i = 0; i < 500; ++i) {
    std::string user(random() % 40, '\0');
    std::string password(random() % 40, '\0');
    for (auto& c : user)
      c = static_cast<char>(random());
    for (auto& c : password)
      c = static_cast<char>(random());
    const auto credentials = parse_basic(basic_authorization(user, password));
    ASSERT_TRUE(credentials);
    EXPECT_EQ(credentials->user, user);
    EXPECT_EQ(credentials->password, password);
  }
}

TEST(Basic, SplitsAtTheFirstColonAndTakesAnyCaseOfTheScheme) {
  const auto credentials = parse_basic("bAsIc   " + base64_encode("a:b:c"));
  ASSERT_TRUE(credentials);
  EXPECT_EQ(credentials->user, "a");
  EXPECT_EQ(credentials->password, "b:c");
  EXPECT_EQ(parse_basic("Basic Og==")->user, "");
}

TEST(Basic, RefusesWhatIsNotWellFormed) {
  for (const auto& text :
       {std::string(), std::string("Basic"), std::string("Basic "), std::string("BasicQTpi"),
        std::string("Bearer QTpi"), std::string("Basic QTpi="), std::string("Basic QTp"),
        std::string("Basic QTpi QTpi"), std::string("Basic QTpi "), std::string("Basic\tQTpi"),
        std::string(" Basic QTpi"), std::string("Basic =A=="), "Basic " + base64_encode("nocolon"),
        "Basic " + base64_encode("a%:b"), "Basic " + base64_encode("a:%zz")}) {
    EXPECT_FALSE(parse_basic(text)) << text;
  }
}

TEST(Bearer, TakesEveryB64Token) {
  EXPECT_EQ(parse_bearer("Bearer mF_9.B5f-4.1JqM"), "mF_9.B5f-4.1JqM");
  EXPECT_EQ(parse_bearer("BEARER  a~+/=="), "a~+/==");
  EXPECT_EQ(parse_bearer("Bearer a"), "a");
}

TEST(Bearer, RefusesWhatIsNotWellFormed) {
  for (const auto* text :
       {"", "Bearer", "Bearer ", "Bearera", "Bearer a b", "Bearer a ", "Bearer =", "Bearer a=b", "Bearer a,b",
        "Bearer \"a\"", "Basic a", "Bearer\ta", "Bearer a\xC3\xA9", "Bearer a\n"}) {
    EXPECT_FALSE(parse_bearer(text)) << text;
  }
}

}  // namespace
}  // namespace oauthentic::oauth

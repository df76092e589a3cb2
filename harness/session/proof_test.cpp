// How a client proves who it is, honestly and in every way that a server has to refuse.
#include <gmock/gmock.h>

#include <tuple>

#include "oauth/client_authentication.hpp"
#include "session/draft.hpp"

namespace oauthentic::session {
namespace {

using nlohmann::json;
using oauth::AuthenticationMethod;

constexpr auto kSecret = "a secret:of % 32 octets or more...";

class ProofTest : public testing::Test {
 protected:
  ProofTest() {
    target_.issuer = "https://as.test";
    for (const auto& [name, method] : {std::pair{"basic", AuthenticationMethod::client_secret_basic},
                                       {"post", AuthenticationMethod::client_secret_post},
                                       {"secret_jwt", AuthenticationMethod::client_secret_jwt},
                                       {"key_jwt", AuthenticationMethod::private_key_jwt},
                                       {"public", AuthenticationMethod::none}}) {
      auto& client = target_.clients[name];
      client.name = name;
      client.client_id = "the client";
      client.authentication = method;
      if (method != AuthenticationMethod::none) client.client_secret = kSecret;
    }
    key_.set_kid("my-key");
    target_.clients.at("key_jwt").private_key = key_;
    world_.target = &target_;
    world_.seed = "proof";
  }

  Composed composed(const std::string& client, const json& authentication) {
    Session session(world_, "t", *world_.client(client), "user", true);
    Draft draft;
    draft.url = "https://as.test/token";
    draft.client = world_.client(client);
    draft.add("code", "x");
    return compose(session, draft,
                   authentication.is_null() ? json() : json{{"authentication", authentication}});
  }

  /// The Authorization field and the body after "code=x".
  std::string proof(const std::string& client, const json& authentication = json()) {
    const auto request = composed(client, authentication).request;
    return std::string(request.headers.value("Authorization")) + "|" +
           request.body.substr(std::string("code=x").size());
  }

  std::string error_of(const std::string& client, const json& authentication) {
    try {
      return "no error: " + proof(client, authentication);
    } catch (const HarnessError& error) {
      return error.what();
    }
  }

  std::string assertion(const std::string& client, const json& authentication = json()) {
    const auto out = composed(client, authentication);
    EXPECT_EQ(oauth::value(out.parameters, "client_assertion_type"),
              "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    EXPECT_FALSE(out.request.headers.has("Authorization"));
    EXPECT_EQ(oauth::find(out.parameters, "client_secret"), nullptr);
    return std::string(oauth::value(out.parameters, "client_assertion"));
  }

  oauth::Jws jws(const std::string& client, const json& authentication = json()) {
    auto parsed = oauth::parse_jws(assertion(client, authentication));
    EXPECT_TRUE(parsed);
    return parsed ? std::move(*parsed) : oauth::Jws();
  }

  script::Target target_;
  World world_;
  oauth::Key key_ = oauth::Key::generate_p256();
};

TEST_F(ProofTest, BasicIsFormEncodedFirst) {
  EXPECT_EQ(proof("basic"),
            "Basic " + oauth::base64_encode("the+client:a+secret%3Aof+%25+32+octets+or+more...") + "|");
  EXPECT_EQ(proof("basic", {{"encoding", "none"}}),
            "Basic " + oauth::base64_encode(std::string("the client:") + kSecret) + "|");
}

TEST_F(ProofTest, TheSecretOfBasicTakesShapes) {
  const auto shaped = [&](const char* shape) {
    const auto field = proof("basic", {{"shape", shape}});
    return oauth::base64_decode(field.substr(6, field.size() - 7)).value_or("no Base64");
  };
  constexpr auto kEncoded = "the+client:a+secret%3Aof+%25+32+octets+or+more...";
  EXPECT_EQ(shaped("cut"), std::string(kEncoded).substr(0, std::string(kEncoded).size() - 1));
  EXPECT_EQ(shaped("other_case"), "the+client:A+SECRET%3AOF+%25+32+OCTETS+OR+MORE...");
  EXPECT_EQ(shaped("nul"), kEncoded + std::string("%00more"));
  EXPECT_EQ(shaped("bad_escape"), kEncoded + std::string("%zz"));
  EXPECT_EQ(shaped("long").size(), std::string(kEncoded).size() + 4096);
  EXPECT_EQ(error_of("basic", {{"shape", "twice"}}), "there is no shape \"twice\" of a value");
}

TEST_F(ProofTest, BasicTakesForms) {
  const auto usual = proof("basic").substr(6);  // behind the scheme, with the bar
  const auto base64 = usual.substr(0, usual.size() - 1);
  const auto form = [&](const char* name) { return proof("basic", {{"form", name}}); };
  const auto decoded = [&](const char* name) {
    const auto field = form(name);
    return oauth::base64_decode(field.substr(6, field.size() - 7)).value_or("no Base64");
  };
  constexpr auto kId = "the+client";
  const std::string secret = oauth::form_encode(kSecret);
  EXPECT_EQ(form("lower_case"), "basic " + usual);
  EXPECT_EQ(form("upper_case"), "BASIC " + usual);
  EXPECT_EQ(form("several_blanks"), "Basic   " + usual);
  EXPECT_EQ(form("garbage_behind"), "Basic " + base64 + "!!!!|");
  EXPECT_EQ(decoded("garbage_inside"), "no Base64");
  EXPECT_EQ(form("garbage_inside").size(), usual.size() + 7);
  EXPECT_EQ(decoded("encoded_twice"), base64);
  EXPECT_EQ(form("not_encoded"), "Basic " + (kId + (":" + secret)) + "|");
  EXPECT_EQ(form("no_blank"), "Basic" + usual);
  EXPECT_EQ(form("no_scheme"), usual);
  EXPECT_EQ(form("other_scheme"), "Basics " + usual);
  EXPECT_EQ(form("twice"), "Basic " + base64 + ", Basic " + usual);
  EXPECT_EQ(decoded("no_colon"), kId + secret);
  EXPECT_EQ(decoded("encoded_colon"), kId + ("%3A" + secret));
  EXPECT_EQ(decoded("swapped"), secret + ":" + kId);
  EXPECT_EQ(decoded("no_secret"), std::string(kId) + ":");
  EXPECT_EQ(decoded("no_identifier"), ":" + secret);
  EXPECT_EQ(error_of("basic", {{"form", "upside_down"}}),
            "there is no form \"upside_down\" of HTTP Basic credentials");
}

TEST_F(ProofTest, PostAndPublicClientsNameThemselvesInTheBody) {
  EXPECT_EQ(proof("post"), "|&client_id=the+client&client_secret=a+secret%3Aof+%25+32+octets+or+more...");
  EXPECT_EQ(proof("public"), "|&client_id=the+client");
}

TEST_F(ProofTest, EveryWordOfTheSimpleMethods) {
  const auto kBasic = proof("basic");
  const auto basic = kBasic.substr(0, kBasic.size() - 1);
  EXPECT_EQ(proof("basic", {{"method", "none"}}), "|&client_id=the+client");
  EXPECT_EQ(proof("basic", {{"method", "client_secret_post"}}), proof("post"));
  EXPECT_EQ(proof("post", {{"method", "client_secret_basic"}}), kBasic);
  EXPECT_EQ(proof("basic", {{"client_secret", "wrong"}}),
            oauth::basic_authorization("the client", "wrong") + "|");
  EXPECT_EQ(proof("basic", {{"client_id", "no one"}}), oauth::basic_authorization("no one", kSecret) + "|");
  EXPECT_EQ(proof("public", {{"client_id", "no one"}}), "|&client_id=no+one");
  EXPECT_EQ(proof("post", {{"client_secret", ""}}), "|&client_id=the+client&client_secret=");
  EXPECT_EQ(proof("basic", {{"also", "client_secret_post"}}),
            basic + "|&client_id=the+client&client_secret=a+secret%3Aof+%25+32+octets+or+more...");
  EXPECT_EQ(proof("basic", {{"authorization", "Basic !"}}), "Basic !|");
  EXPECT_EQ(proof("post", {{"authorization", "Bearer x"}}), "Bearer x" + proof("post"));
}

TEST_F(ProofTest, AnAssertionSaysWhatRfc7523Asks) {
  const auto now = std::chrono::system_clock::now().time_since_epoch() / std::chrono::seconds(1);
  for (const auto* client : {"secret_jwt", "key_jwt"}) {
    const auto token = jws(client);
    const auto claims = token.claims();
    EXPECT_EQ(claims.at("iss"), "the client");
    EXPECT_EQ(claims.at("sub"), "the client");
    EXPECT_EQ(claims.at("aud"), "https://as.test");
    EXPECT_NEAR(claims.at("iat").get<double>(), static_cast<double>(now), 5);
    EXPECT_EQ(claims.at("exp").get<std::int64_t>() - claims.at("iat").get<std::int64_t>(), 60);
    EXPECT_EQ(claims.at("jti").get<std::string>().size(), 22u);
    EXPECT_EQ(claims.size(), 6u);
  }
  EXPECT_EQ(jws("key_jwt").header(), json({{"alg", "ES256"}, {"typ", "JWT"}, {"kid", "my-key"}}));
  EXPECT_EQ(jws("secret_jwt").header(), json({{"alg", "HS256"}, {"typ", "JWT"}}));
  EXPECT_TRUE(verify_jws(jws("key_jwt"), key_, {"ES256"}));
  EXPECT_TRUE(verify_jws(jws("secret_jwt"), oauth::Key::from_secret(kSecret), {"HS256"}));
}

TEST_F(ProofTest, ClaimsAndHeaderAreChangedBeforeTheSignature) {
  auto token = jws("key_jwt",
                   {{"claims", {{"set", {{"aud", "https://other.test"}, {"x", {1, 2}}}}, {"remove", "jti"}}}});
  EXPECT_EQ(token.claims().at("aud"), "https://other.test");
  EXPECT_EQ(token.claims().at("x"), json({1, 2}));
  EXPECT_FALSE(token.claims().contains("jti"));
  EXPECT_EQ(token.claims().at("iss"), "the client");
  EXPECT_TRUE(verify_jws(token, key_, {"ES256"}));

  token = jws("key_jwt", {{"claims", {{"remove", {"exp", "iat"}}}}});
  EXPECT_FALSE(token.claims().contains("exp") || token.claims().contains("iat"));
  EXPECT_TRUE(verify_jws(token, key_, {"ES256"}));

  token = jws("key_jwt", {{"header", {{"set", {{"typ", "x"}}}, {"remove", "kid"}}}});
  EXPECT_EQ(token.header(), json({{"alg", "ES256"}, {"typ", "x"}}));
  EXPECT_TRUE(verify_jws(token, key_, {"ES256"}));

  token = jws("key_jwt", {{"header", {{"set", {{"alg", "none"}}}}}});
  EXPECT_EQ(token.header().at("alg"), "none");
  EXPECT_EQ(token.signature, "");

  token = jws("key_jwt", {{"client_id", "another"}});
  EXPECT_EQ(token.claims().at("iss").get<std::string>() + token.claims().at("sub").get<std::string>(),
            "anotheranother");
}

TEST_F(ProofTest, SignaturesThatHaveToBeRefused) {
  const auto expect_unverified = [&](const char* client, const json& authentication, const oauth::Key& key,
                                     const char* algorithm) {
    const auto token = jws(client, authentication);
    EXPECT_EQ(token.claims().at("iss"), "the client") << authentication;
    EXPECT_EQ(token.header().at("alg"), algorithm) << authentication;
    EXPECT_FALSE(verify_jws(token, key, {algorithm})) << authentication;
  };
  const auto secret = oauth::Key::from_secret(kSecret);
  for (const json& deviation :
       {json{{"key", "other"}}, json{{"signature", "none"}}, json{{"signature", "broken"}}}) {
    expect_unverified("key_jwt", deviation, key_, "ES256");
    expect_unverified("secret_jwt", deviation, secret, "HS256");
  }
  expect_unverified("secret_jwt", {{"client_secret", "another secret, long enough to sign"}}, secret, "HS256");
  EXPECT_TRUE(jws("key_jwt", {{"signature", "none"}}).signature.empty());
  EXPECT_EQ(jws("key_jwt", {{"signature", "broken"}}).signature.size(), 64u);
  EXPECT_EQ(jws("key_jwt", {{"key", "other"}}).header().at("kid"), "my-key");
}

TEST_F(ProofTest, ThePublicKeyServesAsSecretForWhoConfusesThem) {
  const auto by_pem = jws("key_jwt", {{"key", "public_pem"}});
  EXPECT_EQ(by_pem.header(), (json{{"alg", "HS256"}, {"typ", "JWT"}, {"kid", "my-key"}}));
  EXPECT_TRUE(verify_jws(by_pem, oauth::Key::from_secret(key_.public_pem()), {"HS256"}));
  EXPECT_FALSE(verify_jws(by_pem, key_, {"HS256", "ES256"}));
  const auto by_jwk = jws("key_jwt", {{"key", "public_jwk"}});
  EXPECT_TRUE(verify_jws(by_jwk, oauth::Key::from_secret(key_.public_jwk().dump()), {"HS256"}));
}

TEST_F(ProofTest, AStrangersKeyIsOfTheSameKind) {
  for (const auto& [own, algorithm, octets] : {std::tuple{oauth::Key::generate_rsa(), "RS256", 256u},
                                               {oauth::Key::generate_p256(), "ES256", 64u},
                                               {oauth::Key::generate_ed25519(), "EdDSA", 64u}}) {
    target_.clients.at("key_jwt").private_key = own;
    const auto token = jws("key_jwt", {{"key", "other"}});
    EXPECT_EQ(token.header().at("alg"), algorithm);
    EXPECT_EQ(token.header().at("kid"), own.kid());
    EXPECT_EQ(token.signature.size(), octets);
    EXPECT_FALSE(verify_jws(token, own, {algorithm}));
    EXPECT_TRUE(verify_jws(jws("key_jwt"), own, {algorithm}));
  }
}

TEST_F(ProofTest, TheAssertionMayBeAnythingAtAll) {
  EXPECT_EQ(assertion("key_jwt", {{"assertion", "not a JWT"}}), "not a JWT");
}

TEST_F(ProofTest, ADeviationThatChangesNothingIsOurMistakeThoughSignaturesDiffer) {
  const std::pair<const char*, json> kCases[] = {
      {"key_jwt", {{"claims", {{"set", {{"aud", "https://as.test"}}}}}}},
      {"key_jwt", {{"claims", {{"remove", "nothing"}}}}},
      {"key_jwt", {{"header", {{"set", {{"alg", "ES256"}}}}}}},
      {"key_jwt", {{"method", "private_key_jwt"}}},
      {"key_jwt", {{"client_secret", "x"}}},
      {"basic", {{"key", "other"}}},
      {"basic", {{"claims", {{"set", {{"aud", "x"}}}}}}},
      {"basic", {{"client_secret", kSecret}}},
      {"basic", {{"also", "none"}}},
      {"public", {{"encoding", "none"}}},
  };
  for (const auto& [client, authentication] : kCases) {
    EXPECT_THAT(error_of(client, authentication), testing::EndsWith(" leaves the request as it was"))
        << authentication;
  }
}

TEST_F(ProofTest, TheAssertionMayBeLeftOutRepeatedRenamedOrMoved) {
  const auto with = [&](const json& deviation) {
    Session session(world_, "t", *world_.client("key_jwt"), "user", true);
    Draft draft;
    draft.url = "https://as.test/token";
    draft.client = world_.client("key_jwt");
    return compose(session, draft, deviation);
  };
  EXPECT_EQ(oauth::count(with({{"remove", "client_assertion"}}).parameters, "client_assertion"), 0u);
  EXPECT_EQ(oauth::count(with({{"repeat", "client_assertion"}}).parameters, "client_assertion"), 2u);
  EXPECT_EQ(oauth::count(with({{"rename", {{"client_assertion", "x"}}}}).parameters, "x"), 1u);
  EXPECT_NE(with({{"in", {{"client_assertion", "query"}}}}).request.url.find("?client_assertion="),
            std::string::npos);
  EXPECT_EQ(oauth::value(with({{"set", {{"client_assertion", "x"}}}}).parameters, "client_assertion"), "x");
}

TEST_F(ProofTest, UnknownWordsAreOurMistake) {
  EXPECT_EQ(error_of("basic", {{"method", "tls"}}), "there is no client authentication method \"tls\"");
  EXPECT_EQ(error_of("basic", {{"also", "basic"}}), "there is no client authentication method \"basic\"");
  EXPECT_EQ(error_of("basic", {{"encoding", "base64"}}),
            "there is no encoding: base64 in a deviation of authentication");
  EXPECT_EQ(error_of("key_jwt", {{"key", "mine"}}), "there is no key: mine in a deviation of authentication");
  EXPECT_EQ(error_of("key_jwt", {{"signature", "bent"}}),
            "there is no signature: bent in a deviation of authentication");
  EXPECT_EQ(error_of("basic", {{"method", "private_key_jwt"}}),
            "client \"basic\" of the target file has no private_key");
}

}  // namespace
}  // namespace oauthentic::session

#include "session/draft.hpp"

#include <gmock/gmock.h>

namespace oauthentic::session {
namespace {

using nlohmann::json;
using testing::ElementsAre;

/// The whole request as text: what a deviation changes and, as much, what it leaves alone.
std::string written(const Request& request) {
  std::string text = request.method + " " + request.url + "\n";
  for (const auto& field : request.headers)
    text += field.name + ": " + field.value + "\n";
  return text + "\n" + request.body;
}

class DraftTest : public testing::Test {
 protected:
  DraftTest() {
    target_.issuer = "https://as.test";
    add_client("confidential", "client", "secret", oauth::AuthenticationMethod::client_secret_basic);
    add_client("other", "other", "", oauth::AuthenticationMethod::none);
    world_.target = &target_;
    world_.seed = "draft";
    draft_.url = "https://as.test/token";
    draft_.headers = {{"Accept", "application/json"}};
    draft_.client = &target_.clients.at("confidential");
    draft_.add("grant_type", "authorization_code");
    draft_.add("code", "a b");
    draft_.add("redirect_uri", "app:/cb");
  }

  void add_client(const std::string& name, const std::string& id, const std::string& secret,
                  oauth::AuthenticationMethod method) {
    auto& client = target_.clients[name];
    client.name = name;
    client.client_id = id;
    client.client_secret = secret;
    client.authentication = method;
  }

  Composed composed(const json& deviation) {
    Session session(world_, "t", *world_.client("confidential"), "user", true);
    return compose(session, draft_, deviation);
  }

  std::string error_of(const json& deviation) {
    try {
      return "no error:\n" + written(composed(deviation).request);
    } catch (const HarnessError& error) {
      return error.what();
    }
  }

  script::Target target_;
  World world_;
  Draft draft_;
};

constexpr auto kLine = "POST https://as.test/token\n";
constexpr auto kHeaders =
    "Accept: application/json\nAuthorization: Basic Y2xpZW50OnNlY3JldA==\n"
    "Content-Type: application/x-www-form-urlencoded\n\n";
constexpr auto kBody = "grant_type=authorization_code&code=a+b&redirect_uri=app%3A%2Fcb";

TEST_F(DraftTest, AShapeActsOnWhatIsEncoded) {
  const auto request = composed({{"shape", {{"code", "bad_escape"}, {"grant_type", "array"}}}}).request;
  EXPECT_EQ(request.body, "grant_type%5B%5D=authorization_code&code=a+b%zz&redirect_uri=app%3A%2Fcb");
  EXPECT_EQ(error_of({{"shape", {{"code", "round"}}}}), "there is no shape \"round\" of a parameter");
  EXPECT_THAT(error_of({{"shape", {{"nothing", "cut"}}}}), testing::HasSubstr("leaves the request as it was"));
}

TEST_F(DraftTest, TheHonestRequest) {
  const auto out = composed(json());
  EXPECT_EQ(written(out.request), std::string(kLine) + kHeaders + kBody);
  EXPECT_THAT(out.parameters,
              ElementsAre(oauth::Parameter{"grant_type", "authorization_code"}, oauth::Parameter{"code", "a b"},
                          oauth::Parameter{"redirect_uri", "app:/cb"}));
  EXPECT_EQ(out.copies, 1u);
  EXPECT_FALSE(out.without_cookies);
  EXPECT_FALSE(out.request.octets);
}

TEST_F(DraftTest, EveryWordOnParametersChangesTheBodyAlone) {
  const std::pair<json, const char*> kCases[] = {
      {{{"set", {{"code", "x"}}}}, "grant_type=authorization_code&code=x&redirect_uri=app%3A%2Fcb"},
      {{{"set", {{"extra", 5}}}}, "grant_type=authorization_code&code=a+b&redirect_uri=app%3A%2Fcb&extra=5"},
      {{{"set", {{"code", {{"a", 1}}}}}},
       "grant_type=authorization_code&code=%7B%22a%22%3A1%7D&redirect_uri=app%3A%2Fcb"},
      {{{"remove", "code"}}, "grant_type=authorization_code&redirect_uri=app%3A%2Fcb"},
      {{{"remove", {"code", "grant_type"}}}, "redirect_uri=app%3A%2Fcb"},
      {{{"repeat", "code"}}, "grant_type=authorization_code&code=a+b&code=a+b&redirect_uri=app%3A%2Fcb"},
      {{{"repeat", {"code", "redirect_uri"}}},
       "grant_type=authorization_code&code=a+b&code=a+b&redirect_uri=app%3A%2Fcb&redirect_uri=app%3A%2Fcb"},
      {{{"repeat", {{"code", "second"}}}},
       "grant_type=authorization_code&code=a+b&code=second&redirect_uri=app%3A%2Fcb"},
      {{{"rename", {{"code", "code[]"}}}},
       "grant_type=authorization_code&code%5B%5D=a+b&redirect_uri=app%3A%2Fcb"},
      {{{"set", {{"code", std::string("\0\xff\r\n", 4)}}}},
       "grant_type=authorization_code&code=%00%FF%0D%0A&redirect_uri=app%3A%2Fcb"},
      {{{"body", std::string("a=\0\xff", 4)}}, nullptr},
      {{{"body", ""}}, ""},
      {{{"append", "&x=%zz"}}, "grant_type=authorization_code&code=a+b&redirect_uri=app%3A%2Fcb&x=%zz"},
      {{{"body", "b"}, {"append", std::string("\0", 1)}}, nullptr},
  };
  for (const auto& [deviation, body] : kCases) {
    const std::string expected = body                           ? body
                                 : deviation.contains("append") ? std::string("b\0", 2)
                                                                : std::string("a=\0\xff", 4);
    EXPECT_EQ(written(composed(deviation).request), std::string(kLine) + kHeaders + expected)
        << describe_deviation(deviation);
  }
}

TEST_F(DraftTest, ParametersAreTakenInTheOrderOfTheStages) {
  // set, remove, repeat, rename, in: whatever order they are written in.
  EXPECT_EQ(written(composed({{"in", {{"x", "query"}}},
                              {"rename", {{"code", "x"}}},
                              {"repeat", "code"},
                              {"set", {{"code", "1"}}},
                              {"remove", "grant_type"}})
                        .request),
            std::string("POST https://as.test/token?x=1&x=1\n") + kHeaders + "redirect_uri=app%3A%2Fcb");
}

TEST_F(DraftTest, WhereParametersStand) {
  EXPECT_EQ(
      written(composed({{"in", "query"}}).request),
      std::string(
          "POST https://as.test/token?grant_type=authorization_code&code=a+b&redirect_uri=app%3A%2Fcb\n") +
          kHeaders);
  EXPECT_EQ(written(composed({{"in", {{"code", "query"}}}}).request),
            std::string("POST https://as.test/token?code=a+b\n") + kHeaders +
                "grant_type=authorization_code&redirect_uri=app%3A%2Fcb");
  EXPECT_EQ(written(composed({{"in", {{"code", "header"}}}}).request),
            std::string(kLine) +
                "Accept: application/json\nAuthorization: Basic Y2xpZW50OnNlY3JldA==\ncode: a b\n"
                "Content-Type: "
                "application/x-www-form-urlencoded\n\ngrant_type=authorization_code&redirect_uri=app%3A%2Fcb");
  EXPECT_EQ(error_of({{"in", "cookie"}}),
            "a parameter stands in the body, the query or a header, not in \"cookie\"");
  EXPECT_EQ(error_of({{"in", "body"}}), "the deviation (in body) leaves the request as it was");
}

TEST_F(DraftTest, AGetCarriesItsParametersInTheQuery) {
  draft_ = Draft{};
  draft_.method = "GET";
  draft_.url = "https://as.test/authorize?tenant=1";
  draft_.add("state", "s", PlacedIn::query);
  EXPECT_EQ(written(composed(json()).request), "GET https://as.test/authorize?tenant=1&state=s\n\n");
  EXPECT_EQ(written(composed({{"set", {{"nonce", "n"}}}}).request),
            "GET https://as.test/authorize?tenant=1&state=s&nonce=n\n\n");
  EXPECT_EQ(
      written(composed({{"in", "body"}, {"method", "POST"}}).request),
      "POST https://as.test/authorize?tenant=1\nContent-Type: application/x-www-form-urlencoded\n\nstate=s");
  EXPECT_EQ(written(composed({{"url", "https://other.test/"}}).request), "GET https://other.test/?state=s\n\n");
  EXPECT_EQ(error_of({{"url", "https://as.test/authorize?tenant=1"}}),
            "the deviation (url https://as.test/authorize?tenant=1) leaves the request as it was");
  EXPECT_EQ(error_of({{"body", ""}}), "the deviation (body ) leaves the request as it was");
}

TEST_F(DraftTest, MethodUrlHeadersAndMediaType) {
  const auto with = [](const char* headers) { return std::string(kLine) + headers + "\n" + kBody; };
  const std::string kAuthorization = "Authorization: Basic Y2xpZW50OnNlY3JldA==\n";
  const std::string kType = "Content-Type: application/x-www-form-urlencoded\n";
  EXPECT_EQ(written(composed({{"method", "PUT"}}).request),
            std::string("PUT https://as.test/token\n") + kHeaders + kBody);
  EXPECT_EQ(written(composed({{"url", "https://as.test/t2"}}).request),
            std::string("POST https://as.test/t2\n") + kHeaders + kBody);
  EXPECT_EQ(written(composed({{"content_type", "text/plain"}}).request),
            with(("Accept: application/json\n" + kAuthorization + "Content-Type: text/plain\n").c_str()));
  EXPECT_EQ(written(composed({{"content_type", nullptr}}).request),
            with(("Accept: application/json\n" + kAuthorization).c_str()));
  EXPECT_EQ(written(composed({{"headers", {{"accept", "text/html"}}}}).request),
            with(("Accept: text/html\n" + kAuthorization + kType).c_str()));
  EXPECT_EQ(written(composed({{"headers", {{"Accept", nullptr}, {"X-New", "1"}}}}).request),
            with((kAuthorization + kType + "X-New: 1\n").c_str()));
  EXPECT_EQ(written(composed({{"headers", {{"Accept", {"a", "b"}}}}}).request),
            with((kAuthorization + kType + "Accept: a\nAccept: b\n").c_str()));
}

TEST_F(DraftTest, Encodings) {
  const std::string kStart =
      std::string(kLine) + "Accept: application/json\nAuthorization: Basic Y2xpZW50OnNlY3JldA==\n";
  EXPECT_EQ(written(composed({{"encoding", "json"}}).request),
            kStart +
                "Content-Type: application/json\n\n"
                R"({"code":"a b","grant_type":"authorization_code","redirect_uri":"app:/cb"})");
  EXPECT_EQ(
      written(composed({{"encoding", "json"}, {"content_type", "application/x-www-form-urlencoded"}}).request),
      kStart +
          "Content-Type: application/x-www-form-urlencoded\n\n"
          R"({"code":"a b","grant_type":"authorization_code","redirect_uri":"app:/cb"})");
  EXPECT_EQ(written(composed({{"encoding", "multipart"}, {"remove", {"grant_type", "redirect_uri"}}}).request),
            kStart +
                "Content-Type: multipart/form-data; boundary=oauthentic-boundary\n\n"
                "--oauthentic-boundary\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\na b\r\n"
                "--oauthentic-boundary--\r\n");
  EXPECT_NO_THROW(composed({{"encoding", "json"}, {"set", {{"code", "\xff"}}}}));
  EXPECT_EQ(error_of({{"encoding", "xml"}}),
            "there is no encoding \"xml\"; form, json and multipart are known");
}

TEST_F(DraftTest, Framings) {
  EXPECT_EQ(composed({{"framing", "chunked"}}).request.framing, Framing::chunked);
  EXPECT_EQ(composed({{"framing", "http_1_0"}}).request.framing, Framing::http_1_0);
  EXPECT_EQ(written(composed({{"framing", "chunked"}}).request), written(composed(json()).request));
  EXPECT_EQ(error_of({{"framing", "http_2"}}),
            "there is no framing \"http_2\"; chunked and http_1_0 are known");
}

TEST_F(DraftTest, ClientCookiesAndCopies) {
  EXPECT_EQ(written(composed({{"client", "other"}}).request),
            std::string(kLine) +
                "Accept: application/json\nContent-Type: application/x-www-form-urlencoded\n\n" + kBody +
                "&client_id=other");
  const auto alone = composed({{"cookies", "none"}});
  EXPECT_TRUE(alone.without_cookies);
  EXPECT_EQ(written(alone.request), std::string(kLine) + kHeaders + kBody);
  EXPECT_EQ(composed({{"together", 3}}).copies, 3u);
  EXPECT_EQ(error_of({{"client", "stranger"}}), "the target file names no client \"stranger\"");
  for (const auto& count : {json(0), json(-1), json(101), json("two"), json(2.5)}) {
    EXPECT_EQ(error_of({{"together", count}}),
              "\"together\" takes a number from 1 to 100, not " + count.dump());
  }
}

TEST_F(DraftTest, ADeviationThatChangesNothingIsOurMistake) {
  const std::pair<json, const char*> kCases[] = {
      {json::object(), "the deviation () leaves the request as it was"},
      {{{"set", {{"code", "a b"}}}}, "the deviation (set code) leaves the request as it was"},
      {{{"remove", "nothing"}}, "the deviation (remove nothing) leaves the request as it was"},
      {{{"remove", json::array()}}, "the deviation (remove ) leaves the request as it was"},
      {{{"repeat", "nothing"}}, "the deviation (repeat nothing) leaves the request as it was"},
      {{{"rename", {{"nothing", "x"}}}}, "the deviation (rename nothing) leaves the request as it was"},
      {{{"rename", {{"code", "code"}}}}, "the deviation (rename code) leaves the request as it was"},
      {{{"client", "confidential"}}, "the deviation (client confidential) leaves the request as it was"},
      {{{"encoding", "form"}}, "the deviation (encoding form) leaves the request as it was"},
      {{{"content_type", "application/x-www-form-urlencoded"}},
       "the deviation (content_type application/x-www-form-urlencoded) leaves the request as it was"},
      {{{"method", "POST"}}, "the deviation (method POST) leaves the request as it was"},
      {{{"url", "https://as.test/token"}},
       "the deviation (url https://as.test/token) leaves the request as it was"},
      {{{"headers", {{"Accept", "application/json"}}}},
       "the deviation (headers Accept) leaves the request as it was"},
      {{{"headers", {{"X-None", nullptr}}}}, "the deviation (headers X-None) leaves the request as it was"},
      {{{"body", kBody}},
       "the deviation (body grant_type=authorization_code&code=a+b&redirect_uri=app%3A%2Fcb) leaves the "
       "request as it was"},
      {{{"append", ""}}, "the deviation (append ) leaves the request as it was"},
      {{{"together", 1}}, "the deviation (together 1) leaves the request as it was"},
      {{{"cookies", "some"}}, "the deviation (cookies some) leaves the request as it was"},
      {{{"in", {{"nothing", "query"}}}}, "the deviation (in nothing) leaves the request as it was"},
  };
  for (const auto& [deviation, expected] : kCases)
    EXPECT_EQ(error_of(deviation), expected);
}

TEST_F(DraftTest, ADeviationIsDescribedWithoutItsValues) {
  EXPECT_EQ(describe_deviation({{"set", {{"code", "s3cret"}, {"x", "y"}}}}), "set code, x");
  EXPECT_EQ(describe_deviation({{"remove", {"a", "b"}}, {"repeat", "c"}}), "remove a, b; repeat c");
  EXPECT_EQ(describe_deviation({{"authentication", {{"client_secret", "s3cret"}}}}),
            "authentication client_secret");
  EXPECT_EQ(describe_deviation(json()), "");
}

}  // namespace
}  // namespace oauthentic::session

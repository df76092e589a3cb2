#include "oauth/url.hpp"

#include <gtest/gtest.h>

#include <random>

namespace oauthentic::oauth {
namespace {

using namespace std::string_literals;

TEST(ParseUrl, KeepsThePartsAsWritten) {
  const auto url = parse_url("HTTPS://User:p%41@Auth.Example:8443/A/%2e%2E/b;c?x=%41&y#F");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->userinfo, "User:p%41");
  EXPECT_EQ(url->host, "auth.example");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/A/%2e%2E/b;c");
  EXPECT_EQ(url->query, "x=%41&y");
  EXPECT_EQ(url->fragment, "F");
  EXPECT_EQ(url->origin(), "https://auth.example:8443");
  EXPECT_EQ(url->authority(), "auth.example:8443");
}

TEST(ParseUrl, DefaultPorts) {
  EXPECT_EQ(parse_url("http://h")->port, 80);
  EXPECT_EQ(parse_url("https://h")->port, 443);
  EXPECT_EQ(parse_url("https://h:")->port, 443);
  EXPECT_EQ(parse_url("ftp://h")->port, 0);
  EXPECT_EQ(parse_url("https://h:443/")->authority(), "h");
  EXPECT_EQ(parse_url("https://h:80/")->origin(), "https://h:80");
}

TEST(ParseUrl, EmptyQueryIsNotNoQuery) {
  EXPECT_EQ(parse_url("https://h/?")->query, "");
  EXPECT_EQ(parse_url("https://h/")->query, std::nullopt);
  EXPECT_EQ(parse_url("https://h/#")->fragment, "");
  EXPECT_EQ(parse_url("https://h?a=1#b")->target(), "/?a=1");
}

TEST(ParseUrl, Ipv6) {
  const auto url = parse_url("http://[2001:DB8::1]:81/x");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->ipv6);
  EXPECT_EQ(url->host, "2001:db8::1");
  EXPECT_EQ(url->authority(), "[2001:db8::1]:81");
  EXPECT_EQ(url->to_string(), "http://[2001:db8::1]:81/x");
  EXPECT_FALSE(parse_url("http://127.0.0.1/")->ipv6);
}

TEST(ParseUrl, SchemesWithoutAuthority) {
  const auto app = parse_url("com.example.app:/callback?x=1");
  ASSERT_TRUE(app);
  EXPECT_FALSE(app->has_authority);
  EXPECT_EQ(app->path, "/callback");
  EXPECT_EQ(app->origin(), "null");
  EXPECT_EQ(parse_url("urn:ietf:wg:oauth:2.0:oob")->path, "ietf:wg:oauth:2.0:oob");
}

TEST(ParseUrl, WritesBackWhatItRead) {
  for (const auto* text : {"https://h", "https://h/", "https://h:443/", "https://h:8443/a?b#c",
                           "https://u:p@h/?#", "urn:a:b", "com.example.app:/cb", "file:///x", "http://[::1]/",
                           "http://[::1]:80", "app://cb/p", "http://h//a//", "x:"}) {
    ASSERT_TRUE(parse_url(text)) << text;
    EXPECT_EQ(parse_url(text)->to_string(), text);
  }
}

TEST(ParseUrl, RefusesWhatIsNoAbsoluteUrl) {
  for (const auto* text : {"",
                           "/a",
                           "//h/a",
                           "a",
                           "?a",
                           "#a",
                           ":",
                           "://h",
                           "1http://h",
                           "http://",
                           "http:",
                           "http:x",
                           "https:///x",
                           "http://:80/",
                           "http://a b/",
                           "http://h/a b",
                           " http://h",
                           "http://h ",
                           "http://h/\n",
                           "http://h/\x7F",
                           "http://h/\xC3\xA9",
                           "http://h/%",
                           "http://h/%4",
                           "http://h/%zz",
                           "http://h:99999/",
                           "http://h:65536",
                           "http://h:8x/",
                           "http://h:-1",
                           "http://[::1",
                           "http://[::1]x/",
                           "http://[::g]/",
                           "http://::1/",
                           "http://h/a#b#c",
                           "http://h\\@x/",
                           "http://h/<",
                           "ht tp://h",
                           "http://h/?a=b|c",
                           "http://u@p@h/"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
  EXPECT_FALSE(parse_url("http://h/\0"s));
}

TEST(ParseUrl, LimitsTheLength) {
  const std::string start = "http://h/";
  EXPECT_TRUE(parse_url(start + std::string(kMaxUrlOctets - start.size(), 'a')));
  EXPECT_FALSE(parse_url(start + std::string(kMaxUrlOctets - start.size() + 1, 'a')));
}

TEST(ParseUrl, NeverThrows) {
  std::mt19937 random(3986);
  constexpr std::string_view kAlphabet = "htps:/?#[]@!&'*+,;=%41.-_~a \x7F\xFF|\\0";
  std::size_t parsed = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text = i % 2 == 0 ? "http://h" : "";
    for (auto n = random() % 20; n > 0; --n)
      text += kAlphabet[random() % kAlphabet.size()];
    const auto url = parse_url(text);
    const auto resolved = resolve_url("http://a/b", text);
    if (!url) continue;
    ++parsed;
    // What is written is a URL with the same parts.
    const auto again = parse_url(url->to_string());
    ASSERT_TRUE(again) << text;
    EXPECT_EQ(again->to_string(), url->to_string());
    EXPECT_EQ(again->origin(), url->origin());
    EXPECT_TRUE(resolved) << text;
  }
  EXPECT_GT(parsed, 500U);
}

TEST(ResolveUrl, ExamplesOfRfc3986Section5_4) {
  const std::vector<std::pair<std::string, std::string>> examples = {{"g:h", "g:h"},
                                                                     {"g", "http://a/b/c/g"},
                                                                     {"./g", "http://a/b/c/g"},
                                                                     {"g/", "http://a/b/c/g/"},
                                                                     {"/g", "http://a/g"},
                                                                     {"//g", "http://g"},
                                                                     {"?y", "http://a/b/c/d;p?y"},
                                                                     {"g?y", "http://a/b/c/g?y"},
                                                                     {"#s", "http://a/b/c/d;p?q#s"},
                                                                     {"g#s", "http://a/b/c/g#s"},
                                                                     {"g?y#s", "http://a/b/c/g?y#s"},
                                                                     {";x", "http://a/b/c/;x"},
                                                                     {"g;x", "http://a/b/c/g;x"},
                                                                     {"g;x?y#s", "http://a/b/c/g;x?y#s"},
                                                                     {"", "http://a/b/c/d;p?q"},
                                                                     {".", "http://a/b/c/"},
                                                                     {"./", "http://a/b/c/"},
                                                                     {"..", "http://a/b/"},
                                                                     {"../", "http://a/b/"},
                                                                     {"../g", "http://a/b/g"},
                                                                     {"../..", "http://a/"},
                                                                     {"../../", "http://a/"},
                                                                     {"../../g", "http://a/g"},
                                                                     {"../../../g", "http://a/g"},
                                                                     {"../../../../g", "http://a/g"},
                                                                     {"/./g", "http://a/g"},
                                                                     {"/../g", "http://a/g"},
                                                                     {"g.", "http://a/b/c/g."},
                                                                     {".g", "http://a/b/c/.g"},
                                                                     {"g..", "http://a/b/c/g.."},
                                                                     {"..g", "http://a/b/c/..g"},
                                                                     {"./../g", "http://a/b/g"},
                                                                     {"./g/.", "http://a/b/c/g/"},
                                                                     {"g/./h", "http://a/b/c/g/h"},
                                                                     {"g/../h", "http://a/b/c/h"},
                                                                     {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
                                                                     {"g;x=1/../y", "http://a/b/c/y"},
                                                                     {"g?y/./x", "http://a/b/c/g?y/./x"},
                                                                     {"g?y/../x", "http://a/b/c/g?y/../x"},
                                                                     {"g#s/../x", "http://a/b/c/g#s/../x"},
                                                                     {"http:g", "http:g"}};
  for (const auto& [reference, expected] : examples) {
    EXPECT_EQ(resolve_url("http://a/b/c/d;p?q", reference), expected) << reference;
  }
}

TEST(ResolveUrl, LeavesEscapesAndEmptySegmentsAlone) {
  EXPECT_EQ(resolve_url("http://a", "g"), "http://a/g");
  EXPECT_EQ(resolve_url("http://a", "../g"), "http://a/g");
  EXPECT_EQ(resolve_url("http://a/b", "/x%2Fy/%2e%2E/%41"), "http://a/x%2Fy/%2e%2E/%41");
  EXPECT_EQ(resolve_url("http://a/b/", "x//y"), "http://a/b/x//y");
  EXPECT_EQ(resolve_url("http://a/b", "//H.Example//.."), "http://H.Example/");
}

TEST(ResolveUrl, RefusesUnusableParts) {
  EXPECT_FALSE(resolve_url("/a", "b"));
  EXPECT_FALSE(resolve_url("http://a", "b c"));
  EXPECT_FALSE(resolve_url("http://a b", "c"));
}

TEST(RepairReference, MakesWhatBrowsersTakeAReference) {
  EXPECT_EQ(repair_reference(" https://h/a b?x[]=\"1\"|2\n"), "https://h/a%20b?x%5B%5D=%221%22%7C2");
  EXPECT_EQ(repair_reference("https://[::1]:8/[x]#a#b"), "https://[::1]:8/%5Bx%5D#a%23b");
  EXPECT_EQ(repair_reference("/caf\xC3\xA9?p=100%&q=%41"), "/caf%C3%A9?p=100%25&q=%41");
  EXPECT_EQ(repair_reference("/a\tb\x01"), "/ab");
  EXPECT_EQ(repair_reference("?u=//[x]"), "?u=//%5Bx%5D");
}

TEST(RepairReference, LeavesReferencesAloneAndMendsAnyPath) {
  std::mt19937 random(3987);
  for (int i = 0; i < 5000; ++i) {
    std::string text = "/";
    for (auto n = random() % 20; n > 0; --n)
      text += static_cast<char>(random());
    const auto repaired = repair_reference("http://h" + text);
    EXPECT_TRUE(parse_url(repaired)) << repaired;
    EXPECT_EQ(repair_reference(repaired), repaired);
  }
}

TEST(Query, IsAddedAfterWhatIsThereAndBeforeTheFragment) {
  const Parameters p{{"a", "1 2"}, {"b", "&"}};
  EXPECT_EQ(with_query("https://h/x", p), "https://h/x?a=1+2&b=%26");
  EXPECT_EQ(with_query("https://h/x?c=3#f?g", p), "https://h/x?c=3&a=1+2&b=%26#f?g");
  EXPECT_EQ(with_query("https://h/x#f?g", p), "https://h/x?a=1+2&b=%26#f?g");
  EXPECT_EQ(with_query("https://h/x?", p), "https://h/x?a=1+2&b=%26");
  EXPECT_EQ(with_query("https://h/x?c=?", p), "https://h/x?c=?&a=1+2&b=%26");
  EXPECT_EQ(with_query("https://h/x?c&", p), "https://h/x?c&a=1+2&b=%26");
  EXPECT_EQ(with_query("https://h/x?c", {}), "https://h/x?c");
}

TEST(Query, IsReadLeniently) {
  EXPECT_EQ(query_of("https://h/cb?code=a%2Bb&error=x y#c=1"), (Parameters{{"code", "a+b"}, {"error", "x y"}}));
  EXPECT_EQ(query_of("https://h/cb#a?b=1"), Parameters());
  EXPECT_EQ(fragment_of("https://h/cb?code=a#access_token=b"), (Parameters{{"access_token", "b"}}));
  EXPECT_EQ(fragment_of("https://h/cb"), Parameters());
  EXPECT_EQ(without_query("https://h/cb?a#b"), "https://h/cb");
  EXPECT_EQ(without_query("https://h/cb#b?a"), "https://h/cb");
}

TEST(UriReference, TakesTheCharactersOfErrorUri) {
  for (const auto* text : {"https://h/e?a=b#c", "/errors/1", "e", "", "urn:x:y", "http://[::1]/"}) {
    EXPECT_TRUE(is_uri_reference(text)) << text;
  }
  for (const auto* text : {"a b", "\"", "a\\b", "caf\xC3\xA9", "%", "a#b#c", "http://[x", "a\n", "1:2:3"}) {
    EXPECT_FALSE(is_uri_reference(text)) << text;
  }
}

TEST(LoopbackHost, KnowsAllItsNames) {
  for (const auto* host :
       {"127.0.0.1", "127.255.0.9", "::1", "[::1]", "0:0:0:0:0:0:0:1", "localhost", "LocalHost"}) {
    EXPECT_TRUE(is_loopback_host(host)) << host;
  }
  for (const auto* host : {"", "128.0.0.1", "127.0.0.1.evil.test", "127.0.0", "127.1", "::2", "[127.0.0.1]",
                           "[::1", "localhost.evil.test", "10.0.0.1", "::", "127.0.0.256"}) {
    EXPECT_FALSE(is_loopback_host(host)) << host;
  }
}

TEST(MetadataUrl, ExamplesOfRfc8414Section3_1) {
  constexpr auto kSuffix = "oauth-authorization-server";
  EXPECT_EQ(metadata_url_inserted("https://example.com", kSuffix),
            "https://example.com/.well-known/oauth-authorization-server");
  EXPECT_EQ(metadata_url_inserted("https://example.com/issuer1", kSuffix),
            "https://example.com/.well-known/oauth-authorization-server/issuer1");
  EXPECT_EQ(metadata_url_inserted("https://example.com:8443/a/b/", kSuffix),
            "https://example.com:8443/.well-known/oauth-authorization-server/a/b");
  EXPECT_EQ(metadata_url_inserted("https://example.com/", kSuffix),
            "https://example.com/.well-known/oauth-authorization-server");
  EXPECT_EQ(metadata_url_inserted("https://r.example/p?k=v", "oauth-protected-resource"),
            "https://r.example/.well-known/oauth-protected-resource/p?k=v");
  EXPECT_EQ(metadata_url_inserted("example.com", kSuffix), "");
}

TEST(MetadataUrl, IsAppendedForOpenIdConnect) {
  EXPECT_EQ(metadata_url_appended("https://example.com", "openid-configuration"),
            "https://example.com/.well-known/openid-configuration");
  EXPECT_EQ(metadata_url_appended("https://example.com/issuer1/", "openid-configuration"),
            "https://example.com/issuer1/.well-known/openid-configuration");
  EXPECT_EQ(metadata_url_appended("", "openid-configuration"), "");
}

}  // namespace
}  // namespace oauthentic::oauth

#include "session/redirect_parts.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace oauthentic::session {
namespace {

using nlohmann::json;

TEST(RedirectParts, OfAnUri) {
  const json expected = {{"scheme", "https"},
                         {"host", "app.test"},
                         {"authority", "app.test:8443"},
                         {"origin", "https://app.test:8443"},
                         {"path", "/Call/back"},
                         {"port_suffix", ":8443"},
                         {"scheme_in_capitals", "HTTPS"},
                         {"host_in_capitals", "APP.TEST"},
                         {"host_percent_encoded", "%61pp.test"},
                         {"path_in_capitals", "/CALL/BACK"},
                         {"path_percent_encoded", "/Call/bac%6B"},
                         {"path_percent_encoded_small", "/Call/bac%6b"},
                         {"path_percent_encoded_twice", "/Call/bac%256B"}};
  EXPECT_EQ(redirect_parts("https://app.test:8443/Call/back?a=b"), expected);
}

TEST(RedirectParts, OfUrisWithFewParts) {
  EXPECT_FALSE(redirect_parts("https://app.test/").contains("path_in_capitals"));
  EXPECT_FALSE(redirect_parts("https://app.test").contains("path_percent_encoded"));
  EXPECT_EQ(redirect_parts("http://[::1]/CB").at("host"), "[::1]");
  EXPECT_EQ(redirect_parts("http://[::1]/CB").at("path_in_capitals"), "/cb");
  EXPECT_EQ(redirect_parts("https://app.test/cb").at("authority_with_default_port"), "app.test:443");
  EXPECT_EQ(redirect_parts("https://app.test/cb").at("port_suffix"), "");
  EXPECT_EQ(redirect_parts("https://app.test:443/cb").at("port_suffix"), ":443");
  EXPECT_FALSE(redirect_parts("https://app.test:443/cb").contains("authority_with_default_port"));
  EXPECT_FALSE(redirect_parts("https://app.test/cb").contains("other_loopback_host"));
  EXPECT_EQ(redirect_parts("http://127.0.0.1/cb").at("other_loopback_host"), "[::1]");
  EXPECT_EQ(redirect_parts("http://[::1]/cb").at("other_loopback_host"), "127.0.0.1");
  EXPECT_FALSE(redirect_parts("http://[::1]/cb").contains("host_percent_encoded"));
  EXPECT_FALSE(redirect_parts("http://127.0.0.1/c1").contains("path_percent_encoded_small"));
  EXPECT_EQ(redirect_parts("no url"), json::object());
}

TEST(RedirectParts, WebRedirectUriIsHttpsAndElsewhere) {
  script::Target target;
  script::Client client;
  client.redirect_uri = "http://127.0.0.1:8765/callback";
  EXPECT_EQ(web_redirect_uri(target, client), "");
  target.redirect_uris = {"https://localhost/cb", "http://app.test/cb", "https://app.test/cb"};
  EXPECT_EQ(web_redirect_uri(target, client), "https://app.test/cb");
  client.redirect_uri = "https://own.test/cb";
  EXPECT_EQ(web_redirect_uri(target, client), "https://own.test/cb");
}

TEST(RedirectParts, LoopbackRedirectUriIsAnAddress) {
  EXPECT_TRUE(is_loopback_redirect_uri("http://127.0.0.1:8765/callback"));
  EXPECT_TRUE(is_loopback_redirect_uri("http://[::1]/callback"));
  for (const char* no :
       {"http://localhost/cb", "https://127.0.0.1/cb", "http://app.test/cb", "com.example:/cb", ""})
    EXPECT_FALSE(is_loopback_redirect_uri(no)) << no;
}

}  // namespace
}  // namespace oauthentic::session

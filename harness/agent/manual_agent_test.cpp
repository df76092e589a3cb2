#include <gmock/gmock.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <filesystem>
#include <fstream>

#include <stdexcept>
#include <thread>

#include "agent/agent.hpp"
#include "http/beast_client.hpp"
#include "http/listener.hpp"

namespace oauthentic::agent {
namespace {

using testing::HasSubstr;

/// A port that was free a moment ago.
unsigned short free_port() {
  return http::Listener([](const Request&) { return Response{}; }, {}).port();
}

class ManualAgent : public testing::Test {
 protected:
  ManualAgent() {
    journey_.first.url = "https://as.test/authorize?client_id=demo";
    journey_.account.username = "alice";
    origin_ = "http://127.0.0.1:" + std::to_string(free_port());
    journey_.redirect_uris = {"com.example.app:/cb", origin_ + "/cb"};
  }

  /// `browse` is what the person's browser sends once the URL is printed.
  Arrival travel(std::vector<Request> browse, std::chrono::seconds patience = std::chrono::seconds(30)) {
    std::thread browser;
    const auto agent = make_manual_agent(
        [&](const std::string& text) {
          printed_ += text;
          browser = std::thread([this, browse] {
            const auto client = http::make_client(client_);
            for (const auto& request : browse)
              answers_.push_back(client->send(request, {}));
          });
        },
        patience);
    UserAgent unused;
    auto arrival = agent->travel(journey_, unused);
    if (browser.joinable()) browser.join();
    return arrival;
  }

  Request get(const std::string& target) const {
    Request request;
    request.url = origin_ + target;
    return request;
  }

  Journey journey_;
  std::string origin_;
  std::string printed_;
  http::ClientOptions client_;
  std::vector<http::Answer> answers_;
};

TEST_F(ManualAgent, CatchesTheQuery) {
  const auto arrival = travel({get("/favicon.ico"), get("/cb?code=c%201&state=s")});
  ASSERT_EQ(arrival.end, Arrival::End::delivered) << arrival.reason;
  EXPECT_EQ(arrival.url, origin_ + "/cb?code=c%201&state=s");
  EXPECT_EQ(arrival.response_mode, "query");
  EXPECT_EQ(oauth::value(arrival.parameters, "code"), "c 1");
  EXPECT_THAT(printed_, HasSubstr("sign in as alice and grant"));
  EXPECT_THAT(printed_, HasSubstr(journey_.first.url));
  EXPECT_EQ(std::get<Response>(answers_.at(0)).status, 404);
}

TEST_F(ManualAgent, CatchesAFormPost) {
  auto post = get("/cb");
  post.method = "POST";
  post.headers.add("Content-Type", "application/x-www-form-urlencoded");
  post.body = "error=access_denied";
  journey_.consent = Consent::refuse;
  const auto arrival = travel({post});
  EXPECT_EQ(arrival.response_mode, "form_post");
  EXPECT_EQ(oauth::value(arrival.parameters, "error"), "access_denied");
  EXPECT_THAT(printed_, HasSubstr("refuse what is asked for"));
}

TEST_F(ManualAgent, AsksTheBrowserForTheFragment) {
  auto post = get("/cb");
  post.method = "POST";
  post.headers.add("X-Oauthentic-Fragment", "1");
  post.body = "access_token=t&state=s";
  const auto arrival = travel({get("/cb"), post});
  ASSERT_EQ(arrival.end, Arrival::End::delivered) << arrival.reason;
  EXPECT_EQ(arrival.url, origin_ + "/cb#access_token=t&state=s");
  EXPECT_EQ(arrival.response_mode, "fragment");
  EXPECT_THAT(std::get<Response>(answers_.at(0)).body, HasSubstr("location.hash"));
}

TEST_F(ManualAgent, LosesPatience) {
  const auto arrival = travel({}, std::chrono::seconds(0));
  EXPECT_EQ(arrival.end, Arrival::End::lost);
  EXPECT_THAT(arrival.reason, HasSubstr("within 0 seconds"));
}

TEST_F(ManualAgent, SaysWhatItCannotDo) {
  journey_.redirect_uris = {"https://app.test/cb"};
  EXPECT_THAT(travel({}).reason, HasSubstr("loopback"));
  journey_.redirect_uris = {origin_ + "/cb"};
  journey_.first.method = "POST";
  EXPECT_THAT(travel({}).reason, HasSubstr("cannot be made by opening a URL"));
  EXPECT_EQ(printed_, "");
}

TEST_F(ManualAgent, IsLostAtOnceWhenThePortIsTaken) {
  const http::Listener other([](const Request&) { return Response{}; }, {});
  journey_.redirect_uris = {other.origin() + "/cb"};
  const auto arrival = travel({});
  EXPECT_EQ(arrival.end, Arrival::End::lost);
  EXPECT_THAT(arrival.reason, HasSubstr("nothing can catch the answer: "));
  EXPECT_EQ(printed_, "");
}

TEST_F(ManualAgent, AnyOfSeveralRedirectUrisWillDo) {
  journey_.redirect_uris = {"http://127.0.0.1:" + std::to_string(free_port()) + "/other", origin_ + "/cb"};
  const auto arrival = travel({get("/cb?code=abc")});
  EXPECT_EQ(arrival.end, Arrival::End::delivered) << arrival.reason;
  EXPECT_EQ(arrival.url, origin_ + "/cb?code=abc");
}

TEST_F(ManualAgent, AnHttpsRedirectUriIsListenedToWithACertificate) {
  const auto certificate = http::make_certificate();
  origin_.insert(4, "s");
  journey_.redirect_uris = {origin_ + "/cb"};
  journey_.callback_certificate = certificate.certificate_pem;
  journey_.callback_key = certificate.key_pem;
  const auto ca =
      std::filesystem::temp_directory_path() / ("oauthentic-manual-" + std::to_string(::getpid()) + ".pem");
  std::ofstream(ca) << certificate.certificate_pem;
  client_.tls.ca_file = ca.string();
  const auto arrival = travel({get("/cb?code=abc")});
  std::filesystem::remove(ca);
  EXPECT_EQ(arrival.end, Arrival::End::delivered) << arrival.reason;
}

}  // namespace
}  // namespace oauthentic::agent

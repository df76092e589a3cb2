// Clients that are registered for a run: what is asked for, what is made of the answer, and that they are gone
// after it.
#include "session/registration.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace oauthentic::session {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kRegister = "https://as.test/register";

/// A registration endpoint with management; what it answers can be changed.
class Provider : public http::Transport {
 public:
  http::Answer send(const Request& request, const http::SendLimits&) override {
    requests.push_back(request);
    if (request.method == "DELETE") {
      deleted.push_back(request.url + " " + std::string(request.headers.value("Authorization")));
      return Response{deletion_status, "", {}, "", ""};
    }
    if (!refusal.empty()) return Response{400, "", {}, refusal, ""};
    const auto number = std::to_string(requests.size());
    json body = {{"client_id", "id-" + number}, {"client_secret", "secret-number-" + number}};
    if (managed) {
      body["registration_client_uri"] = std::string(kRegister) + "/id-" + number;
      body["registration_access_token"] = "management-token-" + number;
    }
    body.update(more);
    return Response{201, "", {}, body.dump(), ""};
  }
  std::vector<http::Answer> send_together(std::span<const Request>, const http::SendLimits&) override {
    return {};
  }

  std::vector<Request> requests;
  std::vector<std::string> deleted;
  std::string refusal;
  bool managed = true;
  int deletion_status = 204;
  json more = json::object();
};

class RegistrationTest : public testing::Test {
 protected:
  RegistrationTest() {
    target_.issuer = "https://as.test";
    target_.redirect_uri = "http://127.0.0.1:8765/callback";
    target_.redirect_uris = {"https://client.test/callback"};
    target_.registration.wanted = true;
    add("confidential", oauth::AuthenticationMethod::client_secret_basic);
    world_.target = &target_;
    world_.transport = &provider_;
    world_.tags = std::make_shared<oauth::TagRegistry>();
    world_.discovery.metadata = {{"registration_endpoint", kRegister},
                                 {"grant_types_supported", {"authorization_code", "client_credentials"}}};
    folder_ =
        (std::filesystem::temp_directory_path() / ("oauthentic-registration-" + std::to_string(::getpid())))
            .string();
  }
  ~RegistrationTest() override { std::filesystem::remove_all(folder_); }

  void add(const std::string& role, oauth::AuthenticationMethod method) {
    auto& client = target_.clients[role];
    client.name = role;
    client.authentication = method;
    client.redirect_uri = target_.redirect_uri;
    client.scopes = {"openid", "profile"};
  }
  json sent(std::size_t number) const { return json::parse(provider_.requests.at(number).body); }
  std::vector<std::string> files() const {
    std::vector<std::string> all;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, none))
      all.push_back(entry.path().string());
    return all;
  }

  Provider provider_;
  script::Target target_;
  World world_;
  std::string folder_;
};

TEST_F(RegistrationTest, AsksForWhatTheClientIsFor) {
  add("public", oauth::AuthenticationMethod::none);
  target_.registration.initial_access_token = "the-initial-token";
  target_.registration.metadata = {{"contacts", {"ops@client.test"}}};
  Registrations registrations(world_, target_, "");
  EXPECT_THAT(registrations.register_all(), IsEmpty());
  const auto confidential = sent(0), open = sent(1);
  EXPECT_EQ(provider_.requests[0].headers.value("Authorization"), "Bearer the-initial-token");
  EXPECT_EQ(confidential["redirect_uris"],
            json({"http://127.0.0.1:8765/callback", "https://client.test/callback"}));
  EXPECT_EQ(confidential["token_endpoint_auth_method"], "client_secret_basic");
  EXPECT_EQ(confidential["grant_types"], json({"authorization_code", "client_credentials"}));
  EXPECT_EQ(confidential["scope"], "openid profile");
  EXPECT_EQ(confidential["contacts"], json({"ops@client.test"}));
  EXPECT_EQ(open["token_endpoint_auth_method"], "none");
  EXPECT_EQ(open["grant_types"], json({"authorization_code"}));
  EXPECT_EQ(open["application_type"], "native");
  EXPECT_EQ(open["redirect_uris"], json::array({"http://127.0.0.1:8765/callback"}));
  EXPECT_FALSE(confidential.contains("application_type"));
}

TEST_F(RegistrationTest, AClientWithAKeyRegistersItsPublicPart) {
  target_.clients.clear();
  add("jwt", oauth::AuthenticationMethod::private_key_jwt);
  Registrations registrations(world_, target_, "");
  registrations.register_all();
  const auto keys = sent(0)["jwks"]["keys"];
  ASSERT_THAT(keys, SizeIs(1));
  EXPECT_FALSE(keys[0].contains("d"));
  EXPECT_TRUE(target_.clients.at("jwt").private_key);
}

TEST_F(RegistrationTest, TheClientIsTheOneThatWasRegistered) {
  provider_.more = {{"token_endpoint_auth_method", "client_secret_post"}};
  Registrations registrations(world_, target_, "");
  registrations.register_all();
  const auto& client = target_.clients.at("confidential");
  EXPECT_EQ(client.client_id, "id-1");
  EXPECT_EQ(client.client_secret, "secret-number-1");
  EXPECT_EQ(client.authentication, oauth::AuthenticationMethod::client_secret_post);
  EXPECT_TRUE(world_.discovery.capabilities.contains("registration"));
}

TEST_F(RegistrationTest, WhatIsWrittenOutByHandIsLeftAlone) {
  target_.clients.at("confidential").client_id = "by-hand";
  Registrations registrations(world_, target_, "");
  EXPECT_THAT(registrations.register_all(), IsEmpty());
  EXPECT_THAT(provider_.requests, IsEmpty());
}

TEST_F(RegistrationTest, ARefusalIsToldAndTheRoleGoesWithout) {
  provider_.refusal = R"({"error":"invalid_client_metadata","error_description":"no"})";
  Registrations registrations(world_, target_, "");
  EXPECT_THAT(registrations.register_all(),
              ElementsAre("client confidential: status 400, invalid_client_metadata, no"));
  EXPECT_THAT(target_.clients, IsEmpty());
}

TEST_F(RegistrationTest, AllAreRemovedAtTheEnd) {
  add("other", oauth::AuthenticationMethod::client_secret_basic);
  {
    Registrations registrations(world_, target_, folder_);
    registrations.register_all();
    ASSERT_THAT(files(), SizeIs(1));
    struct stat status{};
    ASSERT_EQ(::stat(files()[0].c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
  }
  EXPECT_THAT(provider_.deleted, ElementsAre("https://as.test/register/id-2 Bearer management-token-2",
                                             "https://as.test/register/id-1 Bearer management-token-1"));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(RegistrationTest, WhatCannotBeRemovedIsTold) {
  provider_.deletion_status = 500;
  Registrations registrations(world_, target_, folder_);
  registrations.register_all();
  EXPECT_THAT(registrations.remove_all(), ElementsAre("id-1: status 500"));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(RegistrationTest, WithoutManagementTheClientIsNamed) {
  provider_.managed = false;
  Registrations registrations(world_, target_, "");
  registrations.register_all();
  EXPECT_THAT(registrations.remove_all(), ElementsAre(AllOf(HasSubstr("id-1"), HasSubstr("RFC 7592"))));
}

/// As it is after a run was killed: the file of a process that is no more.
TEST_F(RegistrationTest, WhatAnEarlierRunLeftIsRemovedByTheNext) {
  std::string left, other_issuer;
  {
    Registrations registrations(world_, target_, folder_);
    registrations.register_all();
    left = files().at(0);
    std::filesystem::copy_file(left, left + ".kept");
  }
  provider_.deleted.clear();
  const auto dead = left.substr(0, left.rfind('-')) + "-999999999.json";
  std::filesystem::rename(left + ".kept", dead);
  target_.clients.at("confidential").client_id.clear();
  Registrations registrations(world_, target_, folder_);
  EXPECT_EQ(registrations.remove_left_behind(), 1U);
  EXPECT_THAT(provider_.deleted, ElementsAre("https://as.test/register/id-1 Bearer management-token-1"));
  EXPECT_THAT(files(), IsEmpty());
  EXPECT_EQ(registrations.remove_left_behind(), 0U);
}

TEST_F(RegistrationTest, AFileThatIsNoneIsNoObstacle) {
  Registrations registrations(world_, target_, folder_);
  registrations.register_all();
  const auto own = files().at(0);
  for (const auto* text : {"", "[1,2]", "{}", "nonsense"}) {
    std::ofstream(own.substr(0, own.rfind('-')) + "-999999998.json") << text;
    EXPECT_EQ(registrations.remove_left_behind(), 0U);
  }
}

TEST_F(RegistrationTest, NoSecretIsRecorded) {
  std::string recorded;
  world_.record = [&](const Exchange& exchange) {
    recorded += exchange.request.body + exchange.response()->body;
    for (const auto& field : exchange.request.headers)
      recorded += field.value;
  };
  target_.registration.initial_access_token = "the-initial-token";
  target_.secrets.emplace_back("initial_access_token", "the-initial-token");
  {
    Registrations registrations(world_, target_, "");
    registrations.register_all();
  }
  EXPECT_THAT(recorded, HasSubstr("client_secret#"));
  for (const auto* secret : {"secret-number", "management-token", "the-initial-token"})
    EXPECT_THAT(recorded, Not(HasSubstr(secret)));
}

}  // namespace
}  // namespace oauthentic::session

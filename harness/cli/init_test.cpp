// What is asked on a terminal, and what becomes of a secret.
#include "cli/init.hpp"

#include <gmock/gmock.h>

namespace oauthentic::cli {
namespace {

using testing::HasSubstr;

TEST(Init, OnlyWhatIsNotKnownIsAskedFor) {
  script::TargetAnswers answers;
  answers.client_id = "app";
  answers.username = "alice";
  std::string asked;
  ask_for(answers, true, [&](const std::string& question, const std::string& usual) {
    asked += question + "\n";
    return question.contains("password") ? "HER_PASSWORD" : usual;
  });
  EXPECT_THAT(asked, testing::Not(HasSubstr("client_id")));
  EXPECT_THAT(asked, testing::Not(HasSubstr("test user")));
  EXPECT_THAT(asked, HasSubstr("redirect URI"));
  EXPECT_EQ(answers.client_secret, "${CLIENT_SECRET}");
  EXPECT_EQ(answers.password, "${HER_PASSWORD}");
  EXPECT_FALSE(answers.public_client);
}

TEST(Init, AClientWithoutASecret) {
  script::TargetAnswers answers;
  ask_for(answers, false, [](const std::string& question, const std::string& usual) {
    return question.contains("its secret") ? "-" : usual;
  });
  EXPECT_TRUE(answers.public_client);
  EXPECT_EQ(answers.client_secret, "");
}

TEST(Init, NoClientIsAskedForWhereEachRunRegistersItsOwn) {
  for (const bool wanted : {true, false}) {
    script::TargetAnswers answers;
    std::string asked;
    ask_for(answers, true, [&](const std::string& question, const std::string& usual) {
      asked += question + "\n";
      return question.contains("register its own") ? wanted ? "y" : "n" : usual;
    });
    EXPECT_EQ(answers.register_clients, wanted);
    EXPECT_EQ(asked.contains("client_id"), !wanted) << asked;
    EXPECT_EQ(answers.client_id.empty(), wanted);
  }
}

TEST(Init, ASecretBecomesAPlaceHolder) {
  EXPECT_EQ(as_placeholder("${APP_SECRET}", "${CLIENT_SECRET}"), "${APP_SECRET}");
  EXPECT_EQ(as_placeholder("hush", "${CLIENT_SECRET}"), "${CLIENT_SECRET}");
  EXPECT_EQ(as_placeholder("${A}hush", "${CLIENT_SECRET}"), "${CLIENT_SECRET}");
  EXPECT_EQ(as_placeholder("${A}hush}", "${CLIENT_SECRET}"), "${CLIENT_SECRET}");
}

}  // namespace
}  // namespace oauthentic::cli

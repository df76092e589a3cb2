#include "agent/driver_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oauthentic::agent {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(DriverProcess, ReadsThePort) {
  EXPECT_EQ(port_told_in("Starting ...\nChromeDriver was started successfully on port 45973.\n"), 45973U);
  EXPECT_EQ(port_told_in("ChromeDriver was started successfully on port 459"), 0U);  // cut in half
  EXPECT_EQ(port_told_in("ChromeDriver was started successfully on port 70000.\n"), 0U);
  EXPECT_EQ(port_told_in("ChromeDriver was started successfully on port x.\n"), 0U);
  EXPECT_EQ(port_told_in(""), 0U);
}

TEST(DriverProcess, SaysWhyItDoesNotStart) {
  const auto absent = DriverProcess::start("/nonexistent/chromedriver");
  ASSERT_FALSE(absent);
  EXPECT_THAT(absent.error(),
              AllOf(HasSubstr("cannot start /nonexistent/chromedriver"), HasSubstr("chromium-driver")));
  const auto failing = DriverProcess::start("false");
  ASSERT_FALSE(failing);
  EXPECT_THAT(failing.error(), HasSubstr("ended with exit status 1"));
}

}  // namespace
}  // namespace oauthentic::agent

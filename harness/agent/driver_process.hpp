#pragma once
// chromedriver, started on a port that the system chooses, with a folder of its own for the profiles of its
// browsers.
#include <expected>
#include <filesystem>
#include <memory>
#include <string>

#include "agent/child_process.hpp"

namespace oauthentic::agent {

class DriverProcess {
 public:
  /// The error says what could not be started, and what it said.
  static std::expected<std::unique_ptr<DriverProcess>, std::string> start(const std::string& program);
  /// Ends it with its browsers and removes the folder.
  ~DriverProcess();
  DriverProcess(const DriverProcess&) = delete;
  DriverProcess& operator=(const DriverProcess&) = delete;

  const std::string& url() const { return url_; }
  bool runs();

 private:
  DriverProcess() = default;

  std::filesystem::path folder_;
  std::unique_ptr<ChildProcess> process_;
  std::string url_;
};

/// The port of "ChromeDriver was started successfully on port 40123.", or 0.
unsigned port_told_in(const std::string& output);

}  // namespace oauthentic::agent

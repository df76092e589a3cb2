#pragma once
// The mock provider on loopback ports of this machine.
#include <memory>
#include <string>

#include "cli/command.hpp"
#include "http/listener.hpp"
#include "mock_servers/provider.hpp"

namespace oauthentic::cli {

class MockService {
 public:
  /// Nothing, and the reason in `error`, for an unknown stance or fault, or a port that is taken.
  static std::unique_ptr<MockService> start(const MockOptions& options, std::string& error);

  const std::string& issuer() const { return issuer_; }
  const std::string& api() const { return api_; }
  const std::string& application() const { return application_; }
  /// A complete target file; with TLS it names the file of the certificate.
  std::string target_yaml() const;

 private:
  MockService() = default;
  void listen(const MockOptions& options);
  void make_provider(const MockOptions& options, const mock::FaultSet& faults, const mock::MannerSet& manners);

  std::string issuer_, api_, application_, ca_file_;
  std::unique_ptr<mock::Provider> provider_;
  std::unique_ptr<http::Listener> servers_[3];
};

}  // namespace oauthentic::cli

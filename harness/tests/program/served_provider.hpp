#pragma once
// For tests only: the mock provider on loopback ports of this process, which sees and may change what passes.
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "http/listener.hpp"
#include "mock_servers/provider.hpp"

namespace oauthentic::program {

/// Called from several threads.
struct Hooks {
  /// An answer in place of the provider's; nothing: the provider answers.
  std::function<std::optional<Response>(const Request&)> instead;
  /// What was asked and what will be answered; before the client has it.
  std::function<void(const Request&, const Response&)> seen;
};

class ServedProvider {
 public:
  explicit ServedProvider(Hooks hooks = {}, const std::string& stance = "bcp", mock::FaultSet faults = {});
  ~ServedProvider();

  const std::string& issuer() const { return issuer_; }
  /// A target file that fits, secrets and all.
  std::string target_yaml() const { return provider_->target_yaml(); }
  int requests() const { return requests_; }

 private:
  Response answer(const Request& request);

  Hooks hooks_;
  std::string issuer_;
  std::atomic<int> requests_ = 0;
  std::atomic<mock::Provider*> ready_ = nullptr;
  std::unique_ptr<mock::Provider> provider_;
  std::unique_ptr<http::Listener> servers_[3];
};

/// `yaml` with the value of every line `key: ...` replaced, at whatever depth; the line's indent is kept.
std::string with_value(std::string yaml, const std::string& key, const std::string& value);

}  // namespace oauthentic::program

#include "mock_servers/deployment.hpp"

#include <charconv>

namespace oauthentic::mock {

namespace {

ProviderOptions with_faults(ProviderOptions options) {
  // FAULT: issuer_without_tls
  if (options.faults.has(Fault::issuer_without_tls) && options.issuer.starts_with("https:")) {
    options.issuer.replace(0, 6, "http:");
  }
  // FAULT: metadata_not_at_well_known_path
  if (options.faults.has(Fault::metadata_not_at_well_known_path)) options.issuer += kTenant;
  return options;
}

}  // namespace

Deployment::Deployment(ProviderOptions given)
    : options(with_faults(std::move(given))),
      stance(stance_named(options.stance)),
      random(options.random),
      registry({.relying_party = options.relying_party}, random) {}

Time Deployment::now(const Request& request) const {
  constexpr std::int64_t kLimit = 10LL * 366 * 24 * 3600;
  const auto base = options.clock ? options.clock->now() : system_clock_.now();
  const auto* field = request.headers.find(kClockHeader);
  if (!field) return base;
  std::int64_t offset = 0;
  const auto text = trim(*field);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), offset);
  if (error != std::errc{} || end != text.data() + text.size()) return base;
  return offset < -kLimit || offset > kLimit ? base : base + std::chrono::seconds(offset);
}

}  // namespace oauthentic::mock

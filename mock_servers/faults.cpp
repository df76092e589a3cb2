#include "mock_servers/faults.hpp"

#include <algorithm>

namespace oauthentic::mock {

namespace {

using Ids = std::vector<std::string>;

FaultInfo row(Fault fault, std::string name, std::string stance, std::string summary, Ids trips,
              Ids masks = {}) {
  std::ranges::replace(name, '_', '-');
  return {fault, std::move(name), std::move(stance), std::move(summary), std::move(trips), std::move(masks)};
}

}  // namespace

std::span<const FaultInfo> faults() {
  static const std::vector<FaultInfo> all = {
#define TRIPS(...) \
  Ids {            \
    __VA_ARGS__    \
  }
#define MASKS(...) \
  Ids {            \
    __VA_ARGS__    \
  }
#define OAUTHENTIC_FAULT(name, stance, summary, ...) row(Fault::name, #name, stance, summary, __VA_ARGS__),
#include "mock_servers/faults.def"
#undef OAUTHENTIC_FAULT
#undef MASKS
#undef TRIPS
  };
  return all;
}

const FaultInfo& info(Fault fault) {
  return faults()[static_cast<std::size_t>(fault)];
}

std::optional<Fault> fault_from(std::string_view name) {
  for (const auto& one : faults()) {
    if (one.name == name) return one.fault;
  }
  return std::nullopt;
}

}  // namespace oauthentic::mock

#pragma once
// The faults that can be switched on in the mock servers. Each disables or alters one guard and touches no
// response text; each is the proof that the scenarios of the requirements it `trips` do fire. The table is
// faults.def.
#include <bitset>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic::mock {

enum class Fault : unsigned {
#define OAUTHENTIC_FAULT(name, stance, summary, ...) name,
#include "mock_servers/faults.def"
#undef OAUTHENTIC_FAULT
  count_,
};
inline constexpr std::size_t kFaultCount = static_cast<std::size_t>(Fault::count_);

struct FaultInfo {
  Fault fault;
  std::string name;                ///< with hyphens: "code-reusable"
  std::string stance;              ///< the stance of the mock that it breaks
  std::string summary;             ///< what the server then does, neutrally
  std::vector<std::string> trips;  ///< requirements that are violated while it is on
  std::vector<std::string>
      masks;  ///< requirements that cannot be decided while it is on (see faults.def for why)
};

std::span<const FaultInfo> faults();
const FaultInfo& info(Fault fault);
std::optional<Fault> fault_from(std::string_view name);

class FaultSet {
 public:
  FaultSet() = default;
  explicit FaultSet(Fault one) { add(one); }
  void add(Fault fault) { bits_.set(static_cast<std::size_t>(fault)); }
  bool has(Fault fault) const { return bits_.test(static_cast<std::size_t>(fault)); }

 private:
  std::bitset<kFaultCount> bits_;
};

}  // namespace oauthentic::mock

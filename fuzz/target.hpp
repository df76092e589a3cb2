#pragma once
// What every fuzz target is made of. A target is one file, targets/NAME_fuzzer.cpp, and states one property. It
// is compiled twice: into a libFuzzer program of its own (OAUTHENTIC_FUZZ_PROGRAM) and into the test that
// replays corpora.
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace oauthentic::fuzz {

class PropertyViolated : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void violate(std::string_view property, std::string_view seen);

/// Throws PropertyViolated, which nothing catches in a libFuzzer program and which fails the test elsewhere.
/// `seen` is what contradicts the property; it is shown with its control octets escaped, cut at some length.
inline void require(bool holds, std::string_view property, std::string_view seen = {}) {
  if (!holds) violate(property, seen);
}

struct Target {
  std::string_view name;
  void (*run)(std::string_view input);
};

/// All targets of this program, by name.
std::vector<Target> targets();

struct Registration {
  Registration(std::string_view name, void (*run)(std::string_view input));
};

/// Cuts `text` at its first `separator`: what stood before it is returned, what stood behind it remains.
std::string_view take_until(std::string_view& text, char separator);

}  // namespace oauthentic::fuzz

/// Begins the definition of the target `name`, which reads `input`.
#ifdef OAUTHENTIC_FUZZ_PROGRAM
#define OAUTHENTIC_FUZZ_TARGET(name, input)                                             \
  static void run_##name(std::string_view input);                                       \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) { \
    run_##name({reinterpret_cast<const char*>(octets), size});                          \
    return 0;                                                                           \
  }                                                                                     \
  static void run_##name(std::string_view input)
#else
#define OAUTHENTIC_FUZZ_TARGET(name, input)                                           \
  static void run_##name(std::string_view input);                                     \
  static const oauthentic::fuzz::Registration registration_##name(#name, run_##name); \
  static void run_##name(std::string_view input)
#endif
